import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type ScalarTag,
} from 'yaml'
import { parsePlainYaml } from './parse-plain-yaml.ts'
import { plainScalars } from './plain-scalar.ts'

/** Field names and list indexes that lead to a value. */
export type ValuePath = readonly (string | number)[]

/** 1-based line and column. */
export type LineColumn = { readonly line: number; readonly column: number }

/** One document as a value, and where in its text a part of it stands. */
export type ParsedManifest =
  | { readonly kind: 'value'; readonly value: unknown; readonly positionOf: (path: ValuePath) => LineColumn }
  | { readonly kind: 'malformed'; readonly errors: readonly (LineColumn & { readonly message: string })[] }

/**
 * Parses one YAML or JSON document the way kubectl does: plain scalars mean what they mean to go-yaml 2, so `yes`, `on`
 * and `y` are true, `012` is ten and a date is text. Positions count from `start`, where the text begins in its file.
 * Source: go.yaml.in/yaml/v2 resolve.go, which sigs.k8s.io/yaml decodes with.
 */
export function parseManifest(text: string, start: LineColumn = { line: 1, column: 1 }): ParsedManifest {
  const first = text.charCodeAt(text.search(/\S/))
  if (first === openBrace) {
    try {
      const value: unknown = JSON.parse(text)
      return { kind: 'value', value, positionOf: positionsIn(text, start) }
    } catch {
      // What is no JSON may still be YAML in flow style; what is neither is told by the YAML parser, with positions.
    }
  }
  const plain = parsePlainYaml(text)
  if (plain === undefined) return parseYaml(text, start)
  return { kind: 'value', value: plain.value, positionOf: positionsIn(text, start) }
}

const openBrace = 123
const hash = 35

function parseYaml(text: string, start: LineColumn): ParsedManifest {
  const { document, lines } = composeYaml(text)
  const at = (offset: number): LineColumn => positionAt(lines, offset, start)
  if (document.errors.length > 0) {
    return {
      kind: 'malformed',
      errors: document.errors.map((error) => ({ ...at(error.pos[0]), message: error.message })),
    }
  }
  try {
    const value: unknown = document.toJS()
    return { kind: 'value', value, positionOf: (path) => at(offsetOf(document, path)) }
  } catch (error) {
    // An alias without its anchor, or so many that the value would be huge.
    const message = error instanceof Error ? error.message : String(error)
    const alias = /^Unresolved alias .*: (\S+)$/.exec(message)?.[1]
    const offset = alias === undefined ? 0 : Math.max(0, text.indexOf(`*${alias}`))
    return { kind: 'malformed', errors: [{ ...at(offset), message }] }
  }
}

function composeYaml(text: string): { readonly document: Document.Parsed; readonly lines: LineCounter } {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // What the package would warn of on stderr (a key that is a list, say) is no business of its own.
    logLevel: 'error',
    schema: 'failsafe',
    customTags: ['merge', ...goScalars],
  })
  return { document, lines }
}

/** Where the parts of a text stand that has been read without positions; the whole parser runs once it is asked of any. */
function positionsIn(text: string, start: LineColumn): (path: ValuePath) => LineColumn {
  let composed: ReturnType<typeof composeYaml> | undefined
  return (path) => {
    // Where a document begins is asked of every object, so it must not cost a second parse.
    if (path.length === 0) return beginningOf(text, start)
    composed ??= composeYaml(text)
    return positionAt(composed.lines, offsetOf(composed.document, path), start)
  }
}

function beginningOf(text: string, start: LineColumn): LineColumn {
  const offset = firstContent(text)
  const lineStart = text.lastIndexOf('\n', offset) + 1
  if (lineStart === 0) return { line: start.line, column: start.column + offset }
  const line = text.slice(0, lineStart).split('\n').length - 1
  return { line: start.line + line, column: offset - lineStart + 1 }
}

/** Offset of the first character that is neither blank nor in a comment; 0 when there is none. */
function firstContent(text: string): number {
  let at = Math.max(0, text.search(/\S/))
  while (text.charCodeAt(at) === hash) {
    const end = text.indexOf('\n', at)
    const next = end < 0 ? -1 : text.slice(end).search(/\S/)
    if (next < 0) return at
    at = end + next
  }
  return at
}

function positionAt(lines: LineCounter, offset: number, start: LineColumn): LineColumn {
  const { line, col } = lines.linePos(offset)
  return { line: start.line + line - 1, column: line === 1 ? start.column + col - 1 : col }
}

/** Offset of the value at a path, or of the nearest thing above it that is there. */
function offsetOf(document: Document.Parsed, path: ValuePath): number {
  let node: ParsedNode | null = document.contents
  let offset = node?.range[0] ?? 0
  for (const step of path) {
    if (isAlias(node)) return offset
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) return offset
      node = pair.value
      offset = node?.range[0] ?? pair.key.range[0]
    } else if (isSeq<ParsedNode>(node) && typeof step === 'number') {
      const item: ParsedNode | undefined = node.items[step]
      if (item === undefined) return offset
      node = item
      offset = item.range[0]
    } else return offset
  }
  return offset
}

const goScalars: readonly ScalarTag[] = plainScalars.map(({ tag, test, resolve }) => ({
  tag: `tag:yaml.org,2002:${tag}`,
  default: true,
  test,
  resolve,
}))
