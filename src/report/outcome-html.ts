import type { Outcome, OutcomeRows } from '../simulation/outcome.ts'

/** A whole simulation as one page that needs nothing else. */
export function formatOutcomeHtml(_outcome: Outcome, _rows: OutcomeRows): string {
  return '<!doctype html>'
}
