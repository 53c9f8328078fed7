import { describe, expect, it } from 'vitest'
import type { Pod } from '../cluster/pod.ts'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { applyChange } from './apply-change.ts'
import { changeText } from './change-text.ts'
import { mergeCluster } from './merged-cluster.ts'
import type { Fix } from './outcome.ts'
import {
  sampleAmounts,
  sampleAutoscaler,
  sampleDeployment,
  sampleInput,
  sampleOptions,
  sampleScenario,
} from './testing/sample-scenario.ts'

const tag = 'k8s.io/cluster-autoscaler/node-template'
const gibibyte = 1024 ** 3
const near = (topologyKey: string) => ({
  selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
  namespaces: [],
  topologyKey,
  matchLabelKeys: [],
  mismatchLabelKeys: [],
})
const spread = {
  maxSkew: 1,
  topologyKey: 'zone',
  whenUnsatisfiable: 'DoNotSchedule',
  matchLabelKeys: [],
  nodeAffinityPolicy: 'Honor',
  nodeTaintsPolicy: 'Ignore',
} as const
const pod: Partial<Pod> = {
  requests: sampleAmounts(4000, 8, 2),
  nodeSelector: { pool: 'fast', zone: 'a' },
  requiredNodeTerms: [
    { matchExpressions: [{ key: 'pool', operator: 'In', values: ['fast'] }], matchFields: [] },
    { matchExpressions: [{ key: 'arch', operator: 'Exists', values: [] }], matchFields: [] },
  ],
  topologySpread: [spread, { ...spread, topologyKey: 'host' }],
  affinity: { required: [near('zone')], preferred: [] },
  antiAffinity: { required: [near('host'), near('zone')], preferred: [] },
}
const merged = mergeCluster(
  sampleScenario({
    systemWorkloads: [],
    autoscaler: sampleAutoscaler({ gpuTotal: [{ type: 'nvidia-a10g', min: 0, max: 4 }] }),
  }),
  sampleInput([sampleDeployment('web', 2, pod), sampleDeployment('other', 1, pod)]),
  sampleOptions,
)
const group = 'inference'

function changed(change: Fix['change']) {
  const { workloads, groups, autoscaler } = applyChange(merged, 0, change)
  const [web, other] = workloads.map(({ workload }) => workload.template)
  expect(other).toEqual(merged.workloads[1]?.workload.template)
  const found = groups.find(({ name }) => name === group)
  if (web === undefined || found === undefined || autoscaler === undefined)
    throw new Error('the sample lacks something')
  return { pod: web, group: found, autoscaler }
}

describe('applyChange', () => {
  it.each<[Fix['change'], string, (result: ReturnType<typeof changed>) => unknown, unknown]>([
    [
      { kind: 'add-toleration', key: 'gpu', value: 'true', effect: 'NoExecute' },
      'add the toleration gpu=true:NoExecute to Deployment/web',
      (result) => result.pod.tolerations,
      [{ key: 'gpu', value: 'true', operator: 'Equal', effect: 'NoExecute' }],
    ],
    [
      { kind: 'remove-node-selector', key: 'pool', value: 'fast' },
      'take the node selector pool=fast out of Deployment/web',
      (result) => [result.pod.nodeSelector, result.pod.requiredNodeTerms],
      [{ zone: 'a' }, [{ matchExpressions: [{ key: 'arch', operator: 'Exists', values: [] }], matchFields: [] }]],
    ],
    [
      { kind: 'add-template-label', group, key: 'pool', value: 'fast' },
      `add the label pool=fast to group inference, on its nodes and as tag ${tag}/label/pool of its Auto Scaling group`,
      (result) => [result.group.realNode.labels['pool'], result.group.tags[`${tag}/label/pool`]],
      ['fast', 'fast'],
    ],
    [
      { kind: 'raise-max-size', group, from: 10, to: 12 },
      'raise max_size of group inference from 10 to 12',
      (result) => result.group.maxSize,
      12,
    ],
    [
      { kind: 'change-instance-type', group, from: 'g5.xlarge', to: 'g5.12xlarge' },
      'change the instance type of group inference from g5.xlarge to g5.12xlarge',
      ({ group: found }) => [
        found.instanceTypes,
        found.realNode.allocatable.milliCpu,
        found.realNode.allocatable.scalars,
        found.realNode.labels['node.kubernetes.io/instance-type'],
        found.tags[`${tag}/resources/nvidia.com/gpu`],
        found.usdPerHour,
      ],
      [['g5.12xlarge'], 47_810, { 'nvidia.com/gpu': 4 }, 'g5.12xlarge', '4', 5.672],
    ],
    [
      { kind: 'lower-request', resource: 'cpu', from: '4', to: '3500m' },
      'lower the cpu request of Deployment/web from 4 to 3500m',
      (result) => [result.pod.requests.milliCpu, result.pod.scoredRequests.milliCpu],
      [3500, 3500],
    ],
    [
      { kind: 'lower-request', resource: 'memory', from: '8Gi', to: '7Gi' },
      'lower the memory request of Deployment/web from 8Gi to 7Gi',
      (result) => [result.pod.requests.memory, result.pod.scoredRequests.memory],
      [7 * gibibyte, 7 * gibibyte],
    ],
    [
      { kind: 'add-resource-tag', group, resource: 'vpc.amazonaws.com/efa', amount: '4' },
      `add the tag ${tag}/resources/vpc.amazonaws.com/efa=4 to the Auto Scaling group of group inference`,
      (result) => result.group.tags[`${tag}/resources/vpc.amazonaws.com/efa`],
      '4',
    ],
    [
      { kind: 'raise-limit', flag: '--cores-total', from: '8', to: '16' },
      "raise the autoscaler's --cores-total from 8 to 16",
      (result) => result.autoscaler.coresTotal.max,
      16,
    ],
    [
      { kind: 'raise-limit', flag: '--memory-total', from: '8', to: '16' },
      "raise the autoscaler's --memory-total from 8 to 16",
      (result) => result.autoscaler.memoryTotal.max,
      16,
    ],
    [
      { kind: 'raise-limit', flag: '--max-nodes-total', from: '8', to: '16' },
      "raise the autoscaler's --max-nodes-total from 8 to 16",
      (result) => result.autoscaler.maxNodesTotal,
      16,
    ],
    [
      { kind: 'raise-limit', flag: '--gpu-total=nvidia-a10g', from: '4', to: '6' },
      "raise the autoscaler's --gpu-total=nvidia-a10g from 4 to 6",
      (result) => result.autoscaler.gpuTotal,
      [{ type: 'nvidia-a10g', min: 0, max: 6 }],
    ],
    [
      { kind: 'relax-spread', topologyKey: 'zone' },
      'make the topology spread of Deployment/web over zone soft (whenUnsatisfiable: ScheduleAnyway)',
      (result) => result.pod.topologySpread.map(({ whenUnsatisfiable }) => whenUnsatisfiable),
      ['ScheduleAnyway', 'DoNotSchedule'],
    ],
    [
      { kind: 'relax-affinity', topologyKey: 'zone' },
      'make the pod affinity of Deployment/web over zone a preference',
      ({ pod: { affinity, antiAffinity } }) => [affinity, antiAffinity],
      [
        { required: [], preferred: [{ weight: 100, term: near('zone') }] },
        { required: [near('host')], preferred: [{ weight: 100, term: near('zone') }] },
      ],
    ],
  ])('%o', (change, text, look, expected) => {
    expect(look(changed(change))).toEqual(expected)
    expect(changeText(change, 'Deployment/web')).toBe(text)
  })

  it('takes away a whole node affinity with its last condition', () => {
    const only = samplePod('p', {
      requiredNodeTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['fast'] }], matchFields: [] }],
    })
    const cluster = mergeCluster(
      sampleScenario({ systemWorkloads: [] }),
      sampleInput([sampleDeployment('web', 1, only)]),
      sampleOptions,
    )
    const { workloads } = applyChange(cluster, 0, { kind: 'remove-node-selector', key: 'pool', value: 'fast' })
    expect(workloads[0]?.workload.template.requiredNodeTerms).toBeUndefined()
  })
})
