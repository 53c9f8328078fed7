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
      return { kind: 'value', value, positionOf: (path) => positionInText(text, start, path) }
    } catch {
      // What is no JSON may still be YAML in flow style; what is neither is told by the YAML parser, with positions.
    }
  }
  return parseYaml(text, start)
}

const openBrace = 123

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

function positionInText(text: string, start: LineColumn, path: ValuePath): LineColumn {
  // Where a document begins is asked of every object, so it must not cost a second parse.
  if (path.length === 0 && text.charCodeAt(0) === openBrace) return start
  const { document, lines } = composeYaml(text)
  return positionAt(lines, offsetOf(document, path), start)
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

const goScalars: readonly ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:null',
    default: true,
    test: /^(?:~|[Nn]ull|NULL)?$/,
    resolve: () => null,
  },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:[yY]|[yY]es|YES|[tT]rue|TRUE|[oO]n|ON|[nN]|[nN]o|NO|[fF]alse|FALSE|[oO]ff|OFF)$/,
    resolve: (text) => /^(?:y|t|on)/i.test(text),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?_*(?:0_*[xX][0-9a-fA-F_]+|0_*[oO]?[0-7_]+|0_*[bB][01_]+|0|[1-9][0-9_]*)$/,
    resolve: (text) => resolveInteger(text.replaceAll('_', '')),
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^[-+]?(?:\.[0-9_]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9_]+)?$/,
    resolve: (text) => Number(text.replaceAll('_', '')),
  },
]

function resolveInteger(text: string): number {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/.exec(text) ?? []
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)
  const value = octal === null ? Number(digits) : Number.parseInt(octal[1] ?? '', 8)
  return sign === '-' ? -value : value
}
