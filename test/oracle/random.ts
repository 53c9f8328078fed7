/** A seeded source of chance: the same seed gives the same cases on every machine. */
export type Random = {
  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** Whether something of this probability happens. */
  chance(probability: number): boolean
  /** One of the values, each as likely. Throws a `RangeError` when there is none. */
  pick<T extends NonNullable<unknown>>(values: readonly T[]): T
  /** Some of the values, each with the probability, in their order. */
  some<T>(values: readonly T[], probability: number): readonly T[]
  /** As many made values as a number from `low` to `high`. */
  list<T>(low: number, high: number, make: (index: number) => T): readonly T[]
  /** The values in another order. */
  shuffle<T>(values: readonly T[]): readonly T[]
}

/** Mulberry32: 32 bits of state, good enough to pick test cases by. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return {
    integer,
    chance: (probability) => next() < probability,
    pick(values) {
      const value = values[integer(0, values.length - 1)]
      if (value === undefined) throw new RangeError('nothing to pick from')
      return value
    },
    some: (values, probability) => values.filter(() => next() < probability),
    list: (low, high, make) => Array.from({ length: integer(low, high) }, (_, index) => make(index)),
    shuffle: (values) =>
      values
        .map((value) => ({ value, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value),
  }
}
