import { describe, expectTypeOf, it } from 'vitest'
import type { Ref } from '../reference.ts'
import type { Given, IsLiteral, IsUnion, Length, List, Written } from './written.ts'

describe('what is written', () => {
  it('is told where it is certain', () => {
    expectTypeOf<Written<{ readonly a: 1 }, 'a'>>().toEqualTypeOf<1>()
    expectTypeOf<Written<{ readonly a: 1 }, 'b'>>().toEqualTypeOf<undefined>()
    expectTypeOf<Written<{ readonly a: undefined }, 'a'>>().toEqualTypeOf<undefined>()
    expectTypeOf<Written<{ readonly a?: 1 }, 'a'>>().toEqualTypeOf<Ref>()
    expectTypeOf<Written<Readonly<Record<string, 1>>, 'a'>>().toEqualTypeOf<Ref>()
    expectTypeOf<Written<undefined, 'a'>>().toEqualTypeOf<undefined>()
    expectTypeOf<Written<Ref, 'a'>>().toEqualTypeOf<Ref>()
  })

  it('is given, unless by a reference', () => {
    expectTypeOf<Given<'x'>>().toEqualTypeOf<true>()
    expectTypeOf<Given<string>>().toEqualTypeOf<true>()
    expectTypeOf<Given<undefined>>().toEqualTypeOf<false>()
    expectTypeOf<Given<Ref>>().toEqualTypeOf<false>()
    expectTypeOf<Given<string | Ref>>().toEqualTypeOf<false>()
  })

  it('has a length where that is known', () => {
    expectTypeOf<Length<undefined>>().toEqualTypeOf<0>()
    expectTypeOf<Length<readonly ['a', Ref]>>().toEqualTypeOf<2>()
    expectTypeOf<Length<readonly string[]>>().toEqualTypeOf<Ref>()
    expectTypeOf<List<readonly ['a', 'b']>>().toEqualTypeOf<readonly ['a', 'b']>()
    expectTypeOf<List<readonly ['a' | 'b']>>().toEqualTypeOf<Ref>()
    expectTypeOf<List<readonly 'a'[]>>().toEqualTypeOf<Ref>()
  })

  it('is one text, or may be several', () => {
    expectTypeOf<IsLiteral<'a'>>().toEqualTypeOf<true>()
    expectTypeOf<IsLiteral<string>>().toEqualTypeOf<false>()
    expectTypeOf<IsLiteral<`a${string}`>>().toEqualTypeOf<false>()
    expectTypeOf<IsUnion<'a' | 'b'>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnion<'a'>>().toEqualTypeOf<false>()
    expectTypeOf<IsUnion<never>>().toEqualTypeOf<false>()
  })
})
