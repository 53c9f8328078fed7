import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

/** One EC2 instance type: shape, GPUs, network and price. A `null` is a figure that no source gave. */
export type InstanceType = {
  readonly name: string
  readonly arch: 'x86_64' | 'arm64'
  readonly vcpu: number | null
  readonly memoryMib: number | null
  readonly gpu?: {
    /** Marketing name without vendor, e.g. `A10G`. */
    readonly model: string
    /** GPUs as EC2 counts them; 0 for a fraction of one. */
    readonly count: number | null
    /** MiB of each GPU, or of the partition. */
    readonly memoryMib: number | null
    /** Value of the node label `k8s.amazonaws.com/accelerator`. */
    readonly acceleratorLabel: string
    /** vGPU devices in the guest where `count` is 0. */
    readonly fractionalDevices?: number
  }
  /** Elastic Fabric Adapter interfaces over all network cards. */
  readonly efaInterfaces: number
  readonly networkCards: number | null
  readonly efaOnCardZero: boolean
  /** Network interfaces over all cards. */
  readonly enis: number | null
  readonly enisDefaultCard: number | null
  readonly ipv4PerEni: number | null
  /** Pods per node without prefix delegation, as the CNI's table says. */
  readonly maxPods: number | null
  /** Local NVMe, GB in total; 0 without. */
  readonly nvmeGb: number
  /** On-Demand Linux price in us-east-1, USD/hour; `null` when there is none in public. */
  readonly usdPerHour: number | null
  /** Oldest NVIDIA driver branch that can drive the GPU, where not every current one can. */
  readonly minDriverBranch?: number
  /** Newest NVIDIA driver branch that can drive the GPU, where newer ones dropped it. */
  readonly maxDriverBranch?: number
  readonly note?: string
}

const figure = z.number().int().nullable()

const instanceTypeSchema: z.ZodType<Omit<InstanceType, 'name'>> = z.strictObject({
  arch: z.enum(['x86_64', 'arm64']),
  vcpu: figure,
  memoryMib: figure,
  gpu: z.exactOptional(
    z.strictObject({
      model: z.string(),
      count: figure,
      memoryMib: figure,
      acceleratorLabel: z.string(),
      fractionalDevices: z.exactOptional(z.number().int()),
    }),
  ),
  efaInterfaces: z.number().int(),
  networkCards: figure,
  efaOnCardZero: z.boolean(),
  enis: figure,
  enisDefaultCard: figure,
  ipv4PerEni: figure,
  maxPods: figure,
  nvmeGb: z.number(),
  usdPerHour: z.number().nullable(),
  minDriverBranch: z.exactOptional(z.number().int()),
  maxDriverBranch: z.exactOptional(z.number().int()),
  note: z.exactOptional(z.string()),
})

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  region: z.string(),
  source: z.array(z.url()),
  instanceTypes: z.record(z.string(), instanceTypeSchema),
})

/** The instance types we know, with the day and the region of their prices. */
export type InstanceTypeCatalog = {
  readonly asOf: string
  readonly region: string
  readonly source: readonly string[]
  readonly types: ReadonlyMap<string, InstanceType>
}

let loaded: InstanceTypeCatalog | undefined

/** All instance types of the catalogue: every NVIDIA type of EC2, and the general ones that system node groups use. */
export function instanceTypes(): InstanceTypeCatalog {
  loaded ??= load()
  return loaded
}

/** One instance type by its EC2 name, or `undefined` when the catalogue does not have it. */
export function findInstanceType(name: string): InstanceType | undefined {
  return instanceTypes().types.get(name)
}

function load(): InstanceTypeCatalog {
  const gpu = readCatalogFile('gpu-instances.json', fileSchema)
  const general = readCatalogFile('general-instances.json', fileSchema)
  const types = new Map<string, InstanceType>()
  for (const file of [gpu, general])
    for (const [name, type] of Object.entries(file.instanceTypes)) types.set(name, { name, ...type })
  return { asOf: gpu.asOf, region: gpu.region, source: gpu.source, types }
}
