import { barePod } from '../cluster/bare-pod.ts'
import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import { type Labels, labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { AutoscaledGroup, NodeShape } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import { toMilli, toUnits, tryParseQuantity } from '../cluster/quantity.ts'
import { noResources, type Resources } from '../cluster/resources.ts'
import type { Taint, TaintEffect } from '../cluster/taint.ts'
import { daemonSetPodsOn } from './daemon-set-pods.ts'
import { type KnownInstanceType, knownInstanceType } from './known-instance-type.ts'
import { type NodeTemplate, templateLabel } from './node-template.ts'
import { type TaintSettings, withoutPassingTaints } from './passing-taints.ts'

const mebibyte = 1024 * 1024
const nvidiaGpu = 'nvidia.com/gpu'
const tagPrefix = 'k8s.io/cluster-autoscaler/node-template'

/** A group whose real node may be known; its figures stand in for a type that our catalogue does not know. */
export type TemplateGroup = AutoscaledGroup & { readonly realNode?: NodeShape }

/** What a group's template depends on, beside the group. */
export type TemplateSources = {
  /** The autoscaler's own version. */
  readonly version: KubernetesVersion
  readonly taints: TaintSettings
  readonly daemonSets: readonly Pod[]
  /** Whether it asks its own list of instance types instead of EC2. */
  readonly staticInstanceTypes: boolean
}

/**
 * What the autoscaler believes a node of the group to be as long as it has seen none: the first instance type and zone, the
 * group's tags and, for a managed node group, what EKS says of it. Its capacity is all allocatable, and it takes 110 pods.
 * `undefined` when it does not know the instance type.
 * Source: cluster-autoscaler 1.36.1, cloudprovider/aws/aws_manager.go `getAsgTemplate`, `buildNodeFromTemplate`.
 */
export function templateFromZero(group: TemplateGroup, sources: TemplateSources): NodeTemplate | undefined {
  const bare = bareNode(group, sources)
  if (bare === undefined) return undefined
  const node: Node = {
    ...bare,
    labels: withDeprecatedLabels(bare.labels),
    taints: withoutPassingTaints(bare.taints, sources.taints),
  }
  return { node, pods: [kubeProxy(group), ...daemonSetPodsOn(node, sources.daemonSets)] }
}

/** The group's amounts by type and tags alone, which fill what a running node leaves open. */
export function templateAmounts(
  group: TemplateGroup,
  sources: TemplateSources,
): { readonly amounts: Resources; readonly pods: number } | undefined {
  const node = bareNode(group, sources)
  return node === undefined ? undefined : { amounts: node.allocatable, pods: node.allocatablePods }
}

function bareNode(group: TemplateGroup, { version, staticInstanceTypes }: TemplateSources): Node | undefined {
  const name = `template-node-for-${group.autoScalingGroup}-0`
  const type = group.instanceTypes[0]
  if (type === undefined) return undefined
  const shape = knownInstanceType(type, staticInstanceTypes) ?? (staticInstanceTypes ? undefined : assumedShape(group))
  if (shape === undefined) return undefined
  const { amounts, pods } = tagged(group.tags, shape)
  return {
    name,
    labels: templateLabels(group, { name, type, arch: shape.arch, isMarked: isAtLeast(version, 36) }),
    taints: [...taintsOfTags(group.tags), ...managedTaints(group, version)],
    unschedulable: false,
    allocatable: amounts,
    allocatablePods: pods,
    capacity: amounts,
  }
}

/** EC2 tells of every type; where our catalogue does not know one, the real node's figures stand in. */
function assumedShape({ realNode }: TemplateGroup): KnownInstanceType | undefined {
  if (realNode === undefined) return undefined
  const { capacity, labels } = realNode
  return {
    vcpu: Math.ceil(capacity.milliCpu / 1000),
    memoryMib: Math.ceil(capacity.memory / mebibyte),
    gpu: capacity.scalars[nvidiaGpu] ?? 0,
    arch: labelOf(labels, 'kubernetes.io/arch') === 'arm64' ? 'arm64' : 'amd64',
  }
}

/** Amounts of the type, overwritten by tags `…/resources/<name>`; a tag that is no quantity is passed over. */
function tagged(tags: Labels, shape: KnownInstanceType): { readonly amounts: Resources; readonly pods: number } {
  let pods = 110
  let amounts: Resources = {
    milliCpu: shape.vcpu * 1000,
    memory: shape.memoryMib * mebibyte,
    ephemeralStorage: 0,
    scalars: { [nvidiaGpu]: shape.gpu },
  }
  for (const [name, text] of tagsUnder(tags, 'resources')) {
    const quantity = tryParseQuantity(text)
    if (quantity === undefined) continue
    switch (name) {
      case 'cpu':
        amounts = { ...amounts, milliCpu: toMilli(quantity) }
        break
      case 'memory':
        amounts = { ...amounts, memory: toUnits(quantity) }
        break
      case 'ephemeral-storage':
        amounts = { ...amounts, ephemeralStorage: toUnits(quantity) }
        break
      case 'pods':
        pods = toUnits(quantity)
        break
      default:
        amounts = { ...amounts, scalars: { ...amounts.scalars, [name]: toUnits(quantity) } }
    }
  }
  return { amounts, pods }
}

function templateLabels(
  group: TemplateGroup,
  of: { readonly name: string; readonly type: string; readonly arch: string; readonly isMarked: boolean },
): Labels {
  const zone = group.zones[0] ?? `${group.region}a`
  const { managed } = group
  return {
    ...Object.fromEntries(tagsUnder(group.tags, 'label')),
    ...Object.fromEntries(eksTags(group)),
    'kubernetes.io/arch': of.arch,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': of.type,
    'topology.kubernetes.io/region': zone.slice(0, -1),
    'topology.kubernetes.io/zone': zone,
    'topology.ebs.csi.aws.com/zone': zone,
    'kubernetes.io/hostname': of.name,
    ...(managed !== undefined && {
      ...(managed.diskSizeGib !== undefined && { diskSize: String(managed.diskSizeGib) }),
      ...(managed.amiType !== undefined && { amiType: managed.amiType }),
      ...(managed.capacityType !== undefined && { 'eks.amazonaws.com/capacityType': managed.capacityType }),
      ...(managed.kubernetesMinor !== undefined && { k8sVersion: managed.kubernetesMinor }),
      'eks.amazonaws.com/nodegroup': managed.nodegroup,
      ...managed.labels,
    }),
    ...(of.isMarked && { [templateLabel]: 'true' }),
  }
}

/** Whatever stands after `eks:` in a tag's name becomes a label; EKS puts two such tags on its groups. */
function eksTags({ tags, managed }: TemplateGroup): readonly (readonly [string, string])[] {
  const named = Object.entries(tags).flatMap(([key, value]) => {
    const label = key.split('eks:')[1]
    return label === undefined || label === '' ? [] : [[label, value] as const]
  })
  return managed === undefined
    ? named
    : [...named, ['cluster-name', managed.cluster], ['nodegroup-name', managed.nodegroup]]
}

function taintsOfTags(tags: Labels): readonly Taint[] {
  return tagsUnder(tags, 'taint').flatMap(([key, text]) => {
    const separator = text.indexOf(':')
    const effect = taintEffect(text.slice(separator + 1))
    return separator < 0 || effect === undefined ? [] : [{ key, value: text.slice(0, separator), effect }]
  })
}

/**
 * Taints that EKS tells of. Up to 1.30 they carried EKS's spelling of the effect, which no filter knows; one without a
 * value is left out.
 */
function managedTaints({ managed }: TemplateGroup, version: KubernetesVersion): readonly Taint[] {
  if (managed === undefined || !isAtLeast(version, 31)) return []
  return managed.taints.flatMap(({ key, value, effect }) => (value === undefined ? [] : [{ key, value, effect }]))
}

function taintEffect(text: string): TaintEffect | undefined {
  return text === 'NoSchedule' || text === 'NoExecute' || text === 'PreferNoSchedule' ? text : undefined
}

function tagsUnder(tags: Labels, kind: 'label' | 'taint' | 'resources'): readonly (readonly [string, string])[] {
  const prefix = `${tagPrefix}/${kind}/`
  return Object.entries(tags).flatMap(([key, value]) => {
    const name = key.split(prefix)[1]
    return name === undefined || name === '' ? [] : [[name, value] as const]
  })
}

/** Source: cluster-autoscaler, utils/labels `UpdateDeprecatedLabels`. */
function withDeprecatedLabels(labels: Labels): Labels {
  const copies = [
    ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
    ['kubernetes.io/os', 'beta.kubernetes.io/os'],
    ['node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type'],
    ['topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/region'],
    ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'],
  ] as const
  return {
    ...labels,
    ...Object.fromEntries(
      copies.flatMap(([stable, deprecated]) => {
        const value = labelOf(labels, stable)
        return value === undefined ? [] : [[deprecated, value] as const]
      }),
    ),
  }
}

/** Every template carries a kube-proxy that no EKS node runs this way. Source: cloudprovider/util.go `BuildKubeProxy`. */
function kubeProxy({ autoScalingGroup }: TemplateGroup): Pod {
  return barePod('kube-system', `kube-proxy-${autoScalingGroup}`, {
    labels: { component: 'kube-proxy' },
    annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': '1234567890abcdef' },
    requests: { ...noResources, milliCpu: 100 },
  })
}
