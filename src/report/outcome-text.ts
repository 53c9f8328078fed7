import type {
  GroupOutcome,
  Outcome,
  PendingReason,
  Placement,
  SimulationFinding,
  TimelineEvent,
  WorkloadOutcome,
} from '../simulation/outcome.ts'
import { counted, formatCount } from './counted.ts'
import { noFixText } from './no-fix-text.ts'
import { formatNodePrice } from './node-price.ts'
import type { Paint } from './paint.ts'
import { formatSimulatedTime } from './simulated-time.ts'
import { type Column, drawTable } from './table.ts'
import { formatUsd } from './usd.ts'

/** The most rows, blocks and lines of each part that a person is shown; the JSON form has all. */
const most = { workloads: 60, pending: 20, timeline: 15, findings: 40, unknowns: 20 } as const

/** What the measure of fragmentation is, for people. */
export const fragmentationDefinition =
  'Fragmentation: idle GPUs that a typical pod of these workloads cannot use where they are, as a share of all GPUs, weighted by how many of the pods are of each kind.'

/** A whole simulation for people. Ends without a line break. */
export function formatOutcome(outcome: Outcome, paint: Paint): string {
  return [
    [heading(outcome, paint)],
    workloadTable(outcome.workloads, paint),
    groupTable(outcome.groups, paint),
    timeline(outcome.timeline, paint),
    pendingBlocks(outcome.workloads, paint),
    findings(outcome.findings, paint),
    totals(outcome, paint),
    limits(outcome, paint),
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')
}

function heading({ cluster, settings }: Outcome, paint: Paint): string {
  const facts = [
    `Kubernetes ${cluster.kubernetesVersion}`,
    ...(cluster.region === null ? [] : [cluster.region]),
    settings.autoscaler === null
      ? 'no autoscaler'
      : `Cluster Autoscaler ${settings.autoscaler} (expander ${settings.expanders.join(', ')})`,
  ]
  return `${paint('strong', `Cluster ${cluster.name}`)}, ${facts.join(', ')}`
}

const workloadColumns: readonly Column[] = [
  { title: 'namespace' },
  { title: 'workload' },
  { title: 'pods', align: 'right' },
  { title: 'running', align: 'right' },
  { title: 'pending', align: 'right' },
  { title: 'running after' },
  { title: 'where' },
]

function workloadTable(workloads: readonly WorkloadOutcome[], paint: Paint): readonly string[] {
  const own = workloads.filter(({ system, pods, running }) => system === undefined || running < pods)
  const wanted = own.length <= most.workloads ? own : own.filter(({ pods, running }) => running < pods)
  const shown = wanted.slice(0, most.workloads)
  const rows = shown.map((workload) => [
    workload.namespace,
    workload.id,
    formatCount(workload.pods),
    formatCount(workload.running),
    workload.pending === 0 ? '-' : paint('bad', formatCount(workload.pending)),
    workload.runningAfter === undefined ? '-' : formatSimulatedTime(workload.runningAfter.last),
    whereabouts(workload),
  ])
  const left = own.length - shown.length
  const leftRunning = own.length - wanted.length
  const system = workloads.filter((workload) => !own.includes(workload))
  const systemPods = system.reduce((sum, { pods }) => sum + pods, 0)
  return [
    ...(own.length === 0 ? ['  No workloads were given.'] : []),
    ...(rows.length === 0 ? [] : indentedTable(workloadColumns, rows, paint)),
    ...(left === 0
      ? []
      : [
          `  ${paint('faint', `(${counted(left, 'more workload')}, of which ${formatCount(leftRunning)} run whole; --format json lists all)`)}`,
        ]),
    ...(system.length === 0
      ? []
      : [
          `  ${paint('faint', `(and ${counted(systemPods, 'pod')} of ${counted(system.length, 'system workload')}, which run)`)}`,
        ]),
  ]
}

function whereabouts({ placements, gated, evicted }: WorkloadOutcome): string {
  return [
    ...placements.map(placement),
    ...(gated === 0 ? [] : [`${formatCount(gated)} held by gates`]),
    ...(evicted === 0 ? [] : [`${formatCount(evicted)} pushed out for good`]),
  ].join(', ')
}

function placement({ group, node, nodes, pods }: Placement): string {
  if (node !== undefined) return `${formatCount(pods)} on ${node}`
  return `${formatCount(pods)} on ${counted(nodes, 'node')} ${group === null ? 'outside of groups' : `of ${group}`}`
}

const groupColumns: readonly Column[] = [
  { title: 'group' },
  { title: 'instance types' },
  { title: 'capacity' },
  { title: 'nodes', align: 'right' },
  { title: 'max', align: 'right' },
  { title: 'GPUs used', align: 'right' },
  { title: 'free', align: 'right' },
  { title: '$/hour', align: 'right' },
]

function groupTable(groups: readonly GroupOutcome[], paint: Paint): readonly string[] {
  if (groups.length === 0) return []
  const rows = groups.map((group) => [
    group.name,
    instanceTypes(group.instanceTypes),
    group.capacityType,
    group.from === group.to
      ? formatCount(group.to)
      : `${formatCount(group.from)} → ${paint('strong', formatCount(group.to))}`,
    formatCount(group.maxSize),
    group.gpus.total === 0 ? '-' : `${formatCount(group.gpus.used)} of ${formatCount(group.gpus.total)}`,
    group.gpus.total === 0 ? '-' : formatCount(group.gpus.total - group.gpus.used),
    formatNodePrice(group, group.to),
  ])
  return indentedTable(groupColumns, rows, paint)
}

function instanceTypes(types: readonly string[]): string {
  const more = types.length - 2
  return `${types.slice(0, 2).join(', ')}${more > 0 ? ` +${more}` : ''}`
}

/** So many events of one kind and group are told one by one; more become one line. */
const mostAlike = 3

function timeline(events: readonly TimelineEvent[], paint: Paint): readonly string[] {
  const alike = new Map<string, TimelineEvent[]>()
  for (const event of events) {
    const key = JSON.stringify([event.kind, 'group' in event ? event.group : [event.workload]])
    const before = alike.get(key)
    if (before === undefined) alike.set(key, [event])
    else before.push(event)
  }
  const told = [...alike.values()]
    .flatMap((some) => (some.length > mostAlike ? [some] : some.map((event) => [event])))
    .toSorted(([a], [b]) => (a?.at ?? 0) - (b?.at ?? 0))
    .flatMap((some) => eventLine(some))
  if (told.length === 0) return []
  const [, ...lines] = drawTable([{ title: '', align: 'right' }, { title: '' }], told.slice(0, most.timeline))
  const left = told.length - lines.length
  return [
    paint('strong', 'What happens:'),
    ...lines.map((line) => `  ${line}`),
    ...(left === 0 ? [] : [`  ${paint('faint', `(${counted(left, 'more event')}; --html draws them)`)}`]),
  ]
}

/** One event, or several of a kind and group, in words; nothing for what the tables say already. */
function eventLine(events: readonly TimelineEvent[]): readonly (readonly [string, string])[] {
  const [first] = events
  const last = events.at(-1)
  if (first === undefined || last === undefined) return []
  const until = events.length > 1 ? `, the last after ${formatSimulatedTime(last.at)}` : ''
  const text = eventText(first, last, events)
  return text === undefined ? [] : [[formatSimulatedTime(first.at), text + until]]
}

function eventText(first: TimelineEvent, last: TimelineEvent, all: readonly TimelineEvent[]): string | undefined {
  const nodes = all.reduce((sum, event) => sum + ('nodes' in event ? event.nodes : 0), 0)
  const pods = all.reduce((sum, event) => sum + ('pods' in event ? event.pods : 0), 0)
  switch (first.kind) {
    case 'pods-placed':
    case 'pods-pending':
      return undefined
    case 'pods-preempted':
      return `${counted(pods, 'pod')} of ${first.workload} ${pods === 1 ? 'is' : 'are'} pushed out by ${first.by}`
    case 'scale-up': {
      const to = last.kind === 'scale-up' ? last.to : first.to
      const steps = all.length > 1 ? ` in ${counted(all.length, 'step')}` : ''
      return `the autoscaler takes ${first.group} from ${formatCount(first.from)} to ${formatCount(to)}${steps}`
    }
    case 'nodes-joined':
      return `${counted(nodes, 'node')} of ${first.group} ${nodes === 1 ? 'joins' : 'join'}`
    case 'gpus-ready':
      return `the GPUs of ${counted(nodes, 'node')} of ${first.group} can be had`
    case 'scale-down':
      return `${counted(nodes, 'node')} of ${first.group} ${nodes === 1 ? 'goes' : 'go'}`
  }
}

function pendingBlocks(workloads: readonly WorkloadOutcome[], paint: Paint): readonly string[] {
  const blocks = workloads.flatMap((workload) =>
    workload.reasons.map((reason) => pendingBlock(workload, reason, paint)),
  )
  const shown = blocks.slice(0, most.pending)
  const left = blocks.length - shown.length
  const lines = shown.flatMap((block, index) => (index === 0 ? block : ['', ...block]))
  return left === 0
    ? lines
    : [...lines, '', paint('faint', `(${counted(left, 'more reason')} for pending pods; --format json lists all)`)]
}

function pendingBlock({ namespace, id, at }: WorkloadOutcome, reason: PendingReason, paint: Paint): readonly string[] {
  const { message, notTriggeredScaleUp, explanation } = reason
  const place = at === undefined ? '' : ` (${at.file}:${at.line})`
  return [
    `${paint('bad', 'Pending:')} ${paint('strong', `${counted(reason.pods, 'pod')} of ${namespace}/${id}`)}${place}`,
    `  ${paint('faint', 'kube-scheduler:')} ${message}`,
    ...(notTriggeredScaleUp === undefined
      ? []
      : [`  ${paint('faint', 'autoscaler:')} pod didn't trigger scale-up: ${notTriggeredScaleUp.join(', ')}`]),
    ...why(explanation, paint),
    ...fixLine(reason, paint),
  ]
}

function fixLine({ pods, fix, trials }: PendingReason, paint: Paint): readonly string[] {
  if (fix !== undefined)
    return [`  ${paint('good', 'Fix:')} ${fix.text}; tried: ${runs(fix.runs, pods)}${price(fix.usdPerHour)}`]
  return trials === undefined ? [] : [`  ${paint('faint', 'Fix:')} ${noFixText(trials, pods)}`]
}

function why(explanation: string, paint: Paint): readonly string[] {
  const [first = '', ...more] = explanation.split('\n')
  if (more.length === 0) return [`  ${paint('faint', 'Why:')} ${first}`]
  return [`  ${paint('faint', 'Why:')}`, ...[first, ...more].map((line) => `    ${line}`)]
}

function runs(running: number, pods: number): string {
  if (running < pods) return `then ${formatCount(running)} of ${formatCount(pods)} run`
  return pods === 1 ? 'then it runs' : `then all ${formatCount(pods)} run`
}

function price(usdPerHour: number | null): string {
  if (usdPerHour === null) return ', at a price that is not known'
  if (usdPerHour === 0) return ', for no more money'
  return usdPerHour > 0 ? `, for $${formatUsd(usdPerHour)}/hour more` : `, for $${formatUsd(-usdPerHour)}/hour less`
}

const severities = {
  error: { tone: 'bad', word: 'Error' },
  warning: { tone: 'warning', word: 'Warning' },
  info: { tone: 'name', word: 'Note' },
} as const

function findings(all: readonly SimulationFinding[], paint: Paint): readonly string[] {
  const shown = all.slice(0, most.findings)
  const left = all.length - shown.length
  return [
    ...shown.flatMap(({ id, severity, what, why, fix }, index) => [
      ...(index === 0 ? [] : ['']),
      `${paint(severities[severity].tone, `${severities[severity].word}:`)} ${paint('strong', what)} ${paint('faint', `[${id}]`)}`,
      `  ${paint('faint', 'Why:')} ${why}`,
      `  ${paint('good', 'Fix:')} ${fix}`,
    ]),
    ...(left === 0 ? [] : ['', paint('faint', `(${counted(left, 'more finding')}; --format json lists all)`)]),
  ]
}

function totals(outcome: Outcome, paint: Paint): readonly string[] {
  const { pods, running, pending, gated, evicted, recorded, nodes, gpus } = outcome.totals
  const { cost, settings } = outcome
  const before = outcome.groups.reduce((sum, { from }) => sum + from, 0) + outcome.otherNodes
  const share = gpus.allocationPercent === null ? '' : ` (${gpus.allocationPercent.toFixed(1)} %)`
  const fragmentation =
    gpus.fragmentationPercent === null ? '' : `, fragmentation ${gpus.fragmentationPercent.toFixed(1)} %`
  const last = Math.max(-1, ...outcome.workloads.map(({ runningAfter }) => runningAfter?.last ?? -1))
  const scaled = outcome.loops.filter(({ scaleUps }) => scaleUps.length > 0).length
  const lines = [
    [
      'Pods',
      [
        `${formatCount(running)} of ${formatCount(pods)} run`,
        ...(pending === 0 ? [] : [`${formatCount(pending)} ${pending === 1 ? 'stays' : 'stay'} Pending`]),
        ...(gated === 0 ? [] : [`${formatCount(gated)} held by scheduling gates`]),
        ...(evicted === 0 ? [] : [`${formatCount(evicted)} pushed out for good`]),
        ...(recorded === 0 ? [] : [`${formatCount(recorded)} ${recorded === 1 ? 'was' : 'were'} there before`]),
      ].join(', '),
    ],
    ['Nodes', `${formatCount(before)} now, ${formatCount(nodes)} after`],
    [
      'GPUs',
      gpus.total === 0
        ? 'none'
        : `${formatCount(gpus.used)} of ${formatCount(gpus.total)} in use${share}${fragmentation}`,
    ],
    ['Cost', money(cost)],
    [
      'Time',
      last < 0
        ? 'nothing runs'
        : last === 0
          ? 'what runs, runs at once'
          : `running after ${formatSimulatedTime(last)}: ${counted(scaled, 'loop')} of the autoscaler that ${scaled === 1 ? 'scales' : 'scale'} up, ${formatSimulatedTime(settings.provisioning)} for a node, ${formatSimulatedTime(settings.gpuReady)} for its GPUs`,
    ],
  ]
  const [, ...rows] = drawTable([{ title: '' }, { title: '' }], lines)
  return [
    ...rows.map((row) => paint('strong', row.slice(0, 5)) + row.slice(5)),
    paint(
      'faint',
      [`Prices: On-Demand, ${cost.region}, of ${cost.asOf}; a month has 730 hours.`, ...cost.notes.map(sentence)].join(
        ' ',
      ),
    ),
    ...(gpus.fragmentationPercent === null ? [] : [paint('faint', fragmentationDefinition)]),
  ]
}

function money({ hourNow, hourAfter, monthAfter }: Outcome['cost']): string {
  if (hourNow === null && hourAfter === null) return 'unknown'
  return `${perTime(hourNow, 'hour')} now, ${perTime(hourAfter, 'hour')} after, ${perTime(monthAfter, 'month')}`
}

function perTime(usd: number | null, time: 'hour' | 'month'): string {
  return usd === null ? `unknown per ${time}` : `$${formatUsd(usd)}/${time}`
}

function limits({ unknowns, notSimulated }: Outcome, paint: Paint): readonly string[] {
  const shown = unknowns.slice(0, most.unknowns)
  const left = unknowns.length - shown.length
  return [
    ...shown.map(
      ({ what, why, at }) =>
        `${paint('warning', 'Unknown:')} ${what}${at === undefined ? '' : ` (${at})`}. ${sentence(why)}`,
    ),
    ...(left === 0 ? [] : [paint('faint', `(${formatCount(left)} more unknown; --format json lists all)`)]),
    ...notSimulated.map(
      ({ what, why, count }) => `${paint('warning', 'Not simulated:')} ${formatCount(count)} × ${what}: ${why}`,
    ),
  ]
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}

function indentedTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): readonly string[] {
  const [head, ...body] = drawTable(columns, rows)
  return [`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`)]
}
