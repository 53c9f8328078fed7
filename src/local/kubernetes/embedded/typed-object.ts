import { canonicalQuantity } from '../../../cluster/canonical-quantity.ts'
import { isJsonObject, objectAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { ApiError, badRequest } from './api-error.ts'
import { mergeKeysOf } from './list-merge-keys.ts'
import { fieldsByName, type MessageField, messageOfKind } from './message-fields.ts'

/** An object with only the fields that its kind has; `unknown` names the others, as `spec.containers[0].resource`. */
export type TypedObject = { readonly object: KubernetesObject; readonly unknown: readonly string[] }

/**
 * Reads an object as the API server's decoder does: unknown fields are left out and named, quantities take their
 * canonical form, `null` counts as absent. Throws an {@link ApiError} 400 for a value of the wrong type.
 */
export function toTypedObject(object: KubernetesObject): TypedObject {
  const reading = readObject(object)
  if (reading === undefined) return { object, unknown: [] }
  const { typed, unknown, mistakes } = reading
  const [mistake] = mistakes
  if (mistake !== undefined) {
    const version = object.apiVersion.split('/').at(-1)
    throw badRequest(
      `${object.kind} in version "${version}" cannot be handled as a ${object.kind}: ${decoderText(mistake)}`,
    )
  }
  return { object: typed, unknown: unknown.map(({ path }) => jsonPath(path)) }
}

/**
 * As {@link toTypedObject}, for server-side apply, where an unknown field or a value of the wrong type is a 500 in other
 * words. Source: structured-merge-diff.
 */
export function toAppliedObject(object: KubernetesObject): KubernetesObject {
  const reading = readObject(object)
  if (reading === undefined) return object
  const { typed, unknown, mistakes } = reading
  const [unread] = unknown
  const [mistake] = mistakes
  const problem =
    unread !== undefined
      ? `${fieldPath(unread.path)}: field not declared in schema`
      : mistake !== undefined
        ? `${fieldPath(mistake.path)}: expected ${schemaType(mistake)}, got ${foundType(mistake.value)}`
        : undefined
  if (problem === undefined) return typed
  const { namespace = '', name = '' } = object.metadata
  const version = object.apiVersion.includes('/') ? object.apiVersion : `/${object.apiVersion}`
  throw new ApiError(
    500,
    '',
    `failed to create typed patch object (${namespace}/${name}; ${version}, Kind=${object.kind}): ${problem}`,
  )
}

type Step = { readonly name: string; readonly index?: number; readonly entry?: unknown }
type Path = readonly Step[]
/** A value that is not what its field wants; `owner` is the Go struct that has the field. */
type Mistake = {
  readonly path: Path
  readonly owner: string
  readonly type: string
  readonly shape: MessageField['shape']
  readonly value: unknown
}
type Notes = { readonly unknown: { readonly path: Path }[]; readonly mistakes: Mistake[] }

function readObject(object: KubernetesObject): (Notes & { readonly typed: KubernetesObject }) | undefined {
  const message = messageOfKind(object.apiVersion, object.kind)
  if (message === undefined) return undefined
  const notes: Notes = { unknown: [], mistakes: [] }
  const { apiVersion, kind, ...fields } = object
  const typed = readMessage(fields, message, [], notes)
  return { ...notes, typed: { ...typed, apiVersion, kind, metadata: objectAt(typed, 'metadata') } }
}

function readMessage(
  value: Readonly<Record<string, unknown>>,
  message: string,
  path: Path,
  notes: Notes,
): Readonly<Record<string, unknown>> {
  const fields = fieldsByName(message)
  const result: Record<string, unknown> = {}
  for (const [name, child] of Object.entries(value)) {
    if (child === null || child === undefined) continue
    const field = fields.get(name)
    const childPath = [...path, { name }]
    if (field === undefined) notes.unknown.push({ path: childPath })
    else result[name] = readField(child, field, message, childPath, notes)
  }
  return result
}

function readField(value: unknown, field: MessageField, message: string, path: Path, notes: Notes): unknown {
  const { type, shape } = field
  const mistaken = (found: unknown, at: Path, wanted = shape): undefined => {
    notes.mistakes.push({ path: at, owner: message.split('.').at(-1) ?? '', type, shape: wanted, value: found })
    return undefined
  }
  const one = (entry: unknown, at: Path): unknown => {
    const read = readScalar(entry, type)
    if (read.kind === 'value') return read.value
    if (read.kind === 'wrong' || !isJsonObject(entry)) return mistaken(entry, at, 'value')
    return readMessage(entry, type, at, notes)
  }
  const parent = path.slice(0, -1)
  const name = path.at(-1)?.name ?? ''
  switch (shape) {
    case 'repeated':
      if (!Array.isArray(value)) return mistaken(value, path)
      return value.map((entry, index) => one(entry, [...parent, { name, index, entry }]))
    case 'map':
      if (!isJsonObject(value)) return mistaken(value, path)
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, entry]) => entry !== null)
          .map(([key, entry]) => [key, one(entry, [...path, { name: key }])]),
      )
    case 'value':
    case 'pointer':
      return one(value, path)
  }
}

function readScalar(
  value: unknown,
  type: string,
): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'wrong' } | { readonly kind: 'message' } {
  const check = (right: boolean): { readonly kind: 'value'; readonly value: unknown } | { readonly kind: 'wrong' } =>
    right ? { kind: 'value', value } : { kind: 'wrong' }
  switch (type) {
    case 'string':
    case 'bytes':
    case 'apis.meta.v1.Time':
    case 'apis.meta.v1.MicroTime':
      return check(typeof value === 'string')
    case 'bool':
      return check(typeof value === 'boolean')
    case 'int32':
    case 'int64':
      return check(Number.isInteger(value))
    case 'double':
      return check(typeof value === 'number')
    case 'util.intstr.IntOrString':
      return check(typeof value === 'string' || Number.isInteger(value))
    case 'apis.meta.v1.FieldsV1':
      return check(isJsonObject(value))
    case 'api.resource.Quantity': {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
      const quantity = canonicalQuantity(text)
      return quantity === undefined ? { kind: 'wrong' } : { kind: 'value', value: quantity }
    }
    default:
      return { kind: 'message' }
  }
}

/** Go's words for a value that does not fit. Source: encoding/json. */
function decoderText({ path, owner, type, shape, value }: Mistake): string {
  if (type === 'api.resource.Quantity' && shape === 'value' && !isJsonObject(value)) {
    return "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
  }
  const field = path.map(({ name }) => name).join('.')
  return `json: cannot unmarshal ${jsonType(value)} into Go struct field ${owner}.${field} of type ${goType(type, shape)}`
}

function goType(type: string, shape: MessageField['shape']): string {
  const [version, name] = type.split('.').slice(-2)
  const plain = name === undefined ? type : `${version}.${name}`
  if (shape === 'repeated') return `[]${plain}`
  return shape === 'map' ? `map[string]${plain}` : plain
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

function schemaType({ type, shape }: Mistake): string {
  if (shape === 'repeated') return 'list'
  if (shape === 'map') return 'map'
  switch (type) {
    case 'string':
    case 'bytes':
    case 'apis.meta.v1.Time':
    case 'apis.meta.v1.MicroTime':
      return 'string'
    case 'bool':
      return 'boolean'
    case 'int32':
    case 'int64':
    case 'double':
      return 'numeric (int or float)'
    default:
      return 'map'
  }
}

function foundType(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (isJsonObject(value)) return 'map'
  return typeof value === 'string' ? 'string' : `&value.valueUnstructured{Value:${String(value)}}`
}

/** `spec.containers[0].image` */
function jsonPath(path: Path): string {
  return path.map(({ name, index }) => (index === undefined ? name : `${name}[${index}]`)).join('.')
}

/** `.spec.containers[name="main"].image` */
function fieldPath(path: Path): string {
  return path
    .map(({ name, index, entry }, position) => {
      if (index === undefined) return `.${name}`
      const keys = mergeKeysOf(path.slice(0, position + 1).map((step) => step.name))?.keys
      if (keys === undefined || !isJsonObject(entry)) return `.${name}[${index}]`
      return `.${name}[${keys.map((key) => `${key}=${JSON.stringify(entry[key])}`).join(',')}]`
    })
    .join('')
}
