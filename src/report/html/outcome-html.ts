import type { Outcome, OutcomeRows, PendingReason, SeriesPoint, WorkloadOutcome } from '../../simulation/outcome.ts'
import { counted, formatCount } from '../counted.ts'
import { noFixText } from '../no-fix-text.ts'
import { formatNodePrice } from '../node-price.ts'
import { fragmentationDefinition } from '../outcome-text.ts'
import { formatSimulatedTime } from '../simulated-time.ts'
import { formatUsd } from '../usd.ts'
import { escapeHtml } from './escape-html.ts'
import { htmlTable } from './html-table.ts'
import { drawNodeMap } from './node-map.ts'
import { pageStyle } from './page-style.ts'
import { drawStepChart, type StepSeries } from './step-chart.ts'

/** The most groups that a chart tells apart; the smaller ones are drawn together. */
const mostGroups = 7

/** The most rows of a table. */
const mostRows = 500

/** A whole simulation as one page: no script, and nothing that it loads. Ends with a line break. */
export function formatOutcomeHtml(outcome: Outcome, rows: OutcomeRows): string {
  const name = escapeHtml(outcome.cluster.name)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}: what runs, what scales, what stays Pending</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>${name}</h1>
<p class="facts">${escapeHtml(facts(outcome))}</p>
${tiles(outcome)}
${section('Pending', pending(outcome))}
${section('Findings', findings(outcome))}
${section('Nodes over time', nodesChart(outcome))}
${section('GPUs over time', gpuChart(outcome))}
${section('Where GPUs and CPU are used', drawNodeMap(outcome, rows.nodes()))}
${section('Workloads', workloads(outcome))}
${section('Node groups', groups(outcome))}
${section('What happens', timeline(outcome))}
${section('What this rests on', footnotes(outcome))}
</main>
</body>
</html>
`
}

function section(title: string, body: string): string {
  return body === '' ? '' : `<section>\n<h2>${title}</h2>\n${body}\n</section>`
}

function facts({ cluster, settings }: Outcome): string {
  return [
    `Kubernetes ${cluster.kubernetesVersion}`,
    ...(cluster.region === null ? [] : [cluster.region]),
    settings.autoscaler === null
      ? 'no autoscaler'
      : `Cluster Autoscaler ${settings.autoscaler} with expander ${settings.expanders.join(', ')}`,
  ].join(' · ')
}

function tiles({ totals, cost, workloads: all }: Outcome): string {
  const last = Math.max(-1, ...all.map(({ runningAfter }) => runningAfter?.last ?? -1))
  const { gpus } = totals
  const tile = (label: string, value: string, note: string, bad = false) =>
    `<li${bad ? ' class="bad"' : ''}><span>${label}</span><strong>${escapeHtml(value)}</strong><small>${escapeHtml(note)}</small></li>`
  return `<ul class="tiles">${[
    tile(
      'Pods that run',
      `${formatCount(totals.running)} of ${formatCount(totals.pods)}`,
      totals.pending === 0 ? 'none stays Pending' : `${counted(totals.pending, 'pod')} Pending`,
      totals.pending > 0,
    ),
    tile(
      'GPUs in use',
      gpus.total === 0 ? 'none' : `${formatCount(gpus.used)} of ${formatCount(gpus.total)}`,
      [
        ...(gpus.allocationPercent === null ? [] : [`${gpus.allocationPercent.toFixed(1)} %`]),
        ...(gpus.fragmentationPercent === null ? [] : [`fragmentation ${gpus.fragmentationPercent.toFixed(1)} %`]),
      ].join(', '),
    ),
    tile(
      'Cost per hour',
      cost.hourAfter === null ? 'unknown' : `$${formatUsd(cost.hourAfter)}`,
      `$${formatUsd(cost.hourNow)} now, $${formatUsd(cost.monthAfter)} a month`,
    ),
    tile('Running after', last < 0 ? '-' : formatSimulatedTime(last), 'from the start, for the last pod that runs'),
  ].join('')}</ul>`
}

function pending({ workloads: all }: Outcome): string {
  const rows = all.flatMap((workload) => workload.reasons.map((reason) => pendingRow(workload, reason)))
  if (rows.length === 0) return '<p>Nothing stays Pending.</p>'
  return cut(
    htmlTable(
      'Why pods stay Pending',
      [
        { title: 'workload' },
        { title: 'pods', align: 'right' },
        { title: 'why', share: 40 },
        { title: 'fix', share: 17 },
        { title: 'kube-scheduler says', share: 28 },
      ],
      rows.slice(0, mostRows),
    ),
    rows.length,
  )
}

function pendingRow({ namespace, id }: WorkloadOutcome, reason: PendingReason): readonly string[] {
  const { pods, explanation, message, notTriggeredScaleUp } = reason
  return [
    `${namespace}/${id}`,
    formatCount(pods),
    explanation,
    fixCell(reason),
    notTriggeredScaleUp === undefined
      ? message
      : `${message} Autoscaler: pod didn't trigger scale-up: ${notTriggeredScaleUp.join(', ')}`,
  ]
}

function fixCell({ pods, fix, trials }: PendingReason): string {
  if (fix !== undefined) return `${fix.text}: ${formatCount(fix.runs)} of ${formatCount(pods)} run`
  return trials === undefined ? '-' : noFixText(trials, pods)
}

function findings({ findings: all }: Outcome): string {
  return all
    .map(
      ({ id, severity, what, why, fix }) =>
        `<article class="${severity}"><h3>${severity}: ${escapeHtml(what)}</h3><p>${escapeHtml(why)}</p><p><b>Fix:</b> ${escapeHtml(fix)}</p><code>${escapeHtml(id)}</code></article>`,
    )
    .join('\n')
}

function nodesChart({ series, groups: all }: Outcome): string {
  if (series.length === 0 || all.length === 0) return ''
  const each: readonly StepSeries[] = all.map(({ name }, index) => ({
    label: name,
    values: series.map(({ nodes }) => nodes[index] ?? 0),
  }))
  const peak = ({ values }: StepSeries) => Math.max(...values)
  const largest = new Set(each.toSorted((a, b) => peak(b) - peak(a)).slice(0, mostGroups))
  const others = each.filter((one) => !largest.has(one))
  const areas = [
    ...each.filter((one) => largest.has(one)),
    ...(others.length === 0
      ? []
      : [
          {
            label: counted(others.length, 'smaller group'),
            values: series.map((_, at) => others.reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
          },
        ]),
  ]
  const last = areas.map(({ label, values }) => `${label} ${formatCount(values.at(-1) ?? 0)}`).join(', ')
  return drawStepChart({
    id: 'nodes',
    title: 'Nodes that have joined, by group',
    description: `Nodes by group at the end, ${endOf(series)}: ${last}.`,
    times: series.map(({ at }) => at),
    areas,
  })
}

function gpuChart({ series }: Outcome): string {
  if (!series.some(({ gpus }) => gpus.total > 0)) return ''
  const used = series.map(({ gpus }) => gpus.used)
  const total = series.map(({ gpus }) => gpus.total)
  return drawStepChart({
    id: 'gpus',
    title: 'GPUs that pods hold, of those there are',
    description: `At the end, ${endOf(series)}, pods hold ${formatCount(used.at(-1) ?? 0)} of ${formatCount(total.at(-1) ?? 0)} GPUs.`,
    times: series.map(({ at }) => at),
    areas: [{ label: 'held by pods', values: used }],
    line: { label: 'there are', values: total },
  })
}

function endOf(series: readonly SeriesPoint[]): string {
  return `${formatSimulatedTime(series.at(-1)?.at ?? 0)} from the start`
}

function workloads({ workloads: all }: Outcome): string {
  const ordered = [...all.filter(({ system }) => system === undefined), ...all.filter(({ system }) => system === true)]
  const rows = ordered
    .slice(0, mostRows)
    .map(({ namespace, id, pods, running, pending: waiting, placements, runningAfter }) => [
      `${namespace}/${id}`,
      formatCount(pods),
      formatCount(running),
      formatCount(waiting),
      runningAfter === undefined ? '-' : formatSimulatedTime(runningAfter.last),
      placements
        .map(({ group, node, nodes, pods: some }) =>
          node === undefined
            ? `${formatCount(some)} on ${counted(nodes, 'node')} ${group === null ? 'outside of groups' : `of ${group}`}`
            : `${formatCount(some)} on ${node}`,
        )
        .join(', '),
    ])
  return cut(
    htmlTable(
      'Pods of each workload and where they run',
      [
        { title: 'workload' },
        { title: 'pods', align: 'right' },
        { title: 'running', align: 'right' },
        { title: 'pending', align: 'right' },
        { title: 'running after' },
        { title: 'where' },
      ],
      rows,
    ),
    all.length,
  )
}

function groups({ groups: all }: Outcome): string {
  if (all.length === 0) return ''
  return htmlTable(
    'Node groups before and after',
    [
      { title: 'group' },
      { title: 'instance types' },
      { title: 'capacity' },
      { title: 'nodes now', align: 'right' },
      { title: 'after', align: 'right' },
      { title: 'max', align: 'right' },
      { title: 'GPUs used', align: 'right' },
      { title: '$/hour', align: 'right' },
    ],
    all.map((group) => {
      const { name, instanceTypes, capacityType, from, to, maxSize, gpus } = group
      return [
        name,
        instanceTypes.join(', '),
        capacityType,
        formatCount(from),
        formatCount(to),
        formatCount(maxSize),
        gpus.total === 0 ? '-' : `${formatCount(gpus.used)} of ${formatCount(gpus.total)}`,
        formatNodePrice(group, to),
      ]
    }),
  )
}

function timeline({ timeline: events }: Outcome): string {
  if (events.length === 0) return ''
  const rows = events.slice(0, mostRows).map((event) => [formatSimulatedTime(event.at), eventWords(event)])
  return `<details><summary>${counted(events.length, 'event')}</summary>${cut(
    htmlTable('Events from the start', [{ title: 'after' }, { title: 'what' }], rows),
    events.length,
  )}</details>`
}

function eventWords(event: Outcome['timeline'][number]): string {
  switch (event.kind) {
    case 'pods-placed':
      return `${counted(event.pods, 'pod')} of ${event.workload} on ${event.group ?? 'nodes outside of groups'}`
    case 'pods-pending':
      return `${counted(event.pods, 'pod')} of ${event.workload} Pending`
    case 'pods-preempted':
      return `${counted(event.pods, 'pod')} of ${event.workload} pushed out by ${event.by}`
    case 'scale-up':
      return `autoscaler: ${event.group} from ${formatCount(event.from)} to ${formatCount(event.to)}`
    case 'nodes-joined':
      return `${counted(event.nodes, 'node')} of ${event.group} joined`
    case 'gpus-ready':
      return `GPUs of ${counted(event.nodes, 'node')} of ${event.group} ready`
    case 'scale-down':
      return `autoscaler: ${counted(event.nodes, 'node')} of ${event.group} gone`
  }
}

function footnotes({ settings, cost, unknowns, notSimulated, totals }: Outcome): string {
  const items = [
    `Nodes are Ready ${formatSimulatedTime(settings.provisioning)} after the autoscaler asks for them, their GPUs ${formatSimulatedTime(settings.gpuReady)} later where a device plugin starts first; both are assumptions.`,
    `Pods come in order ${settings.order}${settings.order === 'shuffled' ? `, seed ${settings.seed}` : ''}; of nodes that score the same the first by name takes a pod.`,
    ...(settings.percentageOfNodesToScore === 100
      ? []
      : [
          `The scheduler looks at ${settings.percentageOfNodesToScore} % of the nodes, one after the other; the real one's choice is a race.`,
        ]),
    `Prices: On-Demand, ${cost.region}, of ${cost.asOf}; a month has 730 hours.`,
    ...cost.notes,
    ...(totals.gpus.fragmentationPercent === null ? [] : [fragmentationDefinition]),
    ...unknowns.map(({ what, why }) => `Unknown: ${what}. ${why}`),
    ...notSimulated.map(({ what, why, count }) => `Not simulated: ${formatCount(count)} × ${what}: ${why}`),
  ]
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`
}

function cut(table: string, rows: number): string {
  return rows > mostRows
    ? `${table}<p class="keys">(${formatCount(rows - mostRows)} more rows; --format json has all)</p>`
    : table
}
