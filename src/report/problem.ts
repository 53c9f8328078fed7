import type { Problem } from '../cluster/problem.ts'
import { drawCodeFrame, frameAt } from './code-frame.ts'
import type { Paint } from './paint.ts'

/**
 * Words a problem: what, where with the lines around it, why, what to do. Ends without a line break.
 * @param sourceOf text of a file, for the frame; `undefined` leaves the frame out.
 */
export function formatProblem(
  problem: Problem,
  paint: Paint,
  sourceOf: (file: string) => string | undefined,
  severity: 'error' | 'warning' = 'error',
): string {
  const head = severity === 'error' ? paint('bad', 'Error:') : paint('warning', 'Warning:')
  const lines = [`${head} ${paint('strong', problem.what)}`]
  if (problem.at !== undefined) {
    const { file, line, column } = problem.at
    lines.push(`  at ${paint('name', [file, line, column].filter((part) => part !== undefined).join(':'))}`)
    const text = line === undefined ? undefined : sourceOf(file)
    if (text !== undefined && line !== undefined)
      lines.push(...drawCodeFrame(frameAt(text, line, column ?? 1), paint).map((each) => `    ${each}`))
  }
  if (problem.why !== undefined) lines.push(`  ${paint('faint', 'Why:')} ${problem.why}`)
  for (const each of problem.detail ?? []) lines.push(`    ${each}`)
  if (problem.fix !== undefined) lines.push(`  ${paint('good', 'Fix:')} ${problem.fix}`)
  return lines.join('\n')
}
