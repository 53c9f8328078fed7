import type { Diagnostic } from '../terraform/ui-events.ts'
import { drawCodeFrame } from './code-frame.ts'
import type { Explanation } from './known-errors.ts'
import type { Paint } from './paint.ts'

/** Words a diagnostic of Terraform: its text, the source it points at, and what it means here. Ends without a line break. */
export function formatDiagnostic(diagnostic: Diagnostic, explanation: Explanation | undefined, paint: Paint): string {
  const head = diagnostic.severity === 'error' ? paint('bad', 'Error:') : paint('warning', 'Warning:')
  const [first, ...more] = diagnostic.summary.split('\n')
  const lines = [`${head} ${paint('strong', first ?? '')}`, ...more.map((line) => (line === '' ? '' : `  ${line}`))]
  if (diagnostic.address !== undefined) lines.push(`  with ${paint('name', diagnostic.address)}`)
  if (diagnostic.at !== undefined) {
    const { file, line, column } = diagnostic.at
    const context = diagnostic.snippet?.context
    lines.push(`  at ${paint('name', `${file}:${line}:${column}`)}${context === undefined ? '' : `, in ${context}`}`)
  }
  if (diagnostic.snippet !== undefined) {
    lines.push(...drawCodeFrame(diagnostic.snippet, paint).map((line) => `    ${line}`))
    lines.push(...diagnostic.snippet.values.map((value) => paint('faint', `      ${value}`)))
  }
  if (diagnostic.detail !== '')
    lines.push(
      ...diagnostic.detail
        .trimEnd()
        .split('\n')
        .map((line) => (line === '' ? '' : `  ${line}`)),
    )
  if (explanation !== undefined)
    lines.push(
      `  ${paint('strong', 'What it means:')} ${explanation.means}`,
      `  ${paint('good', 'Fix:')} ${explanation.fix}`,
    )
  return lines.join('\n')
}
