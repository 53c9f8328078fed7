import { autoscalerFlagNames } from '../../src/read/config/autoscaler-flags.ts'

const marks = ['<!-- autoscaler flags: npm run generate -->', '<!-- end of autoscaler flags -->'] as const

/** The longest line of the list. */
const width = 140

/** `docs/simulate.md` with its list of the autoscaler's flags renewed. Throws when the marks are missing. */
export function withAutoscalerFlags(page: string): string {
  const [before, rest] = page.split(`${marks[0]}\n`)
  const after = rest?.split(marks[1])[1]
  if (before === undefined || after === undefined) throw new Error(`docs/simulate.md lacks ${marks.join(' … ')}`)
  const lines: string[] = []
  for (const name of autoscalerFlagNames()) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + name.length + 4 <= width) lines[lines.length - 1] = `${line} \`${name}\`,`
    else lines.push(`\`${name}\`,`)
  }
  return `${before}${marks[0]}\n${lines.join('\n').replace(/,$/, '.')}\n${marks[1]}${after}`
}
