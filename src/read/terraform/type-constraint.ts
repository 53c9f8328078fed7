import type { HclExpression } from './hcl.ts'

/** What a module's variable accepts, as far as attribute names go. */
export type TypeConstraint =
  | { readonly kind: 'object'; readonly attributes: ReadonlyMap<string, TypeConstraint> }
  /** `map`, `list`, `set`: every element is of one type. */
  | { readonly kind: 'collection'; readonly element: TypeConstraint }
  | { readonly kind: 'anything' }

/** Reads the `type` of a `variable` block; whatever has no attribute names is `anything`. */
export function readTypeConstraint(expression: HclExpression): TypeConstraint {
  if (expression.kind !== 'call') return { kind: 'anything' }
  const [first] = expression.arguments
  if (first === undefined) return { kind: 'anything' }
  switch (expression.name) {
    case 'optional':
      return readTypeConstraint(first)
    case 'map':
    case 'list':
    case 'set':
      return { kind: 'collection', element: readTypeConstraint(first) }
    case 'object': {
      if (first.kind !== 'object') return { kind: 'anything' }
      const attributes = new Map<string, TypeConstraint>()
      for (const item of first.items)
        if (item.name !== undefined) attributes.set(item.name, readTypeConstraint(item.value))
      return { kind: 'object', attributes }
    }
    default:
      return { kind: 'anything' }
  }
}
