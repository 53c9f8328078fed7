/** Stands where a sensitive value was. */
const redacted = '(sensitive)'

/** A value without its sensitive parts. `mask` has the value's shape, `true` where something is sensitive. */
export function redact(value: unknown, mask: unknown): unknown {
  if (mask === true) return redacted
  if (Array.isArray(value))
    return value.map((item: unknown, index) => redact(item, Array.isArray(mask) ? mask[index] : undefined))
  if (typeof value === 'object' && value !== null) {
    const masks =
      typeof mask === 'object' && mask !== null && !Array.isArray(mask)
        ? new Map<string, unknown>(Object.entries(mask))
        : new Map<string, unknown>()
    return Object.fromEntries(
      Object.entries(value).map(([key, item]: [string, unknown]) => [key, redact(item, masks.get(key))]),
    )
  }
  return value
}
