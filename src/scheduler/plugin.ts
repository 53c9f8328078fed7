import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'

/**
 * Why a plugin turns a node down. `unresolvable` is kube-scheduler's UnschedulableAndUnresolvable: evicting other pods
 * would not help; otherwise it is Unschedulable, and the node is a candidate for preemption.
 */
export type Rejection = { readonly unresolvable: boolean; readonly reasons: readonly string[] }

/** One kube-scheduler filter. `version` decides between texts and codes that changed over time. */
export type FilterPlugin = {
  /** Its name in kube-scheduler's configuration. */
  readonly name: string
  /** `undefined` when the node passes. */
  filter(pod: Pod, node: NodeState, version: KubernetesVersion): Rejection | undefined
}

/** One kube-scheduler score. */
export type ScorePlugin = {
  readonly name: string
  /** Weight in the default profile. */
  readonly weight: number
  /** Integers 0–100, one for each of the feasible nodes, normalised; `undefined` when the plugin skips the pod. */
  score(pod: Pod, nodes: readonly NodeState[], version: KubernetesVersion): readonly number[] | undefined
}
