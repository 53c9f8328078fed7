import { z } from 'zod'
import { readCatalogFile } from './read-catalog-file.ts'

const sliceCount = z.number().int().positive()

const fileSchema = z.strictObject({
  $comment: z.string(),
  asOf: z.iso.date(),
  source: z.array(z.url()),
  gpus: z.record(
    z.string(),
    z.strictObject({
      gpuModel: z.string(),
      memoryMib: z.number().nullable(),
      bottlerocketKey: z.string().nullable(),
      computeSlices: sliceCount,
      memorySlices: sliceCount,
      profiles: z.record(z.string(), z.strictObject({ compute: sliceCount, memory: sliceCount, max: sliceCount })),
    }),
  ),
})

/** A GPU that MIG can divide. */
export type MigGpu = {
  /** As people say it: `A100 40 GB`. */
  readonly name: string
  /** As the catalogue of instance types has it. */
  readonly gpuModel: string
  readonly memoryMib: number | null
  /** Its name in Bottlerocket's settings; null where Bottlerocket has none. */
  readonly bottlerocketKey: string | null
  readonly computeSlices: number
  readonly memorySlices: number
  /** Slices that one device of a profile takes, and how many of it alone fit. */
  readonly profiles: Readonly<
    Record<string, { readonly compute: number; readonly memory: number; readonly max: number }>
  >
}

/** What user data asks of MIG: devices for every GPU of the machine, or Bottlerocket's map from GPU to profile or count. */
export type MigRequest =
  | { readonly kind: 'devices'; readonly profiles: readonly string[] }
  | { readonly kind: 'bottlerocket'; readonly byGpu: Readonly<Record<string, string>> }

/** MIG devices of each GPU by profile, none where GPUs stay whole, or why `nvidia-smi` refuses them. */
export type MigGeometry = { readonly profiles: readonly string[] } | { readonly refused: string }

let loaded: readonly MigGpu[] | undefined

/** Every GPU of the catalogue that MIG can divide. */
export function migGpus(): readonly MigGpu[] {
  loaded ??= Object.entries(readCatalogFile('mig-profiles.json', fileSchema).gpus).map(([name, gpu]) => ({
    name,
    ...gpu,
  }))
  return loaded
}

/** What a request makes of a machine's GPUs. */
export function migGeometry(
  request: MigRequest | undefined,
  gpu: { readonly name: string; readonly memoryMib: number | null } | undefined,
): MigGeometry {
  if (request === undefined || gpu === undefined) return { profiles: [] }
  const divisible = migGpus().find(({ gpuModel, memoryMib }) => gpuModel === gpu.name && memoryMib === gpu.memoryMib)
  if (request.kind === 'bottlerocket')
    return { profiles: divisible === undefined ? [] : evenly(divisible, request.byGpu) }
  if (divisible === undefined) return { refused: `${gpu.name} has no MIG` }
  return fitInto(divisible, request.profiles)
}

/** Bottlerocket divides each GPU into as many devices of one profile as fit; a GPU that it has no setting for stays whole. */
function evenly(gpu: MigGpu, byGpu: Readonly<Record<string, string>>): readonly string[] {
  const wanted = gpu.bottlerocketKey === null ? undefined : byGpu[gpu.bottlerocketKey]
  if (wanted === undefined) return []
  const plain = Object.entries(gpu.profiles).filter(([name]) => !/[+]|-me$/.test(name))
  const found =
    plain.find(([name]) => name === wanted) ??
    plain.filter(([, { max }]) => String(max) === wanted).sort(([, a], [, b]) => b.memory - a.memory)[0]
  return found === undefined ? [] : Array.from({ length: found[1].max }, () => found[0])
}

function fitInto(gpu: MigGpu, profiles: readonly string[]): MigGeometry {
  const count = (name: string): number => profiles.filter((each) => each === name).length
  let compute = 0
  let memory = 0
  for (const name of profiles) {
    const profile = gpu.profiles[name]
    if (profile === undefined) return { refused: `${gpu.name} has no MIG profile ${name}` }
    if (count(name) > profile.max) return { refused: `${gpu.name} has room for ${profile.max} x ${name}` }
    compute += profile.compute
    memory += profile.memory
  }
  return compute > gpu.computeSlices || memory > gpu.memorySlices
    ? { refused: `${gpu.name} has no room for ${profiles.join(', ')} together` }
    : { profiles }
}
