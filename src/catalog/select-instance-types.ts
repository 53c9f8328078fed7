import { type InstanceType, instanceTypes } from './instance-types.ts'

/** Which GPU instance types are wanted; what is left out does not matter. */
export type InstanceTypeFilter = {
  /** MiB of each GPU, at least. */
  readonly gpuMemoryMib?: number
  /** GPUs of one instance, exactly; a part of one counts as one. */
  readonly gpus?: number
  /** Model, in any case: `A10G`. */
  readonly gpu?: string
  /** With Elastic Fabric Adapter. */
  readonly efa?: boolean
  readonly arch?: InstanceType['arch']
}

/** What types are sorted by; ties, and what has no figure, by name at the end. */
export type InstanceTypeOrder = 'name' | 'price' | 'price-per-gpu' | 'gpu-memory'

/** GPUs that a guest sees: parts of one count whole. `null` where nobody says. */
export function visibleGpus({ gpu }: InstanceType): number | null {
  if (gpu === undefined) return 0
  return gpu.count === 0 ? (gpu.fractionalDevices ?? 0) : gpu.count
}

/** USD/hour for each GPU that a guest sees; `null` without a price or a GPU. */
export function usdPerGpuHour(type: InstanceType): number | null {
  const gpus = visibleGpus(type)
  return type.usdPerHour === null || gpus === null || gpus === 0 ? null : type.usdPerHour / gpus
}

/** The catalogue's GPU instance types that fit, in order; `gpu-memory` has the largest first, prices the cheapest. */
export function selectInstanceTypes(filter: InstanceTypeFilter, order: InstanceTypeOrder): readonly InstanceType[] {
  const figure: (type: InstanceType) => number | null = {
    name: () => 0,
    price: (type: InstanceType) => type.usdPerHour,
    'price-per-gpu': usdPerGpuHour,
    'gpu-memory': (type: InstanceType) => -(type.gpu?.memoryMib ?? 0),
  }[order]
  return [...instanceTypes().types.values()]
    .filter((type) => fits(type, filter))
    .sort((a, b) => compareFigures(figure(a), figure(b)) || compareNames(a.name, b.name))
}

/** Models of the catalogue's GPUs, sorted. */
export function gpuModels(): readonly string[] {
  return [...new Set([...instanceTypes().types.values()].flatMap(({ gpu }) => gpu?.model ?? []))].sort()
}

function fits(type: InstanceType, { gpuMemoryMib, gpus, gpu, efa, arch }: InstanceTypeFilter): boolean {
  if (type.gpu === undefined) return false
  return (
    (gpuMemoryMib === undefined || (type.gpu.memoryMib ?? 0) >= gpuMemoryMib) &&
    (gpus === undefined || visibleGpus(type) === gpus) &&
    (gpu === undefined || type.gpu.model.toLowerCase() === gpu.toLowerCase()) &&
    (efa !== true || type.efaInterfaces > 0) &&
    (arch === undefined || type.arch === arch)
  )
}

function compareFigures(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return a - b
}

/** `g5.2xlarge` before `g5.12xlarge`: family by letters, size by number. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
