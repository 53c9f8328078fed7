/** Stands for what only an apply can tell, such as the id of a VPC that the same plan creates. */
export const unknownValue: unique symbol = Symbol('unknown')

/** A value of Terraform's language, as {@link evaluateTerm} computes it. Maps and objects are records. */
export type HclValue =
  | string
  | number
  | boolean
  | null
  | typeof unknownValue
  | readonly HclValue[]
  | { readonly [key: string]: HclValue }

/** What Terraform calls an error in an expression; `try` and `can` catch it. */
export class HclError extends Error {
  override readonly name = 'HclError'
}

/** An expression that uses something of Terraform's language that is not built here; nothing catches it. */
export class HclUnsupported extends Error {
  override readonly name = 'HclUnsupported'
}

/** Whether a value is a map or an object. */
export function isRecord(value: HclValue): value is { readonly [key: string]: HclValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value is a list, tuple or set. */
export function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value)
}

/** Whether a value is unknown, or holds something that is. */
export function hasUnknown(value: HclValue): boolean {
  if (value === unknownValue) return true
  if (isList(value)) return value.some(hasUnknown)
  return isRecord(value) && Object.values(value).some(hasUnknown)
}

/** Terraform's `==`; values of two types differ. Unknown values are the caller's to look for. */
export function sameValue(a: HclValue, b: HclValue): boolean {
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index] ?? null))
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a)
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && sameValue(a[key] ?? null, b[key] ?? null))
    )
  }
  return a === b
}

/**
 * A value as text in a template.
 * @throws HclError for null, lists and maps.
 */
export function textOfValue(value: HclValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new HclError(value === null ? 'null cannot be part of a text' : 'only strings, numbers and booleans are text')
}
