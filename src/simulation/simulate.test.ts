import { describe, expect, it } from 'vitest'
import type { Cluster } from '../cluster/cluster.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Workload } from '../cluster/workload.ts'
import { sampleNode, samplePod } from '../scheduler/testing/sample-cluster.ts'
import type { Outcome } from './outcome.ts'
import { simulate } from './simulate.ts'
import type { SimulationOptions } from './simulation-options.ts'
import {
  gpuToleration,
  sampleAmounts,
  sampleAutoscaler,
  sampleDaemonSet,
  sampleDeployment,
  sampleGpuGroup,
  sampleInput,
  sampleOptions,
  sampleScenario,
  sampleSystemGroup,
} from './testing/sample-scenario.ts'

const tag = 'k8s.io/cluster-autoscaler/node-template'
const gpuPod = (gpus = 1, milliCpu = 1000, gib = 2) => ({
  requests: sampleAmounts(milliCpu, gib, gpus),
  tolerations: [gpuToleration],
})

/** What a scenario comes to, short enough to be read in a table. */
function told(outcome: Outcome) {
  return {
    workloads: outcome.workloads
      .filter(({ system }) => system !== true)
      .map(({ id, running, pods }) => `${id} ${running}/${pods}`),
    groups: outcome.groups.map(({ name, from, to }) => `${name} ${from} → ${to}`),
    messages: outcome.workloads
      .filter(({ system }) => system !== true)
      .flatMap(({ reasons }) => reasons.map(({ message }) => message)),
    fixes: outcome.workloads
      .filter(({ system }) => system !== true)
      .flatMap(({ reasons }) =>
        reasons.map(({ fix }) => (fix === undefined ? 'none' : `${fix.text} (${fix.runs} run, $${fix.usdPerHour})`)),
      ),
    findings: outcome.findings.map(({ id }) => id),
  }
}

type Scenario = {
  readonly name: string
  readonly cluster?: Partial<Cluster>
  readonly groups?: readonly NodeGroup[]
  readonly workloads: readonly Workload[]
  readonly options?: Partial<SimulationOptions>
  readonly expected: ReturnType<typeof told>
}

const helpless =
  'no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.'

const bare = sampleGpuGroup()
const { 'k8s.amazonaws.com/accelerator': _, ...labelsWithoutAccelerator } = bare.realNode.labels
const { [`${tag}/label/k8s.amazonaws.com/accelerator`]: __, ...tagsWithoutAccelerator } = bare.tags

const scenarios: readonly Scenario[] = [
  {
    name: 'inference from zero: one node a pod',
    workloads: [sampleDeployment('infer', 3, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 3/3'],
      groups: ['system 2 → 2', 'inference 0 → 3'],
      messages: [],
      fixes: [],
      findings: [],
    },
  },
  {
    name: 'a gang that gets half of its nodes',
    groups: [sampleSystemGroup(), sampleGpuGroup({ maxSize: 2 })],
    workloads: [
      {
        ...sampleDeployment('train', 4, gpuPod()),
        kind: 'JobSet',
        part: 'workers',
        gang: { name: 'train', size: 4 },
      },
    ],
    expected: {
      workloads: ['JobSet/train/workers 2/4'],
      groups: ['system 2 → 2', 'inference 0 → 2'],
      messages: [
        '0/4 nodes are available: 4 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
      ],
      fixes: ['raise max_size of group inference from 2 to 4 (2 run, $2.012)'],
      findings: ['gang-runs-in-part', 'group-at-max'],
    },
  },
  {
    name: 'a missing toleration',
    workloads: [sampleDeployment('infer', 3, { requests: sampleAmounts(1000, 2, 1) })],
    expected: {
      workloads: ['Deployment/infer 0/3'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [`0/2 nodes are available: 2 Insufficient nvidia.com/gpu. ${helpless}`],
      fixes: ['add the toleration nvidia.com/gpu=true:NoSchedule to Deployment/infer (3 run, $3.018)'],
      findings: [],
    },
  },
  {
    name: 'a label that only the running node would have',
    workloads: [
      sampleDeployment('infer', 1, { ...gpuPod(), nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A10G' } }),
    ],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [`0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${helpless}`],
      fixes: [
        'add the label nvidia.com/gpu.product=NVIDIA-A10G to group inference, on its nodes and as tag k8s.io/cluster-autoscaler/node-template/label/nvidia.com/gpu.product of its Auto Scaling group (1 run, $1.006)',
      ],
      findings: [],
    },
  },
  {
    name: 'a label that real nodes have and the template lacks',
    groups: [
      sampleSystemGroup(),
      sampleGpuGroup({ realNode: { ...bare.realNode, labels: { ...bare.realNode.labels, pool: 'fast' } } }),
    ],
    workloads: [sampleDeployment('infer', 1, { ...gpuPod(), nodeSelector: { pool: 'fast' } })],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [`0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. ${helpless}`],
      fixes: [
        'add the label pool=fast to group inference, on its nodes and as tag k8s.io/cluster-autoscaler/node-template/label/pool of its Auto Scaling group (1 run, $1.006)',
      ],
      findings: ['label-not-on-template'],
    },
  },
  {
    name: 'GPU counts that differ within a group',
    groups: [sampleSystemGroup(), sampleGpuGroup({ instanceTypes: ['g5.xlarge', 'g5.12xlarge'] })],
    workloads: [sampleDeployment('infer', 2, gpuPod(4, 3000, 8))],
    expected: {
      workloads: ['Deployment/infer 0/2'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [
        `0/2 nodes are available: 2 Insufficient cpu, 2 Insufficient memory, 2 Insufficient nvidia.com/gpu. ${helpless}`,
      ],
      fixes: ['change the instance type of group inference from g5.xlarge to g5.12xlarge (2 run, $11.344)'],
      findings: ['mixed-gpu-counts'],
    },
  },
  {
    name: 'only tainted groups: DNS and the autoscaler have no node',
    groups: [sampleGpuGroup({ desiredSize: 1 })],
    workloads: [sampleDeployment('infer', 2, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 1/2'],
      groups: ['inference 1 → 1'],
      messages: [
        '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      ],
      fixes: ['none'],
      findings: ['system-pods-pending', 'system-pods-pending', 'autoscaler-not-running'],
    },
  },
  {
    name: 'a pod between what the template and what the real node offers',
    workloads: [sampleDeployment('infer', 1, gpuPod(1, 3900, 2))],
    cluster: {
      daemonSets: [
        sampleDaemonSet(),
        sampleDaemonSet('agent', { requests: sampleAmounts(100, 0), images: ['agent'], tolerations: [] }),
      ],
    },
    groups: [
      sampleSystemGroup(),
      sampleGpuGroup({ realNode: { ...bare.realNode, allocatable: sampleAmounts(3800, 14, 1) } }),
    ],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 2'],
      messages: [
        '0/4 nodes are available: 2 Insufficient nvidia.com/gpu, 4 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
      ],
      fixes: ['lower the cpu request of Deployment/infer from 3900m to 3800m (1 run, $-1.006)'],
      findings: ['endless-scale-up'],
    },
  },
  {
    name: 'GPUs without a device plugin',
    cluster: { daemonSets: [] },
    workloads: [sampleDeployment('infer', 1, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 1'],
      messages: [
        '0/3 nodes are available: 3 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      ],
      fixes: ['none'],
      findings: ['gpu-never-allocatable'],
    },
  },
  {
    name: 'GPU nodes without the accelerator label come twice',
    groups: [
      sampleSystemGroup(),
      sampleGpuGroup({
        tags: tagsWithoutAccelerator,
        realNode: { ...bare.realNode, labels: labelsWithoutAccelerator },
      }),
    ],
    workloads: [sampleDeployment('infer', 2, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 2/2'],
      groups: ['system 2 → 2', 'inference 0 → 4'],
      messages: [],
      fixes: [],
      findings: ['missing-accelerator-label'],
    },
  },
  {
    name: 'what stays empty goes, with --until',
    groups: [sampleSystemGroup(), sampleGpuGroup({ desiredSize: 2 })],
    workloads: [sampleDeployment('infer', 1, gpuPod())],
    options: { until: 1800 },
    expected: {
      workloads: ['Deployment/infer 1/1'],
      groups: ['system 2 → 2', 'inference 2 → 1'],
      messages: [],
      fixes: [],
      findings: [],
    },
  },
  {
    name: 'a limit of the autoscaler on the whole cluster',
    cluster: { autoscaler: sampleAutoscaler({ coresTotal: { min: 0, max: 12 } }) },
    workloads: [sampleDeployment('infer', 3, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 2/3'],
      groups: ['system 2 → 2', 'inference 0 → 2'],
      messages: [
        '0/4 nodes are available: 4 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
      ],
      fixes: ["raise the autoscaler's --cores-total from 12 to 16 (1 run, $1.006)"],
      findings: ['resource-limits-stop-scale-up'],
    },
  },
  {
    name: 'EFA that no tag tells of',
    groups: [
      sampleSystemGroup(),
      sampleGpuGroup({
        realNode: {
          ...bare.realNode,
          capacity: { ...bare.realNode.capacity, scalars: { 'nvidia.com/gpu': 1, 'vpc.amazonaws.com/efa': 1 } },
          allocatable: { ...bare.realNode.allocatable, scalars: { 'nvidia.com/gpu': 1, 'vpc.amazonaws.com/efa': 1 } },
        },
      }),
    ],
    workloads: [
      sampleDeployment('train', 1, {
        tolerations: [gpuToleration],
        requests: { ...sampleAmounts(1000, 1), scalars: { 'nvidia.com/gpu': 1, 'vpc.amazonaws.com/efa': 1 } },
      }),
    ],
    expected: {
      workloads: ['Deployment/train 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [
        `0/2 nodes are available: 2 Insufficient nvidia.com/gpu, 2 Insufficient vpc.amazonaws.com/efa. ${helpless}`,
      ],
      fixes: [
        'add the tag k8s.io/cluster-autoscaler/node-template/resources/vpc.amazonaws.com/efa=1 to the Auto Scaling group of group inference (1 run, $1.006)',
      ],
      findings: ['resource-not-on-template'],
    },
  },
  {
    name: 'a zone that is not the first of its group',
    workloads: [
      sampleDeployment('infer', 1, { ...gpuPod(), nodeSelector: { 'topology.kubernetes.io/zone': 'us-east-1b' } }),
    ],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [
        `0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) didn't match Pod's node affinity/selector. ${helpless}`,
      ],
      fixes: ['take the node selector topology.kubernetes.io/zone=us-east-1b out of Deployment/infer (1 run, $1.006)'],
      findings: ['single-zone-template'],
    },
  },
  {
    name: 'an even spread over zones, from one group over two zones',
    workloads: [
      sampleDeployment('infer', 2, {
        ...gpuPod(),
        topologySpread: [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'DoNotSchedule',
            selector: { matchLabels: { app: 'infer' }, matchExpressions: [] },
            matchLabelKeys: [],
            nodeAffinityPolicy: 'Honor',
            nodeTaintsPolicy: 'Ignore',
          },
        ],
      }),
    ],
    expected: {
      workloads: ['Deployment/infer 1/2'],
      groups: ['system 2 → 2', 'inference 0 → 1'],
      messages: [
        '0/3 nodes are available: 3 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
      ],
      fixes: [
        'make the topology spread of Deployment/infer over topology.kubernetes.io/zone soft (whenUnsatisfiable: ScheduleAnyway) (1 run, $1.006)',
      ],
      findings: ['single-zone-template'],
    },
  },
  {
    name: 'a DaemonSet that no node has room for',
    cluster: {
      daemonSets: [sampleDaemonSet('agent', { requests: sampleAmounts(5000, 0), nodeSelector: {}, images: [] })],
    },
    groups: [sampleSystemGroup()],
    workloads: [],
    expected: {
      workloads: [],
      groups: ['system 2 → 2'],
      messages: [],
      fixes: [],
      findings: ['daemon-pod-without-room'],
    },
  },
  {
    name: 'more pods than addresses',
    groups: [sampleSystemGroup({ maxSize: 4 })],
    workloads: [sampleDeployment('web', 70, { requests: sampleAmounts(10, 0) })],
    expected: {
      workloads: ['Deployment/web 70/70'],
      groups: ['system 2 → 3'],
      messages: [],
      fixes: [],
      findings: ['pods-over-eni-limit'],
    },
  },
  {
    name: 'a group that the autoscaler does not see',
    groups: [sampleSystemGroup(), sampleGpuGroup({ discovered: false })],
    workloads: [sampleDeployment('infer', 1, gpuPod())],
    expected: {
      workloads: ['Deployment/infer 0/1'],
      groups: ['system 2 → 2', 'inference 0 → 0'],
      messages: [`0/2 nodes are available: 2 Insufficient nvidia.com/gpu. ${helpless}`],
      fixes: ['none'],
      findings: ['group-not-discovered'],
    },
  },
]

describe('simulate', () => {
  it.each(scenarios)('$name', ({ cluster = {}, groups, workloads, options = {}, expected }) => {
    const scenario = sampleScenario({ ...cluster, ...(groups === undefined ? {} : { nodeGroups: groups }) })
    const { outcome } = simulate(scenario, sampleInput(workloads), { ...sampleOptions, ...options })
    expect(told(outcome)).toEqual(expected)
  })

  it('tells when what happens', () => {
    const { outcome } = simulate(sampleScenario(), sampleInput([sampleDeployment('infer', 2, gpuPod())]), sampleOptions)
    expect(outcome.timeline.filter(({ at }) => at > 0)).toEqual([
      { at: 30, kind: 'scale-up', group: 'inference', from: 0, to: 2 },
      { at: 150, kind: 'nodes-joined', group: 'inference', nodes: 2 },
      { at: 210, kind: 'gpus-ready', group: 'inference', nodes: 2 },
      { at: 210, kind: 'pods-placed', workload: 'default/Deployment/infer', pods: 2, group: 'inference' },
    ])
    expect(outcome.series.at(-1)).toEqual({
      at: 210,
      nodes: [2, 2],
      gpus: { total: 2, used: 2 },
      pods: { running: 5, pending: 0 },
    })
    expect(outcome.cost).toMatchObject({ hourNow: 0.2016, hourAfter: 2.2136 })
  })

  it('counts no node of a Capacity Block, and says so', () => {
    const block = sampleGpuGroup({ capacityType: 'capacity-block', usdPerHour: 0 })
    const { outcome } = simulate(
      sampleScenario({ nodeGroups: [block, sampleSystemGroup()] }),
      sampleInput([sampleDeployment('infer', 2, gpuPod())]),
      sampleOptions,
    )
    expect(outcome.cost).toMatchObject({
      hourNow: 0.2016,
      hourAfter: 0.2016,
      notes: [
        'the control plane, disks, addresses and data transfer are left out',
        'nodes of Capacity Blocks are left out; a block is paid when it is bought',
      ],
    })
  })

  it('preempts pods of a recorded cluster, whose controller makes them anew', () => {
    const node = sampleNode('a', { allocatable: sampleAmounts(4000, 16, 1) })
    const old = samplePod('old-x7', {
      nodeName: 'a',
      owner: { kind: 'ReplicaSet', name: 'old', uid: 'u' },
      requests: sampleAmounts(100, 1, 1),
    })
    const lost = samplePod('lost', { nodeName: 'a', requests: sampleAmounts(3900, 1) })
    const simulation = simulate(
      sampleScenario({ nodeGroups: [], daemonSets: [], systemWorkloads: [] }),
      sampleInput([sampleDeployment('high', 1, { requests: sampleAmounts(3000, 1, 1), priority: 1000 })], {
        nodes: [{ node, ready: true, readySince: 0 }],
        pods: [old, lost],
      }),
      sampleOptions,
    )
    const { outcome, rows } = simulation
    expect(outcome.workloads.map(({ id, running, pending }) => [id, running, pending])).toEqual([
      ['Deployment/high', 1, 0],
      ['ReplicaSet/old/recreated', 0, 1],
    ])
    expect(outcome.timeline.filter(({ kind }) => kind === 'pods-preempted')).toEqual([
      { at: 0, kind: 'pods-preempted', workload: 'lost', pods: 1, by: 'default/Deployment/high' },
      { at: 0, kind: 'pods-preempted', workload: 'old-x7', pods: 1, by: 'default/Deployment/high' },
    ])
    expect(outcome.findings.map(({ id }) => id)).toEqual(['bare-pods-preempted'])
    const all = '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient nvidia.com/gpu.'
    expect([...rows.pods()].map(({ pod, phase, node: on, message }) => [pod, phase, on, message])).toEqual([
      // Of the cycle that found whom to push out.
      ['high-0', 'Running', 'a', all],
      [
        'old-recreated-0',
        'Pending',
        null,
        '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
      ],
      ['old-x7', 'Evicted', null, undefined],
      ['lost', 'Evicted', null, undefined],
    ])
    expect(simulation.explain('default', 'high-0').message).toBe(all)
  })

  it.each([
    [undefined, 0],
    // Without the change the idle nodes go before that time.
    [3600, 2.012],
  ])('prices a change as of --until %j', (until, usdPerHour) => {
    const groups = [sampleSystemGroup(), sampleGpuGroup({ desiredSize: 2 })]
    const { outcome } = simulate(
      sampleScenario({ nodeGroups: groups }),
      sampleInput([sampleDeployment('infer', 2, { requests: sampleAmounts(1000, 2, 1) })]),
      until === undefined ? sampleOptions : { ...sampleOptions, until },
    )
    const [reason] = outcome.workloads.find(({ id }) => id === 'Deployment/infer')?.reasons ?? []
    expect(reason?.fix).toMatchObject({ change: { kind: 'add-toleration' }, runs: 2, usdPerHour })
    expect(reason?.trials).toEqual({ made: 1, complete: true })
  })
})
