import type { NodeRow, Outcome, OutcomeRows, PodRow } from '../simulation/outcome.ts'

/** The most pods, and the most nodes, that a document lists; more come as NDJSON only. */
export const mostRows = 20_000

/** The JSON form of a simulation: `schemas/outcome.schema.json`. */
export type OutcomeDocument = Outcome & {
  /** Every pod, or `null` where there are more than 20,000: `--each-pod` streams them. */
  readonly pods: readonly PodRow[] | null
  /** Every node, or `null` where there are more than 20,000. */
  readonly nodes: readonly NodeRow[] | null
}

/** Puts an outcome and its rows into one document. */
export function outcomeDocument(outcome: Outcome, rows: OutcomeRows): OutcomeDocument {
  return {
    ...outcome,
    pods: listed(() => rows.pods(), outcome.totals.pods + outcome.totals.recorded),
    nodes: listed(() => rows.nodes(), outcome.totals.nodes),
  }
}

function listed<T>(rows: () => Iterable<T>, count: number): readonly T[] | null {
  return count > mostRows ? null : [...rows()]
}
