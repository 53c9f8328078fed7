import { findInstanceType } from '../../catalog/instance-types.ts'
import { type JsonObject, objectAt, textAt, textsAt } from '../kubernetes/json.ts'
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
      .flatMap(({ change }) => ids(change.after, 'vpc_config', 0, 'subnet_ids')),
  }
}

function groupNeed(
  { label, sizes, liveDesired = 0, instanceTypes }: PlannedNodeGroup,
  { change }: ResourceChange,
  settings: Readonly<Record<string, string>>,
): readonly GroupNeed[] {
  const { after } = change
  const subnets = ids(after, 'subnet_ids')
  if (subnets.length === 0 || sizes.max === null) return []
  const surge = updateSurge(sizes.max, subnets.length, objectAt(after, 'update_config', 0))
  const nodes = sizes.max + surge - liveDesired
  const type = findInstanceType(instanceTypes?.[0] ?? '')
  return nodes <= 0 ? [] : [{ label, subnets, nodes, surge, addresses: nodeAddresses(settings, type) }]
}

/**
 * Nodes that EKS adds while it updates a group: two for each zone, or as many as it replaces at once if that is more. A group that
 * may have none has none to replace.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
 */
function updateSurge(max: number, zones: number, config: JsonObject): number {
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
      type === 'aws_eks_addon' && module === group.module_address && textAt(change.after, 'addon_name') === 'vpc-cni',
  )
  const text = textAt(addOn?.change.after, 'configuration_values')
  const environment = text === undefined ? {} : objectAt(parse(text), 'env')
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function ids(value: unknown, ...path: readonly (string | number)[]): readonly string[] {
  return textsAt(value, ...path).filter((id) => id !== '')
}
