import type { Position } from './written-positions.ts'

/**
 * Finds where a field stands in an object that is written out in TypeScript or JavaScript: from an offset in the text (at or
 * before the object, such as the call that takes it) along a path of names and indexes. Where the text goes on with a name, a
 * spread or a function, the last place that was found is the answer.
 */
export function literalPosition(text: string, from: number, path: readonly (string | number)[]): Position {
  let found = from
  let at = enter(text, from)
  for (const step of path) {
    const member = typeof step === 'number' ? element(text, at, step) : property(text, at, step)
    if (member === undefined) break
    found = member.at
    at = enter(text, member.value)
  }
  return positionOf(text, found)
}

/** Offset of a place in a text. */
export function offsetOf(text: string, { line, column }: Position): number {
  let offset = 0
  for (let left = line - 1; left > 0; left -= 1) {
    const next = text.indexOf('\n', offset)
    if (next < 0) return text.length
    offset = next + 1
  }
  return offset + column - 1
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

type Member = { readonly at: number; readonly value: number }

/** From an expression to the literal in it: past `export default`, brackets and the calls that the literal is given to. */
function enter(text: string, from: number): number {
  let at = skipBlanks(text, from)
  for (;;) {
    const word = /^(?:export\s+default\b|await\b|[\w$.]+(?:<[^(){}]*>)?\s*(?=\()|\()\s*/.exec(text.slice(at))?.[0]
    if (word === undefined) return at
    at = skipBlanks(text, at + word.length)
  }
}

function property(text: string, open: number, name: string): Member | undefined {
  if (text[open] !== '{') return undefined
  let at = skipBlanks(text, open + 1)
  let found: Member | undefined
  while (at < text.length && text[at] !== '}') {
    const key = keyAt(text, at)
    const after = key === undefined ? at : skipBlanks(text, key.end)
    // What stands later wins, as it does when the object is made.
    if (key?.name === name) found = { at, value: text[after] === ':' ? skipBlanks(text, after + 1) : at }
    at = skipBlanks(text, skipExpression(text, text[after] === ':' ? after + 1 : after) + 1)
  }
  return found
}

function element(text: string, open: number, index: number): Member | undefined {
  if (text[open] !== '[') return undefined
  let at = skipBlanks(text, open + 1)
  for (let left = index; left > 0; left -= 1) {
    if (at >= text.length || text[at] === ']' || text.startsWith('...', at)) return undefined
    at = skipBlanks(text, skipExpression(text, at) + 1)
  }
  return at >= text.length || text[at] === ']' || text.startsWith('...', at) ? undefined : { at, value: at }
}

function keyAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  const rest = text.slice(at, at + 400)
  const quoted = /^(?:"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)')/.exec(rest)
  if (quoted !== null) return { name: quoted[1] ?? quoted[2] ?? '', end: at + quoted[0].length }
  const word = /^[\w$]+/.exec(rest)
  return word === null ? undefined : { name: word[0], end: at + word[0].length }
}

/** The offset of the comma or the closing bracket that ends an expression. */
function skipExpression(text: string, from: number): number {
  let depth = 0
  let at = from
  while (at < text.length) {
    const next = skipBlanks(text, at)
    if (next !== at) {
      at = next
      continue
    }
    const character = text[at] ?? ''
    if (depth === 0 && ',)]}'.includes(character)) return at
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
    at = '"\'`'.includes(character) ? skipText(text, at) : at + 1
  }
  return at
}

/** The offset behind a string or template. */
function skipText(text: string, from: number): number {
  const quote = text[from]
  let at = from + 1
  while (at < text.length && text[at] !== quote) {
    if (text[at] === '\\') at += 2
    else if (quote === '`' && text.startsWith('${', at)) at = skipExpression(text, at + 2) + 1
    else at += 1
  }
  return at + 1
}

/** The offset of what follows blanks and comments. */
function skipBlanks(text: string, from: number): number {
  let at = from
  for (;;) {
    if (/\s/.test(text[at] ?? '')) at += 1
    else if (text.startsWith('//', at)) at = endOr(text.indexOf('\n', at), text.length)
    else if (text.startsWith('/*', at)) at = endOr(text.indexOf('*/', at + 2) + 2, text.length, 1)
    else return at
  }
}

function endOr(found: number, end: number, missing = -1): number {
  return found === missing ? end : found
}
