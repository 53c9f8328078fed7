import type { HclTerm } from '../../src/read/terraform/module-rules/hcl-term.ts'
import type { ModuleVariable } from '../../src/read/terraform/module-rules/module-source.ts'

/** Paths are dotted; `*` stands for every element of a list or map: `gpu_node_groups.*.taints.*.effect`. */
export type AllowedValues = ReadonlyMap<string, readonly (string | number)[]>

/**
 * The values that a variable's validations allow, where they list them: `contains([…], var.x)`, also for each element of a
 * list or map, and `x == null ? true : x == "…"`. Other validations say nothing that a type could say.
 */
export function allowedValues(variable: ModuleVariable): AllowedValues {
  const found = new Map<string, readonly (string | number)[]>()
  for (const { condition } of variable.validations) collect(condition, new Map(), found)
  return found
}

type Names = ReadonlyMap<string, string>

/** Follows only what must hold for the whole condition to hold. */
function collect(term: HclTerm, names: Names, found: Map<string, readonly (string | number)[]>): void {
  switch (term.kind) {
    case 'call': {
      const [first, second] = term.arguments
      if (first === undefined) return
      if (term.name === 'alltrue' || term.name === 'flatten') collect(first, names, found)
      if (term.name !== 'contains' || second === undefined) return
      const path = pathOf(second, names)
      const values = literals(first)
      if (path !== undefined && values !== undefined) found.set(path, values)
      return
    }
    case 'for': {
      const over = pathOf(term.over, names)
      const name = term.names.at(-1)
      if (over === undefined || name === undefined || term.condition !== undefined) return
      collect(term.value, new Map([...names, [name, `${over}.*`]]), found)
      return
    }
    case 'conditional':
      if (isTrue(term.yes)) collect(term.no, names, found)
      if (isTrue(term.no)) collect(term.yes, names, found)
      return
    case 'binary': {
      if (term.operator === '&&') for (const side of [term.left, term.right]) collect(side, names, found)
      if (term.operator !== '==' || term.right.kind !== 'literal') return
      const path = pathOf(term.left, names)
      if (path !== undefined && typeof term.right.value === 'string') found.set(path, [term.right.value])
      return
    }
    case 'literal':
    case 'template':
    case 'tuple':
    case 'object':
    case 'root':
    case 'attribute':
    case 'index':
    case 'splat':
    case 'unary':
    case 'unread':
      return
    default:
      term satisfies never
  }
}

function isTrue(term: HclTerm): boolean {
  return term.kind === 'literal' && term.value === true
}

function literals(term: HclTerm): readonly (string | number)[] | undefined {
  if (term.kind !== 'tuple') return undefined
  const values: (string | number)[] = []
  for (const item of term.items) {
    if (item.kind !== 'literal' || (typeof item.value !== 'string' && typeof item.value !== 'number')) return undefined
    values.push(item.value)
  }
  return values
}

function pathOf(term: HclTerm, names: Names): string | undefined {
  if (term.kind === 'root') return names.get(term.name)
  if (term.kind === 'call' && term.name === 'coalesce' && term.arguments[0] !== undefined)
    return pathOf(term.arguments[0], names)
  if (term.kind !== 'attribute') return undefined
  if (term.of.kind === 'root' && term.of.name === 'var') return term.name
  const of = pathOf(term.of, names)
  return of === undefined ? undefined : `${of}.${term.name}`
}
