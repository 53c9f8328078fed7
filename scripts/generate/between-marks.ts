/** The part of a page between two comments that name it, renewed. `file` is for the message. Throws when the marks are missing. */
export function betweenMarks(page: string, name: string, lines: readonly string[], file: string): string {
  const marks = [`<!-- ${name}: npm run generate -->`, `<!-- end of ${name} -->`] as const
  const [before, rest] = page.split(`${marks[0]}\n`)
  const after = rest?.split(marks[1])[1]
  if (before === undefined || after === undefined) throw new Error(`${file} lacks ${marks.join(' … ')}`)
  return `${before}${marks[0]}\n${lines.join('\n')}\n${marks[1]}${after}`
}
