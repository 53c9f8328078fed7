import { eksSupportOn, findEksVersion } from '../../catalog/eks-versions.ts'
import { findInstanceType, instanceTypes } from '../../catalog/instance-types.ts'
import type { NodeGroupSizes, Planned, PlannedCluster, PlannedNodeGroup } from './plan-summary.ts'

/** USD/hour; a range where a group may start types of several prices. */
export type HourlyCost = { readonly low: number; readonly high: number }

/** Cost at the three sizes of a group; `null` where a size or a price is unknown. */
export type SizedCost = Readonly<Record<keyof NodeGroupSizes, Planned<HourlyCost>>>

/** Price of the control plane per hour, by support. Source: https://aws.amazon.com/eks/pricing/ (2026-11-23). */
const controlPlaneUsdPerHour = { STANDARD_SUPPORT: 0.1, EXTENDED_SUPPORT: 0.6 } as const

export type ControlPlaneCost = {
  readonly support: 'STANDARD_SUPPORT' | 'EXTENDED_SUPPORT'
  /** USD/hour */
  readonly usdPerHour: number
}

/** What a plan's clusters and nodes cost per hour when it is applied. */
export type PlanCost = {
  /** Day and region of the On-Demand prices. */
  readonly pricesAsOf: string
  readonly priceRegion: string
  readonly clusters: ReadonlyMap<string, ControlPlaneCost>
  readonly nodeGroups: ReadonlyMap<string, SizedCost>
  /** Sum of what is known. */
  readonly total: Readonly<Record<keyof NodeGroupSizes, HourlyCost>>
  /** Instance types without a public price, and groups (by label) whose types or sizes are unknown: not in the total. */
  readonly unpriced: readonly string[]
  /** Labels of groups in Capacity Blocks, which are paid when they are bought: they cost nothing more here. */
  readonly prepaid: readonly string[]
}

/**
 * Prices a plan by the catalogue's On-Demand prices; Spot groups too, whose real price is lower.
 * @param today `YYYY-MM-DD`, decides whether a Kubernetes minor is in extended support.
 */
export function costOf(
  plan: { readonly clusters: readonly PlannedCluster[]; readonly nodeGroups: readonly PlannedNodeGroup[] },
  today: string,
): PlanCost {
  const catalog = instanceTypes()
  const clusters = new Map(plan.clusters.map((cluster) => [cluster.address, controlPlaneCost(cluster, today)]))
  const nodeGroups = new Map(plan.nodeGroups.map((group) => [group.address, groupCost(group)]))
  const unpriced = new Set<string>()
  for (const group of plan.nodeGroups.filter((one) => !isPrepaid(one))) {
    if (group.instanceTypes === null) unpriced.add(group.label)
    for (const type of group.instanceTypes ?? []) if (priceOf(type) === null) unpriced.add(type)
  }
  const fee = [...clusters.values()].reduce((sum, { usdPerHour }) => sum + usdPerHour, 0)
  const total = (size: keyof NodeGroupSizes): HourlyCost =>
    [...nodeGroups.values()].reduce(
      (sum, cost) => ({ low: sum.low + (cost[size]?.low ?? 0), high: sum.high + (cost[size]?.high ?? 0) }),
      { low: fee, high: fee },
    )
  return {
    pricesAsOf: catalog.asOf,
    priceRegion: catalog.region,
    clusters,
    nodeGroups,
    total: { min: total('min'), desired: total('desired'), max: total('max') },
    unpriced: [...unpriced].sort(),
    prepaid: plan.nodeGroups
      .filter(isPrepaid)
      .map(({ label }) => label)
      .sort(),
  }
}

function controlPlaneCost(cluster: PlannedCluster, today: string): ControlPlaneCost {
  const version = cluster.version === null ? undefined : findEksVersion(cluster.version)
  const support =
    version !== undefined && eksSupportOn(version, today) === 'EXTENDED_SUPPORT'
      ? 'EXTENDED_SUPPORT'
      : 'STANDARD_SUPPORT'
  return { support, usdPerHour: controlPlaneUsdPerHour[support] }
}

function groupCost(group: PlannedNodeGroup): SizedCost {
  const prices = (group.instanceTypes ?? []).map(priceOf)
  const known = prices.filter((price): price is number => price !== null)
  const one =
    known.length === 0 || known.length < prices.length ? null : { low: Math.min(...known), high: Math.max(...known) }
  const at = (nodes: Planned<number>): Planned<HourlyCost> => {
    if (nodes === 0 || isPrepaid(group)) return { low: 0, high: 0 }
    return one === null || nodes === null ? null : { low: one.low * nodes, high: one.high * nodes }
  }
  return { min: at(group.sizes.min), desired: at(group.sizes.desired), max: at(group.sizes.max) }
}

/** Whether a group's nodes run in a Capacity Block, which is paid when it is bought. */
export function isPrepaid({ capacityType }: Pick<PlannedNodeGroup, 'capacityType'>): boolean {
  return capacityType === 'CAPACITY_BLOCK'
}

function priceOf(type: string): number | null {
  return findInstanceType(type)?.usdPerHour ?? null
}
