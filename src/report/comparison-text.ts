import type { Change, OutcomeComparison } from '../simulation/compare-outcomes.ts'
import { counted, formatCount } from './counted.ts'
import type { Paint } from './paint.ts'
import { type Column, drawTable } from './table.ts'
import { formatUsd } from './usd.ts'

type ComparedWorkload = OutcomeComparison['workloads'][number]
type ComparedGroup = OutcomeComparison['groups'][number]

const workloadColumns: readonly Column[] = [
  { title: 'namespace' },
  { title: 'workload' },
  { title: 'running', align: 'right' },
  { title: 'pending', align: 'right' },
  { title: 'where' },
]

const groupColumns: readonly Column[] = [
  { title: 'group' },
  { title: 'nodes', align: 'right' },
  { title: 'instance types' },
]

/**
 * What changes from one simulation to another, for people. Ends without a line break.
 * @param names what the two are called, e.g. the paths of their plans.
 */
export function formatComparison(comparison: OutcomeComparison, names: Change<string>, paint: Paint): string {
  const { workloads, groups, nodes, gpus, hourAfter, findings } = comparison
  const parts: (readonly string[])[] = [[`From ${paint('name', names.before)} to ${paint('name', names.after)}:`]]
  const shown = workloads.filter((workload) => !isQuiet(workload))
  const quiet = workloads.length - shown.length
  parts.push([
    ...(shown.length === 0
      ? ['Every workload fares the same.']
      : table(workloadColumns, shown.map(workloadRow), paint)),
    ...(quiet === 0
      ? []
      : [`  ${paint('faint', `(and ${counted(quiet, 'system workload')} on other nodes, none of which waits)`)}`]),
  ])
  for (const workload of workloads)
    for (const message of newMessages(workload))
      parts.push([`${paint('bad', 'Now Pending:')} ${workload.namespace}/${workload.id}`, `  ${message}`])
  if (groups.length > 0) parts.push(table(groupColumns, groups.map(groupRow), paint))
  if (findings.gone.length > 0) parts.push([`${paint('good', 'Findings gone:')} ${findings.gone.join(', ')}`])
  if (findings.added.length > 0) parts.push([`${paint('bad', 'Findings added:')} ${findings.added.join(', ')}`])
  const used = (side: { readonly total: number; readonly used: number }) =>
    `${formatCount(side.used)} of ${formatCount(side.total)}`
  const [, ...sums] = drawTable(
    [{ title: '' }, { title: '' }],
    [
      ['Nodes', arrow({ before: formatCount(nodes.before), after: formatCount(nodes.after) })],
      ['GPUs', arrow({ before: used(gpus.before), after: used(gpus.after) })],
      ['$/hour', money(hourAfter)],
    ],
  )
  parts.push(sums)
  return parts.map((part) => part.join('\n')).join('\n\n')
}

/** What the cluster runs by itself follows the nodes; only what waits is worth a line. */
function isQuiet({ system, pending }: ComparedWorkload): boolean {
  return system === true && (pending.before ?? 0) === 0 && (pending.after ?? 0) === 0
}

function workloadRow({ namespace, id, running, pending, placements }: ComparedWorkload): readonly string[] {
  return [
    namespace,
    running.before === null ? `${id} (new)` : running.after === null ? `${id} (gone)` : id,
    arrow({ before: figure(running.before), after: figure(running.after) }),
    arrow({ before: figure(pending.before), after: figure(pending.after) }),
    arrow({ before: where(placements.before), after: where(placements.after) }),
  ]
}

function groupRow({ name, nodes, instanceTypes }: ComparedGroup): readonly string[] {
  return [
    nodes.before === null ? `${name} (new)` : nodes.after === null ? `${name} (gone)` : name,
    arrow({ before: figure(nodes.before), after: figure(nodes.after) }),
    arrow({ before: instanceTypes.before?.join(', ') ?? '-', after: instanceTypes.after?.join(', ') ?? '-' }),
  ]
}

function newMessages({ messages }: ComparedWorkload): readonly string[] {
  return messages.after.filter((message) => !messages.before.includes(message))
}

function where(placements: ComparedWorkload['placements']['before']): string {
  if (placements.length === 0) return 'nowhere'
  return placements.map(({ group, pods }) => `${formatCount(pods)} on ${group ?? 'nodes outside of groups'}`).join(', ')
}

function figure(value: number | null): string {
  return value === null ? '-' : formatCount(value)
}

function money({ before, after }: Change<number | null>): string {
  const both = arrow({ before: formatUsd(before), after: formatUsd(after) })
  if (before === null || after === null) return both
  const difference = after - before
  return `${both} (${difference < 0 ? '-' : '+'}$${formatUsd(Math.abs(difference))})`
}

function arrow({ before, after }: Change<string>): string {
  return before === after ? before : `${before} → ${after}`
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  const [head, ...body] = drawTable(columns, rows)
  return [`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`)]
}
