import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areAllZero, countOf, layeredCounts, leastCount, namesCounted, plusCount } from './layered-counts.ts'

const names = fc.constantFrom('a', 'b', 'c', 'd', '')

test('changes on top of a base count as if they had been in it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(names, fc.nat(3)),
      fc.array(fc.tuple(names, fc.integer({ min: -2, max: 2 }))),
      (base, changes) => {
        const expected = new Map(Object.entries(base))
        let counts = layeredCounts(new Map(expected))
        for (const [name, delta] of changes) {
          counts = plusCount(counts, name, delta)
          expected.set(name, (expected.get(name) ?? 0) + delta)
        }
        const values = [...expected.values()]
        expect(namesCounted(counts)).toBe(expected.size)
        expect(leastCount(counts)).toBe(values.reduce((least, value) => Math.min(least, value), Infinity))
        expect(areAllZero(counts)).toBe(values.every((value) => value === 0))
        for (const [name, value] of expected) expect(countOf(counts, name)).toBe(value)
      },
    ),
  )
})
