import { type InstanceType, instanceTypes } from '../../src/catalog/instance-types.ts'
import { betweenMarks } from './between-marks.ts'

/** `docs/module/choose-instances.md` with its table of GPUs renewed. Throws when the marks are missing. */
export function withGpuTable(page: string): string {
  const { asOf, region } = instanceTypes()
  const models = new Map<string, InstanceType[]>()
  for (const type of gpuTypes()) {
    const model = type.gpu?.model ?? ''
    models.set(model, [...(models.get(model) ?? []), type])
  }
  const rows = [...models].map(([model, types]) => {
    const memory = distinct(types.map(({ gpu }) => gpu?.memoryMib ?? null)).map(gib)
    return `| ${model} | ${memory.join(', ')} | ${familiesOf(types)} | ${types[0]?.arch ?? ''} | ${range(types.map(({ efaInterfaces }) => efaInterfaces))} | ${cheapest(types)} |`
  })
  return betweenMarks(
    page,
    'table of GPUs',
    [
      '| GPU | GiB each | types, with the GPUs of one node | architecture | EFA interfaces | from $/GPU-hour |',
      '|---|---|---|---|---|---|',
      ...rows,
      '',
      `On-Demand prices of ${region} as of ${asOf}. A fraction of an L4 is one device in the node and counts as one GPU here.`,
    ],
    'docs/module/choose-instances.md',
  )
}

/** `docs/module/efa-training.md` with its table of types with EFA renewed. Throws when the marks are missing. */
export function withEfaTable(page: string): string {
  const rows = gpuTypes()
    .filter(({ efaInterfaces }) => efaInterfaces > 0)
    .map(
      ({ name, gpu, efaInterfaces, networkCards, efaOnCardZero, vcpu }) =>
        `| ${name} | ${gpu?.count ?? '?'} | ${efaInterfaces} | ${networkCards ?? '?'}${efaOnCardZero ? '' : ', the first without EFA'} | ${2 * Math.floor((110 * (vcpu ?? 0)) / 2)}Mi |`,
    )
  return betweenMarks(
    page,
    'table of types with EFA',
    [
      '| type | `nvidia.com/gpu` | `vpc.amazonaws.com/efa` | network cards | `hugepages-2Mi` |',
      '|---|---|---|---|---|',
      ...rows,
    ],
    'docs/module/efa-training.md',
  )
}

function gpuTypes(): readonly InstanceType[] {
  return [...instanceTypes().types.values()].filter(({ gpu }) => gpu !== undefined)
}

/** `g5.xlarge … g5.48xlarge (1, 4, 8)`: a family by its first and last type. */
function familiesOf(types: readonly InstanceType[]): string {
  const families = new Map<string, InstanceType[]>()
  for (const type of types) {
    const family = type.name.split('.')[0] ?? ''
    families.set(family, [...(families.get(family) ?? []), type])
  }
  return [...families.values()]
    .map((of) => {
      const [first, last] = [of[0]?.name ?? '', of.at(-1)?.name ?? '']
      const counts = distinct(of.map(devices)).map((count) => (count === null ? '?' : String(count)))
      return `${first === last ? first : `${first} … ${last}`} (${counts.join(', ')})`
    })
    .join(', ')
}

function devices({ gpu }: InstanceType): number | null {
  return gpu === undefined || gpu.count === null ? null : gpu.count || (gpu.fractionalDevices ?? 0)
}

function cheapest(types: readonly InstanceType[]): string {
  const prices = types.flatMap((type) => {
    const count = devices(type)
    return type.usdPerHour === null || !count ? [] : [type.usdPerHour / count]
  })
  return prices.length === 0 ? 'not published' : Math.min(...prices).toFixed(2)
}

function range(values: readonly number[]): string {
  const [min, max] = [Math.min(...values), Math.max(...values)]
  return min === max ? String(min) : `${min} to ${max}`
}

function gib(memoryMib: number | null): string {
  return memoryMib === null ? 'not published' : String(Math.round(memoryMib / 102.4) / 10)
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
