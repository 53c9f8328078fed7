import type { PodRow } from './outcome.ts'

/** What one scoring plugin says of a node. */
export type PluginScore = {
  readonly plugin: string
  /** As the plugin counts, before normalising. */
  readonly raw: number
  /** 0 to 100. */
  readonly normalized: number
  readonly weight: number
  /** `normalized` × `weight`. */
  readonly weighted: number
}

/** Nodes of one group that fare alike for a pod: all rejected for the same reasons, or all with the same scores. */
export type ExplainedNodes = {
  /** `null` for nodes outside of groups. */
  readonly group: string | null
  readonly nodes: number
  /** The one whose name is first by bytes. */
  readonly example: string
  readonly verdict:
    | {
        readonly kind: 'rejected'
        /** The first filter that said no, e.g. `NodeResourcesFit`. */
        readonly plugin: string
        /** Its texts, e.g. `Insufficient nvidia.com/gpu`. */
        readonly reasons: readonly string[]
        /** The same with the numbers, in plain words, e.g. `asks 4 nvidia.com/gpu, 1 of 1 is free`. */
        readonly detail?: string
        /** Whether taking pods away could help. */
        readonly resolvable: boolean
      }
    | {
        readonly kind: 'feasible'
        readonly total: number
        readonly scores: readonly PluginScore[]
        /** Whether the pod went to one of them: the example. */
        readonly chosen: boolean
      }
}

/** What the autoscaler made of a node group for the pod. */
export type ExplainedGroup = {
  readonly group: string
  readonly verdict: 'fits' | 'rejected' | 'skipped'
  /** The autoscaler's words; empty for `fits`. */
  readonly reasons: readonly string[]
}

/** Why one pod is where it is, or nowhere: its last scheduling cycle, laid open. */
export type Explanation = {
  readonly pod: PodRow
  /** Seconds from the start at which that cycle was. */
  readonly at: number
  /** By group, then rejected ones before feasible ones, best score first. Empty for a pod that is held by gates. */
  readonly nodes: readonly ExplainedNodes[]
  /** The node groups that the autoscaler weighed for it, by name; absent when it never had to. */
  readonly groups?: readonly ExplainedGroup[]
  /** Pods that it pushed out, as `namespace/name`. */
  readonly preempted?: { readonly node: string; readonly victims: readonly string[] }
  /** Names of the gates that hold it. */
  readonly gates?: readonly string[]
}
