import { toMilli, toUnits, tryParseQuantity } from '../cluster/quantity.ts'

/** Resources of a node as Kubernetes quantities. */
export type NodeResources = {
  readonly capacity: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
}

/** What a kubelet is configured to keep from pods, by resource (`cpu`, `memory`, `ephemeral-storage`) and by eviction signal. */
export type KubeletReserves = {
  readonly kubeReserved?: Readonly<Record<string, string>>
  readonly systemReserved?: Readonly<Record<string, string>>
  readonly evictionHard?: Readonly<Record<string, string>>
}

/** What a node is made of. */
export type NodeShape = {
  readonly vcpu: number
  /** Memory that EC2 states, MiB. */
  readonly memoryMib: number
  /** Pods that the instance type's network interfaces allow: what the reserve is computed from. */
  readonly defaultMaxPods: number
  /** Pods that the kubelet allows. */
  readonly maxPods: number
  /** Size of the volume that carries container images, GiB. */
  readonly storageGib: number
  /** Bytes of that volume that its partitions and file system keep, KiB. */
  readonly storageOverheadKib: number
  /** What its user data sets; the rest is as EKS's images have it. */
  readonly reserves?: KubeletReserves
  /** Huge pages of 2 MiB that are set aside; none when left out. */
  readonly hugePages?: number
}

/**
 * Part of the stated memory that firmware and kernel keep. Nodes differ (3 to 7.5 %); this is the estimate that Karpenter
 * works with (`VM_MEMORY_OVERHEAD_PERCENT`, https://karpenter.sh/docs/reference/settings/).
 */
const memoryOverhead = 0.075

/** Below these a kubelet evicts: Kubernetes's own thresholds, which EKS's images have as well. */
const evictionDefaults = { memory: '100Mi', storage: '10%' } as const

/** What EKS's images reserve of the disk. */
const reservedStorage = '1Gi'

/** Partition table, EFI partition and XFS of an AL2023 root volume: 104857600 - 104779756 KiB at 100 GiB. */
export const al2023StorageOverheadKib = 77_844

/**
 * Processor time that EKS's node images reserve for the kubelet, millicores: 6 % of the first core, 1 % of the next,
 * 0.5 % of the next two, 0.25 % of the rest
 * (https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go, getCPUMillicoresToReserve).
 */
export function reservedCpuMillicores(vcpu: number): number {
  const total = vcpu * 1000
  let reserved = 0
  for (const [from, to, perTenThousand] of [
    [0, 1000, 600],
    [1000, 2000, 100],
    [2000, 4000, 50],
    [4000, Number.POSITIVE_INFINITY, 25],
  ] as const)
    if (total > from) reserved += Math.trunc(((Math.min(total, to) - from) * perTenThousand) / 10_000)
  return reserved
}

/** Memory that EKS's node images reserve for the kubelet, MiB (same file, getMemoryMebibytesToReserve). */
export function reservedMemoryMib(maxPods: number): number {
  return 11 * maxPods + 255
}

/** Capacity and allocatable of a node, devices left out. */
export function nodeResources(shape: NodeShape): NodeResources {
  const { reserves = {} } = shape
  const memoryKib = Math.floor(shape.memoryMib * 1024 * (1 - memoryOverhead))
  const hugeMib = 2 * (shape.hugePages ?? 0)
  // What is set aside in huge pages is no memory for anybody else.
  const allocatableMemoryKib =
    memoryKib -
    hugeMib * 1024 -
    Math.ceil(
      (bytesOf(reserves.kubeReserved?.['memory'] ?? `${reservedMemoryMib(shape.defaultMaxPods)}Mi`) +
        bytesOf(reserves.systemReserved?.['memory']) +
        thresholdBytes(reserves.evictionHard?.['memory.available'] ?? evictionDefaults.memory, memoryKib * 1024)) /
        1024,
    )
  const milliCpu =
    shape.vcpu * 1000 -
    milliOf(reserves.kubeReserved?.['cpu'] ?? `${reservedCpuMillicores(shape.vcpu)}m`) -
    milliOf(reserves.systemReserved?.['cpu'])
  const storageKib = shape.storageGib * 1024 * 1024 - shape.storageOverheadKib
  const pods = String(shape.maxPods)
  // Real x86 nodes list 1 GiB pages as well, and then `describe nodes | grep -A5 "Allocatable:"` ends one line before the GPUs.
  const huge = { 'hugepages-2Mi': hugeMib === 0 ? '0' : `${hugeMib}Mi` }
  return {
    capacity: {
      cpu: String(shape.vcpu),
      'ephemeral-storage': `${storageKib}Ki`,
      ...huge,
      memory: `${memoryKib}Ki`,
      pods,
    },
    allocatable: {
      cpu: `${milliCpu}m`,
      'ephemeral-storage': String(allocatableStorageBytes(storageKib, reserves)),
      ...huge,
      memory: `${allocatableMemoryKib}Ki`,
      pods,
    },
  }
}

/** Disk that pods may use, bytes: without what is reserved (1 GiB) and what the kubelet keeps free (10 %). */
export function allocatableStorageBytes(storageKib: number, reserves: KubeletReserves = {}): number {
  const bytes = storageKib * 1024
  return (
    bytes -
    thresholdBytes(reserves.evictionHard?.['nodefs.available'] ?? evictionDefaults.storage, bytes) -
    bytesOf(reserves.kubeReserved?.['ephemeral-storage'] ?? reservedStorage) -
    bytesOf(reserves.systemReserved?.['ephemeral-storage'])
  )
}

/** A kubelet takes shares in single precision. */
function thresholdBytes(threshold: string, capacity: number): number {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(threshold)?.[1]
  return share === undefined ? bytesOf(threshold) : Math.floor(capacity * Math.fround(Number(share) / 100))
}

/** Nothing for what is no quantity: a kubelet would not start with it, and whoever reads user data says so. */
function bytesOf(quantity: string | undefined): number {
  return toUnits(tryParseQuantity(quantity ?? '0') ?? 0n)
}

function milliOf(quantity: string | undefined): number {
  return toMilli(tryParseQuantity(quantity ?? '0') ?? 0n)
}
