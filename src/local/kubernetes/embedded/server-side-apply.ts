import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject, listAt, objectAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import { isAtomicObject, isSetList, mergeKeysOf } from './list-merge-keys.ts'

/** Fields that belong to no manager. Source: structured-merge-diff's `stripMeta`. */
const unmanaged: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata/name',
  'metadata/namespace',
  'metadata/generateName',
  'metadata/uid',
  'metadata/resourceVersion',
  'metadata/creationTimestamp',
  'metadata/managedFields',
  'metadata/generation',
  'metadata/selfLink',
])

/**
 * Server-side apply without field-ownership conflicts: the applied fields are merged over the object, and those that the
 * manager applied before, no longer applies, and no other manager applied, are removed.
 * Returns the object with its `metadata.managedFields` brought up to date.
 */
export function serverSideApply(input: {
  readonly live: JsonObject | undefined
  readonly applied: JsonObject
  readonly manager: string
  readonly subresource: string
  readonly now: string
}): JsonObject {
  const { live, applied, manager, subresource, now } = input
  const entries = listAt(live, 'metadata', 'managedFields').filter(isJsonObject)
  const isOwn = (entry: JsonObject): boolean =>
    entry['manager'] === manager &&
    entry['operation'] === 'Apply' &&
    (textAt(entry, 'subresource') ?? '') === subresource
  const own = entries.find(isOwn)
  // Force: whoever had a field that now gets another value has it no longer.
  const others = entries
    .filter((entry) => !isOwn(entry))
    .map((entry) => ({ ...entry, fieldsV1: stillOwned(objectAt(entry, 'fieldsV1'), live, applied, []) }))
    .filter((entry) => Object.keys(entry.fieldsV1).length > 0)
  const fields = fieldsOf(applied, [])

  const pruned =
    live === undefined || own === undefined
      ? (live ?? {})
      : prune(
          live,
          objectAt(own, 'fieldsV1'),
          fields,
          others.map((entry) => objectAt(entry, 'fieldsV1')),
          [],
        )
  const merged = mergeApplied(pruned, withoutManagedFields(applied), [])
  const entry = {
    manager,
    operation: 'Apply',
    apiVersion: applied['apiVersion'],
    time: own !== undefined && JSON.stringify(own['fieldsV1']) === JSON.stringify(fields) ? own['time'] : now,
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource !== '' && { subresource }),
  }
  return { ...merged, metadata: { ...objectAt(merged, 'metadata'), managedFields: [entry, ...others] } }
}

/** The managed-fields entry of a plain write: who last created or updated the object. */
export function recordUpdate(
  object: JsonObject,
  manager: string,
  subresource: string,
  changed: JsonObject,
  now: string,
): JsonObject {
  const entries = listAt(object, 'metadata', 'managedFields').filter(isJsonObject)
  const others = entries.filter(
    (entry) =>
      entry['manager'] !== manager ||
      entry['operation'] !== 'Update' ||
      (textAt(entry, 'subresource') ?? '') !== subresource,
  )
  const entry = {
    manager,
    operation: 'Update',
    apiVersion: object['apiVersion'],
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(changed, []),
    ...(subresource !== '' && { subresource }),
  }
  return { ...object, metadata: { ...objectAt(object, 'metadata'), managedFields: [...others, entry] } }
}

/** The fields of another manager, without those that are applied with another value than they have. */
function stillOwned(fields: JsonObject, live: unknown, applied: unknown, path: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, children]) => {
      const inner = objectAt(children)
      const name = field.slice(2)
      const childPath = field.startsWith('f:') ? [...path, name] : path
      const [before, after] = field.startsWith('f:')
        ? [valueAt(live, name), valueAt(applied, name)]
        : field.startsWith('k:')
          ? [entryOf(live, field, path), entryOf(applied, field, path)]
          : [undefined, undefined]
      if (after === undefined) return [[field, children]]
      if (Object.keys(inner).length === 0) return isDeepStrictEqual(before, after) ? [[field, children]] : []
      const kept = stillOwned(inner, before, after, childPath)
      return Object.keys(kept).length > 0 ? [[field, kept]] : []
    }),
  )
}

function entryOf(list: unknown, key: string, path: readonly string[]): unknown {
  return listAt(list).find((entry) => isJsonObject(entry) && entryKey(entry, path) === key)
}

function withoutManagedFields(applied: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = objectAt(applied, 'metadata')
  return { ...applied, metadata }
}

/** The set of fields of a value, in the `FieldsV1` notation: `f:name`, `k:{"name":"x"}`, `v:"x"`, `.` for the entry itself. */
function fieldsOf(value: JsonObject, path: readonly string[]): JsonObject {
  const fields: Record<string, JsonObject> = {}
  for (const [name, child] of Object.entries(value)) {
    const childPath = [...path, name]
    if (unmanaged.has(childPath.join('/')) || child === undefined || child === null) continue
    if (isJsonObject(child) && !isAtomicObject(childPath)) {
      const inner = fieldsOf(child, childPath)
      // An object that holds nothing but unmanaged fields is not managed either.
      if (Object.keys(inner).length > 0 || Object.keys(child).length === 0) fields[`f:${name}`] = inner
    } else fields[`f:${name}`] = Array.isArray(child) ? fieldsOfList(child, childPath) : {}
  }
  return fields
}

function fieldsOfList(list: readonly unknown[], path: readonly string[]): JsonObject {
  if (isSetList(path)) return Object.fromEntries(list.map((entry) => [`v:${JSON.stringify(entry)}`, {}]))
  if (mergeKeysOf(path) === undefined) return {}
  return Object.fromEntries(
    list.filter(isJsonObject).map((entry) => [entryKey(entry, path), { '.': {}, ...fieldsOf(entry, path) }]),
  )
}

/** `k:{"containerPort":80,"protocol":"TCP"}`: what identifies an entry of a merged list. */
function entryKey(entry: JsonObject, path: readonly string[]): string {
  const { keys = [], defaults = {} } = mergeKeysOf(path) ?? {}
  return `k:${JSON.stringify(Object.fromEntries(keys.map((key) => [key, entry[key] ?? defaults[key]])))}`
}

/** Removes from `live` what `before` has, `after` has not, and none of the `others` has. */
function prune(
  live: JsonObject,
  before: JsonObject,
  after: JsonObject,
  others: readonly JsonObject[],
  path: readonly string[],
): JsonObject {
  const result: Record<string, unknown> = { ...live }
  for (const [field, earlier] of Object.entries(before)) {
    if (!field.startsWith('f:')) continue
    const name = field.slice(2)
    const childPath = [...path, name]
    const value = result[name]
    const later = after[field]
    const elsewhere = others.map((other) => other[field]).filter(isJsonObject)
    const inner = {
      before: isJsonObject(earlier) ? earlier : {},
      after: isJsonObject(later) ? later : {},
      others: elsewhere,
    }
    if (Array.isArray(value) && (mergeKeysOf(childPath) !== undefined || isSetList(childPath))) {
      const kept = value.flatMap((entry) => {
        const key = isJsonObject(entry) ? entryKey(entry, childPath) : `v:${JSON.stringify(entry)}`
        if (!Object.hasOwn(inner.before, key)) return [entry]
        const wanted = Object.hasOwn(inner.after, key) || elsewhere.some((other) => Object.hasOwn(other, key))
        if (!wanted) return []
        if (!isJsonObject(entry)) return [entry]
        return [
          prune(
            entry,
            objectAt(inner.before, key),
            objectAt(inner.after, key),
            elsewhere.map((other) => objectAt(other, key)),
            childPath,
          ),
        ]
      })
      if (kept.length > 0 || later !== undefined) result[name] = kept
      else delete result[name]
    } else if (isJsonObject(value) && Object.keys(inner.before).length > 0) {
      const kept = prune(value, inner.before, inner.after, elsewhere, childPath)
      if (Object.keys(kept).length > 0 || later !== undefined) result[name] = kept
      else delete result[name]
    } else if (later === undefined && elsewhere.length === 0) {
      delete result[name]
    }
  }
  return result
}

function mergeApplied(live: JsonObject, applied: JsonObject, path: readonly string[]): JsonObject {
  const result: Record<string, unknown> = { ...live }
  for (const [name, value] of Object.entries(applied)) {
    const current = result[name]
    const childPath = [...path, name]
    if (value === undefined || value === null) continue
    if (isJsonObject(value) && !isAtomicObject(childPath)) {
      result[name] = mergeApplied(isJsonObject(current) ? current : {}, value, childPath)
    } else if (Array.isArray(value) && Array.isArray(current))
      result[name] = mergeAppliedList(current, value, childPath)
    else result[name] = value
  }
  return result
}

function mergeAppliedList(live: readonly unknown[], applied: readonly unknown[], path: readonly string[]): unknown[] {
  if (isSetList(path)) return [...new Set([...live, ...applied])]
  if (mergeKeysOf(path) === undefined) return [...applied]
  const current = new Map(live.filter(isJsonObject).map((entry) => [entryKey(entry, path), entry]))
  const merged = applied.filter(isJsonObject).map((entry) => {
    const key = entryKey(entry, path)
    const existing = current.get(key)
    current.delete(key)
    return existing === undefined ? entry : mergeApplied(existing, entry, path)
  })
  // What others added keeps standing behind what is applied.
  return [...merged, ...current.values()]
}
