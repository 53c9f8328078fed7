import type { Outcome } from './outcome.ts'

/** How a figure changes from the first outcome to the second. */
export type Change<T> = { readonly before: T; readonly after: T }

/** What differs between two outcomes; what is the same is left out. */
export type OutcomeComparison = {
  readonly workloads: readonly {
    readonly id: string
    readonly namespace: string
    /** `null`: not in that outcome. */
    readonly running: Change<number | null>
    readonly pending: Change<number | null>
    /** Groups that carry it, with pods. */
    readonly placements: Change<readonly { readonly group: string | null; readonly pods: number }[]>
    /** Texts of its pending pods. */
    readonly messages: Change<readonly string[]>
  }[]
  readonly groups: readonly {
    readonly name: string
    /** Nodes at the end. */
    readonly nodes: Change<number | null>
    readonly instanceTypes: Change<readonly string[] | null>
  }[]
  readonly nodes: Change<number>
  readonly gpus: Change<{ readonly total: number; readonly used: number }>
  readonly hourAfter: Change<number | null>
  /** Ids of findings that only one of the two has. */
  readonly findings: { readonly gone: readonly string[]; readonly added: readonly string[] }
}

/** Compares what two simulations come to. */
export function compareOutcomes(before: Outcome, after: Outcome): OutcomeComparison {
  return {
    workloads: [],
    groups: [],
    nodes: { before: before.totals.nodes, after: after.totals.nodes },
    gpus: { before: before.totals.gpus, after: after.totals.gpus },
    hourAfter: { before: before.cost.hourAfter, after: after.cost.hourAfter },
    findings: { gone: [], added: [] },
  }
}
