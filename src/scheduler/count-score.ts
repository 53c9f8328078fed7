/**
 * Brings a count to 0–100 as a share of the largest among the feasible nodes; `reverse` makes few better than many. When
 * all are 0 the result is 0, or 100 in reverse. Source: pkg/scheduler/framework/plugins/helper/normalize_score.go.
 */
export function normalizedCount(count: number, largest: number, reverse: boolean): number {
  if (largest === 0) return reverse ? 100 : 0
  const share = Math.trunc((100 * count) / largest)
  return reverse ? 100 - share : share
}

/** {@link normalizedCount} of every feasible node. */
export function normalizedCounts(counts: readonly number[], reverse: boolean): readonly number[] {
  const largest = counts.reduce((most, count) => Math.max(most, count), 0)
  return counts.map((count) => normalizedCount(count, largest, reverse))
}
