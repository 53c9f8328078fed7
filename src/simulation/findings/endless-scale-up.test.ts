import { expect, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import type { NodeGroup } from '../../cluster/node-group.ts'
import type { Pod } from '../../cluster/pod.ts'
import { simulate } from '../simulate.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleDaemonSet,
  sampleDeployment,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from '../testing/sample-scenario.ts'

const agent = sampleDaemonSet('agent', { requests: sampleAmounts(100, 0), images: ['agent'], nodeSelector: {} })
const bare = sampleGpuGroup()
const atZero = "At zero nodes the autoscaler takes the instance type's full size and the group's tags for the node."
const again = 'So the pods stay Pending, and each time the autoscaler forgets the real node it adds another.'

/** A GPU node that is there, with more processors for pods than new nodes of its group will have. */
function running(group: NodeGroup): Partial<Cluster> {
  const name = 'inference-old'
  const { labels, taints } = group.realNode
  const node = {
    name,
    labels: { ...labels, 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': 'us-east-1a' },
    taints,
    unschedulable: false,
    allocatable: sampleAmounts(3950, 14, 1),
    allocatablePods: 58,
    capacity: sampleAmounts(4000, 15, 1),
  }
  return { nodes: [{ node, group: group.name, ready: true, readySince: 0 }], systemWorkloads: [] }
}

function findings(
  pod: Partial<Pod>,
  group: NodeGroup,
  cluster: Partial<Cluster> = {},
  replicas = 1,
): readonly unknown[] {
  const given = sampleScenario({
    nodeGroups: [sampleSystemGroup(), group],
    daemonSets: [sampleDaemonSet(), agent],
    ...cluster,
  })
  const workload = sampleDeployment('infer', replicas, { tolerations: [gpuToleration], ...pod })
  const { outcome } = simulate(given, sampleInput([workload]), { ...sampleOptions, fixes: false })
  return outcome.findings.filter(({ id }) => id === 'endless-scale-up').map(({ what, why, fix }) => [what, why, fix])
}

test('the type is larger than the node', () => {
  const group = sampleGpuGroup({ realNode: { ...bare.realNode, allocatable: sampleAmounts(3850, 14, 1) } })
  expect(findings({ requests: sampleAmounts(3800, 2, 1) }, group)).toEqual([
    [
      'Group inference scales up for Deployment/infer (2 nodes more), and its pods do not fit on the nodes that come',
      `${atZero} It believes in 4 of cpu; a real node offers 3850m, of which DaemonSets take 100m, and the pod asks for 3800m. ${again}`,
      'lower the cpu request of Deployment/infer to 3750m, or use a larger instance type',
    ],
  ])
})

test('a tag says more than the node has', () => {
  const tags = { ...bare.tags, 'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': '4' }
  expect(findings({ requests: sampleAmounts(1000, 2, 4) }, sampleGpuGroup({ tags }))).toEqual([
    [
      'Group inference scales up for Deployment/infer (2 nodes more), and its pods do not fit on the nodes that come',
      `${atZero} It believes in 4 of nvidia.com/gpu; a real node offers 1, of which DaemonSets take 0, and the pod asks for 4. ${again}`,
      'lower the nvidia.com/gpu request of Deployment/infer to 1, or use a larger instance type',
    ],
  ])
})

test('an older node of the group was larger', () => {
  const group = sampleGpuGroup({ realNode: { ...bare.realNode, allocatable: sampleAmounts(3850, 14, 1) } })
  expect(findings({ requests: sampleAmounts(3800, 2, 1) }, group, running(group), 2)).toEqual([
    [
      'Group inference scales up for Deployment/infer (9 nodes more), and its pods do not fit on the nodes that come',
      `The autoscaler took a node that ran in the group for the new one. It believes in 3950m of cpu; a real node offers 3850m, of which DaemonSets take 100m, and the pod asks for 3800m. So the pods stay Pending, and the autoscaler adds another node as long as it takes that one for new ones.`,
      'lower the cpu request of Deployment/infer to 3750m, or use a larger instance type',
    ],
  ])
})

test('a taint that the autoscaler is not told of', () => {
  const taint = { key: 'team', value: '', effect: 'NoSchedule' } as const
  const group = sampleGpuGroup({ realNode: { ...bare.realNode, taints: [...bare.realNode.taints, taint] } })
  const everywhere = { ...gpuToleration, key: '' }
  const daemonSets = [sampleDaemonSet(undefined, { tolerations: [everywhere] })]
  expect(findings({ requests: sampleAmounts(1000, 2, 1) }, group, { daemonSets })).toEqual([
    [
      'Group inference scales up for Deployment/infer (2 nodes more), and its pods do not fit on the nodes that come',
      `${atZero} A real node is tainted team:NoSchedule, which the pod does not tolerate, and that is not on the autoscaler's template. ${again}`,
      "let Deployment/infer tolerate or select what nodes of group inference really have, and put that on the group's node-template tags",
    ],
  ])
})
