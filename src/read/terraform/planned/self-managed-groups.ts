import { usdPerNodeHour } from '../../../catalog/usd-per-node-hour.ts'
import { type Labels, labelOf } from '../../../cluster/labels.ts'
import type { NodeGroup } from '../../../cluster/node-group.ts'
import type { Taint } from '../../../cluster/taint.ts'
import { isJsonObject, listAt, textAt, textsAt, valueAt } from '../../kubernetes/json.ts'
import { type NodeBootstrap, parseUserData } from '../../user-data/parse-user-data.ts'
import { isDiscovered } from './discovered.ts'
import type { GroupContext } from './group-context.ts'
import { groupTagsOf } from './group-tags.ts'
import { instanceTypeOf, typesByRequirements } from './instance-type-of.ts'
import {
  findLaunchTemplate,
  hasDataVolume,
  imageVolumeGib,
  type LaunchTemplate,
  wholeNumberAt,
} from './launch-template.ts'
import { nameOf, type PlannedResource } from './plan-index.ts'
import { realNodeOf } from './real-node.ts'
import { zonesOf } from './zones.ts'

const templatePrefix = 'k8s.io/cluster-autoscaler/node-template/'

/** Auto Scaling groups of the cluster that no node group of EKS manages, in the plan's order. */
export function readSelfManagedGroups(context: GroupContext): readonly NodeGroup[] {
  return context.index.managed('aws_autoscaling_group').flatMap((group) => readGroup(context, group) ?? [])
}

function readGroup(context: GroupContext, group: PlannedResource): NodeGroup | undefined {
  const { index, unknowns, region } = context
  const found = findLaunchTemplate(index, group)
  const template = found.kind === 'found' ? found.template : undefined
  const tags: Labels = { ...ownTags(group), ...groupTagsOf(index, group) }
  const bootstrap = parseUserData(template?.userData ?? '')
  const name = labelFor(group)
  if (!isOfCluster(context, group, tags, bootstrap)) return undefined
  const instanceTypes = typesOf(context, group, name, template)
  const [firstType] = instanceTypes
  if (firstType === undefined) {
    unknowns.note(`node group ${name}`, 'the plan shows no instance type for it; it is left out', group.address)
    return undefined
  }
  const type = instanceTypeOf(firstType, name, unknowns)
  const zones =
    textsAt(group.values, 'availability_zones').length > 0
      ? textsAt(group.values, 'availability_zones')
      : zonesOf(index, group, 'vpc_zone_identifier', { name, region }, unknowns)
  const bottlerocket =
    bootstrap.format === 'bottlerocket' || (template?.userDataUnknown === true && hasDataVolume(template))
  const node = nodeLabels(context, name, template, bootstrap, tags)
  const autoScalingGroup = textAt(group.values, 'name') ?? name
  const limits = context.discovery.groups.find((each) => each.name === autoScalingGroup)
  const realNode = realNodeOf(
    {
      ...context,
      group: name,
      type,
      amiType: 'CUSTOM',
      bootstrap: { ...bootstrap, labels: {}, taints: [] },
      bottlerocket,
      labels: node.labels,
      taints: node.taints,
      volumeGib: imageVolumeGib(template, bottlerocket) ?? 20,
      efaInterfaces: template?.efaInterfaces ?? 0,
      zone: zones[0] ?? '',
    },
    unknowns,
  )
  const sizes = sizesOf(context, group, name)
  const capacityType = capacityTypeOf(context, group, name, template)
  return {
    name,
    autoScalingGroup,
    instanceTypes,
    zones,
    region,
    ...sizes,
    ...(limits !== undefined && { minSize: limits.min, maxSize: limits.max }),
    capacityType,
    tags,
    discovered: isDiscovered(context.discovery, autoScalingGroup, tags),
    realNode,
    usdPerHour: usdPerNodeHour(type, capacityType),
    address: group.address,
  }
}

function labelFor({ values, index, name, module }: PlannedResource): string {
  if (typeof index === 'string') return index
  const key = module.at(-1)?.key
  return (
    textAt(values, 'name') ||
    textAt(values, 'name_prefix')?.replace(/[-_]$/, '') ||
    (typeof key === 'string' ? key : name)
  )
}

/** Tags of the group itself: blocks `tag`, or the older list of maps `tags`. */
function ownTags({ values }: PlannedResource): Labels {
  return Object.fromEntries(
    [...listAt(values, 'tag'), ...listAt(values, 'tags')].flatMap((tag) => {
      const key = textAt(tag, 'key')
      const value = textAt(tag, 'value')
      return key === undefined || value === undefined ? [] : [[key, value] as const]
    }),
  )
}

function isOfCluster(
  { cluster, discovery, unknowns }: GroupContext,
  group: PlannedResource,
  tags: Labels,
  bootstrap: NodeBootstrap,
): boolean {
  const name = cluster.name
  const owners = Object.keys(tags).flatMap((key) => /^kubernetes\.io\/cluster\/(.+)$/.exec(key)?.[1] ?? [])
  const said = labelOf(tags, 'eks:cluster-name') ?? bootstrap.clusterName
  if (said !== undefined) return said === name
  if (owners.length > 0) return owners.includes(name)
  if (labelOf(tags, `k8s.io/cluster-autoscaler/${name}`) !== undefined) return true
  if (isDiscovered(discovery, textAt(group.values, 'name') ?? '', tags)) return true
  // A key of a tag may hold the name of a cluster that is known only after apply.
  if (
    !cluster.several &&
    (!cluster.named || listAt(group.values, 'tag').some((tag) => textAt(tag, 'key') === undefined))
  )
    return true
  unknowns.note(
    `Auto Scaling group ${nameOf(group)}`,
    `neither its tags nor its user data name cluster ${name}; it is left out`,
    group.address,
  )
  return false
}

function typesOf(
  { unknowns }: GroupContext,
  group: PlannedResource,
  name: string,
  template: LaunchTemplate | undefined,
): readonly string[] {
  const overrides = listAt(group.values, 'mixed_instances_policy', 0, 'launch_template', 0, 'override')
  const types = overrides.flatMap((override) => textAt(override, 'instance_type') || [])
  if (types.length > 0) return types
  const requirements =
    overrides.map((override) => valueAt(override, 'instance_requirements', 0)).find(isJsonObject) ??
    template?.requirements
  if (requirements === undefined) return template?.instanceType === undefined ? [] : [template.instanceType]
  const fitting = typesByRequirements(requirements)
  unknowns.note(
    `instance types of group ${name}`,
    `AWS chooses them by attributes; taken to be the ${fitting.length} of the catalogue that fit, ${fitting[0] ?? 'none'} first`,
    group.address,
  )
  return fitting
}

/** What the nodes register with: user data says it; where that is unknown, the group's tags for the autoscaler do. */
function nodeLabels(
  { unknowns }: GroupContext,
  name: string,
  template: LaunchTemplate | undefined,
  bootstrap: NodeBootstrap,
  tags: Labels,
): { readonly labels: Labels; readonly taints: readonly Taint[] } {
  if (template?.userDataUnknown === false)
    return {
      labels: bootstrap.labels,
      taints: bootstrap.taints.map(({ key, value, effect }) => ({ key, value: value ?? '', effect })),
    }
  unknowns.noteEach(
    'user data of group',
    name,
    "it is known only after apply; its nodes are taken to register with the labels and taints that the group's tags tell the autoscaler",
  )
  return { labels: templateLabels(tags), taints: templateTaints(tags) }
}

function templateLabels(tags: Labels): Labels {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => {
      const label = key.startsWith(`${templatePrefix}label/`) ? key.slice(`${templatePrefix}label/`.length) : ''
      return label === '' ? [] : [[label, value] as const]
    }),
  )
}

function templateTaints(tags: Labels): readonly Taint[] {
  return Object.entries(tags).flatMap(([key, text]) => {
    if (!key.startsWith(`${templatePrefix}taint/`)) return []
    const match = /^(.*):(NoSchedule|NoExecute|PreferNoSchedule)$/.exec(text)
    const effect = match?.[2]
    if (effect !== 'NoSchedule' && effect !== 'NoExecute' && effect !== 'PreferNoSchedule') return []
    return [{ key: key.slice(`${templatePrefix}taint/`.length), value: match?.[1] ?? '', effect }]
  })
}

function capacityTypeOf(
  { unknowns }: GroupContext,
  group: PlannedResource,
  name: string,
  template: LaunchTemplate | undefined,
): NodeGroup['capacityType'] {
  if (template?.marketType !== undefined) return template.marketType
  const distribution = recordAtFirst(group.values, 'mixed_instances_policy', 'instances_distribution')
  if (distribution === undefined) return 'on-demand'
  const above = wholeNumberAt(distribution, 'on_demand_percentage_above_base_capacity') ?? 100
  const base = wholeNumberAt(distribution, 'on_demand_base_capacity') ?? 0
  if (above === 0 && base === 0) return 'spot'
  if (above >= 100) return 'on-demand'
  const taken = above >= 50 ? 'on-demand' : 'spot'
  unknowns.note(
    `capacity type of group ${name}`,
    `it mixes On-Demand (the first ${base}, then ${above} %) and Spot; all its nodes are taken to be ${taken}`,
    group.address,
  )
  return taken
}

function recordAtFirst(values: unknown, outer: string, inner: string): unknown {
  const found = valueAt(values, outer, 0, inner, 0)
  return isJsonObject(found) ? found : undefined
}

function sizesOf(
  { unknowns }: GroupContext,
  group: PlannedResource,
  name: string,
): Pick<NodeGroup, 'minSize' | 'maxSize' | 'desiredSize'> {
  const { values } = group
  const min = wholeNumberAt(values, 'min_size')
  const max = wholeNumberAt(values, 'max_size')
  const desired = wholeNumberAt(values, 'desired_capacity')
  if (min === undefined || max === undefined)
    unknowns.noteEach(
      'sizes of group',
      name,
      'not all of them are known before the apply; an unknown minimum is taken to be 0, desired the minimum, a maximum the larger of desired and 1',
    )
  const minSize = min ?? 0
  // Without a desired capacity AWS takes the minimum.
  const desiredSize = desired ?? minSize
  return { minSize, desiredSize, maxSize: max ?? Math.max(desiredSize, 1) }
}
