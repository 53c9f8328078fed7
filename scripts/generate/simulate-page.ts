import { autoscalerFlagNames } from '../../src/read/config/autoscaler-flags.ts'
import { betweenMarks } from './between-marks.ts'

/** The longest line of the list. */
const width = 140

/** `docs/simulate.md` with its list of the autoscaler's flags renewed. Throws when the marks are missing. */
export function withAutoscalerFlags(page: string): string {
  const lines: string[] = []
  for (const name of autoscalerFlagNames()) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + name.length + 4 <= width) lines[lines.length - 1] = `${line} \`${name}\`,`
    else lines.push(`\`${name}\`,`)
  }
  lines.push((lines.pop() ?? '').replace(/,$/, '.'))
  return betweenMarks(page, 'autoscaler flags', lines, 'docs/simulate.md')
}
