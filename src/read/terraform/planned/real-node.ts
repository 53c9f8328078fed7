import { gpuDriver } from '../../../catalog/gpu-driver.ts'
import { hugePagesOf } from '../../../catalog/huge-pages.ts'
import type { InstanceType } from '../../../catalog/instance-types.ts'
import { maxPodsOf } from '../../../catalog/max-pods.ts'
import { migGeometry } from '../../../catalog/mig-geometry.ts'
import { al2023StorageOverheadKib, nodeResources } from '../../../catalog/node-resources.ts'
import { allocationRefusal, type PluginSharing, pluginDevices, wholeGpus } from '../../../catalog/plugin-devices.ts'
import type { Labels } from '../../../cluster/labels.ts'
import type { NodeShape } from '../../../cluster/node-group.ts'
import type { Resources } from '../../../cluster/resources.ts'
import type { Taint } from '../../../cluster/taint.ts'
import { readResources } from '../../kubernetes/read-resources.ts'
import { imagesOnLocalDisks, type NodeBootstrap } from '../../user-data/parse-user-data.ts'
import { type DevicePlugin, type GpuPlugin, landsOn } from './gpu-devices.ts'
import type { Unknowns } from './unknowns.ts'

/** Everything that decides what a node of a group is. */
export type RealNodeInput = {
  readonly group: string
  readonly type: InstanceType
  /** EKS's enum; `CUSTOM` for an image of the caller's. */
  readonly amiType: string
  readonly minor: number
  /** Read from the launch template's user data. */
  readonly bootstrap: NodeBootstrap
  readonly bottlerocket: boolean
  /** Labels and taints that the group gives its nodes, user data's left out. */
  readonly labels: Labels
  readonly taints: readonly Taint[]
  /** Root volume, or Bottlerocket's second, GiB. */
  readonly volumeGib: number
  readonly efaInterfaces: number
  readonly region: string
  readonly zone: string
  readonly prefixDelegation: boolean
  readonly gpuOperator: boolean
  readonly plugins: { readonly gpu: readonly GpuPlugin[]; readonly efa: readonly DevicePlugin[] }
}

/** What a node of the group is once it has joined and its device plugins run. */
export function realNodeOf(input: RealNodeInput, unknowns: Unknowns): NodeShape {
  const { type, amiType, bootstrap, bottlerocket } = input
  const custom = amiType === 'CUSTOM'
  const driver = gpuDriver(amiType, bottlerocket, type)
  const gpus = driver.state === 'ok' ? driver.gpus : 0
  const labels: Labels = {
    ...kubeletLabels(type),
    // nodeadm labels GPU nodes by itself since 1.35.
    ...(amiType.startsWith('AL2023_') && gpus > 0 && input.minor >= 35 && { 'nvidia.com/gpu.present': 'true' }),
    ...(input.gpuOperator &&
      gpus > 0 && { 'nvidia.com/gpu.present': 'true', 'nvidia.com/gpu.deploy.device-plugin': 'true' }),
    ...bootstrap.labels,
    ...input.labels,
  }
  const taints = mergeTaints(
    bootstrap.taints.map(({ key, value, effect }) => ({ key, value: value ?? '', effect })),
    input.taints,
  )
  const raid = imagesOnLocalDisks(bootstrap) && type.nvmeGb > 0
  const resources = nodeResources({
    vcpu: type.vcpu ?? 2,
    memoryMib: type.memoryMib ?? 8192,
    defaultMaxPods: type.maxPods ?? 110,
    maxPods: maxPodsOf({
      type,
      userData: bootstrap.maxPods,
      managedImage: !custom,
      prefixDelegation: input.prefixDelegation,
    }),
    storageGib: raid ? Math.floor((type.nvmeGb * 1e9) / 1024 ** 3) : input.volumeGib,
    storageOverheadKib: al2023StorageOverheadKib,
    reserves: bootstrap.reserves,
    hugePages: hugePagesOf({
      userData: bootstrap.hugePages,
      bottlerocket,
      efaInterfaces: input.efaInterfaces,
      vcpu: type.vcpu ?? 2,
    }),
  })
  const placed = {
    ...labels,
    'topology.kubernetes.io/region': input.region,
    'topology.kubernetes.io/zone': input.zone,
  }
  const offer = gpuOffer(input, gpus, driver.state === 'ok' && driver.builtInPlugin, placed, taints, unknowns)
  const devices = { ...offer.devices, ...efaDevices(input, placed, taints) }
  return {
    labels,
    taints,
    capacity: withDevices(resources.capacity, devices),
    capacityPods: Number(resources.capacity['pods']),
    allocatable: withDevices(resources.allocatable, devices),
    allocatablePods: Number(resources.allocatable['pods']),
    ...(offer.oneShareEach.length > 0 && { oneShareEach: offer.oneShareEach }),
  }
}

/** Labels that kubelet and AWS's cloud controller give every node, zones and names left out. */
function kubeletLabels(type: Pick<InstanceType, 'name' | 'arch'>): Labels {
  const arch = type.arch === 'arm64' ? 'arm64' : 'amd64'
  return {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/instance-type': type.name,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': arch,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': type.name,
  }
}

/** What a node's plugin tells the kubelet of, and of which devices it gives a container one only. */
type GpuOffer = { readonly devices: Readonly<Record<string, number>>; readonly oneShareEach: readonly string[] }

const noOffer: GpuOffer = { devices: {}, oneShareEach: [] }

function gpuOffer(
  { group, plugins, bootstrap, type }: RealNodeInput,
  gpus: number,
  builtIn: boolean,
  labels: Labels,
  taints: readonly Taint[],
  unknowns: Unknowns,
): GpuOffer {
  if (gpus === 0) return noOffer
  const mig = migGeometry(bootstrap.mig, type.gpu && { name: type.gpu.model, memoryMib: type.gpu.memoryMib })
  if ('refused' in mig) {
    unknowns.noteEach(
      'MIG devices of group',
      group,
      `nvidia-smi refuses them (${mig.refused}); its nodes offer no GPUs`,
    )
    return noOffer
  }
  if (builtIn) return offered(bootstrap.builtInSharing ?? wholeGpus, gpus, mig.profiles)
  if (plugins.gpu.length === 0) {
    unknowns.noteEach(
      'device plugin on group',
      group,
      'the plan shows none; one is taken to run there and to offer every GPU as nvidia.com/gpu',
    )
    return { devices: { 'nvidia.com/gpu': gpus }, oneShareEach: [] }
  }
  const plugin = plugins.gpu.find(({ daemonSet }) => landsOn(daemonSet, labels, taints))
  if (plugin === undefined) return noOffer
  if (plugin.sharing.migStrategy !== 'none' && bootstrap.mig === undefined)
    unknowns.noteEach(
      'MIG devices of group',
      group,
      'how its GPUs are divided is decided on the node; they are taken to be whole',
    )
  return offered(plugin.sharing, gpus, mig.profiles)
}

/** A plugin that ends at its start offers nothing. */
function offered(sharing: PluginSharing, gpus: number, migProfiles: readonly string[]): GpuOffer {
  const found = pluginDevices(sharing, gpus, migProfiles)
  if (!('devices' in found)) return noOffer
  const { devices } = found
  return {
    devices,
    oneShareEach: Object.keys(devices).filter((name) => allocationRefusal(sharing, name, 2) !== undefined),
  }
}

function efaDevices(
  { efaInterfaces, plugins }: RealNodeInput,
  labels: Labels,
  taints: readonly Taint[],
): Readonly<Record<string, number>> {
  const plugin = efaInterfaces > 0 ? plugins.efa.find(({ daemonSet }) => landsOn(daemonSet, labels, taints)) : undefined
  return plugin === undefined ? {} : { 'vpc.amazonaws.com/efa': efaInterfaces }
}

function withDevices(
  quantities: Readonly<Record<string, string>>,
  devices: Readonly<Record<string, number>>,
): Resources {
  const { scalars, ...resources } = readResources(quantities)
  const present = Object.entries(scalars).filter(([, amount]) => amount > 0)
  return { ...resources, scalars: { ...Object.fromEntries(present), ...devices } }
}

/** Later taints replace earlier ones of the same key and effect. */
function mergeTaints(first: readonly Taint[], second: readonly Taint[]): readonly Taint[] {
  const merged = new Map<string, Taint>()
  for (const taint of [...first, ...second]) merged.set(`${taint.key}:${taint.effect}`, taint)
  return [...merged.values()]
}
