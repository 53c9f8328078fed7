import type { Paint } from './paint.ts'

/** Lines of a file with the wanted one marked. */
export type CodeFrame = {
  /** Line number of the first line of `code`, from 1. */
  readonly startLine: number
  readonly code: string
  /** Offsets in `code`, from 0; an empty range marks its line only. */
  readonly highlight: { readonly start: number; readonly end: number }
}

/** Draws a frame: line numbers, `>` before the marked lines, carets under the range when it is on one line. */
export function drawCodeFrame(frame: CodeFrame, paint: Paint): readonly string[] {
  const lines = frame.code.replace(/\n$/, '').split('\n')
  const width = String(frame.startLine + lines.length - 1).length
  const drawn: string[] = []
  let offset = 0
  lines.forEach((line, index) => {
    const end = offset + line.length
    const marked =
      frame.highlight.start <= end &&
      frame.highlight.end >= offset &&
      !(frame.highlight.start === end && line.length > 0 && frame.highlight.end > end)
    const number = String(frame.startLine + index).padStart(width)
    drawn.push(`${marked ? paint('bad', '>') : ' '} ${paint('faint', `${number} |`)} ${line}`.trimEnd())
    if (marked && frame.highlight.end > frame.highlight.start) {
      const from = Math.max(frame.highlight.start, offset) - offset
      const to = Math.min(frame.highlight.end, end) - offset
      if (to > from)
        drawn.push(
          `  ${' '.repeat(width)} ${paint('faint', '|')} ${' '.repeat(from)}${paint('bad', '^'.repeat(to - from))}`,
        )
    }
    offset = end + 1
  })
  return drawn
}

/** The lines around a place in a file, the place's word marked. `line` and `column` start at 1. */
export function frameAt(text: string, line: number, column: number, context = 1): CodeFrame {
  const lines = text.split('\n')
  const first = Math.max(1, line - context)
  const last = Math.min(lines.length, line + context)
  const before = lines.slice(first - 1, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  const word = /^"(?:[^"\\]|\\.)*"|^[\w-]+/.exec((lines[line - 1] ?? '').slice(column - 1))?.[0] ?? ''
  const start = before + column - 1
  return {
    startLine: first,
    code: lines.slice(first - 1, last).join('\n'),
    highlight: { start, end: start + word.length },
  }
}
