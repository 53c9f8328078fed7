import type { NodeRow, Outcome } from '../../simulation/outcome.ts'
import { counted, formatCount } from '../counted.ts'
import { escapeHtml } from './escape-html.ts'

/** The most nodes of a group that are drawn one by one; more are drawn as shares. */
const mostCells = 400

/** Groups' nodes that are used to the same degree. */
type Usage = { nodes: number; readonly cells: string[] }

/** Names of the degrees of use, from idle to full; the page has a colour `--u0` to `--u4` for each. */
const degrees = ['idle', 'up to half', 'over half', 'almost full', 'full'] as const

/**
 * Every node as a cell coloured by how much of it is used: of its GPUs where it has any, else of its CPU. Groups with
 * many nodes are drawn as one bar of shares instead. Rows are read once.
 */
export function drawNodeMap(outcome: Outcome, rows: Iterable<NodeRow>): string {
  const groups = new Map<string | null, Usage[]>(outcome.groups.map(({ name }) => [name, emptyUsage()]))
  for (const row of rows) {
    const usage = groups.get(row.group) ?? emptyUsage()
    groups.set(row.group, usage)
    const degree = degreeOf(row)
    const same = usage[degree]
    if (same === undefined) continue
    same.nodes += 1
    if (same.cells.length < mostCells) same.cells.push(cell(row, degree))
  }
  const blocks = [...groups].flatMap(([name, usage]) => {
    const nodes = usage.reduce((sum, each) => sum + each.nodes, 0)
    if (nodes === 0) return []
    const title = `${name ?? 'outside of groups'}: ${counted(nodes, 'node')}`
    const drawn =
      nodes > mostCells
        ? bar(usage, nodes)
        : `<ul class="cells">${usage
            .toReversed()
            .flatMap(({ cells }) => cells)
            .join('')}</ul>`
    return [`<h3>${escapeHtml(title)}</h3>`, drawn]
  })
  const keys = degrees.map(
    (text, index) => `<span class="key"><i style="background:var(--u${index})"></i>${text}</span>`,
  )
  return blocks.length === 0
    ? '<p>There are no nodes.</p>'
    : [`<p class="keys">GPUs in use, or CPU where a node has no GPU: ${keys.join(' ')}</p>`, ...blocks].join('\n')
}

function emptyUsage(): Usage[] {
  return degrees.map(() => ({ nodes: 0, cells: [] }))
}

function shareOf({ gpus, cpu }: NodeRow): number {
  if (gpus.total > 0) return gpus.used / gpus.total
  return cpu.total === 0 ? 0 : cpu.used / cpu.total
}

function degreeOf(row: NodeRow): number {
  const share = shareOf(row)
  if (share === 0) return 0
  if (share <= 0.5) return 1
  if (share <= 0.75) return 2
  return share < 1 ? 3 : 4
}

function cell(row: NodeRow, degree: number): string {
  const { node, zone, pods, gpus, cpu, memory } = row
  const percent = (share: { readonly total: number; readonly used: number }) =>
    share.total === 0 ? 0 : Math.round((share.used / share.total) * 100)
  const label = gpus.total > 0 ? `${gpus.used}/${gpus.total}` : `${percent(cpu)}%`
  const title = [
    node,
    ...(zone === null ? [] : [zone]),
    counted(pods, 'pod'),
    ...(gpus.total > 0 ? [`${gpus.used} of ${gpus.total} GPUs`] : []),
    `CPU ${percent(cpu)} %`,
    `memory ${percent(memory)} %`,
  ].join(', ')
  return `<li class="u${degree}" title="${escapeHtml(title)}">${label}</li>`
}

function bar(usage: readonly Usage[], nodes: number): string {
  const parts = usage.flatMap(({ nodes: some }, degree) =>
    some === 0
      ? []
      : [
          `<span class="u${degree}" style="flex:${some}" title="${formatCount(some)} ${degrees[degree]}">${some / nodes > 0.08 ? formatCount(some) : ''}</span>`,
        ],
  )
  const words = usage.flatMap(({ nodes: some }, degree) =>
    some === 0 ? [] : [`${formatCount(some)} ${degrees[degree]}`],
  )
  return `<div class="bar" role="img" aria-label="${words.join(', ')}">${parts.toReversed().join('')}</div><p class="keys">${words.toReversed().join(', ')}</p>`
}
