import { isJsonObject, type JsonObject } from '../../../read/kubernetes/json.ts'
import { badRequest } from './api-error.ts'
import { isSetList, mergeKeysOf } from './list-merge-keys.ts'

/**
 * Applies a strategic merge patch: as a JSON merge patch, but lists with a merge key are merged entry by entry, and the
 * directives `$patch`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…` and `$retainKeys` are followed.
 * Source: k8s.io/apimachinery/pkg/util/strategicpatch. Throws an {@link ApiError} 400 for an unknown directive.
 */
export function strategicMerge(original: JsonObject, patch: JsonObject, path: readonly string[] = []): JsonObject {
  const directive = patch['$patch']
  if (directive === 'delete') return {}
  if (directive === 'replace') return without(patch, (field) => field === '$patch')
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`Unknown patch type: ${JSON.stringify(directive)}`)

  const result: Record<string, unknown> = { ...original }
  const retained = patch['$retainKeys']
  if (Array.isArray(retained)) {
    for (const field of Object.keys(result)) if (!retained.includes(field)) delete result[field]
  }
  for (const [field, value] of Object.entries(patch)) {
    const deletion = /^\$deleteFromPrimitiveList\/(.+)$/.exec(field)?.[1]
    if (deletion !== undefined) {
      const current = result[deletion]
      if (Array.isArray(current) && Array.isArray(value)) {
        result[deletion] = current.filter((entry) => !value.includes(entry))
      }
    } else if (field.startsWith('$')) {
      // $patch and $retainKeys are done; the order that $setElementOrder asks for is followed after the merge.
    } else if (value === null) {
      delete result[field]
    } else {
      result[field] = mergeValue(result[field], value, [...path, field])
    }
  }
  for (const [field, order] of Object.entries(patch)) {
    const ordered = /^\$setElementOrder\/(.+)$/.exec(field)?.[1]
    const list = ordered === undefined ? undefined : result[ordered]
    if (ordered !== undefined && Array.isArray(list) && Array.isArray(order)) {
      result[ordered] = inOrder(list, order, mergeKeysOf([...path, ordered])?.keys[0])
    }
  }
  return result
}

function mergeValue(current: unknown, value: unknown, path: readonly string[]): unknown {
  if (isJsonObject(value)) return strategicMerge(isJsonObject(current) ? current : {}, value, path)
  if (!Array.isArray(value)) return value
  const key = mergeKeysOf(path)?.keys[0]
  if (key !== undefined) return mergeList(Array.isArray(current) ? current : [], value, key, path)
  if (isSetList(path)) return [...new Set([...(Array.isArray(current) ? current : []), ...value])]
  return value
}

function mergeList(
  current: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  path: readonly string[],
): readonly unknown[] {
  const entries = patch.filter(isJsonObject)
  const replaces = entries.some((entry) => entry['$patch'] === 'replace' && entry[key] === undefined)
  if (replaces) return entries.filter((entry) => entry['$patch'] !== 'replace')
  const result = [...current]
  for (const entry of entries) {
    if (entry[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(entry)} does not contain declared merge key: ${key}`)
    }
    const index = result.findIndex((candidate) => isJsonObject(candidate) && candidate[key] === entry[key])
    const existing = result[index]
    if (entry['$patch'] === 'delete') {
      if (index >= 0) result.splice(index, 1)
    } else if (index >= 0 && isJsonObject(existing)) {
      result[index] = strategicMerge(existing, entry, path)
    } else {
      result.push(strategicMerge({}, entry, path))
    }
  }
  return result
}

/** Entries in the order the patch lists; what it does not list keeps its place after the entry it stood behind. */
function inOrder(list: readonly unknown[], order: readonly unknown[], key: string | undefined): readonly unknown[] {
  const identity = (entry: unknown): unknown => (key !== undefined && isJsonObject(entry) ? entry[key] : entry)
  const positions = new Map(order.map((entry, index) => [identity(entry), index]))
  const listed = list
    .filter((entry) => positions.has(identity(entry)))
    .sort((a, b) => (positions.get(identity(a)) ?? 0) - (positions.get(identity(b)) ?? 0))
  return list.map((entry) => (positions.has(identity(entry)) ? listed.shift() : entry))
}

function without(object: JsonObject, unwanted: (field: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !unwanted(field)))
}
