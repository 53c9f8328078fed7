import { isNode, LineCounter, parseDocument } from 'yaml'

/** A place in a text; line and column start at 1. */
export type Position = { readonly line: number; readonly column: number }

/** Finds, in JSON or YAML text, the position of a value by its path, or of the closest one around it. */
export function writtenPositions(text: string): (path: readonly (string | number)[]) => Position | undefined {
  const counter = new LineCounter()
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: counter, prettyErrors: false })
  return (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const found = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
      const start = isNode(found) ? found.range?.[0] : undefined
      if (start === undefined) continue
      const { line, col } = counter.linePos(start)
      return { line, column: col }
    }
    return undefined
  }
}
