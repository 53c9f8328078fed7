import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ExpiringSet, holds, noKeys, withKeys } from './expiring-set.ts'

it('holds each key until its time, the last one that was said', () => {
  const first = withKeys(noKeys<string>(), ['a', 'b'], { now: 0, until: 10 })
  const second = withKeys(first, ['b'], { now: 5, until: 20 })
  expect(['a', 'b', 'c'].map((name) => holds(second, name, 10))).toEqual([true, true, false])
  const at = (set: ExpiringSet<string>, now: number) => ['a', 'b', 'c'].filter((key) => holds(set, key, now))
  expect(at(second, 11)).toEqual(['b'])
  expect(at(first, 10)).toEqual(['a', 'b'])
  expect(at(noKeys(), 0)).toEqual([])
})

it('says what one map of all keys says', () => {
  const all = Array.from({ length: 41 }, (_, id) => `n-${id}`)
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 8 }),
    lasts: fc.integer({ min: 0, max: 20 }),
    added: fc.array(fc.constantFrom(...all), { maxLength: 30 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const plain = new Map<string, number>()
      let names: ExpiringSet<string> = noKeys<string>()
      let now = 0
      for (const { pause, lasts, added } of steps) {
        now += pause
        names = withKeys(names, added, { now, until: now + lasts })
        for (const name of added) plain.set(name, now + lasts)
        const expected = all.filter((name) => (plain.get(name) ?? -1) >= now)
        expect(all.filter((name) => holds(names, name, now))).toEqual(expected)
      }
    }),
  )
})
