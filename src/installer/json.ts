/** Any JSON object, before anything is known about it. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Whether `value` is a JSON object (not null, not a list). */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under a path of keys, or `undefined` when any step is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (!isRecord(current) || !Object.hasOwn(current, key)) return undefined
    current = current[key]
  }
  return current
}

/** The string under a path, or `''`. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : ''
}

/** The finite number under a path, or `fallback`. */
export function numberAt(value: unknown, fallback: number, ...path: readonly string[]): number {
  const found = valueAt(value, ...path)
  return typeof found === 'number' && Number.isFinite(found) ? found : fallback
}

/** The list under a path, or an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path)
  return Array.isArray(found) ? found : []
}

/** Parses JSON; `undefined` for anything that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
