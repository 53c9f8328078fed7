import { describe, expect, it } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { createGroupNodes } from './group-nodes.ts'
import { mergeCluster } from './merged-cluster.ts'
import { simulate } from './simulate.ts'
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
} from './testing/sample-scenario.ts'

const group = sampleGpuGroup()
const made = createGroupNodes(group, [], new Set(), () => ({})).next()
const recorded = {
  ...made,
  name: 'ip-10-0-0-9',
  labels: { ...made.labels, 'eks.amazonaws.com/nodegroup': 'inference' },
}
const node = { node: recorded, ready: true, readySince: 0 }

describe('mergeCluster', () => {
  it('gives each group its desired nodes as long as none is recorded', () => {
    const { missingNodes } = mergeCluster(sampleScenario(), sampleInput([]), sampleOptions)
    expect([...missingNodes]).toEqual([
      ['system', 2],
      ['inference', 0],
    ])
  })

  it('takes recorded nodes for all that there are, and finds their group by label', () => {
    const merged = mergeCluster(sampleScenario(), sampleInput([], { nodes: [node] }), sampleOptions)
    expect(merged.nodes.map((found) => [found.node.name, found.group])).toEqual([['ip-10-0-0-9', 'inference']])
    expect([...merged.missingNodes.values()]).toEqual([0, 0])
  })

  it('knows a managed group by its name in EKS', () => {
    const managed = { cluster: 'ai', nodegroup: 'inference-20261101', labels: {}, taints: [] }
    const cluster = sampleScenario({ nodeGroups: [sampleSystemGroup(), sampleGpuGroup({ managed })] })
    const labels = { ...recorded.labels, 'eks.amazonaws.com/nodegroup': 'inference-20261101' }
    const { nodes } = mergeCluster(
      cluster,
      sampleInput([], { nodes: [{ ...node, node: { ...recorded, labels } }] }),
      sampleOptions,
    )
    expect(nodes[0]?.group).toBe('inference')
  })

  it('leaves a node of no group alone', () => {
    const { 'eks.amazonaws.com/nodegroup': _, ...labels } = recorded.labels
    const merged = mergeCluster(
      sampleScenario(),
      sampleInput([], { nodes: [{ ...node, node: { ...recorded, labels } }] }),
      sampleOptions,
    )
    expect([merged.nodes[0]?.group, merged.missingNodes.get('system')]).toEqual([undefined, 2])
  })

  it('refuses a node that is there twice', () => {
    const merge = () => mergeCluster(sampleScenario(), sampleInput([], { nodes: [node, node] }), sampleOptions)
    expect(merge).toThrow(ProblemError)
    expect(merge).toThrow('node ip-10-0-0-9 is in the input twice')
  })

  it('puts the cluster’s own workloads first, then waiting pods, then the rest', () => {
    const { workloads } = mergeCluster(
      sampleScenario(),
      sampleInput([sampleDeployment('web', 1)], { pods: [samplePod('waiting')] }),
      sampleOptions,
    )
    expect(workloads.map(({ workload, system }) => [workload.name, system])).toEqual([
      ['coredns', true],
      ['cluster-autoscaler', true],
      ['waiting', false],
      ['web', false],
    ])
  })

  it('does not make what a recorded cluster has already', () => {
    const dns = samplePod('coredns-6f5f9b5d-x7', { namespace: 'kube-system', nodeName: 'ip-10-0-0-9' })
    const { workloads } = mergeCluster(sampleScenario(), sampleInput([], { nodes: [node], pods: [dns] }), sampleOptions)
    expect(workloads.map(({ workload }) => workload.name)).toEqual(['cluster-autoscaler'])
  })

  it('takes a DaemonSet of the input for the plan’s of that name', () => {
    const { daemonSets } = mergeCluster(
      sampleScenario(),
      sampleInput([], { daemonSets: [sampleDaemonSet('nvidia-device-plugin-daemonset', { priority: 7 })] }),
      sampleOptions,
    )
    expect(daemonSets.map(({ workload, system }) => [workload.template.priority, system])).toEqual([[7, false]])
  })

  it('names pods of another scheduler and leaves them out', () => {
    const { workloads, notSimulated } = mergeCluster(
      sampleScenario({ systemWorkloads: [] }),
      sampleInput([sampleDeployment('gang', 4, { schedulerName: 'volcano' })]),
      sampleOptions,
    )
    expect(workloads).toEqual([])
    expect(notSimulated).toEqual([
      { what: 'Deployment/gang: schedulerName volcano', why: 'another scheduler places its pods', count: 4 },
    ])
  })

  it.each([
    ['as the cluster says', {}, '1.36.3', '1.36.1'],
    ['as the options say', { kubernetesVersion: '1.33', autoscaler: null }, '1.33', undefined],
  ] as const)('takes version and autoscaler %s', (_, options, version, autoscaler) => {
    const merged = mergeCluster(sampleScenario(), sampleInput([]), { ...sampleOptions, ...options })
    expect([merged.versionText, merged.autoscaler?.version]).toEqual([version, autoscaler])
  })
})

describe('a recorded cluster', () => {
  const plugin = samplePod('nvidia-device-plugin-daemonset-x7', {
    namespace: 'kube-system',
    nodeName: 'ip-10-0-0-9',
    owner: { kind: 'DaemonSet', name: 'nvidia-device-plugin-daemonset', uid: 'u' },
  })
  const old = samplePod('old-x7', {
    nodeName: 'ip-10-0-0-9',
    owner: { kind: 'ReplicaSet', name: 'old', uid: 'u2' },
    requests: sampleAmounts(1000, 1, 1),
  })
  const { outcome, rows } = simulate(
    sampleScenario({ systemWorkloads: [] }),
    sampleInput([sampleDeployment('infer', 2, { requests: sampleAmounts(1000, 2, 1), tolerations: [gpuToleration] })], {
      nodes: [node],
      pods: [plugin, old],
    }),
    sampleOptions,
  )

  it('grows from the nodes that it has', () => {
    expect(outcome.groups.map(({ name, from, to, gpus }) => [name, from, to, gpus.used, gpus.total])).toEqual([
      ['system', 0, 0, 0, 0],
      ['inference', 1, 3, 3, 3],
    ])
    expect([...rows.nodes()].map(({ node: name, pods }) => [name, pods])).toEqual([
      ['ip-10-0-0-9', 2],
      ['inference-000000', 2],
      ['inference-000001', 2],
    ])
  })

  it('counts what was there apart, and a DaemonSet’s pods once', () => {
    expect(outcome.totals).toMatchObject({ pods: 5, running: 5, recorded: 1 })
    expect([...rows.pods()].map(({ pod, tied }) => [pod, tied])).toEqual([
      ['infer-0', 2],
      ['infer-1', 1],
      ['nvidia-device-plugin-daemonset-x7', 1],
      ['nvidia-device-plugin-daemonset-inference-000000', 1],
      ['nvidia-device-plugin-daemonset-inference-000001', 1],
      ['old-x7', 0],
    ])
  })
})
