import { tryParseQuantity } from '../../cluster/quantity.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { ValuePath } from './parse-manifest.ts'

/** One thing that the API server would refuse, and where. `what` begins with the field. */
export type ShapeIssue = {
  readonly path: ValuePath
  readonly id: string
  readonly what: string
  readonly why: string
  readonly fix: string
}

/** What a value must be like; absent and null are fine everywhere but where a field is required. Fields not named are not looked at. */
export type Shape = (value: unknown, path: ValuePath) => readonly ShapeIssue[]

const none: readonly ShapeIssue[] = []

/** Stands for every path while nothing is wrong: most objects are as they must be, and need none. */
const unnamed: ValuePath = []

/** What is wrong with a value, each thing with its path from `root`. */
export function shapeIssues(shape: Shape, value: unknown, root: ValuePath): readonly ShapeIssue[] {
  return shape(value, unnamed).length === 0 ? none : shape(value, root)
}

function inner(path: ValuePath, step: string | number): ValuePath {
  return path === unnamed ? unnamed : [...path, step]
}

/** Text. */
export const text: Shape = (value, path) =>
  isAbsent(value) || typeof value === 'string' ? none : [wrongType(value, path, 'text', 'put it in quotes')]

/** True or false. */
export const truth: Shape = (value, path) =>
  isAbsent(value) || typeof value === 'boolean'
    ? none
    : [wrongType(value, path, 'true or false', 'write true or false, without quotes')]

/** A whole number of at least `min` and at most `max`. */
export function integer(min: number = -(2 ** 31), max: number = 2 ** 31 - 1): Shape {
  return (value, path) => {
    if (isAbsent(value)) return none
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return [wrongType(value, path, 'a whole number', 'write a whole number, without quotes')]
    }
    if (value >= min && value <= max) return none
    const range = value < min ? `must be ${min} or more` : `must be ${max} or less`
    return [
      issue(path, 'manifest-value-out-of-range', `is ${value} and ${range}`, `write a number from ${min} to ${max}`),
    ]
  }
}

/** A quantity, as text or as a number. */
export const quantity: Shape = (value, path) => {
  if (isAbsent(value)) return none
  if (typeof value !== 'string' && typeof value !== 'number') {
    return [
      wrongType(value, path, 'a quantity', 'write a number with an optional suffix, such as 500m, 2, 16Gi or 100G'),
    ]
  }
  if (tryParseQuantity(String(value)) !== undefined) return none
  return [
    {
      path,
      id: 'quantity-malformed',
      what: `${pathText(path)} is ${shown(value)}, which is not a Kubernetes quantity`,
      why: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      fix: 'write a number with an optional suffix, such as 500m, 2, 16Gi or 100G',
    },
  ]
}

/** A whole number of at least 0, or a percentage. */
export const integerOrPercent: Shape = (value, path) => {
  if (isAbsent(value) || (typeof value === 'number' && Number.isInteger(value) && value >= 0)) return none
  if (typeof value === 'string' && /^\d+%$/.test(value)) return none
  return [wrongType(value, path, 'a whole number or a percentage', 'write it like 2 or "50%"')]
}

/** One of a few words. */
export function oneOf(...words: readonly string[]): Shape {
  return (value, path) => {
    if (isAbsent(value) || (typeof value === 'string' && words.includes(value))) return none
    return [
      issue(
        path,
        'manifest-value-unsupported',
        `is ${shown(value)}, and supported values are ${words
          .filter((word) => word !== '')
          .map((word) => JSON.stringify(word))
          .join(', ')}`,
        `write ${words.filter((word) => word !== '').join(' or ')}`,
      ),
    ]
  }
}

/** A list whose entries are all alike. */
export function listOf(entry: Shape): Shape {
  return (value, path) => {
    if (isAbsent(value)) return none
    if (!Array.isArray(value)) return [wrongType(value, path, 'a list', 'begin each entry with a dash')]
    const found: ShapeIssue[] = []
    for (const [index, one] of value.entries()) {
      const at = inner(path, index)
      if (isAbsent(one)) found.push(wrongType(one, at, 'an entry', 'remove the empty entry'))
      else for (const each of entry(one, at)) found.push(each)
    }
    return found
  }
}

/** A map whose values are all alike. */
export function mapOf(entry: Shape): Shape {
  return (value, path) => {
    if (isAbsent(value)) return none
    if (!isJsonObject(value)) return [wrongType(value, path, 'a map', 'write key: value pairs')]
    const found: ShapeIssue[] = []
    for (const key of Object.keys(value)) for (const each of entry(value[key], inner(path, key))) found.push(each)
    return found
  }
}

/** An object with these fields; those of `required` must be there. */
export function fields(shapes: Readonly<Record<string, Shape>>, required: readonly string[] = []): Shape {
  const entries = Object.entries(shapes)
  return (value, path) => {
    if (isAbsent(value)) return none
    if (!isJsonObject(value)) return [wrongType(value, path, 'an object', 'write field: value pairs below it')]
    const found: ShapeIssue[] = []
    for (const field of required) {
      if (isAbsent(value[field]) || value[field] === '') found.push(requiredIssue([...path, field]))
    }
    for (const [field, shape] of entries) {
      if (Object.hasOwn(value, field)) for (const each of shape(value[field], inner(path, field))) found.push(each)
    }
    return found
  }
}

/** A shape and what must hold besides, which is only looked at when the shape holds. */
export function also(shape: Shape, rule: (value: JsonObject, path: ValuePath) => readonly ShapeIssue[]): Shape {
  return (value, path) => {
    const issues = shape(value, path)
    return issues.length > 0 || !isJsonObject(value) ? issues : rule(value, path)
  }
}

/** A field that must be there and is not. */
export function requiredIssue(path: ValuePath): ShapeIssue {
  return issue(path, 'manifest-field-missing', 'is missing', `add ${String(path.at(-1))}`)
}

/** An issue in words that follow the field's name. */
export function issue(path: ValuePath, id: string, what: string, fix: string): ShapeIssue {
  return { path, id, what: `${pathText(path)} ${what}`, why: 'the API server refuses the object', fix }
}

function wrongType(value: unknown, path: ValuePath, expected: string, fix: string): ShapeIssue {
  return issue(path, 'manifest-wrong-type', `must be ${expected}, not ${described(value)}`, fix)
}

/** `spec.containers[0].resources.limits["nvidia.com/gpu"]`. */
function pathText(path: ValuePath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      if (!/^[\w-]+$/.test(step)) return `[${JSON.stringify(step)}]`
      return index === 0 ? step : `.${step}`
    })
    .join('')
}

function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value)) return 'an object'
  if (typeof value === 'string') return `the text ${shown(value)}`
  return typeof value === 'number' ? `the number ${shown(value)}` : `${shown(value)}`
}

function shown(value: unknown): string {
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
  return json.length > 60 ? `${json.slice(0, 57)}…` : json
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null
}
