import type { ExplainedGroup, ExplainedNodes, ExplainedScore, Explanation } from '../simulation/explanation.ts'
import { counted } from './counted.ts'
import type { Paint } from './paint.ts'
import { drawTable } from './table.ts'

/** Why one pod is where it is, or nowhere, for people. Ends without a line break. */
export function formatExplanation(explanation: Explanation, paint: Paint): string {
  const { namespace, pod, workload, phase, message, nodes, groups } = explanation
  const parts: (readonly string[])[] = [
    [`${paint('strong', `Pod ${namespace}/${pod}`)} of ${workload}: ${fate(explanation, paint)}`],
  ]
  if (nodes.length > 0) {
    const rejected = nodes.filter(({ verdict }) => verdict.kind === 'rejected')
    const feasible = nodes.filter(({ verdict }) => verdict.kind === 'feasible')
    const total = counted(
      nodes.reduce((sum, { count }) => sum + count, 0),
      'node',
    )
    const when =
      explanation.state === 'at-placement'
        ? `The cycle that placed it looked at ${total}:`
        : `At the end there are ${total}:`
    parts.push([when, ...rejectedTable(rejected, paint)])
    for (const each of feasible) parts.push(feasibleBlock(each, explanation, paint))
  }
  if (groups.length > 0) parts.push(groupTable(groups, paint))
  const scheduler = phase === 'Running' ? 'kube-scheduler, before others left for it:' : 'kube-scheduler:'
  if (message !== undefined) parts.push([`${paint('faint', scheduler)} ${message}`])
  return parts.map((part) => part.join('\n')).join('\n\n')
}

function fate({ phase, node, tied }: Explanation, paint: Paint): string {
  switch (phase) {
    case 'Running':
      return `${paint('good', 'runs')} on ${node ?? 'a node'}${tied > 1 ? `, one of ${counted(tied, 'node')} with the best score; the first by name takes it` : ''}`
    case 'Pending':
      return paint('bad', 'stays Pending')
    case 'Gated':
      return `${paint('warning', 'is held by its scheduling gates')}; kube-scheduler does not look at it before they are gone`
    case 'Evicted':
      return `${paint('bad', 'was pushed out')}, for a pod of higher priority or with its node`
  }
}

function rejectedTable(all: readonly ExplainedNodes[], paint: Paint): readonly string[] {
  if (all.length === 0) return []
  const rows = all.map((each) =>
    each.verdict.kind === 'rejected'
      ? [paint('bad', 'no'), which(each), each.verdict.plugin, each.verdict.reasons.join(', ')]
      : [],
  )
  const [head, ...body] = drawTable(
    [{ title: '' }, { title: 'nodes' }, { title: 'rejected by' }, { title: 'because' }],
    rows,
  )
  return [`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`)]
}

function feasibleBlock(nodes: ExplainedNodes, { node, nodes: all }: Explanation, paint: Paint): readonly string[] {
  const { verdict } = nodes
  if (verdict.kind !== 'feasible') return []
  const yes = `  ${paint('good', 'yes')}  ${which(nodes)}`
  if (verdict.scores.length === 0) {
    const only = all.filter((each) => each.verdict.kind === 'feasible').length === 1 && nodes.count === 1
    return [only ? `${yes}: the only one that fits, taken without scoring` : yes]
  }
  // The pod's node is the first by name of the best ones, so it is the first name of its kind.
  const chosen = node !== null && nodes.names[0] === node
  const [titles, ...rows] = drawTable(
    [
      { title: 'plugin' },
      { title: 'raw', align: 'right' },
      { title: 'of 100', align: 'right' },
      { title: 'weight', align: 'right' },
      { title: 'counts', align: 'right' },
    ],
    verdict.scores.map(scoreRow),
  )
  return [
    `${yes}: score ${verdict.total}${chosen ? paint('strong', ' (chosen)') : ''}`,
    `       ${paint('faint', titles ?? '')}`,
    ...rows.map((row) => `       ${row}`),
  ]
}

function scoreRow({ plugin, raw, normalised, weight }: ExplainedScore): readonly string[] {
  return [plugin, String(raw), String(normalised), `× ${weight}`, String(normalised * weight)]
}

/** `4 nodes of inference: a, b, +2` or the one node's name. */
function which({ group, names, count }: ExplainedNodes): string {
  const place = group === null ? '' : ` of ${group}`
  if (count === 1) return `${names[0] ?? ''}${place}`
  const shown = names.slice(0, 2)
  const more = count - shown.length
  return `${counted(count, 'node')}${place} (${shown.join(', ')}${more > 0 ? ` +${more}` : ''})`
}

function groupTable(groups: readonly ExplainedGroup[], paint: Paint): readonly string[] {
  const [, ...rows] = drawTable(
    [{ title: '' }, { title: '' }, { title: '' }],
    groups.map((each) => groupRow(each, paint)),
  )
  return ['What the autoscaler makes of the groups for it:', ...rows.map((row) => `  ${row}`)]
}

function groupRow({ group, verdict }: ExplainedGroup, paint: Paint): readonly string[] {
  switch (verdict.kind) {
    case 'fits':
      return [paint('good', 'yes'), group, 'a new node could take it']
    case 'rejected':
      return [paint('bad', 'no'), group, `${verdict.plugin}: ${verdict.reasons.join(', ')}`]
    case 'skipped':
      return [paint('warning', 'skipped'), group, verdict.reason]
  }
}
