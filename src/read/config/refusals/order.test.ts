import { describe, expectTypeOf, it } from 'vitest'
import type { Less, NoShare, OutOf } from './order.ts'

describe('numbers in types', () => {
  it('are compared where they are known', () => {
    expectTypeOf<Less<2, 10>>().toEqualTypeOf<true>()
    expectTypeOf<Less<10, 2>>().toEqualTypeOf<false>()
    expectTypeOf<Less<119, 120>>().toEqualTypeOf<true>()
    expectTypeOf<Less<120, 119>>().toEqualTypeOf<false>()
    expectTypeOf<Less<7, 7>>().toEqualTypeOf<false>()
    expectTypeOf<Less<-1, 0>>().toEqualTypeOf<true>()
    expectTypeOf<Less<0, -1>>().toEqualTypeOf<false>()
    expectTypeOf<Less<0.5, 1>>().toEqualTypeOf<true>()
    expectTypeOf<Less<number, 1>>().toEqualTypeOf<false>()
    expectTypeOf<Less<1, number>>().toEqualTypeOf<false>()
    expectTypeOf<Less<{ readonly $ref: string }, 1>>().toEqualTypeOf<false>()
  })

  it('lie in a range, or do not', () => {
    expectTypeOf<OutOf<1, 1, 100>>().toEqualTypeOf<false>()
    expectTypeOf<OutOf<100, 1, 100>>().toEqualTypeOf<false>()
    expectTypeOf<OutOf<0, 1, 100>>().toEqualTypeOf<true>()
    expectTypeOf<OutOf<101, 1, 100>>().toEqualTypeOf<true>()
    expectTypeOf<OutOf<1.5, 1, 100>>().toEqualTypeOf<true>()
    expectTypeOf<OutOf<number, 1, 100>>().toEqualTypeOf<false>()
    expectTypeOf<OutOf<undefined, 1, 100>>().toEqualTypeOf<false>()
  })

  it('are shares, or are not', () => {
    expectTypeOf<NoShare<0 | 0.25 | 1 | 1e-7>>().toEqualTypeOf<false>()
    expectTypeOf<NoShare<1.5>>().toEqualTypeOf<true>()
    expectTypeOf<NoShare<-0.5>>().toEqualTypeOf<true>()
    expectTypeOf<NoShare<50>>().toEqualTypeOf<true>()
    expectTypeOf<NoShare<number>>().toEqualTypeOf<false>()
  })
})
