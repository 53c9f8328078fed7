/** Where the real autoscaler chooses at random. Seed 0 stands for always taking the first, so that results can be read. */
export type Random = {
  /** An integer from 0 to `below` − 1. */
  next(below: number): number
  /** The same entries, in an order of chance. */
  shuffled<Entry>(entries: readonly Entry[]): readonly Entry[]
  /** To go on from later. */
  state(): number
}

/** A source of choices that gives the same for the same seed. Generator: mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (below: number): number => {
    if (seed === 0 || below <= 1) return 0
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
  return {
    next,
    shuffled(entries) {
      if (seed === 0) return entries
      const result = [...entries]
      for (let end = result.length; end > 1; end -= 1) {
        const from = next(end)
        const [last, chosen] = [result[end - 1], result[from]]
        if (last !== undefined && chosen !== undefined) {
          result[end - 1] = chosen
          result[from] = last
        }
      }
      return result
    },
    // 0 would mean: always the first.
    state: () => (seed === 0 ? 0 : state === 0 ? 1 : state),
  }
}
