import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const gpuSchema = z.strictObject({
  /** Marketing name without vendor, e.g. `A10G`. */
  model: z.string(),
  /** GPUs as EC2 counts them; 0 for a fraction of one, `null` when not known. */
  count: z.number().int().nullable(),
  /** MiB of each GPU, or of the partition. */
  memoryMib: z.number().int().nullable(),
  /** Value of the node label `k8s.amazonaws.com/accelerator`. */
  acceleratorLabel: z.string(),
  /** vGPU devices in the guest where `count` is 0. */
  fractionalDevices: z.number().int().optional(),
})

const instanceTypeSchema = z.strictObject({
  arch: z.enum(['x86_64', 'arm64']),
  vcpu: z.number().int().nullable(),
  memoryMib: z.number().int().nullable(),
  gpu: gpuSchema.optional(),
  /** Elastic Fabric Adapter interfaces over all network cards. */
  efaInterfaces: z.number().int(),
  networkCards: z.number().int().nullable(),
  efaOnCardZero: z.boolean(),
  /** Network interfaces over all cards. */
  enis: z.number().int().nullable(),
  enisDefaultCard: z.number().int().nullable(),
  ipv4PerEni: z.number().int().nullable(),
  maxPods: z.number().int().nullable(),
  /** Local NVMe, GB in total; 0 without. */
  nvmeGb: z.number(),
  /** On-Demand Linux price in us-east-1, USD/hour; `null` when there is none in public. */
  usdPerHour: z.number().nullable(),
  minDriverBranch: z.number().int().optional(),
  maxDriverBranch: z.number().int().optional(),
  note: z.string().optional(),
})

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  region: z.string(),
  source: z.array(z.url()),
  instanceTypes: z.record(z.string(), instanceTypeSchema),
})

/** One EC2 instance type: shape, GPUs, network and price. A `null` is a figure that no source gave. */
export type InstanceType = Readonly<z.output<typeof instanceTypeSchema>> & { readonly name: string }

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
