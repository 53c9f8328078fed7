import type { GroupOutcome, Outcome } from '../simulation/outcome.ts'
import { formatCount } from './counted.ts'
import type { Paint } from './paint.ts'
import { drawTable } from './table.ts'
import { formatUsd } from './usd.ts'

/** Hours of a month, as AWS counts them. */
const monthHours = 730

/** What each group costs, for people. Ends without a line break. */
export function formatCost(outcome: Outcome, paint: Paint): string {
  const { cost, groups } = outcome
  const rows = groups.map(row)
  rows.push([
    'all',
    '',
    '',
    formatUsd(cost.hourNow),
    formatUsd(cost.hourAfter),
    formatUsd(cost.monthAfter),
    perGpu(cost.hourAfter, outcome.totals.gpus.used),
  ])
  const [head, ...body] = drawTable(
    [
      { title: 'cost' },
      { title: 'nodes', align: 'right' },
      { title: '$/hour each', align: 'right' },
      { title: '$/hour now', align: 'right' },
      { title: 'after', align: 'right' },
      { title: '$/month', align: 'right' },
      { title: '$/hour per GPU in use', align: 'right' },
    ],
    rows,
  )
  return [`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`)].join('\n')
}

function row({ name, from, to, usdPerNodeHour, gpus }: GroupOutcome): readonly string[] {
  const of = (nodes: number) => (usdPerNodeHour === null ? null : nodes * usdPerNodeHour)
  const after = of(to)
  return [
    name,
    from === to ? formatCount(to) : `${formatCount(from)} → ${formatCount(to)}`,
    formatUsd(usdPerNodeHour),
    formatUsd(of(from)),
    formatUsd(after),
    formatUsd(after === null ? null : after * monthHours),
    gpus.total === 0 ? '-' : perGpu(after, gpus.used),
  ]
}

function perGpu(usdPerHour: number | null, used: number): string {
  return used === 0 ? '-' : formatUsd(usdPerHour === null ? null : usdPerHour / used)
}
