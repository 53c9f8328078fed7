import { type HourlyCost, isPrepaid, type PlanCost, type SizedCost } from '../read/terraform/plan-cost.ts'
import type { NodeGroupSizes, Planned, PlannedNodeGroup, PlanSummary } from '../read/terraform/plan-summary.ts'
import type { SizeConflict } from '../read/terraform/size-conflicts.ts'
import type { Paint } from './paint.ts'
import { type Column, drawTable } from './table.ts'

const sizes = ['min', 'desired', 'max'] as const satisfies readonly (keyof NodeGroupSizes)[]

const columns: readonly Column[] = [
  { title: 'group' },
  { title: 'instance types' },
  { title: 'capacity' },
  { title: 'nodes', align: 'right' },
  { title: 'GPUs', align: 'right' },
  { title: '$/hour', align: 'right' },
]

/** What a plan does and costs, for people. Figures stand as min / desired / max. Ends without a line break. */
export function formatPlan(
  summary: PlanSummary,
  cost: PlanCost,
  conflicts: readonly SizeConflict[],
  paint: Paint,
): string {
  const lines = [formatCounts(summary.counts, paint)]
  for (const cluster of summary.clusters) {
    const groups = summary.nodeGroups.filter((group) => summary.clusters.length === 1 || group.cluster === cluster.name)
    const plane = cost.clusters.get(cluster.address)
    const facts = [
      `Kubernetes ${cluster.version ?? '(as EKS chooses)'}`,
      ...(cluster.region === null ? [] : [cluster.region]),
    ]
    lines.push('', `${paint('strong', `Cluster ${cluster.name ?? '(name known after apply)'}`)}, ${facts.join(', ')}`)
    const rows = [...groups].sort(gpuFirst).map((group) => groupRow(group, cost.nodeGroups.get(group.address)))
    if (plane !== undefined) {
      const fee = plane.usdPerHour.toFixed(2)
      rows.push([
        'control plane',
        plane.support === 'EXTENDED_SUPPORT' ? 'extended support' : 'standard support',
        '',
        '',
        '',
        triple([fee, fee, fee]),
      ])
    }
    if (summary.clusters.length === 1)
      rows.push(['total', '', '', '', '', triple(sizes.map((size) => money(cost.total[size])))])
    const [head, ...body] = drawTable(columns, rows)
    lines.push(`  ${paint('faint', head ?? '')}`, ...body.map((line) => `  ${line}`))
  }
  if (summary.clusters.length > 1)
    lines.push('', `Total $/hour: ${triple(sizes.map((size) => money(cost.total[size])))}`)
  if (summary.clusters.length > 0) {
    lines.push(
      '',
      `Figures are min / desired / max. Prices: On-Demand, ${cost.priceRegion}, of ${cost.pricesAsOf}; Spot costs less. Storage, NAT and traffic come on top.`,
    )
    if ([...cost.clusters.values()].some(({ support }) => support === 'EXTENDED_SUPPORT'))
      lines.push('The control plane costs $0.60 instead of $0.10: this Kubernetes version is in extended support.')
    if (cost.prepaid.length > 0)
      lines.push(`Capacity Blocks are paid when they are bought, and not counted here: ${cost.prepaid.join(', ')}.`)
    if (cost.unpriced.length > 0) lines.push(`Price unknown, not in the total: ${cost.unpriced.join(', ')}.`)
  }
  for (const conflict of conflicts) lines.push('', formatConflict(conflict, paint))
  return lines.join('\n')
}

/** `Plan: + 62 to create, ~ 1 to change, …`; only what happens is listed. */
export function formatCounts(counts: PlanSummary['counts'], paint: Paint): string {
  const parts = [
    counts.create > 0 && paint('good', `+ ${counts.create} to create`),
    counts.update > 0 && paint('warning', `~ ${counts.update} to change`),
    counts.replace > 0 && paint('bad', `-/+ ${counts.replace} to replace`),
    counts.delete > 0 && paint('bad', `- ${counts.delete} to delete`),
    counts.import > 0 && `${counts.import} to import`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'Plan: no changes.' : `Plan: ${parts.join(', ')}`
}

function formatConflict(conflict: SizeConflict, paint: Paint): string {
  const relation = conflict.limit === 'min' ? 'above' : 'below'
  const todo = conflict.limit === 'min' ? 'raise' : 'lower'
  return [
    `${paint('warning', 'Warning:')} group ${conflict.label}: ${conflict.limit}_size ${conflict.wanted} is ${relation} its running size of ${conflict.live}.`,
    '  Why: the running size belongs to the autoscaler after creation, and EKS refuses limits that it lies outside of.',
    `  Fix: ${todo} the desired size first (aws eks update-nodegroup-config --scaling-config desiredSize=${conflict.wanted}), then apply.`,
  ].join('\n')
}

function groupRow(group: PlannedNodeGroup, cost: SizedCost | undefined): readonly string[] {
  const gpus = group.gpusPerNode
  return [
    group.label,
    types(group),
    (group.capacityType ?? 'ON_DEMAND').toLowerCase().replaceAll('_', '-'),
    triple(sizes.map((size) => figure(group.sizes[size]))),
    gpus === 0 ? '-' : triple(sizes.map((size) => figure(times(group.sizes[size], gpus)))),
    isPrepaid(group) ? '-' : triple(sizes.map((size) => money(cost?.[size] ?? null))),
  ]
}

function types(group: PlannedNodeGroup): string {
  if (group.instanceTypes === null) return 'known after apply'
  const shown = group.instanceTypes.slice(0, 2).join(', ')
  const more = group.instanceTypes.length - 2
  const gpu =
    group.gpuModel === undefined
      ? ''
      : ` (${group.gpusPerNode === null ? '' : `${group.gpusPerNode} x `}${group.gpuModel})`
  return `${shown}${more > 0 ? ` +${more}` : ''}${gpu}`
}

function gpuFirst(a: PlannedNodeGroup, b: PlannedNodeGroup): number {
  const rank = (group: PlannedNodeGroup) => (group.gpusPerNode === 0 ? 1 : 0)
  return rank(a) - rank(b) || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0)
}

function times(nodes: Planned<number>, each: Planned<number>): Planned<number> {
  return nodes === null || each === null ? null : nodes * each
}

function figure(value: Planned<number>): string {
  return value === null ? '?' : String(value)
}

function money(cost: Planned<HourlyCost>): string {
  if (cost === null) return '?'
  const low = cost.low.toFixed(2)
  const high = cost.high.toFixed(2)
  return low === high ? low : `${low}-${high}`
}

function triple(parts: readonly string[]): string {
  return parts.join(' / ')
}
