import { type GpuDriver, gpuDriver } from '../../catalog/gpu-driver.ts'
import { hugePagesOf } from '../../catalog/huge-pages.ts'
import { findInstanceType, type InstanceType } from '../../catalog/instance-types.ts'
import { maxPodsOf } from '../../catalog/max-pods.ts'
import { migGeometry } from '../../catalog/mig-geometry.ts'
import { al2023StorageOverheadKib, type NodeResources, nodeResources } from '../../catalog/node-resources.ts'
import { type PluginSharing, wholeGpus } from '../../catalog/plugin-devices.ts'
import { imagesOnLocalDisks, type NodeTaint, parseUserData } from '../../read/user-data/parse-user-data.ts'
import type { LocalInstance, LocalNodeGroup } from '../instance.ts'

/** The node that an instance would become. */
export type NodePlan = {
  readonly name: string
  readonly instance: LocalInstance
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly NodeTaint[]
  readonly resources: NodeResources
  readonly driver: GpuDriver
  /** MIG devices of each GPU, by profile; none where GPUs are whole. */
  readonly migProfiles: readonly string[]
  /** How the plugin that is built into the image shares GPUs. */
  readonly builtInSharing: PluginSharing
  readonly gpuModel: { readonly name: string; readonly memoryMib: number } | undefined
  readonly arch: 'amd64' | 'arm64'
  readonly osImage: string
  readonly kernelVersion: string
  readonly containerRuntime: string
  readonly kubeletVersion: string
}

/** Either a node, or why the instance never becomes one; `notes` are worth a line in the log either way. */
export type NodePlanResult = { readonly notes: readonly string[] } & (
  | { readonly joins: true; readonly plan: NodePlan }
  | { readonly joins: false; readonly reason: string }
)

const taintEffects = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
} as const satisfies Record<LocalNodeGroup['taints'][number]['effect'], NodeTaint['effect']>

/** A node group's taints in Kubernetes' words. */
export function groupTaints(group: LocalNodeGroup): readonly NodeTaint[] {
  return group.taints.map(({ key, value, effect }) => ({
    key,
    ...(value === undefined || value === '' ? {} : { value }),
    effect: taintEffects[effect],
  }))
}

/** Says what node an instance becomes in `clusterName`. Pure: the catalogue is its only other input. */
export function planNode(instance: LocalInstance, clusterName: string): NodePlanResult {
  const { nodeGroup } = instance
  const custom = nodeGroup.amiType === 'CUSTOM'
  const bootstrap = parseUserData(nodeGroup.userData)
  const notes = bootstrap.problems.map((problem) => `${instance.instanceId}: ${problem}`)

  if (bootstrap.clusterName !== undefined && bootstrap.clusterName !== clusterName)
    return {
      joins: false,
      notes,
      reason: `its user data names cluster "${bootstrap.clusterName}", not "${clusterName}"`,
    }
  if (custom && bootstrap.clusterName === undefined && bootstrap.format !== 'none' && bootstrap.format !== 'shell')
    return {
      joins: false,
      notes,
      reason: 'its user data names no cluster, and EKS adds nothing to the user data of a custom image',
    }

  const known = findInstanceType(instance.instanceType)
  if (known === undefined) notes.push(`${instance.instanceId}: type ${instance.instanceType} is not in the catalogue`)
  const type: InstanceType = known ?? unknownType(instance.instanceType)
  const bottlerocket = bootstrap.format === 'bottlerocket' || nodeGroup.amiType.startsWith('BOTTLEROCKET_')
  const driver = gpuDriver(nodeGroup.amiType, bottlerocket, type)
  const mig = migGeometry(
    driver.state === 'ok' ? bootstrap.mig : undefined,
    type.gpu && { name: type.gpu.model, memoryMib: type.gpu.memoryMib },
  )
  // The kubelet waits for what divides the GPUs.
  if ('refused' in mig) return { joins: false, notes, reason: `nvidia-smi cannot divide its GPUs: ${mig.refused}` }
  const arch = type.arch === 'arm64' ? 'arm64' : 'amd64'
  const defaultMaxPods = type.maxPods ?? 110
  const raid = imagesOnLocalDisks(bootstrap) && type.nvmeGb > 0
  const storageGib = raid ? Math.floor((type.nvmeGb * 1e9) / 1024 ** 3) : (instance.storageGib ?? 20)
  const resources = nodeResources({
    vcpu: type.vcpu ?? 2,
    memoryMib: type.memoryMib ?? 8192,
    defaultMaxPods,
    maxPods: maxPodsOf({ type, userData: bootstrap.maxPods, managedImage: !custom, prefixDelegation: false }),
    storageGib,
    storageOverheadKib: al2023StorageOverheadKib,
    reserves: bootstrap.reserves,
    hugePages: hugePagesOf({
      userData: bootstrap.hugePages,
      bottlerocket,
      efaInterfaces: nodeGroup.efaInterfaces,
      vcpu: type.vcpu ?? 2,
    }),
  })
  const minor = Number(/^1\.(\d+)/.exec(nodeGroup.kubernetesVersion)?.[1] ?? 0)
  const image = nodeImage(nodeGroup, bottlerocket, minor)

  return {
    joins: true,
    notes,
    plan: {
      name: instance.privateDnsName,
      instance,
      labels: {
        ...cloudLabels(instance, arch),
        // nodeadm labels GPU nodes by itself since 1.35.
        ...(nodeGroup.amiType.startsWith('AL2023_') && driver.state === 'ok' && minor >= 35
          ? { 'nvidia.com/gpu.present': 'true' }
          : {}),
        ...(custom ? {} : eksLabels(instance)),
        ...bootstrap.labels,
        ...(custom ? {} : nodeGroup.labels),
      },
      taints: custom ? bootstrap.taints : mergeTaints(bootstrap.taints, groupTaints(nodeGroup)),
      resources,
      driver,
      migProfiles: mig.profiles,
      builtInSharing: bootstrap.builtInSharing ?? wholeGpus,
      gpuModel: type.gpu === undefined ? undefined : { name: type.gpu.model, memoryMib: type.gpu.memoryMib ?? 0 },
      arch,
      ...image,
    },
  }
}

/** Labels of the kubelet and of AWS's cloud controller. */
function cloudLabels(instance: LocalInstance, arch: string): Readonly<Record<string, string>> {
  return {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/instance-type': instance.instanceType,
    'beta.kubernetes.io/os': 'linux',
    'failure-domain.beta.kubernetes.io/region': instance.region,
    'failure-domain.beta.kubernetes.io/zone': instance.availabilityZone,
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': instance.privateDnsName,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': instance.instanceType,
    'topology.kubernetes.io/region': instance.region,
    'topology.kubernetes.io/zone': instance.availabilityZone,
  }
}

/** Labels that EKS writes into the user data of nodes with its own images. */
function eksLabels(instance: LocalInstance): Readonly<Record<string, string>> {
  const { nodeGroup, launchTemplate } = instance
  return {
    'eks.amazonaws.com/capacityType': nodeGroup.capacityType,
    'eks.amazonaws.com/nodegroup': nodeGroup.name,
    ...(nodeGroup.imageId === '' ? {} : { 'eks.amazonaws.com/nodegroup-image': nodeGroup.imageId }),
    ...(launchTemplate === undefined
      ? {}
      : {
          'eks.amazonaws.com/sourceLaunchTemplateId': launchTemplate.id,
          'eks.amazonaws.com/sourceLaunchTemplateVersion': launchTemplate.version,
        }),
  }
}

function mergeTaints(first: readonly NodeTaint[], second: readonly NodeTaint[]): readonly NodeTaint[] {
  const merged = new Map<string, NodeTaint>()
  for (const taint of [...first, ...second]) merged.set(`${taint.key}:${taint.effect}`, taint)
  return [...merged.values()]
}

/** What the images of autumn 2026 carry (amazon-eks-ami v20261003, Bottlerocket v1.68). */
function nodeImage(
  group: LocalNodeGroup,
  bottlerocket: boolean,
  minor: number,
): Pick<NodePlan, 'osImage' | 'kernelVersion' | 'containerRuntime' | 'kubeletVersion'> {
  const version = /^1\.\d+\.\d+/.exec(group.releaseVersion)?.[0] ?? `${group.kubernetesVersion}.0`
  const kubeletVersion = `v${version}-eks-local`
  if (bottlerocket)
    return {
      osImage: `Bottlerocket OS 1.68.0 (aws-k8s-${group.kubernetesVersion}${group.amiType.includes('NVIDIA') ? '-nvidia' : ''})`,
      kernelVersion: minor >= 36 ? '6.18.20' : '6.12.94',
      containerRuntime: 'containerd://2.1.7+bottlerocket',
      kubeletVersion,
    }
  return {
    osImage: 'Amazon Linux 2023.12.20260928',
    kernelVersion: `${minor >= 36 ? '6.18.20' : minor >= 33 ? '6.12.110' : '6.1.170'}.amzn2023`,
    containerRuntime: 'containerd://2.2.4',
    kubeletVersion,
  }
}

function unknownType(name: string): InstanceType {
  return {
    name,
    arch: /^[a-z]+\d+g/.test(name) ? 'arm64' : 'x86_64',
    vcpu: null,
    memoryMib: null,
    efaInterfaces: 0,
    networkCards: null,
    efaOnCardZero: false,
    enis: null,
    enisDefaultCard: null,
    ipv4PerEni: null,
    maxPods: null,
    nvmeGb: 0,
    usdPerHour: null,
  }
}
