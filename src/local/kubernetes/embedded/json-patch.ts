import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, textAt } from '../../../read/kubernetes/json.ts'
import { ApiError, badRequest } from './api-error.ts'

/** Applies a JSON patch (RFC 6902). Throws an {@link ApiError}: 400 for a malformed patch, 422 for one that does not apply. */
export function jsonPatch(original: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch')
  return patch.reduce(applyOperation, original)
}

function applyOperation(document: unknown, operation: unknown): unknown {
  const path = pointer(textAt(operation, 'path') ?? '')
  const value = isJsonObject(operation) ? operation['value'] : undefined
  const op = textAt(operation, 'op') ?? 'unknown'
  switch (op) {
    case 'add':
      return change(document, path, 'add', value)
    case 'replace':
      return change(document, path, 'replace', value)
    case 'remove':
      return change(document, path, 'remove', undefined)
    case 'test':
      if (isDeepStrictEqual(resolve(document, path), value)) return document
      throw unapplicable(`testing value /${path.join('/')} failed: test failed`)
    case 'copy':
      return change(document, path, 'add', resolve(document, pointer(textAt(operation, 'from') ?? '')))
    case 'move': {
      const from = pointer(textAt(operation, 'from') ?? '')
      return change(change(document, from, 'remove', undefined), path, 'add', resolve(document, from))
    }
    default:
      throw badRequest(`Unexpected kind: ${op}`)
  }
}

function change(document: unknown, path: readonly string[], op: 'add' | 'replace' | 'remove', value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return value
  if (Array.isArray(document)) {
    const index = step === '-' ? document.length : Number(step)
    if (!Number.isInteger(index) || index < 0 || index > document.length) throw missing(step)
    if (rest.length > 0) return document.with(index, change(document[index], rest, op, value))
    if (op === 'add') return document.toSpliced(index, 0, value)
    if (index === document.length) throw missing(step)
    return op === 'remove' ? document.toSpliced(index, 1) : document.with(index, value)
  }
  if (!isJsonObject(document)) throw missing(step)
  if (rest.length > 0) {
    if (!Object.hasOwn(document, step)) throw missing(step)
    return { ...document, [step]: change(document[step], rest, op, value) }
  }
  if (op === 'add') return { ...document, [step]: value }
  if (!Object.hasOwn(document, step)) throw missing(step)
  if (op === 'replace') return { ...document, [step]: value }
  return Object.fromEntries(Object.entries(document).filter(([field]) => field !== step))
}

function resolve(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, step) => {
    if (Array.isArray(current)) return current[Number(step)]
    if (isJsonObject(current) && Object.hasOwn(current, step)) return current[step]
    throw missing(step)
  }, document)
}

function pointer(text: string): readonly string[] {
  if (text === '') return []
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function missing(step: string): ApiError {
  return unapplicable(`doc is missing path or key: ${step}: missing value`)
}

function unapplicable(message: string): ApiError {
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`, {})
}
