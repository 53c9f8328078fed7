import type { LineColumn } from './parse-manifest.ts'

/** One document of a stream, or one item of a long list in it. */
export type ManifestText =
  | {
      readonly kind: 'document'
      readonly text: string
      readonly start: LineColumn
      /** `Pod` for an item of a `PodList`: what an item is that does not say so itself. */
      readonly itemKind?: string
      readonly itemVersion?: string
    }
  /** A document that is longer than any object of a cluster can be; its text is gone. */
  | { readonly kind: 'too-large'; readonly start: LineColumn }

/** How much text is held at most. */
export type SplitLimits = {
  /** Characters of one document; the API server takes 3 MiB and etcd 1.5 MiB. */
  readonly document: number
  /** Characters from which on the items of a YAML list are read one by one, so that anchors no longer reach over them. */
  readonly list: number
}

const usualLimits: SplitLimits = { document: 16 * 1024 * 1024, list: 1024 * 1024 }

/**
 * Cuts a stream of manifests into documents: YAML at its `---` lines, JSON at the end of each value. The items of a JSON
 * list, and of a YAML list that is long, come one by one, so that a dump of any size needs the memory of one object.
 * Documents of nothing but comments are left out.
 */
export async function* splitManifests(
  pieces: AsyncIterable<string>,
  limits: SplitLimits = usualLimits,
): AsyncGenerator<ManifestText> {
  const input = textWindow(pieces)
  while (await skipToDocument(input)) {
    if (input.text.charCodeAt(0) === code.openBrace) yield* readJson(input, limits)
    else yield* readYaml(input, limits)
  }
}

const code = {
  lineFeed: 10,
  space: 32,
  quote: 34,
  hash: 35,
  percent: 37,
  minus: 45,
  dot: 46,
  colon: 58,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  openBrace: 123,
  closeBrace: 125,
} as const

/** The part of the stream that is in memory, and where in the stream it begins. */
type TextWindow = {
  readonly text: string
  readonly start: LineColumn
  /** Reads one more piece; false at the end of the stream. */
  readonly fill: () => Promise<boolean>
  /** Takes the first characters away. */
  readonly drop: (count: number) => void
}

function textWindow(pieces: AsyncIterable<string>): TextWindow {
  const iterator = pieces[Symbol.asyncIterator]()
  let text = ''
  let start: LineColumn = { line: 1, column: 1 }
  return {
    get text() {
      return text
    },
    get start() {
      return start
    },
    async fill() {
      const next = await iterator.next()
      if (next.done === true) return false
      text += next.value
      return true
    },
    drop(count) {
      start = advance(start, text, count)
      text = text.slice(count)
    },
  }
}

function advance(start: LineColumn, text: string, count: number): LineColumn {
  let line = start.line
  let lineStart = -1
  for (let at = text.indexOf('\n'); at >= 0 && at < count; at = text.indexOf('\n', at + 1)) {
    line += 1
    lineStart = at
  }
  return lineStart < 0 ? { line, column: start.column + count } : { line, column: count - lineStart }
}

/** Drops blank lines, comments, directives and separators; false when nothing is left. */
async function skipToDocument(input: TextWindow): Promise<boolean> {
  for (;;) {
    const content = input.text.search(/\S/)
    if (content < 0) {
      input.drop(input.text.lastIndexOf('\n') + 1)
      if (await input.fill()) continue
      return false
    }
    // Indentation belongs to the document, blank lines before it do not.
    input.drop(input.text.lastIndexOf('\n', content) + 1)
    const indent = input.text.search(/\S/)
    // A separator needs four characters to be told.
    if (input.text.length < indent + 4 && (await input.fill())) continue
    const first = input.text.charCodeAt(indent)
    const isLineStart = indent === 0 && input.start.column === 1
    const isDirective = isLineStart && first === code.percent
    if (first === code.hash || isDirective) {
      input.drop(await lineEnd(input, 0))
    } else if (isLineStart && isSeparator(input.text, 0)) {
      const end = await lineEnd(input, 0)
      const rest = input.text.slice(3, end).trim()
      // `--- {a: 1}` has its document on the separator's line.
      input.drop(rest === '' || rest.startsWith('#') || first === code.dot ? end : 3)
    } else {
      if (first === code.openBrace) input.drop(indent)
      return true
    }
  }
}

/** Offset after the line that begins at `from`; the stream is read up to there. */
async function lineEnd(input: TextWindow, from: number): Promise<number> {
  for (let searched = from; ; ) {
    const end = input.text.indexOf('\n', searched)
    if (end >= 0) return end + 1
    searched = input.text.length
    if (!(await input.fill())) return input.text.length
  }
}

/** Whether the line that begins here is `---` or `...`. */
function isSeparator(text: string, at: number): boolean {
  const first = text.charCodeAt(at)
  if (first !== code.minus && first !== code.dot) return false
  if (text.charCodeAt(at + 1) !== first || text.charCodeAt(at + 2) !== first) return false
  const next = text.charCodeAt(at + 3)
  return Number.isNaN(next) || next === code.lineFeed || next === code.space || next === 13 || next === 9
}

async function* readYaml(input: TextWindow, limits: SplitLimits): AsyncGenerator<ManifestText> {
  const start = input.start
  let at = 0
  let items: number | undefined
  for (;;) {
    const end = await lineEnd(input, at)
    if (at > 0 && (end === at || isSeparator(input.text, at))) {
      yield { kind: 'document', text: input.text.slice(0, at), start }
      input.drop(at)
      return
    }
    if (end === at) return
    if (items === undefined && /^items:[ \t]*(?:#.*)?\r?\n$/.test(input.text.slice(at, Math.min(end, at + 200))))
      items = end
    at = end
    if (items !== undefined && at > limits.list) {
      const header = input.text.slice(0, items)
      input.drop(items)
      yield* readYamlItems(input, limits, itemNames(header))
      return
    }
    if (at > limits.document) {
      yield { kind: 'too-large', start }
      await skipYaml(input)
      return
    }
  }
}

/** `PodList` and `v1` in the lines before a list's items tell what the items are that do not say so. */
function itemNames(header: string): { readonly itemKind?: string; readonly itemVersion?: string } {
  const kind = /^kind:[ \t]*["']?(\w+)List["']?[ \t]*\r?$/m.exec(header)?.[1]
  const version = /^apiVersion:[ \t]*["']?([\w./-]+)["']?[ \t]*\r?$/m.exec(header)?.[1]
  return { ...(kind !== undefined && { itemKind: kind }), ...(version !== undefined && { itemVersion: version }) }
}

/** The items of a block list, the window being at the first line after `items:`. */
async function* readYamlItems(
  input: TextWindow,
  limits: SplitLimits,
  names: { readonly itemKind?: string; readonly itemVersion?: string },
): AsyncGenerator<ManifestText> {
  let indent: number | undefined
  let isItem = false
  let at = 0
  const item = (): ManifestText => {
    const dash = indent ?? 0
    // A space in place of the dash keeps every column.
    const text = `${input.text.slice(0, dash)} ${input.text.slice(dash + 1, at)}`
    return { kind: 'document', text, start: input.start, ...names }
  }
  for (;;) {
    const end = await lineEnd(input, at)
    const content = firstContent(input.text, at, end)
    const isBlank = content === undefined || input.text.charCodeAt(content) === code.hash
    const isEnd = end === at || isSeparator(input.text, at)
    const column = content === undefined ? 0 : content - at
    const isDash = !isBlank && input.text.charCodeAt(content) === code.minus && isSpace(input.text, content + 1)
    if (!isEnd && isDash && (indent === undefined || column === indent)) {
      if (isItem) yield item()
      input.drop(at)
      indent = column
      isItem = true
      at = end - at
      continue
    }
    if (isEnd || (!isBlank && indent !== undefined && column <= indent)) {
      if (isItem) yield item()
      input.drop(at)
      if (!isEnd) await skipYaml(input)
      return
    }
    if (isItem && end > limits.document) {
      yield { kind: 'too-large', start: input.start }
      isItem = false
    }
    if (!isItem && indent !== undefined) {
      input.drop(end)
      at = 0
      continue
    }
    at = end
  }
}

function firstContent(text: string, from: number, to: number): number | undefined {
  for (let at = from; at < to; at += 1) {
    const character = text.charCodeAt(at)
    if (character > code.space) return at
  }
  return undefined
}

function isSpace(text: string, at: number): boolean {
  const character = text.charCodeAt(at)
  return Number.isNaN(character) || character <= code.space
}

/** Drops lines up to the next separator. */
async function skipYaml(input: TextWindow): Promise<void> {
  for (;;) {
    const end = await lineEnd(input, 0)
    if (end === 0 || isSeparator(input.text, 0)) return
    input.drop(end)
  }
}

/** One JSON value, the window being at its opening brace. */
async function* readJson(input: TextWindow, limits: SplitLimits): AsyncGenerator<ManifestText> {
  const start = input.start
  let depth = 0
  let at = 0
  let key = ''
  let kind: string | undefined
  let version: string | undefined
  let isList = false
  for (;;) {
    const next = findMark(input.text, at) ?? (await fillToMark(input))
    if (next === undefined || at > limits.document) {
      if (next !== undefined) {
        yield { kind: 'too-large', start }
        await skipJson(input, at, depth)
      } else {
        if (!isList) yield { kind: 'document', text: input.text, start }
        input.drop(input.text.length)
      }
      return
    }
    const mark = input.text.charCodeAt(next)
    at = next + 1
    if (mark === code.quote) {
      const end = findStringEnd(input.text, at, at) ?? (await fillToStringEnd(input, at))
      if (end === undefined) continue
      if (depth === 1) {
        const text = input.text.slice(at, end)
        at = end + 1
        if (await isFollowedBy(input, at, code.colon)) key = text
        else if (key === 'kind') kind = text
        else if (key === 'apiVersion') version = text
      } else at = end + 1
    } else if (mark === code.openBrace || mark === code.openBracket) {
      depth += 1
      if (mark === code.openBracket && depth === 2 && key === 'items') {
        input.drop(at)
        const itemKind = /^(\w+)List$/.exec(kind ?? '')?.[1]
        yield* readJsonItems(input, limits, {
          ...(itemKind !== undefined && { itemKind }),
          ...(version !== undefined && { itemVersion: version }),
        })
        isList = true
        depth = 1
        at = 0
      }
    } else {
      depth -= 1
      if (depth === 0) {
        if (!isList) yield { kind: 'document', text: input.text.slice(0, at), start }
        input.drop(at)
        return
      }
    }
    if (isList && depth === 1) {
      input.drop(at)
      at = 0
    }
  }
}

/** The values of a JSON list up to its closing bracket, which is dropped too. */
async function* readJsonItems(
  input: TextWindow,
  limits: SplitLimits,
  names: { readonly itemKind?: string; readonly itemVersion?: string },
): AsyncGenerator<ManifestText> {
  for (;;) {
    const first = findMark(input.text, 0) ?? (await fillToMark(input))
    if (first === undefined) {
      input.drop(input.text.length)
      return
    }
    const mark = input.text.charCodeAt(first)
    input.drop(mark === code.closeBracket || mark === code.closeBrace ? first + 1 : first)
    if (mark === code.closeBracket || mark === code.closeBrace) return
    const start = input.start
    let depth = 0
    let at = 0
    do {
      const next = findMark(input.text, at) ?? (await fillToMark(input))
      if (next === undefined) {
        yield { kind: 'document', text: input.text, start, ...names }
        input.drop(input.text.length)
        return
      }
      const character = input.text.charCodeAt(next)
      at = next + 1
      if (character === code.quote)
        at = (findStringEnd(input.text, at, at) ?? (await fillToStringEnd(input, at)) ?? input.text.length - 1) + 1
      else depth += character === code.openBrace || character === code.openBracket ? 1 : -1
      if (at > limits.document) {
        yield { kind: 'too-large', start }
        await skipJson(input, at, depth)
        at = 0
        depth = 0
      }
    } while (depth > 0)
    if (at > 0) yield { kind: 'document', text: input.text.slice(0, at), start, ...names }
    input.drop(at)
  }
}

/** Drops the rest of a value that `depth` brackets are open of. */
async function skipJson(input: TextWindow, from: number, depth: number): Promise<void> {
  input.drop(from)
  let open = depth
  while (open > 0) {
    const next = findMark(input.text, 0) ?? (await fillToMark(input))
    if (next === undefined) {
      input.drop(input.text.length)
      return
    }
    const mark = input.text.charCodeAt(next)
    let at = next + 1
    if (mark === code.quote)
      at = (findStringEnd(input.text, at, at) ?? (await fillToStringEnd(input, at)) ?? input.text.length - 1) + 1
    else open += mark === code.openBrace || mark === code.openBracket ? 1 : -1
    input.drop(at)
  }
}

/** As {@link findMark}, once more of the stream is there; `undefined` at its end. */
async function fillToMark(input: TextWindow): Promise<number | undefined> {
  for (;;) {
    const searched = input.text.length
    if (!(await input.fill())) return undefined
    const found = findMark(input.text, searched)
    if (found !== undefined) return found
  }
}

/**
 * Offset of the next bracket, brace or quote at or after `from`. It is in memory almost always, and a promise for each
 * would cost more than the search.
 */
function findMark(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case code.quote:
      case code.openBracket:
      case code.closeBracket:
      case code.openBrace:
      case code.closeBrace:
        return at
      default:
    }
  }
  return undefined
}

/** As {@link findStringEnd}, once more of the stream is there. */
async function fillToStringEnd(input: TextWindow, from: number): Promise<number | undefined> {
  for (;;) {
    const searched = Math.max(from, input.text.length)
    if (!(await input.fill())) return undefined
    const found = findStringEnd(input.text, from, searched)
    if (found !== undefined) return found
  }
}

/** Offset of the quote that ends the string whose first character is at `from`. */
function findStringEnd(text: string, from: number, searchFrom: number): number | undefined {
  for (let quote = text.indexOf('"', searchFrom); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (quote - slashes - 1 >= from && text.charCodeAt(quote - slashes - 1) === code.backslash) slashes += 1
    if (slashes % 2 === 0) return quote
  }
  return undefined
}

async function isFollowedBy(input: TextWindow, from: number, character: number): Promise<boolean> {
  for (let at = from; ; at += 1) {
    if (at >= input.text.length && !(await input.fill())) return false
    const found = input.text.charCodeAt(at)
    if (found > code.space) return found === character
  }
}
