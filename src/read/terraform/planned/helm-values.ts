import { parse as parseYaml } from 'yaml'
import { isJsonObject, type JsonObject, listAt, scalarTextAt, textAt } from '../../kubernetes/json.ts'
import { isUnknown, type PlannedResource } from './plan-index.ts'

/** The values that a `helm_release` gives its chart; those that the plan does not know are left out. */
export type HelmValues = { readonly values: JsonObject; readonly complete: boolean }

/** Merges `values` (YAML, later ones win, maps merge, lists replace) and then `set`. Versions 2 and 3 of the provider. */
export function readHelmValues(release: PlannedResource): HelmValues {
  let values: JsonObject = {}
  let complete = !isUnknown(release, 'values') && !isUnknown(release, 'set')
  for (const [index, text] of listAt(release.values, 'values').entries()) {
    if (typeof text !== 'string' || isUnknown(release, 'values', index)) {
      complete = false
      continue
    }
    const parsed = parsedYaml(text)
    if (parsed === undefined) complete = false
    else values = merge(values, parsed)
  }
  for (const [index, set] of listAt(release.values, 'set').entries()) {
    const name = textAt(set, 'name')
    const value = scalarTextAt(set, 'value')
    if (name === undefined || value === undefined || isUnknown(release, 'set', index, 'value')) complete = false
    else {
      const next = assign(values, pathOf(name), textAt(set, 'type') === 'string' ? value : typed(value))
      if (isJsonObject(next)) values = next
    }
  }
  return { values, complete }
}

function parsedYaml(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = parseYaml(text)
    return isJsonObject(parsed) ? parsed : parsed === null ? {} : undefined
  } catch {
    return undefined
  }
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...left }
  for (const [key, value] of Object.entries(right)) {
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined
    merged[key] = isJsonObject(before) && isJsonObject(value) ? merge(before, value) : value
  }
  return merged
}

/** The value with another one at a path; what is missing on the way is made. */
function assign(current: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(current) ? [...current] : []
    list[step] = assign(list[step], rest, value)
    return list
  }
  const object = isJsonObject(current) ? current : {}
  return { ...object, [step]: assign(Object.hasOwn(object, step) ? object[step] : undefined, rest, value) }
}

/** `a.b\.c[0].d` → `a`, `b.c`, 0, `d`. */
function pathOf(name: string): readonly (string | number)[] {
  return name
    .split(/(?<!\\)\./)
    .map((part) => part.replaceAll('\\.', '.'))
    .flatMap((part) => {
      const match = /^(.*?)((?:\[\d+\])*)$/s.exec(part)
      const indexes = [...(match?.[2] ?? '').matchAll(/\[(\d+)\]/g)].map(([, index]) => Number(index))
      return [match?.[1] ?? part, ...indexes]
    })
}

/** As Helm types what `set` gives. */
function typed(text: string): unknown {
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  return /^-?(?:0|[1-9]\d*)$/.test(text) ? Number(text) : text
}
