/**
 * Counts by name of which a copy with a few changes costs little: a base that is shared, and the names that differ from
 * it. Preemption and nominated pods ask "what if" for one node at a time.
 */
export type LayeredCounts = {
  readonly base: ReadonlyMap<string, number>
  readonly changed: ReadonlyMap<string, number>
  /** Names of the base by rising count; made at the first question for the least. */
  readonly ascending: { names?: readonly string[] }
}

/** Counts without changes. */
export function layeredCounts(base: ReadonlyMap<string, number>): LayeredCounts {
  return { base, changed: new Map(), ascending: {} }
}

/** The count of a name; 0 for one that is not there. */
export function countOf(counts: LayeredCounts, name: string): number {
  return counts.changed.get(name) ?? counts.base.get(name) ?? 0
}

/** The same counts with `delta` more of one name. */
export function plusCount(counts: LayeredCounts, name: string, delta: number): LayeredCounts {
  const changed = new Map(counts.changed).set(name, countOf(counts, name) + delta)
  return { base: counts.base, changed, ascending: counts.ascending }
}

/** How many names there are. */
export function namesCounted({ base, changed }: LayeredCounts): number {
  let size = base.size
  for (const name of changed.keys()) if (!base.has(name)) size++
  return size
}

/** The smallest count of any name; `Infinity` when there is none. */
export function leastCount({ base, changed, ascending }: LayeredCounts): number {
  ascending.names ??= [...base.keys()].sort((a, b) => (base.get(a) ?? 0) - (base.get(b) ?? 0))
  let least = Infinity
  for (const count of changed.values()) least = Math.min(least, count)
  for (const name of ascending.names) {
    if (!changed.has(name)) return Math.min(least, base.get(name) ?? 0)
  }
  return least
}

/** Whether all counts are 0. */
export function areAllZero({ base, changed }: LayeredCounts): boolean {
  for (const count of changed.values()) if (count !== 0) return false
  for (const [name, count] of base) if (count !== 0 && !changed.has(name)) return false
  return true
}
