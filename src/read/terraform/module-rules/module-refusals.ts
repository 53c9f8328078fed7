import { evaluateTerm, type HclScope, planTimestamp } from './evaluate-term.ts'
import type { HclTerm } from './hcl-term.ts'
import { HclError, HclUnsupported, type HclValue, isRecord, unknownValue } from './hcl-value.ts'
import { inputType, withFallbacks } from './input-type.ts'
import type { GuardedBlock, ModuleRule, ModuleSource, ModuleVariable } from './module-source.ts'

/** Inputs of a module call by name; what only an apply can tell is {@link unknownValue}. */
export type ModuleInputs = { readonly [name: string]: HclValue }

/** Something that the module refuses, in its own words. */
export type ModuleRefusal = {
  readonly message: string
  /** The input that it is about, as far as that can be told: `['gpu_node_groups', 'inference', 'ami_type']`. */
  readonly path: readonly string[]
}

/** What the module says to a set of inputs. `unchecked` names rules that only Terraform can compute. */
export type ModuleVerdict = {
  readonly refusals: readonly ModuleRefusal[]
  /** What it warns of, in its own words; empty where it refuses something. */
  readonly warnings: readonly string[]
  readonly unchecked: readonly string[]
}

/**
 * Asks the module's own `validation`, `precondition` and `check` blocks what they say to these inputs, as a plan would, without
 * Terraform and without an account. A rule that hangs on something unknown is left to the plan.
 * @param today day of that plan, `YYYY-MM-DD`; without, what hangs on it is left to the plan as well.
 */
export function moduleRefusals(source: ModuleSource, inputs: ModuleInputs, today?: string): ModuleVerdict {
  const refusals: ModuleRefusal[] = []
  const unchecked: string[] = []
  const attempt = <Found>(name: string, found: Found[], work: () => readonly Found[]): void => {
    try {
      found.push(...work())
    } catch (error) {
      if (!(error instanceof HclUnsupported || error instanceof HclError)) throw error
      unchecked.push(`${name}: ${error.message}`)
    }
  }
  // One for all rules: what a local is, is computed once.
  const scope = moduleScope(source, inputs, today)
  for (const variable of source.variables)
    for (const rule of variable.validations)
      attempt(`variable ${variable.name}`, refusals, () => validationRefusals(source, inputs, variable, rule, scope))
  // As in a plan: what contradicts a rule over one variable is told before anything is derived from it.
  if (refusals.length > 0) return { refusals, warnings: [], unchecked }
  for (const guard of source.guards)
    for (const rule of guard.preconditions)
      attempt(guard.address, refusals, () => preconditionRefusals(source, inputs, guard, rule, scope))
  const warnings: string[] = []
  if (refusals.length === 0)
    for (const rule of source.checks)
      attempt('check', warnings, () => [messageOf(rule, scope)].filter((text) => text !== undefined))
  return { refusals, warnings, unchecked }
}

function validationRefusals(
  source: ModuleSource,
  inputs: ModuleInputs,
  variable: ModuleVariable,
  rule: ModuleRule,
  scope: HclScope,
): readonly ModuleRefusal[] {
  const message = messageOf(rule, scope)
  if (message === undefined) return []
  const given = inputs[variable.name]
  // Which elements of a map are at fault: those that are refused alone.
  const guilty =
    given !== undefined && isRecord(given) && inputType(variable.type).kind === 'map'
      ? Object.keys(given).filter((key) => {
          const alone: ModuleInputs = { ...inputs, ...only(variable.name, only(key, given[key] ?? null)) }
          return messageOf(rule, moduleScope(source, alone)) !== undefined
        })
      : []
  const [first] = guilty
  const element = first !== undefined && given !== undefined && isRecord(given) ? given[first] : given
  const path = first === undefined ? [variable.name] : [variable.name, first]
  return [{ message, path: [...path, ...writtenAttribute(source, rule, element)] }]
}

function preconditionRefusals(
  source: ModuleSource,
  inputs: ModuleInputs,
  guard: GuardedBlock,
  rule: ModuleRule,
  scope: HclScope,
): readonly ModuleRefusal[] {
  if (guard.count !== undefined) {
    const count = evaluateTerm(guard.count, scope)
    if (count === unknownValue || count === 0) return []
  }
  if (guard.forEach === undefined) {
    const message = messageOf(rule, scope)
    return message === undefined ? [] : [{ message, path: inputsIn(rule.condition).slice(0, 1) }]
  }
  const each = evaluateTerm(guard.forEach, scope)
  if (!isRecord(each)) return []
  const [variable] = inputsIn(guard.forEach)
  return Object.keys(each)
    .sort()
    .flatMap((key) => {
      const value = each[key] ?? null
      const message = messageOf(rule, (name) => (name === 'each' ? { key, value } : scope(name)))
      if (message === undefined) return []
      if (variable === undefined) return [{ message, path: [] }]
      const given = inputs[variable]
      const written = given !== undefined && isRecord(given) ? given[key] : undefined
      return [{ message, path: [variable, key, ...writtenAttribute(source, rule, written)] }]
    })
}

/** What a rule says when it does not hold; `undefined` when it does, or when that cannot be known yet. */
function messageOf(rule: ModuleRule, scope: HclScope): string | undefined {
  if (evaluateTerm(rule.condition, scope) !== false) return undefined
  const message = evaluateTerm(rule.message, scope)
  return typeof message === 'string' ? message : 'The module refuses these inputs.'
}

/** Names inside the module: its variables as given, its locals when they are asked for. */
function moduleScope(source: ModuleSource, inputs: ModuleInputs, today?: string): HclScope {
  const variables = recordOf(source.variables.map((variable) => [variable.name, variableValue(variable, inputs)]))
  const computed = new Map<string, HclValue>()
  const locals = new Proxy<Record<string, HclValue>>(
    {},
    {
      getOwnPropertyDescriptor: (_, name) => {
        const value = typeof name === 'string' ? local(name) : undefined
        return value === undefined ? undefined : { value, enumerable: true, configurable: true }
      },
      get: (_, name) => (typeof name === 'string' ? local(name) : undefined),
    },
  )
  const scope: HclScope = (name) => {
    if (name === 'var') return variables
    if (name === 'local') return locals
    if (name === planTimestamp && today !== undefined) return `${today}T00:00:00Z`
    if (name === 'path') return { module: source.directory, root: source.directory, cwd: source.directory }
    // Resources, data sources and other modules: an apply makes them.
    return unknownValue
  }
  function local(name: string): HclValue | undefined {
    const known = computed.get(name)
    if (known !== undefined) return known
    const term = source.locals.get(name)
    if (term === undefined) return undefined
    const value = evaluateTerm(term, scope)
    computed.set(name, value)
    return value
  }
  return scope
}

function only(name: string, value: HclValue): { readonly [key: string]: HclValue } {
  return recordOf([[name, value]])
}

function recordOf(entries: readonly (readonly [string, HclValue])[]): { readonly [key: string]: HclValue } {
  return Object.fromEntries<HclValue>(entries)
}

function variableValue(variable: ModuleVariable, inputs: ModuleInputs): HclValue {
  const given = inputs[variable.name]
  const fallback = variable.default === undefined ? unknownValue : evaluateTerm(variable.default, () => undefined)
  const value = given === undefined || (given === null && !variable.nullable) ? fallback : given
  return withFallbacks(value, inputType(variable.type))
}

/** The first attribute that a rule asks for, by itself or through a local, and that the element has been given. */
function writtenAttribute(source: ModuleSource, rule: ModuleRule, element: HclValue | undefined): readonly string[] {
  if (element === undefined || !isRecord(element)) return []
  const terms = [rule.condition, rule.message]
  const locals = terms
    .flatMap(subterms)
    .flatMap((each) =>
      each.kind === 'attribute' && each.of.kind === 'root' && each.of.name === 'local' ? [each.name] : [],
    )
    .flatMap((name) => source.locals.get(name) ?? [])
  const found = [...terms, ...locals].flatMap(attributesIn).find((name) => Object.hasOwn(element, name))
  return found === undefined ? [] : [found]
}

/** Variables that a term names, in its order. */
function inputsIn(term: HclTerm): readonly string[] {
  return subterms(term).flatMap((each) =>
    each.kind === 'attribute' && each.of.kind === 'root' && each.of.name === 'var' ? [each.name] : [],
  )
}

function attributesIn(term: HclTerm): readonly string[] {
  return subterms(term).flatMap((each) => (each.kind === 'attribute' ? [each.name] : []))
}

/** A term and everything in it, outermost first. */
function subterms(term: HclTerm): readonly HclTerm[] {
  return [term, ...partsOf(term).flatMap(subterms)]
}

function partsOf(term: HclTerm): readonly HclTerm[] {
  switch (term.kind) {
    case 'literal':
    case 'root':
    case 'unread':
      return []
    case 'template':
      return term.parts.filter((part) => typeof part !== 'string')
    case 'tuple':
      return term.items
    case 'object':
      return term.items.flatMap(({ key, value }) => [key, value])
    case 'attribute':
      return [term.of]
    case 'index':
      return [term.of, term.key]
    case 'splat':
      return [term.of, term.each]
    case 'call':
      return term.arguments
    case 'conditional':
      return [term.condition, term.yes, term.no]
    case 'binary':
      return [term.left, term.right]
    case 'unary':
      return [term.operand]
    case 'for':
      return [
        term.over,
        ...(term.key === undefined ? [] : [term.key]),
        term.value,
        ...(term.condition === undefined ? [] : [term.condition]),
      ]
    default:
      return term satisfies never
  }
}
