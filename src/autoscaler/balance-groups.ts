/** One of the groups that share a scale-up. */
export type SharingGroup = { readonly group: string; readonly size: number; readonly max: number }

/**
 * Shares new nodes out among groups: the smallest gets one first, until all are gone or every group is at its most. Gives
 * the new size of each group that grows. Among groups of one size the order of `groups` decides.
 * Source: cluster-autoscaler 1.36.1, processors/nodegroupset/balancing_processor.go `BalanceScaleUpBetweenGroups`.
 */
export function balanceGroups(groups: readonly SharingGroup[], newNodes: number): ReadonlyMap<string, number> {
  const open = groups
    .filter(({ size, max }) => size < max)
    .map(({ group, size, max }) => ({ group, from: size, to: size, max }))
    .sort((a, b) => a.from - b.from)
  let left = newNodes
  while (left > 0) {
    const growing = open.filter(({ to, max }) => to < max)
    const smallest = growing[0]
    if (smallest === undefined) break
    const level = Math.min(...growing.map(({ to }) => to))
    const lowest = growing.filter(({ to }) => to === level)
    const next = Math.min(
      ...growing.filter(({ to }) => to > level).map(({ to }) => to),
      ...lowest.map(({ max }) => max),
    )
    // Whole rounds at once; what does not fill a round goes to the first ones.
    const rounds = Math.min(next - level, Math.floor(left / lowest.length))
    for (const group of lowest) group.to += rounds
    left -= rounds * lowest.length
    if (rounds > 0) continue
    for (const group of lowest.slice(0, left)) group.to += 1
    left = 0
  }
  return new Map(open.filter(({ from, to }) => to > from).map(({ group, to }) => [group, to]))
}
