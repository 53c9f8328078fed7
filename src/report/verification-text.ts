import type { Check } from '../read/live/verification.ts'
import type { AnsweredCommand } from '../read/live/verify-commands.ts'
import type { Paint } from './paint.ts'
import { drawTable } from './table.ts'

const subjects = {
  nodes: 'nodes ready',
  gpus: 'GPUs allocatable',
  'device-plugin': 'device plugin ready',
  autoscaler: 'autoscaler available',
} as const satisfies Record<Check['subject'], string>

/** What was verified, one line per check: sign, subject, group, found of wanted. Ends without a line break. */
export function formatChecks(checks: readonly Check[], through: 'kubectl' | 'installer', paint: Paint): string {
  const wrong = checks.filter(({ ok }) => !ok).length
  const way =
    through === 'kubectl'
      ? 'through kubectl'
      : 'through the installer inside the VPC, because the API endpoint does not answer from here'
  const rows = checks.map((check) => [
    check.ok ? paint('good', 'ok') : paint('bad', 'WRONG'),
    subjects[check.subject],
    check.group ?? '',
    `${check.found} of ${check.wanted}`,
    check.note ?? '',
  ])
  const [, ...lines] = drawTable([{ title: '' }, { title: '' }, { title: '' }, { title: '' }, { title: '' }], rows)
  const head = wrong === 0 ? `Verified ${way}:` : `${wrong} of ${checks.length} checks failed, ${way}:`
  return [paint('strong', head), ...lines.map((line) => `  ${line}`)].join('\n')
}

/** The most lines of one answer that are shown. */
const mostLines = 12

/** The verify commands with what they answer. Ends without a line break. */
export function formatCommands(commands: readonly AnsweredCommand[], paint: Paint): string {
  return commands
    .map(({ command, answer }) => {
      const lines = [`$ ${paint('name', command)}`]
      if (answer === undefined) return lines.join('\n')
      const text = (answer.code === 0 ? answer.stdout || answer.stderr : answer.stderr).trimEnd()
      const said = text === '' ? ['(no output)'] : text.split('\n')
      // Of a log the end is what is new.
      const log = command.startsWith('kubectl logs')
      const left = said.length - mostLines
      if (left > 0 && log) lines.push(paint('faint', `  (${left} lines before)`))
      const shown = log ? said.slice(-mostLines) : said.slice(0, mostLines)
      lines.push(...shown.map((line) => `  ${line}`.trimEnd()))
      if (left > 0 && !log) lines.push(paint('faint', `  (${left} more lines)`))
      return lines.join('\n')
    })
    .join('\n')
}
