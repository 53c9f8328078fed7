import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Node } from '../../cluster/node.ts'
import type { Pod } from '../../cluster/pod.ts'
import type { Resources } from '../../cluster/resources.ts'
import type { Workload } from '../../cluster/workload.ts'
import type { NodeState } from '../../scheduler/node-state.ts'

/** How an engine is set up. */
export type EngineOptions = {
  readonly version: KubernetesVersion
  readonly objects: ClusterObjects
  /**
   * 100 (the default) scores every feasible node. Less visits nodes one after the other in the order in which they were
   * added, from where the last pod's visit ended (index 0 at first), until enough are feasible; the real kube-scheduler
   * visits with 16 threads, so which nodes make its cut is a race.
   */
  readonly percentageOfNodesToScore?: number
}

/** A node that joins. */
export type EngineNode = {
  readonly node: Node
  /** Node group, or `null` for a node outside of groups. */
  readonly group: string | null
  /** Pods that are there from its birth (DaemonSets). The same objects may serve every node of a group. */
  readonly pods?: readonly Pod[]
}

/** `count` pods of a workload, one after the other, from index `first`. */
export type PodRun = { readonly workload: number; readonly first: number; readonly count: number }

/** One pod of a registered workload. */
export type PodRef = { readonly workload: number; readonly index: number }

/** What became of one pod of a workload. */
export type PodFate =
  | { readonly kind: 'untried' }
  /** `tied`: how many nodes shared the best score; `node`'s name sorts first among them by bytes. */
  | { readonly kind: 'placed'; readonly node: string; readonly tied: number }
  /** `message`: FailedScheduling text of its last cycle, word for word. */
  | { readonly kind: 'unschedulable'; readonly message: string }

/** A pod that had to leave a node: one of a registered workload, or one that was bound from outside. */
export type DisplacedPod =
  | ({ readonly kind: 'workload' } & PodRef)
  | { readonly kind: 'bound'; readonly pod: Pod; readonly node: string }

/** A preemption. The victims have left; the pod was placed on the node that they freed. */
export type EnginePreemption = {
  readonly pod: PodRef
  readonly node: string
  readonly victims: readonly DisplacedPod[]
  /** FailedScheduling text of the cycle that found the victims. */
  readonly message: string
}

/** Pods of one workload that failed one after the other with the same text. */
export type FailedRun = PodRun & { readonly message: string }

/** What one pass over a queue did. Single pods' fates are asked of the engine. */
export type ScheduleRound = {
  /** Pods that a node took, preemptors included. */
  readonly placed: number
  readonly unschedulable: number
  /** In the order in which the pods were tried; texts are made as they are read. */
  failures(): Iterable<FailedRun>
  readonly preemptions: readonly EnginePreemption[]
}

/** Nodes that are alike to every pod: same group, same shape, pods of the same workloads. */
export type NodeBucket = {
  /** One of them, the first by name. */
  readonly state: NodeState
  readonly group: string | null
  readonly count: number
  /** Their names, sorted by bytes; made as it is called. */
  names(): readonly string[]
}

/** A node and how full it is. */
export type NodeUse = {
  readonly node: Node
  readonly group: string | null
  readonly pods: number
  readonly requested: Resources
}

/**
 * kube-scheduler over many nodes and many pods of few kinds. Every result equals placing the pods one by one with
 * `schedule` of the scheduler room; memory and time grow with nodes, request classes and placements, not with pods × nodes.
 * Not a snapshot: it changes with every call.
 */
export type Engine = {
  /** Makes a workload's pods known, untried; returns its index. Templates that are alike share a request class. */
  registerWorkload(workload: Workload): number
  readonly workloads: readonly Workload[]

  /** Throws `RangeError` for a name that is there already. */
  addNodes(nodes: readonly EngineNode[]): void
  /** Returns the pods that were there: those of workloads are untried again. Throws `RangeError` for an unknown name. */
  removeNodes(names: readonly string[]): readonly DisplacedPod[]
  /** A node of the same name with other properties: GPUs became allocatable, it was cordoned. */
  replaceNode(node: Node): void
  /** Puts a pod that is no workload's on a node, whether it fits or not. */
  bind(pod: Pod, nodeName: string): void
  /** Takes pods of workloads off their nodes: they end, or are to be scheduled anew. */
  unbind(pods: readonly PodRef[]): void
  setObjects(objects: ClusterObjects): void
  /** As they are now: placements reserve volumes, claims come with their pods, evictions use budgets up. */
  readonly objects: ClusterObjects

  /**
   * One pass over a queue: pods of higher priority first, those of equal priority in the order given. An `Int32Array`
   * holds one workload index per pod: its k-th mention of a workload is the k-th pod of it that has no node. Pods that
   * have a node are passed over.
   */
  schedule(queue: readonly PodRun[] | Int32Array): ScheduleRound

  fateOf(pod: PodRef): PodFate
  /** Position of the pod's node in the order in which nodes were added, those that went counted; −1 without a node. */
  nodeIndexOf(pod: PodRef): number
  /** How many pods of a workload have a node. */
  placedOf(workload: number): number
  readonly nodeCount: number
  /** Every node with its use, in the order in which they were added. */
  nodes(): Iterable<NodeUse>
  /** Nodes by likeness; at most as many as there are nodes. */
  buckets(): readonly NodeBucket[]
  /** The whole state of one node, or `undefined` when there is none of that name. */
  stateOf(nodeName: string): NodeState | undefined
  /** Every node's whole state, in the order in which they were added: an object per pod, so not for a million. */
  states(): readonly NodeState[]
}
