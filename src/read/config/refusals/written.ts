import type { Ref } from '../reference.ts'

/**
 * What is written for an attribute: its type, `undefined` where it is left out, and {@link Ref} where the types do not tell,
 * because it is a reference, or optional in the type of a variable. Rules refuse what is certain only.
 */
export type Written<Of, Name extends PropertyKey> = Of extends Ref
  ? Ref
  : Of extends object
    ? string extends keyof Of
      ? Ref
      : Name extends keyof Of
        ? Certain<Of[Name]>
        : undefined
    : undefined

type Certain<Value> = 0 extends 1 & Value
  ? Ref
  : [Value] extends [undefined]
    ? undefined
    : undefined extends Value
      ? Ref
      : Value

/** What counts for an attribute with a default. */
export type WrittenOr<Of, Name extends PropertyKey, Default> =
  Written<Of, Name> extends infer Value ? ([Value] extends [undefined] ? Default : Value) : never

/** Whether an attribute is given, and not by a reference, which may be null. */
export type Given<Value> = [Value] extends [undefined]
  ? false
  : [Extract<Value, undefined | Ref>] extends [never]
    ? true
    : false

/** Whether a value is of a type for certain. */
export type Is<Value, Type> = [Value] extends [Type] ? true : false

/** The negation of a condition that holds or does not for certain. */
export type Not<Condition extends boolean> = [Condition] extends [true] ? false : true

/** Whether a type is a union. */
export type IsUnion<Type, All = Type> = [Type] extends [never]
  ? false
  : (Type extends unknown ? ([All] extends [Type] ? false : true) : never) extends false
    ? false
    : true

/** Whether a string is known whole, which one of a variable or with a variable in it is not. */
export type IsLiteral<Text> = Text extends string ? (NoKeys extends Readonly<Record<Text, 1>> ? false : true) : false

/** Lacks a key that is known, and none of those that are not. */
type NoKeys = Readonly<Record<never, never>>

/** A list whose length and elements are known; `[]` where it is left out, {@link Ref} where they are not known. */
export type List<Value> = [Value] extends [undefined]
  ? readonly []
  : [Value] extends [readonly unknown[]]
    ? number extends Value['length']
      ? Ref
      : IsUnion<Value> extends true
        ? Ref
        : HasChoice<Value> extends true
          ? Ref
          : Value
    : Ref

/** Whether an element of a tuple may be one or the other. */
type HasChoice<Elements> = Elements extends readonly [infer First, ...infer Rest]
  ? IsUnion<First> extends true
    ? true
    : HasChoice<Rest>
  : false

/** The length of a list, where that is known; {@link Ref} otherwise. */
export type Length<Value> = [Value] extends [undefined]
  ? 0
  : [Value] extends [readonly unknown[]]
    ? number extends Value['length']
      ? Ref
      : Value['length']
    : Ref

/** Whether a list has elements for certain. */
export type HasElements<Value> =
  Length<Value> extends infer Count ? (Count extends 0 ? false : Is<Count, number>) : false

/** Whether an object has keys, all of them known. */
export type HasKeys<Value> =
  Given<Value> extends true ? (string extends keyof Value ? false : Not<Is<keyof Value, never>>) : false
