import type { InstanceType } from './instance-types.ts'

/** Whether the image of a node can drive its GPUs. */
export type GpuDriver =
  /** The instance has no NVIDIA GPU. */
  | { readonly state: 'no-gpu' }
  /** The image has no driver: NVML cannot be loaded. */
  | { readonly state: 'none' }
  /** The image has a driver that does not know this GPU: NVML answers, and finds no device. */
  | { readonly state: 'unfit'; readonly version: string }
  | { readonly state: 'ok'; readonly version: string; readonly gpus: number; readonly builtInPlugin: boolean }

const driverVersions: Readonly<Record<number, string>> = { 570: '570.172.08', 580: '580.159.03', 595: '595.91.07' }

/**
 * Decides from the AMI type of the node group; a custom image is taken to carry what its instances need.
 * `bottlerocket` says whether a custom image's user data is Bottlerocket's.
 */
export function gpuDriver(amiType: string, bottlerocket: boolean, instanceType: InstanceType): GpuDriver {
  const { gpu } = instanceType
  const gpus = gpu === undefined ? 0 : gpu.count !== null && gpu.count > 0 ? gpu.count : (gpu.fractionalDevices ?? 0)
  if (gpus === 0) return { state: 'no-gpu' }
  const branch = driverBranch(amiType, instanceType)
  if (branch === undefined) return { state: 'none' }
  const version = driverVersions[branch] ?? `${branch}.00`
  const { minDriverBranch, maxDriverBranch } = instanceType
  if (branch < (minDriverBranch ?? branch) || branch > (maxDriverBranch ?? branch)) return { state: 'unfit', version }
  return { state: 'ok', version, gpus, builtInPlugin: bottlerocket || amiType.startsWith('BOTTLEROCKET_') }
}

function driverBranch(amiType: string, instanceType: InstanceType): number | undefined {
  if (amiType === 'CUSTOM') return instanceType.minDriverBranch ?? 580
  if (amiType === 'AL2_x86_64_GPU') return 570
  return amiType.includes('_NVIDIA') ? 580 : undefined
}
