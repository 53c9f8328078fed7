import type { Node } from 'web-tree-sitter'
import { unescapeHcl } from '../hcl.ts'
import { type HclTerm, splatElement } from './hcl-term.ts'

/** Reads an `expression` node of the syntax tree. */
export function termOf(node: Node): HclTerm {
  const children = named(node)
  const [first] = children
  switch (node.type) {
    case 'expression':
    case 'operation':
    case 'collection_value':
    case 'template_expr':
    case 'for_expr':
      return first === undefined ? unread(node) : withSteps(termOf(first), children.slice(1))
    case 'literal_value':
      return first === undefined ? unread(node) : literalOf(first)
    case 'string_lit':
    case 'numeric_lit':
    case 'bool_lit':
    case 'null_lit':
      return literalOf(node)
    case 'variable_expr':
      return { kind: 'root', name: node.text }
    case 'quoted_template':
      return quotedTemplate(node)
    case 'heredoc_template':
      return heredocTemplate(node)
    case 'tuple':
      return { kind: 'tuple', items: children.filter(({ type }) => type === 'expression').map(termOf) }
    case 'object':
      return { kind: 'object', items: children.filter(({ type }) => type === 'object_elem').map(itemOf) }
    case 'function_call':
      return callOf(node)
    case 'conditional': {
      const [condition, yes, no] = children
      if (condition === undefined || yes === undefined || no === undefined) return unread(node)
      return conditionalOf(condition, termOf(yes), termOf(no))
    }
    case 'binary_operation': {
      const [left, right] = operandsOf(node)
      const operator = operatorOf(node)
      if (left === undefined || right === undefined) return unread(node)
      return { kind: 'binary', operator, left, right }
    }
    case 'unary_operation': {
      const [operand] = operandsOf(node)
      return operand === undefined ? unread(node) : { kind: 'unary', operator: operatorOf(node), operand }
    }
    case 'for_tuple_expr':
    case 'for_object_expr':
      return forOf(node)
    default:
      return unread(node)
  }
}

function unread(node: Node): HclTerm {
  return { kind: 'unread', text: node.text }
}

function named(node: Node): readonly Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment')
}

/** The grammar reads `a ? b : c ? d : e` as `(a ? b : c) ? d : e`; HCL means `a ? b : (c ? d : e)`. */
function conditionalOf(condition: Node, yes: HclTerm, no: HclTerm): HclTerm {
  const [inner] = condition.children
  const [first, second, third] = inner?.type === 'conditional' ? named(inner) : []
  if (first === undefined || second === undefined || third === undefined)
    return { kind: 'conditional', condition: termOf(condition), yes, no }
  return conditionalOf(first, termOf(second), conditionalOf(third, yes, no))
}

const steps = new Set(['get_attr', 'index', 'splat'])

/** Operands with the steps that follow each: `x.y[0]` stands as three nodes in a row. */
function operandsOf(node: Node): readonly HclTerm[] {
  const operands: HclTerm[] = []
  for (const child of named(node)) {
    const last = operands.at(-1)
    if (steps.has(child.type) && last !== undefined) operands[operands.length - 1] = withSteps(last, [child])
    else operands.push(termOf(child))
  }
  return operands
}

function operatorOf(node: Node): string {
  return node.children.find((child) => child !== null && !child.isNamed && !'()'.includes(child.type))?.type ?? ''
}

function withSteps(term: HclTerm, following: readonly Node[]): HclTerm {
  let result = term
  for (const step of following) {
    const [inner] = named(step)
    if (step.type === 'get_attr') result = { kind: 'attribute', of: result, name: inner?.text ?? '' }
    else if (step.type === 'index') result = { kind: 'index', of: result, key: indexKey(step) }
    else if (step.type === 'splat' && inner !== undefined)
      result = { kind: 'splat', of: result, each: withSteps({ kind: 'root', name: splatElement }, named(inner)) }
    else return unread(step)
  }
  return result
}

function indexKey(step: Node): HclTerm {
  const [bracket] = named(step)
  const [key] = bracket === undefined ? [] : named(bracket)
  if (key !== undefined) return termOf(key)
  // The old form `list.0`.
  return { kind: 'literal', value: Number(step.text.replace(/\D/g, '')) }
}

function literalOf(node: Node): HclTerm {
  switch (node.type) {
    case 'string_lit':
      return { kind: 'literal', value: unescapeHcl(node.text.slice(1, -1)) }
    case 'numeric_lit':
      return { kind: 'literal', value: Number(node.text) }
    case 'bool_lit':
      return { kind: 'literal', value: node.text === 'true' }
    case 'null_lit':
      return { kind: 'literal', value: null }
    default:
      return unread(node)
  }
}

/** The grammar drops blanks at the edges of literal parts, so those are cut out of the text between the interpolations. */
function quotedTemplate(node: Node): HclTerm {
  const parts = templateParts(node, node.startIndex + 1, node.endIndex - 1)
  return {
    kind: 'template',
    parts: parts.map((part) => (typeof part === 'string' ? unescapeHcl(part) : part)),
  }
}

function heredocTemplate(node: Node): HclTerm {
  const { text } = node
  const from = node.startIndex + text.indexOf('\n') + 1
  const to = node.startIndex + text.lastIndexOf('\n') + 1
  const parts = templateParts(node, from, to)
  if (!text.startsWith('<<-')) return { kind: 'template', parts }
  const literal = parts.map((part) => (typeof part === 'string' ? part : '\u0000')).join('')
  const indents = literal
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents)
  let atLineStart = true
  return {
    kind: 'template',
    parts: parts.map((part) => {
      if (typeof part !== 'string') {
        atLineStart = false
        return part
      }
      const lines = part.split('\n')
      const cut = lines.map((line, index) => (index > 0 || atLineStart ? line.slice(indent) : line)).join('\n')
      atLineStart = part.endsWith('\n')
      return cut
    }),
  }
}

function templateParts(node: Node, from: number, to: number): readonly (string | HclTerm)[] {
  const parts: (string | HclTerm)[] = []
  let at = from
  const literal = (end: number): void => {
    if (end > at) parts.push(node.text.slice(at - node.startIndex, end - node.startIndex))
  }
  for (const child of named(node)) {
    if (child.type === 'template_directive') return [unread(node)]
    if (child.type !== 'template_interpolation') continue
    literal(child.startIndex)
    const inner = named(child).find(({ type }) => type === 'expression')
    if (inner !== undefined) parts.push(termOf(inner))
    at = child.endIndex
  }
  literal(to)
  return parts
}

function itemOf(node: Node): { readonly key: HclTerm; readonly value: HclTerm } {
  const [key, value] = named(node).filter(({ type }) => type === 'expression')
  const written = key === undefined ? unread(node) : termOf(key)
  // A bare word is a key by that name; in parentheses it is computed.
  const literal = written.kind === 'root' && !(key?.text.startsWith('(') ?? false)
  return {
    key: literal ? { kind: 'literal', value: written.name } : written,
    value: value === undefined ? unread(node) : termOf(value),
  }
}

function callOf(node: Node): HclTerm {
  const [name, list] = named(node)
  const given = list === undefined ? [] : named(list)
  return {
    kind: 'call',
    name: name?.text ?? '',
    arguments: given.filter(({ type }) => type === 'expression').map(termOf),
    spread: given.at(-1)?.type === 'ellipsis',
  }
}

function forOf(node: Node): HclTerm {
  const children = named(node)
  const intro = children.find(({ type }) => type === 'for_intro')
  const introduced = intro === undefined ? [] : named(intro)
  const over = introduced.find(({ type }) => type === 'expression')
  const results = children.filter(({ type }) => type === 'expression').map(termOf)
  const condition = children.find(({ type }) => type === 'for_cond')
  const [test] = condition === undefined ? [] : named(condition)
  const [first, second] = results
  const value = node.type === 'for_object_expr' ? second : first
  if (over === undefined || first === undefined || value === undefined) return unread(node)
  return {
    kind: 'for',
    names: introduced.filter(({ type }) => type === 'identifier').map(({ text }) => text),
    over: termOf(over),
    ...(node.type === 'for_object_expr' && { key: first }),
    value,
    gather: children.some(({ type }) => type === 'ellipsis'),
    ...(test !== undefined && { condition: termOf(test) }),
  }
}
