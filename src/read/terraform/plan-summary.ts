import { findInstanceType } from '../../catalog/instance-types.ts'
import type {
  AttributeValues,
  ConfigurationResource,
  ModuleConfiguration,
  PlanJson,
  ResourceChange,
  StateJson,
  StateResource,
} from './plan-json.ts'

/** A value of a plan; `null` where Terraform knows it only after the apply, or the configuration leaves it out. */
export type Planned<T> = T | null

/** An EKS cluster in a plan or a state. */
export type PlannedCluster = {
  readonly address: string
  readonly name: Planned<string>
  /** Kubernetes minor, e.g. `1.36`; `null` also where EKS chooses. */
  readonly version: Planned<string>
  readonly region: Planned<string>
}

/** Sizes of a node group, in nodes. */
export type NodeGroupSizes = {
  readonly min: Planned<number>
  readonly desired: Planned<number>
  readonly max: Planned<number>
}

/** A managed node group in a plan or a state. */
export type PlannedNodeGroup = {
  readonly address: string
  /** What a person calls it: the key in `for_each`, else its name prefix, else its name, else its address. */
  readonly label: string
  /** Its name in EKS; `null` when EKS or Terraform makes it up. */
  readonly name: Planned<string>
  readonly cluster: Planned<string>
  /** In the order of the configuration. */
  readonly instanceTypes: Planned<readonly string[]>
  readonly capacityType: Planned<string>
  readonly amiType: Planned<string>
  readonly sizes: NodeGroupSizes
  /** Desired size of the running group before this plan; absent for a new group. */
  readonly liveDesired?: number
  /** GPUs of one node, from the catalogue, by the first type; 0 without, `null` when the types are unknown or not in it. */
  readonly gpusPerNode: Planned<number>
  /** Model of those GPUs, e.g. `A10G`. */
  readonly gpuModel?: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[]
}

/** Number of resources by what a plan does with them; a replacement counts as one. */
export type PlanCounts = {
  readonly create: number
  readonly update: number
  readonly replace: number
  readonly delete: number
  readonly import: number
}

/** What a plan does, and the clusters and node groups that stand when it is done. */
export type PlanSummary = {
  readonly counts: PlanCounts
  readonly clusters: readonly PlannedCluster[]
  readonly nodeGroups: readonly PlannedNodeGroup[]
}

/** Summarises any plan with EKS in it, ours or another module's. Sorted by address. */
export function summarizePlan(plan: PlanJson): PlanSummary {
  const counts = { create: 0, update: 0, replace: 0, delete: 0, import: 0 }
  for (const change of plan.resource_changes) {
    if (change.mode !== 'managed') continue
    const kind = kindOf(change)
    if (kind !== undefined) counts[kind] += 1
    if ('importing' in change.change && change.change.importing) counts.import += 1
  }
  const standing = plan.resource_changes.filter((change) => change.mode === 'managed' && !isRemoval(change))
  const region = providerRegion(plan)
  const clusters = standing
    .filter(({ type }) => type === 'aws_eks_cluster')
    .map((change) => clusterOf(seen(change), region))
  const templates = standing.filter(({ type }) => type === 'aws_launch_template')
  const nodeGroups = standing
    .filter(({ type }) => type === 'aws_eks_node_group')
    .map((change) => {
      const resource = seen(change)
      const before = record(change.change.before)
      const live = number(firstBlock(before, 'scaling_config')['desired_size'])
      return nodeGroupOf(resource, {
        templateType: templateType(plan, change, templates),
        ...(live !== null && { liveDesired: live }),
      })
    })
  return { counts, clusters: byAddress(clusters), nodeGroups: byAddress(nodeGroups) }
}

/** The clusters and node groups of a state, with the names that EKS knows. */
export function summarizeState(state: StateJson): Pick<PlanSummary, 'clusters' | 'nodeGroups'> {
  const of = (type: string) => state.resources.filter((resource) => resource.type === type)
  return {
    clusters: byAddress(of('aws_eks_cluster').map((resource) => clusterOf(resource, null))),
    nodeGroups: byAddress(of('aws_eks_node_group').map((resource) => nodeGroupOf(resource, { templateType: null }))),
  }
}

/** What happens to one resource, or `undefined` when nothing does. */
function kindOf(change: ResourceChange): Exclude<keyof PlanCounts, 'import'> | undefined {
  const { actions } = change.change
  if (actions.includes('create')) return actions.includes('delete') ? 'replace' : 'create'
  if (actions.includes('update')) return 'update'
  return actions.includes('delete') ? 'delete' : undefined
}

type Seen = Pick<StateResource, 'address' | 'type' | 'index' | 'values'>

function seen(change: ResourceChange): Seen {
  return { address: change.address, type: change.type, index: change.index, values: record(change.change.after) }
}

function isRemoval(change: ResourceChange): boolean {
  return kindOf(change) === 'delete' || change.change.actions.includes('forget')
}

function clusterOf(resource: Seen, region: Planned<string>): PlannedCluster {
  const arn = string(resource.values['arn'])
  return {
    address: resource.address,
    name: string(resource.values['name']),
    version: string(resource.values['version']),
    region: string(resource.values['region']) ?? arn?.split(':')[3] ?? region,
  }
}

function nodeGroupOf(
  resource: Seen,
  more: { readonly templateType: Planned<string>; readonly liveDesired?: number },
): PlannedNodeGroup {
  const { values } = resource
  const scaling = firstBlock(values, 'scaling_config')
  const own = strings(values['instance_types'])
  const instanceTypes = own !== null && own.length > 0 ? own : more.templateType === null ? null : [more.templateType]
  const first = instanceTypes?.[0] === undefined ? undefined : findInstanceType(instanceTypes[0])
  const name = string(values['node_group_name'])
  const prefix = string(values['node_group_name_prefix'])
  return {
    address: resource.address,
    label:
      typeof resource.index === 'string' ? resource.index : (prefix?.replace(/[-_]$/, '') ?? name ?? resource.address),
    name,
    cluster: string(values['cluster_name']),
    instanceTypes,
    capacityType: string(values['capacity_type']),
    amiType: string(values['ami_type']),
    sizes: {
      min: number(scaling['min_size']),
      desired: number(scaling['desired_size']),
      max: number(scaling['max_size']),
    },
    ...(more.liveDesired !== undefined && { liveDesired: more.liveDesired }),
    gpusPerNode: first === undefined ? null : first.gpu === undefined ? 0 : first.gpu.count,
    ...(first?.gpu && { gpuModel: first.gpu.model }),
    labels: stringRecord(values['labels']),
    taints: records(values['taint'])
      .map((taint) => ({
        key: string(taint['key']) ?? '',
        value: string(taint['value']) ?? '',
        effect: string(taint['effect']) ?? '',
      }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)),
  }
}

/** Region of the default AWS provider, when it is written as a constant or as a variable. */
export function providerRegion(plan: PlanJson): Planned<string> {
  const providers = Object.values(plan.configuration?.provider_config ?? {})
  for (const provider of providers) {
    if (provider.name !== 'aws') continue
    const region = provider.expressions['region']
    if (region === undefined || !isExpression(region)) continue
    if (typeof region.constant_value === 'string') return region.constant_value
    for (const reference of region.references ?? []) {
      const value = reference.startsWith('var.') ? plan.variables[reference.slice(4)]?.value : undefined
      if (typeof value === 'string') return value
    }
  }
  return null
}

/** Instance type of the launch template that a node group refers to: same module instance, same key. */
function templateType(plan: PlanJson, group: ResourceChange, templates: readonly ResourceChange[]): Planned<string> {
  const written = configurationOf(plan, group)
  const blocks = written?.expressions['launch_template']
  const text = JSON.stringify(blocks ?? '')
  const candidates = templates.filter(
    (template) =>
      template.module_address === group.module_address && text.includes(`aws_launch_template.${template.name}`),
  )
  const template =
    candidates.find(({ index }) => index === group.index) ?? (candidates.length === 1 ? candidates[0] : undefined)
  return template === undefined ? null : string(record(template.change.after)['instance_type'])
}

/** The configuration that a resource of the plan comes from. */
export function configurationOf(
  plan: PlanJson,
  resource: Pick<ResourceChange, 'module_address' | 'type' | 'name' | 'mode'>,
): ConfigurationResource | undefined {
  let module: ModuleConfiguration | undefined = plan.configuration?.root_module
  for (const call of moduleNames(resource.module_address ?? '')) module = module?.module_calls?.[call]?.module
  return module?.resources?.find(
    ({ type, name, mode }) => type === resource.type && name === resource.name && mode === resource.mode,
  )
}

/** `module.a["x"].module.b` → `a`, `b`. */
function moduleNames(address: string): readonly string[] {
  return [...address.matchAll(/(?:^|\.)module\.([A-Za-z0-9_-]+)(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?/g)].map(
    (match) => match[1] ?? '',
  )
}

function isExpression(value: unknown): value is { references?: readonly string[]; constant_value?: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function byAddress<T extends { readonly address: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
}

function record(value: unknown): AttributeValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function records(value: unknown): readonly AttributeValues[] {
  return Array.isArray(value) ? value.map(record) : []
}

function firstBlock(values: AttributeValues, name: string): AttributeValues {
  return records(values[name])[0] ?? {}
}

function string(value: unknown): Planned<string> {
  return typeof value === 'string' && value !== '' ? value : null
}

function number(value: unknown): Planned<number> {
  return typeof value === 'number' ? value : null
}

function strings(value: unknown): Planned<readonly string[]> {
  return Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? value : null
}

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(value)).flatMap(([key, item]) =>
    typeof item === 'string' ? [[key, item] as const] : [],
  )
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
