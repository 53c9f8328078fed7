import { evaluateTerm } from './evaluate-term.ts'
import type { HclTerm } from './hcl-term.ts'
import { type HclValue, isList, isRecord, unknownValue } from './hcl-value.ts'

/** What a variable of a module accepts. */
export type InputType =
  | { readonly kind: 'string' | 'number' | 'bool' | 'any' }
  | { readonly kind: 'list' | 'set' | 'map'; readonly element: InputType }
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, InputAttribute> }

/** An attribute of an object; `fallback` is what Terraform fills in where an optional one is left out. */
export type InputAttribute = { readonly type: InputType; readonly optional: boolean; readonly fallback: HclValue }

/** Reads a type constraint such as `map(object({ … }))`. Throws for words that are none. */
export function inputType(term: HclTerm): InputType {
  if (term.kind === 'root') {
    const { name } = term
    if (name === 'string' || name === 'number' || name === 'bool' || name === 'any') return { kind: name }
  }
  if (term.kind === 'call') {
    const [first] = term.arguments
    const { name } = term
    if (first !== undefined && (name === 'list' || name === 'set' || name === 'map'))
      return { kind: name, element: inputType(first) }
    if (name === 'object' && first?.kind === 'object')
      return {
        kind: 'object',
        attributes: new Map(
          first.items.map(({ key, value }) => [key.kind === 'literal' ? String(key.value) : '', attributeOf(value)]),
        ),
      }
  }
  throw new Error(`not a type that is read here: ${JSON.stringify(term)}`)
}

function attributeOf(term: HclTerm): InputAttribute {
  if (term.kind !== 'call' || term.name !== 'optional')
    return { type: inputType(term), optional: false, fallback: null }
  const [type, fallback] = term.arguments
  if (type === undefined) throw new Error('optional() without a type')
  return {
    type: inputType(type),
    optional: true,
    fallback: fallback === undefined ? null : evaluateTerm(fallback, () => undefined),
  }
}

/** A value as Terraform hands it to the module: what objects leave out is filled in, at any depth. */
export function withFallbacks(value: HclValue, type: InputType): HclValue {
  if (value === null || value === unknownValue) return value
  switch (type.kind) {
    case 'string':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
    case 'number':
    case 'bool':
    case 'any':
      return value
    case 'list':
    case 'set':
      return isList(value) ? value.map((item) => withFallbacks(item, type.element)) : value
    case 'map':
      if (!isRecord(value)) return value
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withFallbacks(item, type.element)]))
    case 'object':
      if (!isRecord(value)) return value
      return Object.fromEntries(
        [...type.attributes].map(([name, { type: inner, fallback }]) => [
          name,
          withFallbacks(value[name] ?? fallback, inner),
        ]),
      )
    default:
      return type satisfies never
  }
}
