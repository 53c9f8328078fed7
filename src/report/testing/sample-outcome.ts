import type { OutcomeComparison } from '../../simulation/compare-outcomes.ts'
import type { Explanation } from '../../simulation/explanation.ts'
import type { NodeRow, Outcome, OutcomeRows, PodRow } from '../../simulation/outcome.ts'

const fullMessage =
  '0/5 nodes are available: 1 node(s) had untolerated taint(s), 4 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/5 nodes are available: 1 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod.'

/** An outcome with one of everything that a report can show. */
export const sampleOutcome: Outcome = {
  schemaVersion: 1,
  cluster: { name: 'ai', kubernetesVersion: '1.36.3', region: 'us-east-1' },
  settings: {
    order: 'file',
    seed: 0,
    percentageOfNodesToScore: 100,
    autoscaler: '1.36.1',
    expanders: ['priority', 'least-waste'],
    provisioning: 150,
    gpuReady: 60,
    until: 3600,
  },
  workloads: [
    {
      id: 'Deployment/coredns',
      namespace: 'kube-system',
      system: true,
      pods: 2,
      running: 2,
      pending: 0,
      gated: 0,
      evicted: 0,
      placements: [{ group: 'system', pods: 2, nodes: 2 }],
      reasons: [],
      runningAfter: { first: 0, last: 0 },
    },
    {
      id: 'Deployment/inference',
      namespace: 'default',
      at: { file: 'workloads/inference.yaml', line: 1, column: 1 },
      pods: 6,
      running: 4,
      pending: 2,
      gated: 0,
      evicted: 0,
      placements: [{ group: 'inference', pods: 4, nodes: 4 }],
      reasons: [
        {
          pods: 2,
          message: fullMessage,
          notTriggeredScaleUp: ['1 max node group size reached', '1 node(s) had untolerated taint(s)'],
          explanation:
            'Group inference (4 nodes): too little nvidia.com/gpu (the pod asks for 1, 0 free).\nNo new node of group inference: the autoscaler leaves it at its max size of 4.',
          fix: {
            change: { kind: 'raise-max-size', group: 'inference', from: 4, to: 6 },
            text: 'raise max_size of group inference from 4 to 6',
            runs: 2,
            usdPerHour: 2.012,
          },
        },
      ],
      runningAfter: { first: 250, last: 260 },
    },
    {
      id: 'JobSet/train/workers',
      namespace: 'ml',
      pods: 4,
      running: 2,
      pending: 2,
      gated: 0,
      evicted: 0,
      placements: [{ group: 'training', node: 'training-000000', pods: 2, nodes: 1 }],
      reasons: [
        {
          pods: 1,
          message: "0/5 nodes are available: 5 node(s) didn't match Pod's node affinity/selector.",
          explanation: 'No node carries the label nvidia.com/gpu.product=H100 that the pod selects.',
          trials: { made: 2, complete: false },
        },
        {
          pods: 1,
          message: '0/5 nodes are available: 5 Insufficient cpu.',
          explanation: 'The pod asks for more CPU than any node has.',
          fix: {
            change: { kind: 'lower-request', resource: 'cpu', from: '64', to: '47900m' },
            text: 'lower the cpu request from 64 to 47900m',
            runs: 1,
            usdPerHour: null,
          },
        },
      ],
      runningAfter: { first: 340, last: 340 },
      gang: { name: 'train', size: 4, complete: false },
    },
    {
      id: 'Pod/held',
      namespace: 'default',
      pods: 1,
      running: 0,
      pending: 0,
      gated: 1,
      evicted: 0,
      placements: [],
      reasons: [],
    },
    {
      id: 'Pod/low',
      namespace: 'default',
      pods: 1,
      running: 0,
      pending: 0,
      gated: 0,
      evicted: 1,
      placements: [],
      reasons: [],
    },
    {
      id: 'Pod/old',
      namespace: 'default',
      pods: 1,
      running: 1,
      pending: 0,
      gated: 0,
      evicted: 0,
      placements: [{ group: null, node: 'ip-10-0-0-9', pods: 1, nodes: 1 }],
      reasons: [],
      runningAfter: { first: 0, last: 0 },
    },
  ],
  groups: [
    {
      name: 'inference',
      instanceTypes: ['g5.xlarge', 'g5.2xlarge', 'g6.xlarge'],
      capacityType: 'spot',
      minSize: 0,
      maxSize: 4,
      from: 0,
      to: 4,
      gpus: { total: 4, used: 4 },
      usdPerNodeHour: 1.006,
    },
    {
      name: 'system',
      instanceTypes: ['m7i.large'],
      capacityType: 'on-demand',
      minSize: 2,
      maxSize: 4,
      from: 2,
      to: 2,
      gpus: { total: 0, used: 0 },
      usdPerNodeHour: 0.1008,
    },
    {
      name: 'training',
      instanceTypes: ['p9.48xlarge'],
      capacityType: 'on-demand',
      minSize: 0,
      maxSize: 1,
      from: 0,
      to: 1,
      gpus: { total: 8, used: 2 },
      usdPerNodeHour: null,
    },
  ],
  otherNodes: 1,
  loops: [
    {
      at: 0,
      options: [
        { group: 'inference', nodes: 4, pods: 4, waste: { cpu: 0.5, memory: 0.25, blended: 0.375 } },
        { group: 'training', nodes: 1, pods: 2 },
      ],
      tied: ['inference'],
      scaleUps: [{ group: 'inference', from: 0, to: 4, max: 4 }],
      scaleDowns: [],
      skippedGroups: [],
    },
    {
      at: 10,
      options: [{ group: 'training', nodes: 1, pods: 2 }],
      tied: ['training'],
      scaleUps: [{ group: 'training', from: 0, to: 1, max: 1 }],
      scaleDowns: [],
      skippedGroups: [{ group: 'inference', reason: 'max node group size reached' }],
    },
    {
      at: 3000,
      options: [],
      tied: [],
      scaleUps: [],
      scaleDowns: [{ node: 'system-000001', group: 'system', how: 'empty' }],
      skippedGroups: [],
    },
  ],
  timeline: [
    { at: 0, kind: 'pods-placed', workload: 'kube-system/Deployment/coredns', pods: 2, group: 'system' },
    { at: 0, kind: 'pods-pending', workload: 'default/Deployment/inference', pods: 6 },
    { at: 0, kind: 'scale-up', group: 'inference', from: 0, to: 4 },
    { at: 10, kind: 'scale-up', group: 'training', from: 0, to: 1 },
    { at: 150, kind: 'nodes-joined', group: 'inference', nodes: 4 },
    { at: 160, kind: 'nodes-joined', group: 'training', nodes: 1 },
    { at: 210, kind: 'gpus-ready', group: 'inference', nodes: 4 },
    { at: 210, kind: 'pods-placed', workload: 'default/Deployment/inference', pods: 4, group: 'inference' },
    { at: 220, kind: 'gpus-ready', group: 'training', nodes: 1 },
    { at: 220, kind: 'pods-placed', workload: 'ml/JobSet/train/workers', pods: 2, group: 'training' },
    {
      at: 230,
      kind: 'pods-preempted',
      workload: 'default/Pod/low',
      pods: 1,
      by: 'ml/JobSet/train/workers',
    },
    { at: 3000, kind: 'scale-down', group: 'system', nodes: 1 },
  ],
  series: [
    { at: 0, nodes: [0, 2, 0], gpus: { total: 0, used: 0 }, pods: { running: 3, pending: 10 } },
    { at: 150, nodes: [4, 2, 0], gpus: { total: 0, used: 0 }, pods: { running: 3, pending: 10 } },
    { at: 160, nodes: [4, 2, 1], gpus: { total: 0, used: 0 }, pods: { running: 3, pending: 10 } },
    { at: 210, nodes: [4, 2, 1], gpus: { total: 4, used: 4 }, pods: { running: 7, pending: 6 } },
    { at: 220, nodes: [4, 2, 1], gpus: { total: 12, used: 6 }, pods: { running: 9, pending: 4 } },
    { at: 3000, nodes: [4, 2, 1], gpus: { total: 12, used: 6 }, pods: { running: 9, pending: 4 } },
  ],
  totals: {
    pods: 15,
    running: 9,
    pending: 4,
    gated: 1,
    evicted: 1,
    recorded: 12,
    nodes: 8,
    gpus: { total: 12, used: 6, allocationPercent: 50, fragmentationPercent: 12.345 },
  },
  cost: {
    hourNow: 0.3016,
    hourAfter: 4.3256,
    monthAfter: 3157.688,
    asOf: '2026-07-20',
    region: 'us-east-1',
    notes: ['group training: no price of p9.48xlarge is known', 'Spot costs less'],
  },
  findings: [
    {
      id: 'endless-scale-up',
      severity: 'error',
      what: 'Group training scales up for Deployment/big, and the pod does not fit the node that comes.',
      why: 'The autoscaler believes in 48 CPUs; the node has 47810m for pods.',
      fix: 'lower the CPU request to 47810m',
      group: 'training',
      workload: 'default/Deployment/big',
    },
    {
      id: 'gang-in-part',
      severity: 'warning',
      what: 'JobSet/train runs 2 of the 4 pods that it needs together.',
      why: 'Its pods hold 2 GPUs and wait for the rest.',
      fix: 'raise max_size of group training to 2',
      workload: 'ml/JobSet/train/workers',
    },
  ],
  unknowns: [
    {
      what: 'instance types of node group odd',
      why: 'They are known only after apply; the group was left out.',
      at: 'aws_eks_node_group.odd',
    },
  ],
  notSimulated: [{ what: 'Ingress', why: 'it has no pods', count: 3 }],
}

/** Rows for {@link sampleOutcome}, some of them. */
export const samplePods: readonly PodRow[] = [
  {
    namespace: 'default',
    pod: 'inference-0',
    workload: 'Deployment/inference',
    phase: 'Running',
    group: 'inference',
    node: 'inference-000000',
    tied: 4,
    scores: [
      { node: 'inference-000000', total: 343, plugins: { NodeResourcesFit: 43, TaintToleration: 300 } },
      { node: 'inference-000001', total: 343, plugins: { NodeResourcesFit: 43, TaintToleration: 300 } },
    ],
  },
  {
    namespace: 'default',
    pod: 'inference-4',
    workload: 'Deployment/inference',
    phase: 'Pending',
    group: null,
    node: null,
    tied: 0,
    message: fullMessage,
  },
]

/** Nodes of {@link sampleOutcome}. */
export const sampleNodes: readonly NodeRow[] = [
  ...['000000', '000001', '000002', '000003'].map((digits) => ({
    node: `inference-${digits}`,
    group: 'inference',
    zone: 'us-east-1a',
    pods: 3,
    gpus: { total: 1, used: 1 },
    cpu: { total: 3920, used: 2100 },
    memory: { total: 14_850_000_000, used: 9_000_000_000 },
  })),
  ...['000000', '000001'].map((digits) => ({
    node: `system-${digits}`,
    group: 'system',
    zone: 'us-east-1b',
    pods: 4,
    gpus: { total: 0, used: 0 },
    cpu: { total: 1930, used: 400 },
    memory: { total: 7_000_000_000, used: 700_000_000 },
  })),
  {
    node: 'training-000000',
    group: 'training',
    zone: null,
    pods: 4,
    gpus: { total: 8, used: 2 },
    cpu: { total: 191_450, used: 8100 },
    memory: { total: 2_000_000_000_000, used: 90_000_000_000 },
  },
  {
    node: 'ip-10-0-0-9',
    group: null,
    zone: 'us-east-1a',
    pods: 1,
    gpus: { total: 0, used: 0 },
    cpu: { total: 1930, used: 100 },
    memory: { total: 7_000_000_000, used: 100_000_000 },
  },
]

/** The same as rows. */
export const sampleRows: OutcomeRows = { pods: () => samplePods, nodes: () => sampleNodes }

/** Why a pod is Pending: three kinds of rejection, and what the autoscaler said. */
export const samplePendingExplanation: Explanation = {
  namespace: 'default',
  pod: 'inference-4',
  workload: 'Deployment/inference',
  phase: 'Pending',
  node: null,
  tied: 0,
  message: fullMessage,
  state: 'final',
  nodes: [
    {
      group: 'inference',
      names: ['inference-000000', 'inference-000001', 'inference-000002', 'inference-000003'],
      count: 4,
      verdict: { kind: 'rejected', plugin: 'NodeResourcesFit', reasons: ['Insufficient nvidia.com/gpu'] },
    },
    {
      group: 'training',
      names: ['training-000000'],
      count: 1,
      verdict: { kind: 'rejected', plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'] },
    },
    {
      group: null,
      names: ['ip-10-0-0-8', 'ip-10-0-0-9'],
      count: 2,
      verdict: {
        kind: 'rejected',
        plugin: 'NodeResourcesFit',
        reasons: ['Insufficient cpu', 'Insufficient nvidia.com/gpu'],
      },
    },
  ],
  groups: [
    { group: 'inference', verdict: { kind: 'skipped', reason: 'max node group size reached' } },
    { group: 'spare', verdict: { kind: 'fits' } },
    {
      group: 'training',
      verdict: { kind: 'rejected', plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'] },
    },
  ],
}

/** Why a pod is where it is: scores of two kinds of nodes. */
export const samplePlacedExplanation: Explanation = {
  namespace: 'default',
  pod: 'inference-0',
  workload: 'Deployment/inference',
  phase: 'Running',
  node: 'inference-000000',
  tied: 12,
  state: 'at-placement',
  nodes: [
    {
      group: 'inference',
      names: Array.from({ length: 10 }, (_, index) => `inference-00000${index}`),
      count: 12,
      verdict: {
        kind: 'feasible',
        total: 343,
        scores: [
          { plugin: 'NodeResourcesFit', raw: 43, normalised: 43, weight: 1 },
          { plugin: 'TaintToleration', raw: 0, normalised: 100, weight: 3 },
        ],
      },
    },
    {
      group: 'training',
      names: ['training-000000'],
      count: 1,
      verdict: {
        kind: 'feasible',
        total: 139,
        scores: [
          { plugin: 'NodeResourcesFit', raw: 40, normalised: 40, weight: 1 },
          { plugin: 'TaintToleration', raw: 2, normalised: 33, weight: 3 },
        ],
      },
    },
  ],
  groups: [],
}

/** A comparison with something new, something gone and something changed. */
export const sampleComparison: OutcomeComparison = {
  workloads: [
    {
      id: 'Deployment/inference',
      namespace: 'default',
      running: { before: 4, after: 6 },
      pending: { before: 2, after: 0 },
      placements: {
        before: [{ group: 'inference', pods: 4 }],
        after: [
          { group: 'inference', pods: 5 },
          { group: null, pods: 1 },
        ],
      },
      messages: { before: [fullMessage], after: [] },
    },
    {
      id: 'Job/new',
      namespace: 'ml',
      running: { before: null, after: 0 },
      pending: { before: null, after: 1 },
      placements: { before: [], after: [] },
      messages: { before: [], after: ['0/8 nodes are available.'] },
    },
    {
      id: 'Pod/old',
      namespace: 'default',
      running: { before: 1, after: null },
      pending: { before: 0, after: null },
      placements: { before: [{ group: null, pods: 1 }], after: [] },
      messages: { before: [], after: [] },
    },
  ],
  groups: [
    {
      name: 'inference',
      nodes: { before: 4, after: 6 },
      instanceTypes: { before: ['g5.xlarge'], after: ['g5.xlarge', 'g6.xlarge'] },
    },
    { name: 'training', nodes: { before: 1, after: null }, instanceTypes: { before: ['p5.48xlarge'], after: null } },
  ],
  nodes: { before: 8, after: 9 },
  gpus: { before: { total: 12, used: 6 }, after: { total: 6, used: 6 } },
  hourAfter: { before: 4.3256, after: 6.3376 },
  findings: { gone: ['gang-in-part'], added: [] },
}
