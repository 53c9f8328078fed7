import type { ExplainedGroup, ExplainedNodes, Explanation, PluginScore } from '../simulation/explanation.ts'
import { counted } from './counted.ts'
import type { Paint } from './paint.ts'
import { formatSimulatedTime } from './simulated-time.ts'
import { drawTable } from './table.ts'

/** Why one pod is where it is, or nowhere, for people. Ends without a line break. */
export function formatExplanation(explanation: Explanation, paint: Paint): string {
  const { pod, at, nodes, groups, preempted, gates } = explanation
  const name = paint('strong', `Pod ${pod.namespace}/${pod.pod}`)
  const parts: (readonly string[])[] = [[`${name} of ${pod.workload}: ${fate(explanation, paint)}`]]
  if (gates !== undefined)
    parts.push([
      `Held by scheduling gates: ${gates.join(', ')}. kube-scheduler does not look at it before they are gone.`,
    ])
  if (nodes.length > 0) {
    const rejected = nodes.filter(({ verdict }) => verdict.kind === 'rejected')
    const feasible = nodes.filter(({ verdict }) => verdict.kind === 'feasible')
    const total = nodes.reduce((sum, each) => sum + each.nodes, 0)
    parts.push([
      `Its last scheduling cycle, ${formatSimulatedTime(at)} from the start, over ${counted(total, 'node')}:`,
      ...rejectedTable(rejected, paint),
    ])
    for (const each of feasible) parts.push(feasibleBlock(each, feasible.length === 1, paint))
  }
  if (preempted !== undefined) parts.push([`Pushed out of ${preempted.node} for it: ${preempted.victims.join(', ')}`])
  if (groups !== undefined) parts.push(groupTable(groups, paint))
  if (pod.message !== undefined) parts.push([`${paint('faint', 'kube-scheduler:')} ${pod.message}`])
  return parts.map((part) => part.join('\n')).join('\n\n')
}

function fate({ pod }: Explanation, paint: Paint): string {
  switch (pod.phase) {
    case 'Running':
      return `${paint('good', 'runs')} on ${pod.node ?? '?'}${pod.tied > 1 ? `, one of ${counted(pod.tied, 'node')} with the best score; the first by name takes it` : ''}`
    case 'Pending':
      return paint('bad', 'stays Pending')
    case 'Gated':
      return paint('warning', 'is not looked at')
  }
}

function rejectedTable(all: readonly ExplainedNodes[], paint: Paint): readonly string[] {
  if (all.length === 0) return []
  const rows = all.map(({ group, nodes, example, verdict }) => {
    if (verdict.kind !== 'rejected') return []
    const { plugin, reasons, detail, resolvable } = verdict
    return [
      paint('bad', 'no'),
      nodes === 1 ? example : `${counted(nodes, 'node')} of ${group ?? 'no group'}`,
      plugin,
      `${reasons.join(', ')}${detail === undefined ? '' : `: ${detail}`}${resolvable ? ' (fewer pods there could help)' : ''}`,
    ]
  })
  const [head, ...body] = drawTable(
    [{ title: '' }, { title: 'nodes' }, { title: 'rejected by' }, { title: 'because' }],
    rows,
  )
  return [`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`)]
}

function feasibleBlock({ nodes, example, verdict }: ExplainedNodes, only: boolean, paint: Paint): readonly string[] {
  if (verdict.kind !== 'feasible') return []
  const { total, scores, chosen } = verdict
  const which = nodes === 1 ? example : `${counted(nodes, 'node')} like ${example}`
  if (scores.length === 0 && only)
    return [`  ${paint('good', 'yes')}  ${which}: the only one that fits, taken without scoring`]
  const head = `  ${paint('good', 'yes')}  ${which}: score ${total}${chosen ? paint('strong', ' (chosen)') : ''}`
  const [titles, ...rows] = drawTable(
    [
      { title: 'plugin' },
      { title: 'raw', align: 'right' },
      { title: 'of 100', align: 'right' },
      { title: 'weight', align: 'right' },
      { title: 'counts', align: 'right' },
    ],
    scores.map(scoreRow),
  )
  return [head, `       ${paint('faint', titles ?? '')}`, ...rows.map((row) => `       ${row}`)]
}

function scoreRow({ plugin, raw, normalized, weight, weighted }: PluginScore): readonly string[] {
  return [plugin, String(raw), String(normalized), `× ${weight}`, String(weighted)]
}

function groupTable(groups: readonly ExplainedGroup[], paint: Paint): readonly string[] {
  const [, ...rows] = drawTable(
    [{ title: '' }, { title: '' }, { title: '' }],
    groups.map(({ group, verdict, reasons }) => [
      verdict === 'fits'
        ? paint('good', 'fits')
        : verdict === 'skipped'
          ? paint('warning', 'skipped')
          : paint('bad', 'no'),
      group,
      reasons.join(', '),
    ]),
  )
  return ['What the autoscaler makes of the groups for it:', ...rows.map((row) => `  ${row}`)]
}
