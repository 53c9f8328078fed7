import { resolvePlainScalar } from './plain-scalar.ts'

/**
 * Parses the YAML that manifests are mostly written in, an order of magnitude faster than a whole YAML parser: ASCII text,
 * block maps and lists, scalars on one line, literal blocks, flow style within a line. Returns `undefined` for anything
 * else, right or wrong, which is for the whole parser to read and to complain about.
 */
export function parsePlainYaml(text: string): { readonly value: unknown } | undefined {
  if (!/^[\n -~]*$/.test(text)) return undefined
  try {
    const reader = openReader(text.split('\n'))
    const first = reader.peek()
    if (first === undefined) return undefined
    const value = readBlock(reader, first)
    return reader.peek() === undefined ? { value } : undefined
  } catch (error) {
    if (error === notPlain) return undefined
    throw error
  }
}

/** Thrown where the text is more than this parser reads; never leaves this file. */
const notPlain: Error = new Error('not plain YAML')

type Row = { readonly indent: number; readonly content: string }

type Reader = {
  /** The next line that is neither blank nor a comment, without spaces at its ends. */
  readonly peek: () => Row | undefined
  readonly next: () => void
  /** Puts text in place of the line that {@link Reader.peek} gave. */
  readonly replace: (row: Row) => void
  /** The lines after the one that {@link Reader.peek} gave, as they are; `take` moves on by so many. */
  readonly raw: (offset: number) => string | undefined
  readonly take: (count: number) => void
}

function openReader(rows: string[]): Reader {
  let at = 0
  let current: Row | undefined
  return {
    peek() {
      while (current === undefined && at < rows.length) {
        const row = rows[at] ?? ''
        const indent = afterSpaces(row, 0)
        if (indent === row.length || row.charCodeAt(indent) === 35) at += 1
        else current = { indent, content: row.endsWith(' ') ? row.slice(indent).replace(/ +$/, '') : row.slice(indent) }
      }
      return current
    },
    next() {
      current = undefined
      at += 1
    },
    replace(row) {
      current = row
    },
    raw: (offset) => rows[at + offset],
    take(count) {
      current = undefined
      at += count
    },
  }
}

const keyPattern = /^(?:([A-Za-z_][\w./-]*)|"([^"\\]+)"):(?: +|$)/
const reserved = /^(?:y|yes|n|no|on|off|true|false|null|__proto__)$/i

function readBlock(reader: Reader, { indent, content }: Row): unknown {
  return isDash(content) ? readList(reader, indent) : readMap(reader, indent)
}

function readMap(reader: Reader, indent: number): unknown {
  const map: Record<string, unknown> = {}
  for (let row = reader.peek(); row !== undefined && row.indent >= indent; row = reader.peek()) {
    const match = keyPattern.exec(row.content)
    if (match === null || row.indent > indent) throw notPlain
    const [whole, plain, quoted] = match
    const key = plain ?? quoted ?? ''
    if ((plain !== undefined && reserved.test(plain)) || key === '__proto__' || Object.hasOwn(map, key)) throw notPlain
    map[key] = readValue(reader, row, row.content.slice(whole.length), indent)
  }
  return map
}

function readList(reader: Reader, indent: number): unknown {
  const list: unknown[] = []
  for (let row = reader.peek(); row !== undefined && row.indent >= indent; row = reader.peek()) {
    if (row.indent > indent) throw notPlain
    // A key at the list's own indentation belongs to the map around it.
    if (!isDash(row.content)) break
    const rest = row.content.replace(/^- */, '')
    if (rest === '') {
      reader.next()
      const next = reader.peek()
      list.push(next !== undefined && next.indent > indent ? readBlock(reader, next) : null)
    } else if (isDash(rest)) {
      throw notPlain
    } else if (keyPattern.test(rest)) {
      const inner = indent + row.content.length - rest.length
      reader.replace({ indent: inner, content: rest })
      list.push(readMap(reader, inner))
    } else {
      reader.next()
      list.push(readScalar(rest))
      if ((reader.peek()?.indent ?? 0) > indent) throw notPlain
    }
  }
  return list
}

/** What stands after a key; `row` is the key's line. */
function readValue(reader: Reader, row: Row, rest: string, indent: number): unknown {
  if (rest === '|' || rest === '|-') return readLiteral(reader, rest === '|', indent)
  reader.next()
  const next = reader.peek()
  if (rest !== '') {
    // A deeper line would go on with the scalar.
    if (next !== undefined && next.indent > row.indent) throw notPlain
    return readScalar(rest)
  }
  if (next === undefined || next.indent < indent) return null
  if (next.indent > indent) return readBlock(reader, next)
  return isDash(next.content) ? readList(reader, indent) : null
}

function readLiteral(reader: Reader, isClipped: boolean, indent: number): string {
  const first = reader.raw(1) ?? ''
  const inner = first.search(/[^ ]/)
  if (inner <= indent) throw notPlain
  const lines: string[] = []
  for (let offset = 1; ; offset += 1) {
    const line = reader.raw(offset)
    const start = line?.search(/[^ ]/) ?? -1
    if (line === undefined || (start >= 0 && start < inner)) {
      // Text up to the end of the document, with no line end there, is for the whole parser.
      if (line === undefined && reader.raw(offset - 1) !== '') throw notPlain
      if (start > indent) throw notPlain
      reader.take(offset)
      break
    }
    if (start < 0 && line.length > inner) throw notPlain
    lines.push(line.slice(inner))
  }
  while (lines.at(-1) === '') lines.pop()
  return `${lines.join('\n')}${isClipped ? '\n' : ''}`
}

function readScalar(text: string): unknown {
  const first = text.charAt(0)
  if (first === '"' || first === "'") {
    const inner = text.slice(1, -1)
    if (text.length < 2 || !text.endsWith(first) || inner.includes(first) || inner.includes('\\')) throw notPlain
    return inner
  }
  if (first === '[' || first === '{') return readFlow(text)
  if ('&*!|>%@`,?#-:]}'.includes(first) && !/^-[\d.]/.test(text)) throw notPlain
  if (text.includes(': ') || text.endsWith(':') || text.includes(' #')) throw notPlain
  return resolvePlainScalar(text)
}

/** A map or list in flow style that begins and ends on the line. */
function readFlow(text: string): unknown {
  const [value, end] = readFlowValue(text, 0)
  if (end !== text.length) throw notPlain
  return value
}

/** The value at an offset, and the offset after it and the spaces that follow. */
function readFlowValue(text: string, at: number): readonly [value: unknown, end: number] {
  const first = text.charAt(at)
  if (first === '[') return readFlowEntries(text, at, ']', (entries, from) => pushEntry(entries, text, from), [])
  if (first === '{') return readFlowEntries(text, at, '}', (entries, from) => setEntry(entries, text, from), {})
  const quoted = first === '"' || first === "'" ? text.indexOf(first, at + 1) + 1 : 0
  const stop = /[,[\]{}]/g
  stop.lastIndex = quoted > 0 ? quoted : at
  const end = stop.exec(text)?.index
  if (end === undefined) throw notPlain
  return [readScalar(text.slice(at, end).replace(/ +$/, '')), end]
}

function readFlowEntries<Entries>(
  text: string,
  open: number,
  close: string,
  readEntry: (entries: Entries, from: number) => number,
  entries: Entries,
): readonly [value: Entries, end: number] {
  let at = afterSpaces(text, open + 1)
  while (text.charAt(at) !== close) {
    at = afterSpaces(text, readEntry(entries, at))
    if (text.charAt(at) === close) break
    if (text.charAt(at) !== ',') throw notPlain
    at = afterSpaces(text, at + 1)
    // A comma before the end says too little to be sure of what was meant.
    if (text.charAt(at) === close) throw notPlain
  }
  return [entries, afterSpaces(text, at + 1)]
}

function pushEntry(list: unknown[], text: string, from: number): number {
  const [value, end] = readFlowValue(text, from)
  list.push(value)
  return end
}

function setEntry(map: Record<string, unknown>, text: string, from: number): number {
  const [whole, plain, quoted] = keyPattern.exec(text.slice(from)) ?? []
  const key = plain ?? quoted
  if (whole === undefined || key === undefined || Object.hasOwn(map, key) || key === '__proto__') throw notPlain
  if (plain !== undefined && reserved.test(plain)) throw notPlain
  const [value, end] = readFlowValue(text, from + whole.length)
  map[key] = value
  return end
}

function afterSpaces(text: string, from: number): number {
  let at = from
  while (text.charCodeAt(at) === 32) at += 1
  return at
}

function isDash(content: string): boolean {
  return content === '-' || content.startsWith('- ')
}
