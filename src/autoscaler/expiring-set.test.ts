import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ExpiringSet, holds, keysAt, noKeys, withKeys } from './expiring-set.ts'

it('holds each key until its time, the last one that was said', () => {
  const first = withKeys(noKeys<string>(), ['a', 'b'], { now: 0, until: 10 })
  const second = withKeys(first, ['b'], { now: 5, until: 20 })
  expect(['a', 'b', 'c'].map((name) => holds(second, name, 10))).toEqual([true, true, false])
  expect(keysAt(second, 11)).toEqual(['b'])
  expect(keysAt(first, 10)).toEqual(['a', 'b'])
  expect(keysAt(noKeys<string>(), 0)).toEqual([])
})

it('says what one map of all keys says', () => {
  const step = fc.record({
    pause: fc.integer({ min: 0, max: 8 }),
    lasts: fc.integer({ min: 0, max: 20 }),
    added: fc.array(
      fc.integer({ min: 0, max: 40 }).map((id) => `n-${id}`),
      { maxLength: 30 },
    ),
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
        const expected = [...plain].filter(([, until]) => until >= now).map(([name]) => name)
        expect([...keysAt(names, now)].sort()).toEqual(expected.sort())
      }
    }),
  )
})
