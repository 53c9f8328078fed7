import { fileURLToPath } from 'node:url'
import { Language, type Node, Parser } from 'web-tree-sitter'

/** A place in a file; line and column start at 1, columns count UTF-16 units. */
export type HclPosition = { readonly line: number; readonly column: number }

/** The part of HCL's expressions that can be followed without evaluating anything. */
export type HclExpression = { readonly at: HclPosition } & (
  | { readonly kind: 'object'; readonly items: readonly HclItem[] }
  | { readonly kind: 'tuple'; readonly items: readonly HclExpression[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number' | 'bool' | 'null'; readonly text: string }
  /** A dotted path such as `var.groups` or `local.a.b`; a bare word has no dot. */
  | { readonly kind: 'reference'; readonly path: string }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly HclExpression[] }
  /** `{ for … }` or `[ for … ]`, of which only the value is followed. */
  | { readonly kind: 'for'; readonly into: 'object' | 'tuple'; readonly value: HclExpression }
  | { readonly kind: 'conditional'; readonly branches: readonly HclExpression[] }
  | { readonly kind: 'other'; readonly text: string }
)

/** One `key = value` of an object; `name` is the key when it is written out and not computed. */
export type HclItem = { readonly name: string | undefined; readonly at: HclPosition; readonly value: HclExpression }

export type HclAttribute = { readonly name: string; readonly at: HclPosition; readonly value: HclExpression }

export type HclBlock = {
  readonly type: string
  readonly labels: readonly string[]
  readonly at: HclPosition
  readonly body: HclBody
}

export type HclBody = { readonly attributes: readonly HclAttribute[]; readonly blocks: readonly HclBlock[] }

/** A parsed file. `broken` is where the first thing stands that is not HCL; the rest is still there. */
export type HclFile = { readonly body: HclBody; readonly broken?: HclPosition }

/** Parses the text of a `.tf` or `.tfvars` file. Never throws for bad text: see {@link HclFile}. */
export async function parseHcl(text: string): Promise<HclFile> {
  const file = await readHclTree(text, (root): HclFile => {
    const body = childOf(root, 'body')
    const error = root.hasError ? firstError(root) : undefined
    return {
      body: body === undefined ? { attributes: [], blocks: [] } : bodyOf(body),
      ...(error && { broken: positionOf(error) }),
    }
  })
  return file ?? { body: { attributes: [], blocks: [] }, broken: { line: 1, column: 1 } }
}

/** Reads the syntax tree of a text, which lives only as long as `read` runs; `undefined` when the parser gives up. */
export async function readHclTree<T>(text: string, read: (root: Node) => T): Promise<T | undefined> {
  const parser = await newParser()
  try {
    const tree = parser.parse(text)
    if (tree === null) return undefined
    try {
      return read(tree.rootNode)
    } finally {
      tree.delete()
    }
  } finally {
    parser.delete()
  }
}

let language: Promise<Language> | undefined

async function newParser(): Promise<Parser> {
  language ??= Parser.init().then(() =>
    Language.load(fileURLToPath(new URL('./grammar/tree-sitter-terraform.wasm', import.meta.url))),
  )
  const grammar = await language
  const parser = new Parser()
  parser.setLanguage(grammar)
  return parser
}

function bodyOf(node: Node): HclBody {
  const attributes: HclAttribute[] = []
  const blocks: HclBlock[] = []
  for (const child of named(node)) {
    if (child.type === 'attribute') {
      const [name, value] = named(child)
      if (name !== undefined && value !== undefined)
        attributes.push({ name: name.text, at: positionOf(name), value: expressionOf(value) })
    } else if (child.type === 'block') blocks.push(blockOf(child))
  }
  return { attributes, blocks }
}

function blockOf(node: Node): HclBlock {
  const [type, ...rest] = named(node)
  const labels = rest
    .filter((child) => child.type === 'string_lit' || child.type === 'identifier')
    .map((child) => (child.type === 'string_lit' ? stringOf(child) : child.text))
  const body = rest.find((child) => child.type === 'body')
  return {
    type: type?.text ?? '',
    labels,
    at: positionOf(node),
    body: body === undefined ? { attributes: [], blocks: [] } : bodyOf(body),
  }
}

function expressionOf(node: Node): HclExpression {
  const at = positionOf(node)
  const other: HclExpression = { kind: 'other', at, text: node.text }
  const children = named(node)
  const [first] = children
  switch (node.type) {
    case 'expression':
      if (first === undefined) return other
      if (children.length === 1) return { ...expressionOf(first), at }
      return first.type === 'variable_expr' && children.slice(1).every((part) => part.type === 'get_attr')
        ? { kind: 'reference', at, path: children.map((part) => part.text.replace(/^\./, '')).join('.') }
        : other
    case 'variable_expr':
      return { kind: 'reference', at, path: node.text }
    case 'literal_value':
      return first === undefined ? other : literalOf(first, at)
    case 'collection_value':
      return first === undefined ? other : expressionOf(first)
    case 'object':
      return { kind: 'object', at, items: children.filter((child) => child.type === 'object_elem').map(itemOf) }
    case 'tuple':
      return { kind: 'tuple', at, items: children.filter((child) => child.type === 'expression').map(expressionOf) }
    case 'function_call': {
      const list = childOf(node, 'function_arguments')
      const given = list === undefined ? [] : named(list).filter((child) => child.type === 'expression')
      return { kind: 'call', at, name: first?.text ?? '', arguments: given.map(expressionOf) }
    }
    case 'conditional': {
      const branches = children.filter((child) => child.type === 'expression').slice(1)
      return { kind: 'conditional', at, branches: branches.map(expressionOf) }
    }
    case 'for_expr':
      return first === undefined ? other : forOf(first, other)
    default:
      return other
  }
}

function forOf(node: Node, other: HclExpression): HclExpression {
  const expressions = named(node).filter((child) => child.type === 'expression')
  const into = node.type === 'for_object_expr' ? 'object' : 'tuple'
  const value = expressions[into === 'object' ? 1 : 0]
  return value === undefined ? other : { kind: 'for', at: other.at, into, value: expressionOf(value) }
}

function literalOf(node: Node, at: HclPosition): HclExpression {
  switch (node.type) {
    case 'string_lit':
      return { kind: 'string', at, value: stringOf(node) }
    case 'numeric_lit':
      return { kind: 'number', at, text: node.text }
    case 'bool_lit':
      return { kind: 'bool', at, text: node.text }
    case 'null_lit':
      return { kind: 'null', at, text: node.text }
    default:
      return { kind: 'other', at, text: node.text }
  }
}

function itemOf(node: Node): HclItem {
  const [key, value] = named(node).filter((child) => child.type === 'expression')
  const at = positionOf(key ?? node)
  const written = key === undefined ? undefined : expressionOf(key)
  // A key in parentheses is computed, even when only one word stands in them.
  const computed = key?.text.startsWith('(') ?? true
  const name =
    written === undefined || computed
      ? undefined
      : written.kind === 'string'
        ? written.value
        : written.kind === 'reference' && !written.path.includes('.')
          ? written.path
          : undefined
  return { name, at, value: value === undefined ? { kind: 'other', at, text: '' } : expressionOf(value) }
}

function stringOf(node: Node): string {
  // The grammar's parts of a string lack the blanks at its edges.
  return unescapeHcl(node.text.slice(1, -1))
}

/** Text between quotes as HCL means it. */
export function unescapeHcl(text: string): string {
  return text
    .replace(/\\(n|r|t|"|\\|u[0-9A-Fa-f]{4})/g, (_, code: string) =>
      code.startsWith('u')
        ? String.fromCodePoint(Number.parseInt(code.slice(1), 16))
        : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
    )
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{')
}

function firstError(node: Node): Node {
  for (const child of node.children) {
    if (child === null) continue
    if (child.isError || child.isMissing) return child
    if (child.hasError) return firstError(child)
  }
  return node
}

function named(node: Node): readonly Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment')
}

function childOf(node: Node, type: string): Node | undefined {
  return named(node).find((child) => child.type === type)
}

function positionOf(node: Node): HclPosition {
  return { line: node.startPosition.row + 1, column: node.startPosition.column + 1 }
}
