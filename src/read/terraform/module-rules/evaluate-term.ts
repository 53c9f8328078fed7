import type { HclTerm } from './hcl-term.ts'
import { splatElement } from './hcl-term.ts'
import {
  HclError,
  HclUnsupported,
  type HclValue,
  hasUnknown,
  isList,
  isRecord,
  sameValue,
  textOfValue,
  unknownValue,
} from './hcl-value.ts'
import { terraformFunctions } from './terraform-functions.ts'

/** Finds what the first word of a reference stands for; `undefined` when the scope does not have it. */
export type HclScope = (name: string) => HclValue | undefined

/** Name by which a scope is asked for the time of the plan; no name in HCL looks like it. */
export const planTimestamp = 'plantimestamp()'

/**
 * Computes an expression as Terraform does. A value that is not known yet makes unknown whatever depends on it.
 * @throws HclError where Terraform would report an error. @throws HclUnsupported for functions that are not built here.
 */
export function evaluateTerm(term: HclTerm, scope: HclScope): HclValue {
  switch (term.kind) {
    case 'literal':
      return term.value
    case 'template':
      return template(term.parts, scope)
    case 'tuple':
      return term.items.map((item) => evaluateTerm(item, scope))
    case 'object':
      return objectOf(term.items, scope)
    case 'root': {
      const value = scope(term.name)
      if (value === undefined) throw new HclError(`there is no ${term.name}`)
      return value
    }
    case 'attribute':
      return step(evaluateTerm(term.of, scope), term.name)
    case 'index':
      return step(evaluateTerm(term.of, scope), evaluateTerm(term.key, scope))
    case 'splat':
      return splat(evaluateTerm(term.of, scope), term.each, scope)
    case 'call':
      return call(term, scope)
    case 'conditional': {
      const condition = evaluateTerm(term.condition, scope)
      if (condition === unknownValue) return unknownValue
      return evaluateTerm(truth(condition) ? term.yes : term.no, scope)
    }
    case 'binary':
      return binary(term.operator, term.left, term.right, scope)
    case 'unary': {
      const operand = evaluateTerm(term.operand, scope)
      if (operand === unknownValue) return operand
      return term.operator === '!' ? !truth(operand) : -numberOf(operand)
    }
    case 'for':
      return forOf(term, scope)
    case 'unread':
      throw new HclUnsupported(term.text)
    default:
      return term satisfies never
  }
}

function template(parts: readonly (string | HclTerm)[], scope: HclScope): HclValue {
  const values = parts.map((part) => (typeof part === 'string' ? part : evaluateTerm(part, scope)))
  const [only] = values
  // "${x}" alone is x itself.
  if (values.length === 1 && only !== undefined && typeof parts[0] !== 'string') return only
  return values.some((value) => value === unknownValue) ? unknownValue : values.map(textOfValue).join('')
}

function objectOf(items: readonly { readonly key: HclTerm; readonly value: HclTerm }[], scope: HclScope): HclValue {
  const entries: [string, HclValue][] = []
  for (const { key, value } of items) {
    const name = evaluateTerm(key, scope)
    if (name === unknownValue) return unknownValue
    entries.push([textOfValue(name), evaluateTerm(value, scope)])
  }
  return Object.fromEntries(entries)
}

function step(of: HclValue, key: HclValue): HclValue {
  if (of === unknownValue || key === unknownValue) return unknownValue
  if (isList(of)) {
    const item = typeof key === 'number' || typeof key === 'string' ? of[Number(key)] : undefined
    if (item === undefined) throw new HclError('the list has no such element')
    return item
  }
  if (isRecord(of)) {
    const name = textOfValue(key)
    const item = Object.hasOwn(of, name) ? of[name] : undefined
    if (item === undefined) throw new HclError(`there is no ${name}`)
    return item
  }
  throw new HclError('only lists and maps have elements')
}

function splat(of: HclValue, each: HclTerm, scope: HclScope): HclValue {
  if (of === unknownValue) return unknownValue
  const elements = of === null ? [] : isList(of) ? of : [of]
  return elements.map((element) => evaluateTerm(each, (name) => (name === splatElement ? element : scope(name))))
}

function call(term: HclTerm & { readonly kind: 'call' }, scope: HclScope): HclValue {
  if (term.name === 'can') {
    const value = attempt(term.arguments, scope)
    return value === unknownValue ? unknownValue : value !== undefined
  }
  if (term.name === 'try') {
    const value = attempt(term.arguments, scope)
    if (value === undefined) throw new HclError('no argument of try can be computed')
    return value
  }
  if (term.name === 'plantimestamp') return scope(planTimestamp) ?? unknownValue
  const known = terraformFunctions.get(term.name)
  if (known === undefined) throw new HclUnsupported(`the function ${term.name}`)
  const given = term.arguments.map((argument) => evaluateTerm(argument, scope))
  const last = given.at(-1)
  if (!term.spread) return known(given)
  if (last === unknownValue) return unknownValue
  if (last === undefined || !isList(last)) throw new HclError('only a list can be spread over arguments')
  return known([...given.slice(0, -1), ...last])
}

/** The first argument that can be computed; `undefined` when none can. */
function attempt(terms: readonly HclTerm[], scope: HclScope): HclValue | undefined {
  for (const term of terms) {
    try {
      return evaluateTerm(term, scope)
    } catch (error) {
      if (!(error instanceof HclError)) throw error
    }
  }
  return undefined
}

function binary(operator: string, left: HclTerm, right: HclTerm, scope: HclScope): HclValue {
  const a = evaluateTerm(left, scope)
  if (operator === '&&' || operator === '||') {
    if (a !== unknownValue && truth(a) === (operator === '||')) return truth(a)
    const b = evaluateTerm(right, scope)
    if (a === unknownValue || b === unknownValue) return unknownValue
    return truth(b)
  }
  const b = evaluateTerm(right, scope)
  if (operator === '==' || operator === '!=') {
    // Whether something is null is known of what has parts, even where the parts are not.
    if (a !== null && b !== null && (hasUnknown(a) || hasUnknown(b))) return unknownValue
    if (a === unknownValue || b === unknownValue) return unknownValue
    return sameValue(a, b) === (operator === '==')
  }
  if (a === unknownValue || b === unknownValue) return unknownValue
  const [x, y] = [numberOf(a), numberOf(b)]
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      if (y === 0) throw new HclError('division by zero')
      return x / y
    case '%':
      return x % y
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '>':
      return x > y
    case '>=':
      return x >= y
    default:
      throw new HclUnsupported(`the operator ${operator}`)
  }
}

function forOf(term: HclTerm & { readonly kind: 'for' }, scope: HclScope): HclValue {
  const over = evaluateTerm(term.over, scope)
  if (over === unknownValue) return unknownValue
  const elements = elementsOf(over)
  const values: HclValue[] = []
  const keyed = new Map<string, HclValue[]>()
  for (const [key, element] of elements) {
    const [first, second] = term.names
    const inner: HclScope = (name) => {
      if (second === undefined ? name === first : name === second) return element
      return second !== undefined && name === first ? key : scope(name)
    }
    const wanted = term.condition === undefined ? true : evaluateTerm(term.condition, inner)
    if (wanted === unknownValue) return unknownValue
    if (!truth(wanted)) continue
    const value = evaluateTerm(term.value, inner)
    if (term.key === undefined) {
      values.push(value)
      continue
    }
    const name = evaluateTerm(term.key, inner)
    if (name === unknownValue) return unknownValue
    const text = textOfValue(name)
    const gathered = keyed.get(text)
    if (gathered === undefined) keyed.set(text, [value])
    else if (term.gather) gathered.push(value)
    else throw new HclError(`two elements have the key ${text}`)
  }
  if (term.key === undefined) return values
  return Object.fromEntries([...keyed].map(([key, list]) => [key, term.gather ? list : (list[0] ?? null)]))
}

/** Elements in Terraform's order: maps and objects by key. */
function elementsOf(value: HclValue): readonly (readonly [HclValue, HclValue])[] {
  if (isList(value)) return value.map((element, index) => [index, element])
  if (isRecord(value))
    return Object.keys(value)
      .sort()
      .map((key) => [key, value[key] ?? null])
  throw new HclError('only lists and maps have elements')
}

function truth(value: HclValue): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw new HclError('a condition must be true or false')
}

function numberOf(value: HclValue): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  if (Number.isNaN(number)) throw new HclError('a number is needed')
  return number
}
