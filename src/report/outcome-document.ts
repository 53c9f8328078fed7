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

/** A document as JSON text, in pieces: one row of pods and nodes a line. Ends with a line break. */
export function* outcomeJson(document: OutcomeDocument): Iterable<string> {
  const { pods, nodes, ...outcome } = document
  // The closing brace comes after the rows.
  yield JSON.stringify(outcome, undefined, 2).slice(0, -2)
  yield* member('pods', pods)
  yield* member('nodes', nodes)
  yield '\n}\n'
}

/** Rows as NDJSON: one JSON object a line. */
export function* rowLines(rows: Iterable<PodRow>): Iterable<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`
}

function* member(name: string, rows: readonly unknown[] | null): Iterable<string> {
  yield `,\n  ${JSON.stringify(name)}: `
  if (rows === null || rows.length === 0) {
    yield rows === null ? 'null' : '[]'
    return
  }
  let before = '[\n    '
  for (const row of rows) {
    yield before + JSON.stringify(row)
    before = ',\n    '
  }
  yield '\n  ]'
}
