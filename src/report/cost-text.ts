import type { GroupOutcome, Outcome } from '../simulation/outcome.ts'
import { formatCount } from './counted.ts'
import { formatNodePrice, isPrepaid } from './node-price.ts'
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

function row(group: GroupOutcome): readonly string[] {
  const { name, from, to, usdPerNodeHour, gpus } = group
  const after = usdPerNodeHour === null ? null : to * usdPerNodeHour
  return [
    name,
    from === to ? formatCount(to) : `${formatCount(from)} → ${formatCount(to)}`,
    formatNodePrice(group, 1),
    formatNodePrice(group, from),
    formatNodePrice(group, to),
    formatNodePrice(group, to * monthHours),
    gpus.total === 0 || isPrepaid(group) ? '-' : perGpu(after, gpus.used),
  ]
}

function perGpu(usdPerHour: number | null, used: number): string {
  return used === 0 ? '-' : formatUsd(usdPerHour === null ? null : usdPerHour / used)
}
