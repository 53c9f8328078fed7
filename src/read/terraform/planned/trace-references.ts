import { isJsonObject } from '../../kubernetes/json.ts'
import type { Expression, ModuleConfiguration } from '../plan-json.ts'
import { keyOf, type ModuleStep } from './module-path.ts'
import type { PlanIndex, PlannedResource } from './plan-index.ts'

/** What an expression refers to. */
export type Traced = {
  /** In the plan's order. */
  readonly resources: readonly PlannedResource[]
  /** Whether every reference was followed to its end; local values are not in a plan. */
  readonly complete: boolean
}

/** Where an expression stands. */
type Scope = {
  readonly module: readonly ModuleStep[]
  /** `each.key` or `count.index`. */
  readonly key?: string | number
  readonly forEach?: Expression
}

/** Where the trace goes from one reference: into an expression of another place, or to resources. */
type Next =
  | { readonly kind: 'expression'; readonly expression: Expression | undefined; readonly scope: Scope }
  | { readonly kind: 'resources'; readonly resources: readonly PlannedResource[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'lost' }

/**
 * Follows the references of a resource's attribute, through variables of modules, outputs of modules and `for_each`, to
 * the resources of the given types (`aws_subnet`, `data.aws_subnet`).
 */
export function traceReferences(
  index: PlanIndex,
  resource: PlannedResource,
  attribute: string,
  types: readonly string[],
): Traced {
  const written = index.configurationOf(resource)
  const scope: Scope = {
    module: resource.module,
    ...(resource.index !== undefined && { key: resource.index }),
    ...(written?.for_each_expression !== undefined && { forEach: written.for_each_expression }),
  }
  return trace(index, written?.expressions[attribute], scope, types)
}

/** Follows the references of the inputs of a module whose name matches. */
export function traceInputs(
  index: PlanIndex,
  module: readonly ModuleStep[],
  input: RegExp,
  types: readonly string[],
): Traced {
  const expressions = index.callOf(module)?.expressions ?? {}
  const found = Object.entries(expressions)
    .filter(([name]) => input.test(name))
    .map(([, expression]) => trace(index, expression, callScope(index, module), types))
  return {
    resources: ordered(index, types, new Set(found.flatMap(({ resources }) => resources))),
    complete: found.every(({ complete }) => complete),
  }
}

function trace(index: PlanIndex, expression: Expression | undefined, scope: Scope, types: readonly string[]): Traced {
  const found = new Set<PlannedResource>()
  const seen = new Set<string>()
  let complete = true
  const visit = (at: unknown, where: Scope): void => {
    for (const list of referenceLists(at)) {
      const keyed = list.some((reference) => /^(?:each\.|count\.index)/.test(reference))
      for (const reference of longest(list)) {
        const mark = JSON.stringify([where.module, where.key, reference])
        if (seen.has(mark)) continue
        seen.add(mark)
        const next = follow(index, reference, where, keyed)
        switch (next.kind) {
          case 'expression':
            visit(next.expression, next.scope)
            break
          case 'resources':
            for (const each of next.resources) if (types.includes(typeOf(each))) found.add(each)
            break
          case 'nothing':
            break
          case 'lost':
            complete = false
            break
          default:
            next satisfies never
        }
      }
    }
  }
  visit(expression, scope)
  return { resources: ordered(index, types, found), complete }
}

function follow(index: PlanIndex, reference: string, scope: Scope, keyed: boolean): Next {
  const [head = '', second = ''] = reference.split(/[.[]/)
  switch (head) {
    case 'each':
      return second === 'value' ? { kind: 'expression', expression: scope.forEach, scope } : { kind: 'nothing' }
    case 'count':
    case 'path':
    case 'terraform':
    case 'self':
      return { kind: 'nothing' }
    case 'local':
      return { kind: 'lost' }
    case 'var':
      if (scope.module.length === 0) return { kind: 'nothing' }
      return {
        kind: 'expression',
        expression: index.callOf(scope.module)?.expressions?.[second],
        scope: callScope(index, scope.module),
      }
    case 'module':
      return followOutput(index, reference, scope)
    default:
      return followResource(index, reference, scope, keyed)
  }
}

function followOutput(index: PlanIndex, reference: string, scope: Scope): Next {
  const match = /^module\.([A-Za-z0-9_-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?(?:\.([A-Za-z0-9_-]+))?/.exec(reference)
  const [, name = '', key, output] = match ?? []
  if (output === undefined) return { kind: 'nothing' }
  const module = [...scope.module, key === undefined ? { name } : { name, key: keyOf(key) }]
  const child: ModuleConfiguration | undefined = index.moduleAt(module)
  const expression = child?.outputs?.[output]?.expression
  return expression === undefined ? { kind: 'lost' } : { kind: 'expression', expression, scope: { module } }
}

function followResource(index: PlanIndex, reference: string, scope: Scope, keyed: boolean): Next {
  const match = /^(data\.)?([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?/.exec(reference)
  if (match === null) return { kind: 'lost' }
  const [, data, type = '', name = '', key] = match
  const all = index.instances(scope.module, data === undefined ? 'managed' : 'data', type, name)
  if (key !== undefined) {
    const wanted = keyOf(key)
    return { kind: 'resources', resources: all.filter((resource) => resource.index === wanted) }
  }
  const own = keyed && scope.key !== undefined ? ofKey(all, scope.key) : []
  return { kind: 'resources', resources: own.length > 0 ? own : all }
}

/** The instances of a key or, where none has it, those that a composite key such as `training/0` begins with. */
function ofKey(all: readonly PlannedResource[], key: string | number): readonly PlannedResource[] {
  const same = all.filter((resource) => resource.index === key)
  if (same.length > 0 || typeof key === 'number') return same
  return all.filter(({ index }) => typeof index === 'string' && key.startsWith(`${index}/`))
}

/** The place in which the arguments of a module's call are written. */
function callScope(index: PlanIndex, module: readonly ModuleStep[]): Scope {
  const key = module.at(-1)?.key
  const forEach = index.callOf(module)?.for_each_expression
  return {
    module: module.slice(0, -1),
    ...(key !== undefined && { key }),
    ...(forEach !== undefined && { forEach }),
  }
}

/** Every list of references in an expression, blocks within blocks included. */
function referenceLists(value: unknown): readonly (readonly string[])[] {
  if (Array.isArray(value)) return value.flatMap(referenceLists)
  if (!isJsonObject(value)) return []
  const { references, ...rest } = value
  const own = Array.isArray(references)
    ? [references.filter((each): each is string => typeof each === 'string')]
    : references === undefined
      ? []
      : referenceLists(references)
  return [...own, ...Object.values(rest).flatMap(referenceLists)]
}

/** Terraform lists `a.b.c`, then `a.b`: only the longest says what is meant. */
function longest(references: readonly string[]): readonly string[] {
  return references.filter(
    (reference) => !references.some((other) => other.startsWith(`${reference}.`) || other.startsWith(`${reference}[`)),
  )
}

function typeOf(resource: PlannedResource): string {
  return resource.mode === 'data' ? `data.${resource.type}` : resource.type
}

function ordered(
  index: PlanIndex,
  types: readonly string[],
  found: ReadonlySet<PlannedResource>,
): readonly PlannedResource[] {
  return types
    .flatMap((type) => (type.startsWith('data.') ? index.data(type.slice(5)) : index.managed(type)))
    .filter((resource) => found.has(resource))
}
