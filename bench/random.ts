/** Numbers that look random and are the same in every run. */
export type Random = {
  /** From 0 to below 1. */
  unit(): number
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  shuffle(values: Int32Array): void
}

/** A generator (mulberry32) that begins with `seed`. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(unit() * limit)
  return {
    unit,
    below,
    shuffle(values) {
      for (let at = values.length - 1; at > 0; at--) {
        const other = below(at + 1)
        const value = values[at] ?? 0
        values[at] = values[other] ?? 0
        values[other] = value
      }
    },
  }
}
