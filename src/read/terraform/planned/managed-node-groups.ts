import { usdPerNodeHour } from '../../../catalog/usd-per-node-hour.ts'
import type { Labels } from '../../../cluster/labels.ts'
import type { ManagedNodeGroup, NodeGroup } from '../../../cluster/node-group.ts'
import { listAt, numberAt, recordAt, textAt, textsAt } from '../../kubernetes/json.ts'
import { type NodeBootstrap, parseUserData } from '../../user-data/parse-user-data.ts'
import { isOfCluster } from './choose-cluster.ts'
import { isDiscovered } from './discovered.ts'
import type { GroupContext } from './group-context.ts'
import { groupTagsOf } from './group-tags.ts'
import { instanceTypeOf } from './instance-type-of.ts'
import { kubernetesEffects } from './kubernetes-effects.ts'
import {
  type FoundTemplate,
  findLaunchTemplate,
  hasDataVolume,
  imageVolumeGib,
  type LaunchTemplate,
  wholeNumberAt,
} from './launch-template.ts'
import { expressionOf, isUnknown, type PlannedResource } from './plan-index.ts'
import { realNodeOf } from './real-node.ts'
import { zonesOf } from './zones.ts'

/** What EKS takes when nobody names a type. Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html */
const defaultInstanceType = 't3.medium'

/** GiB of the image's volume when nothing is said. */
const defaultVolumeGib = 20

/** The cluster's managed node groups, in the plan's order. */
export function readManagedNodeGroups(context: GroupContext): readonly NodeGroup[] {
  const { index, cluster } = context
  const groups = index.managed('aws_eks_node_group').filter((group) => isOfCluster(index, cluster, group))
  return groups.flatMap((group) => readGroup(context, group, labelsIn(groups, group)) ?? [])
}

/** What a person calls a group: its key in `for_each`, else its name, prefix or the key of its module. */
function labelsIn(groups: readonly PlannedResource[], group: PlannedResource): string {
  const label = labelOf(group)
  return groups.filter((other) => labelOf(other) === label).length > 1 ? group.address : label
}

function labelOf({ values, index, module, name }: PlannedResource): string {
  if (typeof index === 'string') return index
  const prefix = textAt(values, 'node_group_name_prefix')?.replace(/[-_]$/, '')
  const key = module.at(-1)?.key
  return prefix || textAt(values, 'node_group_name') || (typeof key === 'string' ? key : undefined) || name
}

function readGroup(context: GroupContext, group: PlannedResource, name: string): NodeGroup | undefined {
  const { index, unknowns, region } = context
  const { values, address } = group
  const found = findLaunchTemplate(index, group)
  const template = found.kind === 'found' ? found.template : undefined
  if (found.kind === 'hidden')
    unknowns.noteEach(
      'launch template of group',
      name,
      'the plan does not show it; its nodes are taken to have the image of EKS and a volume of 20 GiB',
    )
  const instanceTypes = typesOf(context, group, name, template?.instanceType)
  const [firstType] = instanceTypes
  if (firstType === undefined) return undefined
  const type = instanceTypeOf(firstType, name, unknowns)
  const amiType = amiTypeOf(context, group, found, type.arch)
  const custom = amiType === 'CUSTOM'
  const bootstrap = bootstrapOf(context, name, template, custom)
  const bottlerocket =
    bootstrap.format === 'bottlerocket' ||
    amiType.startsWith('BOTTLEROCKET_') ||
    (template?.userDataUnknown === true && hasDataVolume(template))
  const eksName = textAt(values, 'node_group_name')
  if (eksName === undefined)
    unknowns.noteEach(
      'name in EKS of group',
      name,
      'it gets a random end when it is made; its label is taken to be the same without',
    )
  const nodegroup = eksName ?? name
  const capacity = textAt(values, 'capacity_type') ?? 'ON_DEMAND'
  const labels = recordAt(values, 'labels')
  const taints = taintsOf(context, group, name)
  const zones = zonesOf(index, group, 'subnet_ids', { name, region }, unknowns)
  const tags = managedTags(context, group, nodegroup)
  const autoScalingGroup = textAt(values, 'resources', 0, 'autoscaling_groups', 0, 'name') ?? name
  const registered = custom && bootstrap.format !== 'none'
  const realNode = realNodeOf(
    {
      ...context,
      group: name,
      type,
      amiType,
      bootstrap,
      bottlerocket,
      // EKS adds nothing to the user data of an own image: what that says is all that a node registers with.
      labels: registered ? {} : { ...eksLabels(found, nodegroup, capacity, amiType), ...labels },
      taints: registered ? [] : taints.map(({ key, value, effect }) => ({ key, value: value ?? '', effect })),
      volumeGib: imageVolumeGib(template, bottlerocket) ?? wholeNumberAt(values, 'disk_size') ?? defaultVolumeGib,
      efaInterfaces: template?.efaInterfaces ?? 0,
      zone: zones[0] ?? '',
    },
    unknowns,
  )
  const capacityType = capacity === 'SPOT' ? 'spot' : capacity === 'CAPACITY_BLOCK' ? 'capacity-block' : 'on-demand'
  const managed: ManagedNodeGroup = {
    cluster: context.cluster.name,
    nodegroup,
    labels,
    taints,
    amiType,
    capacityType: capacity,
    ...diskSize(group, found),
    kubernetesMinor: textAt(values, 'version') ?? context.version,
  }
  return {
    name,
    autoScalingGroup,
    instanceTypes,
    zones,
    region,
    ...sizesOf(context, group, name),
    capacityType,
    tags,
    discovered: isDiscovered(context.discovery, autoScalingGroup, tags),
    ...(context.mayDescribe() && { managed }),
    realNode,
    usdPerHour: usdPerNodeHour(type, capacityType),
    address,
  }
}

function typesOf(
  { index, unknowns }: GroupContext,
  group: PlannedResource,
  name: string,
  fromTemplate: string | undefined,
): readonly string[] {
  const types = textsAt(group.values, 'instance_types')
  if (types.length > 0) return types
  if (fromTemplate !== undefined) return [fromTemplate]
  const written = expressionOf(index, group, 'instance_types') !== undefined
  if (written && isUnknown(group, 'instance_types'))
    unknowns.noteEach(
      'instance types of group',
      name,
      `they are known only after apply, or left to EKS; taken to be ${defaultInstanceType}, which EKS takes by itself`,
    )
  return [defaultInstanceType]
}

/** What the plan says, else the default of EKS's API: an image without a GPU driver. */
function amiTypeOf(
  { minor }: GroupContext,
  group: PlannedResource,
  found: FoundTemplate,
  arch: 'x86_64' | 'arm64',
): string {
  if (found.kind === 'found' && found.template.ownImage) return 'CUSTOM'
  const said = textAt(group.values, 'ami_type')
  if (said !== undefined) return said
  if (minor < 30) return arch === 'arm64' ? 'AL2_ARM_64' : 'AL2_x86_64'
  return arch === 'arm64' ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD'
}

/** User data of the template; where it is unknown, a group with an image of EKS loses little, one with its own all. */
function bootstrapOf(
  { unknowns }: GroupContext,
  name: string,
  template: LaunchTemplate | undefined,
  custom: boolean,
): NodeBootstrap {
  if (template?.userDataUnknown === true)
    unknowns.noteEach(
      'user data of group',
      name,
      custom
        ? "it is known only after apply; its nodes are taken to register with the group's labels and taints"
        : 'it is known only after apply; taken to change neither labels, taints, pods nor disks',
    )
  return parseUserData(template?.userData ?? '')
}

/** Labels that EKS writes for nodes with its own images. */
function eksLabels(found: FoundTemplate, nodegroup: string, capacityType: string, amiType: string): Labels {
  if (amiType === 'CUSTOM')
    return { 'eks.amazonaws.com/capacityType': capacityType, 'eks.amazonaws.com/nodegroup': nodegroup }
  return {
    'eks.amazonaws.com/capacityType': capacityType,
    'eks.amazonaws.com/nodegroup': nodegroup,
    // The id stands for one that only the apply knows: what matters is that groups differ by it.
    ...(found.kind !== 'none' && {
      'eks.amazonaws.com/sourceLaunchTemplateId':
        (found.kind === 'found' ? found.template.id : undefined) ?? `known-after-apply-${nodegroup}`,
    }),
  }
}

function taintsOf({ unknowns }: GroupContext, group: PlannedResource, name: string): ManagedNodeGroup['taints'] {
  const taints = listAt(group.values, 'taint').flatMap((taint) => {
    const effect = kubernetesEffects[textAt(taint, 'effect') ?? '']
    const key = textAt(taint, 'key')
    const value = textAt(taint, 'value')
    if (effect === undefined || key === undefined) return []
    return [{ key, ...(value !== undefined && value !== '' && { value }), effect }]
  })
  for (const { key, value } of taints)
    if (value === undefined)
      unknowns.note(
        `taint ${key} of group ${name} in the autoscaler's eyes`,
        'it has no value, and EKS documents no answer for that; the autoscaler is taken to overlook it, as it does without one',
        group.address,
      )
  if (isUnknown(group, 'taint'))
    unknowns.noteEach('taints of group', name, 'they are known only after apply; taken to be none')
  if (isUnknown(group, 'labels'))
    unknowns.noteEach('labels of group', name, 'they are known only after apply; taken to be none')
  return taints
}

/** Tags that EKS puts on the Auto Scaling group, and those that the plan adds to it. */
function managedTags(context: GroupContext, group: PlannedResource, nodegroup: string): Labels {
  const { index, cluster } = context
  return {
    'eks:cluster-name': cluster.name,
    'eks:nodegroup-name': nodegroup,
    [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`k8s.io/cluster-autoscaler/${cluster.name}`]: 'owned',
    ...groupTagsOf(index, group),
    ...(context.mayDescribe() && resourceTags(group)),
  }
}

/** Resources that the autoscaler reads from the tags of the node group itself, over those of the Auto Scaling group. */
function resourceTags({ values }: PlannedResource): Labels {
  const tags = { ...recordAt(values, 'tags'), ...recordAt(values, 'tags_all') }
  return Object.fromEntries(
    Object.entries(tags).filter(([key]) => key.startsWith('k8s.io/cluster-autoscaler/node-template/resources/')),
  )
}

function diskSize(group: PlannedResource, found: FoundTemplate): { readonly diskSizeGib?: number } {
  if (found.kind !== 'none') return {}
  return { diskSizeGib: wholeNumberAt(group.values, 'disk_size') ?? defaultVolumeGib }
}

function sizesOf(
  { unknowns }: GroupContext,
  group: PlannedResource,
  name: string,
): Pick<NodeGroup, 'minSize' | 'maxSize' | 'desiredSize'> {
  const at = (size: string): number | undefined => numberAt(group.values, 'scaling_config', 0, size)
  const min = at('min_size')
  const max = at('max_size')
  const desired = at('desired_size')
  if (min === undefined || max === undefined || desired === undefined)
    unknowns.noteEach(
      'sizes of group',
      name,
      'not all of them are known before the apply; an unknown minimum is taken to be 0, desired the minimum, a maximum the larger of desired and 1',
    )
  const minSize = min ?? 0
  const desiredSize = desired ?? minSize
  return { minSize, desiredSize, maxSize: max ?? Math.max(desiredSize, 1) }
}
