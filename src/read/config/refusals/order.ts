import type { IsUnion } from './written.ts'

/** Whether one number is less than another, for whole numbers that are known; by the whole part where there are fractions. */
export type Less<A, B> =
  Known<A> extends infer First extends number
    ? Known<B> extends infer Second extends number
      ? LessText<`${First}`, `${Second}`>
      : false
    : false

/** One number that is known; nothing else. */
type Known<Value> =
  IsUnion<Value> extends true
    ? undefined
    : Value extends number
      ? number extends Value
        ? undefined
        : Value
      : undefined

/** Whether a number that is known is no whole one from the least to the most. */
export type OutOf<Value, Least extends number, Most extends number> = true extends
  | Less<Value, Least>
  | Less<Most, Value>
  | Fraction<Value>
  ? true
  : false

/** Whether a number that is known is no share from 0 to 1. */
export type NoShare<Value> =
  Known<Value> extends infer One extends number
    ? `${One}` extends '0' | '1' | `0.${string}` | `${string}e-${string}`
      ? false
      : true
    : false

/** Whether a number that is known is no whole one. */
export type Fraction<Value> =
  Known<Value> extends infer One extends number ? (`${One}` extends `${bigint}` ? false : true) : false

type LessText<A extends string, B extends string> = A extends `-${string}`
  ? B extends `-${string}`
    ? false
    : true
  : B extends `-${string}`
    ? false
    : LessDigits<WholePart<A>, WholePart<B>>

type WholePart<Text extends string> = Text extends `${infer Whole}.${string}` ? Whole : Text

type LessDigits<A extends string, B extends string> =
  Lengths<A, B> extends 'shorter' ? true : Lengths<A, B> extends 'longer' ? false : LessOfAsMany<A, B>

type Lengths<A extends string, B extends string> = A extends `${string}${infer RestOfA}`
  ? B extends `${string}${infer RestOfB}`
    ? Lengths<RestOfA, RestOfB>
    : 'longer'
  : B extends ''
    ? 'same'
    : 'shorter'

type LessOfAsMany<A extends string, B extends string> = A extends `${infer DigitOfA}${infer RestOfA}`
  ? B extends `${infer DigitOfB}${infer RestOfB}`
    ? DigitOfA extends DigitOfB
      ? LessOfAsMany<RestOfA, RestOfB>
      : '0123456789' extends `${string}${DigitOfA}${string}${DigitOfB}${string}`
        ? true
        : false
    : false
  : false
