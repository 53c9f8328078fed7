/** Resources of a node as Kubernetes quantities. */
export type NodeResources = {
  readonly capacity: Readonly<Record<string, string>>
  readonly allocatable: Readonly<Record<string, string>>
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
}

/**
 * Part of the stated memory that firmware and kernel keep. Nodes differ (3 to 7.5 %); this is the estimate that Karpenter
 * works with (`VM_MEMORY_OVERHEAD_PERCENT`, https://karpenter.sh/docs/reference/settings/).
 */
const memoryOverhead = 0.075

/** A kubelet counts 10 % of its disk as not allocatable, in single precision. */
const evictionShare = Math.fround(0.1)

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
  const memoryKib = Math.floor(shape.memoryMib * 1024 * (1 - memoryOverhead))
  // kube-reserved, and the kubelet's own eviction threshold of 100 MiB.
  const allocatableMemoryKib = memoryKib - (reservedMemoryMib(shape.defaultMaxPods) + 100) * 1024
  const storageKib = shape.storageGib * 1024 * 1024 - shape.storageOverheadKib
  const pods = String(shape.maxPods)
  // Real x86 nodes list 1 GiB pages as well, and then `describe nodes | grep -A5 "Allocatable:"` ends one line before the GPUs.
  const huge = { 'hugepages-2Mi': '0' }
  return {
    capacity: {
      cpu: String(shape.vcpu),
      'ephemeral-storage': `${storageKib}Ki`,
      ...huge,
      memory: `${memoryKib}Ki`,
      pods,
    },
    allocatable: {
      cpu: `${shape.vcpu * 1000 - reservedCpuMillicores(shape.vcpu)}m`,
      'ephemeral-storage': String(allocatableStorageBytes(storageKib)),
      ...huge,
      memory: `${allocatableMemoryKib}Ki`,
      pods,
    },
  }
}

/** Disk that pods may use, bytes: without 1 GiB for the kubelet and the 10 % below which it evicts. */
export function allocatableStorageBytes(storageKib: number): number {
  const bytes = storageKib * 1024
  return bytes - Math.floor(bytes * evictionShare) - 1024 ** 3
}
