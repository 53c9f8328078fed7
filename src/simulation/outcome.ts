import type { Unknown } from '../cluster/cluster.ts'
import type { SourcePosition } from '../cluster/workload.ts'

/** Version of {@link Outcome}'s JSON form; raised when a field changes its meaning or goes. */
export const outcomeSchemaVersion = 1

/** Some pods of a workload, at the end of the simulation, that fare alike. */
export type Placement = {
  /** Node group, or `null` for nodes outside of groups. */
  readonly group: string | null
  /** The node's name, where there is only one such node. */
  readonly node?: string
  readonly pods: number
  /** Number of nodes that carry them. */
  readonly nodes: number
}

/** Why some pods of a workload stay Pending. */
export type PendingReason = {
  readonly pods: number
  /** kube-scheduler's FailedScheduling text, word for word. */
  readonly message: string
  /** The autoscaler's NotTriggerScaleUp reasons, sorted; absent when it had no part in it. */
  readonly notTriggeredScaleUp?: readonly string[]
  /** The same in plain words, one line for each reason. */
  readonly explanation: string
  /** The one change that would let them run, tried in the engine; absent when no single change of those tried does. */
  readonly fix?: Fix
  /** Absent where none was looked for: by the caller's wish, and for pods of DaemonSets. */
  readonly trials?: Trials
}

/** How a fix was looked for. */
export type Trials = {
  /** Single changes that were tried, each by a run of the whole simulation. */
  readonly made: number
  /** Whether that was all there was to try: false when some were left out, for want of runs. */
  readonly complete: boolean
}

/** A single change and what it does when it is tried. */
export type Fix = {
  readonly change:
    | { readonly kind: 'add-toleration'; readonly key: string; readonly value: string; readonly effect: string }
    | { readonly kind: 'remove-node-selector'; readonly key: string; readonly value: string }
    | { readonly kind: 'add-template-label'; readonly group: string; readonly key: string; readonly value: string }
    | { readonly kind: 'raise-max-size'; readonly group: string; readonly from: number; readonly to: number }
    | { readonly kind: 'change-instance-type'; readonly group: string; readonly from: string; readonly to: string }
    | { readonly kind: 'lower-request'; readonly resource: string; readonly from: string; readonly to: string }
    | { readonly kind: 'add-resource-tag'; readonly group: string; readonly resource: string; readonly amount: string }
    | { readonly kind: 'raise-limit'; readonly flag: string; readonly from: string; readonly to: string }
    | { readonly kind: 'relax-spread'; readonly topologyKey: string }
    | { readonly kind: 'relax-affinity'; readonly topologyKey: string }
  /** The change in words, as a thing to do. */
  readonly text: string
  /** How many of the pods run with it. */
  readonly runs: number
  /** USD/hour that it adds; `null` when a price is not known. */
  readonly usdPerHour: number | null
}

/** The fate of one workload. */
export type WorkloadOutcome = {
  /** `Deployment/web` or `JobSet/train/workers`. */
  readonly id: string
  readonly namespace: string
  readonly at?: SourcePosition
  /** Set for what runs in the cluster by itself: CoreDNS, the autoscaler, the plan's DaemonSets. */
  readonly system?: true
  /** Always `running + pending + gated + evicted`; of a DaemonSet: one for each node that it wants. */
  readonly pods: number
  readonly running: number
  readonly pending: number
  /** Held by scheduling gates. */
  readonly gated: number
  /** Bare pods that were preempted: nothing makes them again. */
  readonly evicted: number
  readonly placements: readonly Placement[]
  readonly reasons: readonly PendingReason[]
  /** Seconds from the start until the first and the last of its pods runs; absent when none does. */
  readonly runningAfter?: { readonly first: number; readonly last: number }
  /** Set for pods that help only together; `groups` where there is one such gang of `size` after the other. */
  readonly gang?: {
    readonly name: string
    readonly size: number
    readonly complete: boolean
    readonly groups?: { readonly count: number; readonly complete: number }
  }
}

/** What a node group becomes. */
export type GroupOutcome = {
  readonly name: string
  readonly instanceTypes: readonly string[]
  readonly capacityType: 'on-demand' | 'spot' | 'capacity-block'
  readonly minSize: number
  readonly maxSize: number
  /** Nodes at the start and at the end. */
  readonly from: number
  readonly to: number
  readonly gpus: { readonly total: number; readonly used: number }
  /** On-Demand USD/hour of one node, 0 in a Capacity Block, which is paid when it is bought; `null` when it is not known. */
  readonly usdPerNodeHour: number | null
}

/** One option that the expander had. */
export type LoopOption = {
  readonly group: string
  readonly nodes: number
  readonly pods: number
  /** Shares of the new nodes' capacity that would lie idle, where least-waste looked. */
  readonly waste?: { readonly cpu: number; readonly memory: number; readonly blended: number }
}

/** One loop of the autoscaler that did something or had something to say. */
export type LoopOutcome = {
  /** Seconds from the start. */
  readonly at: number
  readonly options: readonly LoopOption[]
  /** The groups among which the last expander chose at random or by seed; one when there was no tie. */
  readonly tied: readonly string[]
  readonly scaleUps: readonly {
    readonly group: string
    readonly from: number
    readonly to: number
    readonly max: number
  }[]
  readonly scaleDowns: readonly { readonly node: string; readonly group: string; readonly how: 'empty' | 'drain' }[]
  /** Groups left out before any pod was tried, with the reason. */
  readonly skippedGroups: readonly { readonly group: string; readonly reason: string }[]
}

/** One thing that happens, in order. `at` is in seconds from the start. */
export type TimelineEvent =
  | {
      readonly at: number
      readonly kind: 'pods-placed'
      readonly workload: string
      readonly pods: number
      readonly group: string | null
    }
  | { readonly at: number; readonly kind: 'pods-pending'; readonly workload: string; readonly pods: number }
  | {
      readonly at: number
      readonly kind: 'pods-preempted'
      readonly workload: string
      readonly pods: number
      readonly by: string
    }
  | {
      readonly at: number
      readonly kind: 'scale-up'
      readonly group: string
      readonly from: number
      readonly to: number
    }
  | { readonly at: number; readonly kind: 'nodes-joined'; readonly group: string; readonly nodes: number }
  | { readonly at: number; readonly kind: 'gpus-ready'; readonly group: string; readonly nodes: number }
  | { readonly at: number; readonly kind: 'scale-down'; readonly group: string; readonly nodes: number }

/** How the cluster stands at one moment; there is one for the start and one for every moment at which something changed. */
export type SeriesPoint = {
  /** Seconds from the start. */
  readonly at: number
  /** Nodes that have joined, by group, in the order of {@link Outcome.groups}; nodes outside of groups are not counted. */
  readonly nodes: readonly number[]
  /** Allocatable GPUs, and those that placed pods hold, on all nodes. */
  readonly gpus: { readonly total: number; readonly used: number }
  readonly pods: { readonly running: number; readonly pending: number }
}

/** A contradiction that the simulation found, e.g. a scale-up that never ends. */
export type SimulationFinding = {
  /** Kebab-case rule id that never changes. */
  readonly id: string
  readonly severity: 'error' | 'warning' | 'info'
  /** What is wrong, one sentence, naming group and workload, with the numbers. */
  readonly what: string
  readonly why: string
  readonly fix: string
  readonly group?: string
  readonly workload?: string
}

/** Money, USD. `null` when a price is not known. */
export type OutcomeCost = {
  readonly hourNow: number | null
  readonly hourAfter: number | null
  /** 730 hours of `hourAfter`. */
  readonly monthAfter: number | null
  readonly asOf: string
  readonly region: string
  /** What the figures leave out. */
  readonly notes: readonly string[]
}

/** The whole result of a simulation, as data; what depends on single pods or nodes comes from {@link OutcomeRows}. */
export type Outcome = {
  readonly schemaVersion: typeof outcomeSchemaVersion
  readonly cluster: { readonly name: string; readonly kubernetesVersion: string; readonly region: string | null }
  readonly settings: {
    readonly order: 'file' | 'grouped' | 'shuffled'
    readonly seed: number
    readonly percentageOfNodesToScore: number
    readonly autoscaler: string | null
    readonly expanders: readonly string[]
    /** Seconds. */
    readonly provisioning: number
    readonly gpuReady: number
    readonly until: number | null
  }
  readonly workloads: readonly WorkloadOutcome[]
  readonly groups: readonly GroupOutcome[]
  /** Nodes outside of groups. */
  readonly otherNodes: number
  readonly loops: readonly LoopOutcome[]
  readonly timeline: readonly TimelineEvent[]
  /** By `at`, ascending; what charts are drawn from. */
  readonly series: readonly SeriesPoint[]
  readonly totals: {
    readonly pods: number
    readonly running: number
    readonly pending: number
    readonly gated: number
    readonly evicted: number
    /** Pods that were bound at the start, those of DaemonSets aside; they count in none of the other figures. */
    readonly recorded: number
    readonly nodes: number
    readonly gpus: {
      readonly total: number
      readonly used: number
      /** Used of total, 0 to 100; `null` without GPUs. */
      readonly allocationPercent: number | null
      /** Idle GPUs that a typical pod of the workloads cannot use where they are, of all GPUs, 0 to 100: see `fragmentedGpus`. */
      readonly fragmentationPercent: number | null
    }
  }
  readonly cost: OutcomeCost
  readonly findings: readonly SimulationFinding[]
  readonly unknowns: readonly Unknown[]
  /** Objects and fields that were met and not simulated. */
  readonly notSimulated: readonly { readonly what: string; readonly why: string; readonly count: number }[]
}

/** One pod at the end. */
export type PodRow = {
  readonly namespace: string
  readonly pod: string
  readonly workload: string
  readonly phase: 'Running' | 'Pending' | 'Gated' | 'Evicted'
  readonly group: string | null
  readonly node: string | null
  /** How many nodes shared the best score when it was placed; 0 for a pod that was not. */
  readonly tied: number
  /** FailedScheduling text of a pod that is Pending; of one that runs where others had to leave for it, that of the cycle that found them. */
  readonly message?: string
  /**
   * With `--scores`: every feasible node of the cycle that placed it, names ascending by bytes. Empty when only one node
   * was feasible, which is taken without scoring.
   */
  readonly scores?: readonly NodeScores[]
}

/** What the scoring plugins say of one node, weights included. */
export type NodeScores = {
  readonly node: string
  readonly total: number
  /** Normalised score × weight by plugin name, e.g. `NodeResourcesFit`. */
  readonly plugins: Readonly<Record<string, number>>
}

/** One node at the end. */
export type NodeRow = {
  readonly node: string
  readonly group: string | null
  readonly zone: string | null
  readonly pods: number
  readonly gpus: { readonly total: number; readonly used: number }
  readonly cpu: { readonly total: number; readonly used: number }
  /** Bytes. */
  readonly memory: { readonly total: number; readonly used: number }
}

/** What an outcome has for each pod and each node: made as it is read, so that a million rows need no memory. */
export type OutcomeRows = {
  /** Workloads in the outcome's order, pods by index; then the pods that were bound at the start. */
  pods(): Iterable<PodRow>
  nodes(): Iterable<NodeRow>
}
