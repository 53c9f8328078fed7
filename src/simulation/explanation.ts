/** One plugin's score of one node: `raw`, then `normalised` to 0–100, then times `weight`. */
export type ExplainedScore = {
  readonly plugin: string
  readonly raw: number
  readonly normalised: number
  readonly weight: number
}

/** Nodes that are alike for a pod, and what the scheduler makes of them. */
export type ExplainedNodes = {
  readonly group: string | null
  /** The names, in the order of bytes; at most ten of them. */
  readonly names: readonly string[]
  readonly count: number
  readonly verdict:
    | { readonly kind: 'rejected'; readonly plugin: string; readonly reasons: readonly string[] }
    | { readonly kind: 'feasible'; readonly total: number; readonly scores: readonly ExplainedScore[] }
}

/** What the autoscaler thinks of a group for a pod. */
export type ExplainedGroup = {
  readonly group: string
  readonly verdict:
    | { readonly kind: 'fits' }
    /** A filter turned the group's template down. */
    | { readonly kind: 'rejected'; readonly plugin: string; readonly reasons: readonly string[] }
    /** Left out before the pod was tried, e.g. at its max size. */
    | { readonly kind: 'skipped'; readonly reason: string }
}

/** Why one pod is where it is, or nowhere. */
export type Explanation = {
  readonly namespace: string
  readonly pod: string
  readonly workload: string
  readonly phase: 'Running' | 'Pending' | 'Gated' | 'Evicted'
  readonly node: string | null
  readonly tied: number
  /** FailedScheduling text of a pod that is Pending; of one that runs where others had to leave for it, that of the cycle that found them. */
  readonly message?: string
  /** `at-placement`: the cluster when the pod was placed. `final`: the cluster at the end, without the pod itself. */
  readonly state: 'at-placement' | 'final'
  readonly nodes: readonly ExplainedNodes[]
  /** Empty without an autoscaler. */
  readonly groups: readonly ExplainedGroup[]
}
