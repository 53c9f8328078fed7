/**
 * Keys that each hold until a time. Those that came lately are kept apart from the many that stay, so that a loop which adds a few
 * does not copy all.
 */
export type ExpiringSet<Key> = {
  readonly settled: ReadonlyMap<Key, number>
  readonly recent: ReadonlyMap<Key, number>
}

/** A set without keys. */
export function noKeys<Key>(): ExpiringSet<Key> {
  return { settled: new Map(), recent: new Map() }
}

/** Whether a key still holds at the second `now`. */
export function holds<Key>({ settled, recent }: ExpiringSet<Key>, key: Key, now: number): boolean {
  const until = recent.get(key) ?? settled.get(key)
  return until !== undefined && until >= now
}

/** With further keys, which hold until `until`. What has ended before `now` goes when the two parts are put together. */
export function withKeys<Key>(
  set: ExpiringSet<Key>,
  added: readonly Key[],
  { now, until }: { readonly now: number; readonly until: number },
): ExpiringSet<Key> {
  if (added.length === 0) return set
  const recent = new Map(set.recent)
  for (const key of added) recent.set(key, until)
  if (recent.size * 8 < set.settled.size) return { settled: set.settled, recent }
  const settled = new Map<Key, number>()
  for (const [key, end] of set.settled) if (end >= now && !recent.has(key)) settled.set(key, end)
  for (const [key, end] of recent) if (end >= now) settled.set(key, end)
  return { settled, recent: new Map() }
}
