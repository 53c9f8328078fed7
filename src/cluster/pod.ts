import type { Labels } from './labels.ts'
import type { NodeSelectorTerm } from './node-selector.ts'
import type { Resources } from './resources.ts'
import type { Toleration } from './toleration.ts'

/** A preference for nodes, with its weight 1–100. */
type PreferredNodeSelectorTerm = { readonly weight: number; readonly preference: NodeSelectorTerm }

/** A pod as the scheduler sees it. */
export type Pod = {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly priority: number
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
  /** The node it is bound to. */
  readonly nodeName?: string
  readonly nodeSelector: Labels
  /** `undefined` when there is no required node affinity; an empty list matches nothing. */
  readonly requiredNodeTerms?: readonly NodeSelectorTerm[]
  readonly preferredNodeTerms: readonly PreferredNodeSelectorTerm[]
  readonly tolerations: readonly Toleration[]
  /** What filters count: see `effectiveRequests`. */
  readonly requests: Resources
  /** What scores count: as `requests`, with 100 millicores and 200 MiB for each container that asks for none. */
  readonly scoredRequests: { readonly milliCpu: number; readonly memory: number }
  /** Milliseconds since 1970 at which it was created; older pods go first and survive preemption longer. */
  readonly createdAt: number
}
