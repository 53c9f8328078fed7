import { findInstanceType } from '../../catalog/instance-types.ts'
import { nodeAddresses } from './node-addresses.ts'
import type { PlanJson, ResourceChange } from './plan-json.ts'
import type { PlannedNodeGroup, PlanSummary } from './plan-summary.ts'

/** What a node group may still take from its subnets. */
export type GroupNeed = {
  readonly label: string
  /** Ids; its nodes are spread over them evenly. */
  readonly subnets: readonly string[]
  /** Nodes beyond those that run: up to its maximum, and what an update adds. */
  readonly nodes: number
  /** Of them, those that run only during an update. */
  readonly surge: number
  /** Addresses that one node takes whatever runs on it. */
  readonly addresses: number
}

/** What a plan may take from subnets that are there already. */
export type SubnetNeeds = {
  readonly groups: readonly GroupNeed[]
  /** Subnets in which a cluster is about to be made. */
  readonly controlPlane: readonly string[]
}

/** What the clusters and groups of a plan need, as far as the ids of their subnets are known before the apply. */
export function subnetNeeds(plan: PlanJson, { nodeGroups }: Pick<PlanSummary, 'nodeGroups'>): SubnetNeeds {
  const changes = plan.resource_changes.filter(
    ({ mode, change }) => mode === 'managed' && change.after !== null && change.after !== undefined,
  )
  return {
    groups: nodeGroups.flatMap((group): readonly GroupNeed[] => {
      const change = changes.find(({ address }) => address === group.address)
      return change === undefined ? [] : groupNeed(group, change, networkSettings(changes, change))
    }),
    controlPlane: changes
      .filter(({ type, change }) => type === 'aws_eks_cluster' && change.actions.includes('create'))
      .flatMap(({ change }) => ids(first(record(change.after)['vpc_config'])['subnet_ids'])),
  }
}

function groupNeed(
  { label, sizes, liveDesired = 0, instanceTypes }: PlannedNodeGroup,
  { change }: ResourceChange,
  settings: Readonly<Record<string, string>>,
): readonly GroupNeed[] {
  const after = record(change.after)
  const subnets = ids(after['subnet_ids'])
  if (subnets.length === 0 || sizes.max === null) return []
  const surge = updateSurge(sizes.max, subnets.length, first(after['update_config']))
  const nodes = sizes.max + surge - liveDesired
  const type = findInstanceType(instanceTypes?.[0] ?? '')
  return nodes <= 0 ? [] : [{ label, subnets, nodes, surge, addresses: nodeAddresses(settings, type) }]
}

/**
 * Nodes that EKS adds while it updates a group: two for each zone, or as many as it replaces at once if that is more. A group that
 * may have none has none to replace.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
 */
function updateSurge(max: number, zones: number, config: Readonly<Record<string, unknown>>): number {
  const { max_unavailable: count, max_unavailable_percentage: percentage, update_strategy: strategy } = config
  if (max === 0 || strategy === 'MINIMAL') return 0
  const atOnce =
    typeof percentage === 'number' ? Math.ceil((max * percentage) / 100) : typeof count === 'number' ? count : 1
  return Math.max(2 * zones, atOnce)
}

/** Environment of the VPC CNI in the group's cluster, where the plan has it as an add-on; EKS's own otherwise, which is empty. */
function networkSettings(changes: readonly ResourceChange[], group: ResourceChange): Readonly<Record<string, string>> {
  const addOn = changes.find(
    ({ type, module_address: module, change }) =>
      type === 'aws_eks_addon' && module === group.module_address && record(change.after)['addon_name'] === 'vpc-cni',
  )
  const text = record(addOn?.change.after)['configuration_values']
  const environment = typeof text === 'string' ? record(record(parse(text))['env']) : {}
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function first(value: unknown): Readonly<Record<string, unknown>> {
  return Array.isArray(value) ? record(value[0]) : {}
}

function ids(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string' && id !== '') : []
}
