/**
 * The known name that a misspelt one most likely means, or `undefined` when none is near: one third of its letters may
 * differ (at least one, swapped neighbours count once), and a name that the other starts with or holds is near as well.
 */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const allowed = Math.max(1, Math.floor(wrong.length / 3))
  let best: { readonly name: string; readonly distance: number } | undefined
  for (const name of [...known].sort()) {
    const distance = editDistance(fold(wrong), fold(name))
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name, distance }
  }
  if (best !== undefined) return best.name
  return [...known]
    .sort()
    .find(
      (name) =>
        wrong.length >= 3 && name.length >= 3 && (fold(name).includes(fold(wrong)) || fold(wrong).includes(fold(name))),
    )
}

/** Letters alone decide: `instanceTypes`, `instance-types` and `instance_types` are one. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '')
}

/** Edit distance with swapped neighbours (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(substitution, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
