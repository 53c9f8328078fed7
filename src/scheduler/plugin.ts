import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * Why a plugin turns a node (or, before any node is looked at, the pod) down. `unresolvable` is kube-scheduler's
 * UnschedulableAndUnresolvable: evicting other pods would not help; otherwise it is Unschedulable, and the node is a
 * candidate for preemption.
 */
export type Rejection = { readonly unresolvable: boolean; readonly reasons: readonly string[] }

/** A pod that came to a node, or left it, since the snapshot was taken: kube-scheduler's AddPod and RemovePod. */
export type PodChange = { readonly kind: 'added' | 'removed'; readonly pod: Pod; readonly node: Node }

/** A filter that has looked at the pod and the whole snapshot once, and can be asked about each node. */
export type PreparedFilter = {
  /** `undefined` when the node passes. */
  rejectionOn(state: NodeState): Rejection | undefined
  /** The same filter after a change on one node; absent when it reads nothing but the state of the node it is asked about. */
  after?(change: PodChange): PreparedFilter
}

/** What kube-scheduler's PreFilter says of a pod. */
export type PreFilterResult =
  /** The plugin has nothing to do with the pod: no node is asked about. */
  | { readonly kind: 'skip' }
  /** No node will do. */
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Each node is to be asked, or only those that are named. */
  | { readonly kind: 'ready'; readonly filter: PreparedFilter; readonly nodeNames?: ReadonlySet<string> }

/** One kube-scheduler filter, with its PreFilter when it has one. */
export type FilterPlugin = {
  /** Its name in kube-scheduler's configuration. */
  readonly name: string
  /** Runs once for a pod; whatever depends on all nodes is counted here, so that a cycle costs O(nodes). */
  prepare(pod: Pod, snapshot: Snapshot): PreFilterResult
}

/** A score that has looked at the pod, the snapshot and all feasible nodes once. */
export type PreparedScore = {
  /** The raw score of one feasible node, an integer. */
  scoreOf(state: NodeState): number
  /** Turns the raw scores of all feasible nodes, in their order, into 0–100; absent when they are that already. */
  normalize?(raw: readonly number[], feasible: readonly NodeState[]): readonly number[]
}

/** One kube-scheduler score, with its PreScore. */
export type ScorePlugin = {
  readonly name: string
  /** Weight in the default profile. */
  readonly weight: number
  /** `undefined` when the plugin skips the pod. */
  prepare(pod: Pod, feasible: readonly NodeState[], snapshot: Snapshot): PreparedScore | undefined
}
