/** How a workload fares before and after; `null` where one side does not have it. */
export type WorkloadChange = {
  readonly id: string
  readonly namespace: string
  readonly before: WorkloadSide | null
  readonly after: WorkloadSide | null
}

/** One side of a {@link WorkloadChange}. */
export type WorkloadSide = {
  readonly pods: number
  readonly running: number
  readonly pending: number
  /** Groups that carry it, by name, with the number of pods; nodes outside of groups have the name ``. */
  readonly where: readonly { readonly group: string; readonly pods: number }[]
  /** Seconds until the last of its pods runs; `null` when none does. */
  readonly runningAfter: number | null
  /** FailedScheduling texts, sorted. */
  readonly messages: readonly string[]
}

/** How a node group fares before and after; `null` where one side does not have it. */
export type GroupChange = {
  readonly name: string
  readonly before: GroupSide | null
  readonly after: GroupSide | null
}

/** One side of a {@link GroupChange}. */
export type GroupSide = {
  readonly nodes: number
  readonly maxSize: number
  readonly gpus: { readonly total: number; readonly used: number }
  /** USD/hour of its nodes; `null` when it is not known. */
  readonly usdPerHour: number | null
}

/** Two figures of the same kind. */
export type Pair<T> = { readonly before: T; readonly after: T }

/** What differs between two outcomes: only workloads and groups that differ are listed, by namespace and id, or name. */
export type OutcomeComparison = {
  readonly schemaVersion: 1
  /** What each side is called, e.g. the path of its plan. */
  readonly names: Pair<string>
  readonly workloads: readonly WorkloadChange[]
  readonly groups: readonly GroupChange[]
  readonly unchangedWorkloads: number
  readonly unchangedGroups: number
  readonly pods: Pair<{ readonly running: number; readonly pending: number }>
  readonly nodes: Pair<number>
  readonly gpus: Pair<{ readonly total: number; readonly used: number }>
  readonly fragmentationPercent: Pair<number | null>
  /** USD. */
  readonly usdPerHour: Pair<number | null>
  readonly usdPerMonth: Pair<number | null>
}
