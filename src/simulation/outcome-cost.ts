import { findInstanceType, instanceTypes } from '../catalog/instance-types.ts'
import { labelOf } from '../cluster/labels.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Fleet } from './fleet.ts'
import type { MergedCluster } from './merged-cluster.ts'
import type { OutcomeCost } from './outcome.ts'

const hoursPerMonth = 730

type Nodes = { readonly count: number; readonly usdPerHour: number | null; readonly what: string }

/** What the nodes cost per hour at the start and at the end, by the catalogue's On-Demand prices. */
export function outcomeCost(
  merged: MergedCluster,
  before: ReadonlyMap<string, number>,
  fleet: Pick<Fleet, 'sizeOf'>,
): OutcomeCost {
  const after = (group: string): number => fleet.sizeOf(group)
  const others = otherNodes(merged)
  const at = (sizeOf: (group: string) => number): readonly Nodes[] => [
    ...others,
    ...merged.groups.map((group) => ({
      count: sizeOf(group.name),
      usdPerHour: group.usdPerHour,
      what: `group ${group.name}: no price of ${group.instanceTypes[0] ?? 'its instance type'} is known`,
    })),
  ]
  const now = at((group) => before.get(group) ?? 0)
  const then = at(after)
  const hourAfter = sumOf(then)
  const { asOf, region } = instanceTypes()
  return {
    hourNow: sumOf(now),
    hourAfter,
    monthAfter: hourAfter === null ? null : hourAfter * hoursPerMonth,
    asOf,
    region,
    notes: [...new Set([...notesOf(merged, after, region), ...unpriced([...now, ...then])])],
  }
}

/** Sum of the known prices; `null` when there are nodes and no price of any is known. */
function sumOf(nodes: readonly Nodes[]): number | null {
  const present = nodes.filter(({ count }) => count > 0)
  const priced = present.filter(({ usdPerHour }) => usdPerHour !== null)
  if (present.length > 0 && priced.length === 0) return null
  // In whole millionths of a dollar, so that sums of prices do not show binary fractions.
  return priced.reduce((sum, { count, usdPerHour }) => sum + Math.round(count * (usdPerHour ?? 0) * 1e6), 0) / 1e6
}

function otherNodes({ nodes }: MergedCluster): readonly Nodes[] {
  const perType = new Map<string, number>()
  for (const { node, group } of nodes) {
    if (group !== undefined) continue
    const type = labelOf(node.labels, 'node.kubernetes.io/instance-type') ?? ''
    perType.set(type, (perType.get(type) ?? 0) + 1)
  }
  return [...perType].map(([type, count]) => ({
    count,
    usdPerHour: findInstanceType(type)?.usdPerHour ?? null,
    what:
      type === ''
        ? 'nodes outside of groups: they do not say their instance type'
        : `nodes outside of groups: no price of ${type} is known`,
  }))
}

function unpriced(nodes: readonly Nodes[]): readonly string[] {
  return nodes.filter(({ count, usdPerHour }) => count > 0 && usdPerHour === null).map(({ what }) => what)
}

function notesOf(
  { groups, region: ownRegion }: MergedCluster,
  after: (group: string) => number,
  region: string,
): readonly string[] {
  const used = (type: NodeGroup['capacityType']): boolean =>
    groups.some(({ name, capacityType }) => capacityType === type && after(name) > 0)
  return [
    'the control plane, disks, addresses and data transfer are left out',
    ...(used('spot') ? ['Spot nodes are counted at the On-Demand price; Spot costs less'] : []),
    ...(used('capacity-block') ? ['nodes of Capacity Blocks are left out; a block is paid when it is bought'] : []),
    ...(ownRegion === null || ownRegion === region
      ? []
      : [`the cluster is in ${ownRegion}, the prices are those of ${region}`]),
  ]
}
