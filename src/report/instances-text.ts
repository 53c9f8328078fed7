import type { InstanceType, InstanceTypeCatalog } from '../catalog/instance-types.ts'
import { maxPodsOf } from '../catalog/max-pods.ts'
import { usdPerGpuHour, visibleGpus } from '../catalog/select-instance-types.ts'
import type { Paint } from './paint.ts'
import { drawTable } from './table.ts'

/** GPU instance types as a table, with the day and the region of their prices below it. */
export function formatInstances(
  types: readonly InstanceType[],
  catalog: Pick<InstanceTypeCatalog, 'asOf' | 'region'>,
  paint: Paint,
): string {
  if (types.length === 0) return 'No instance type of the catalogue fits.'
  const rows = types.map((type) => [
    paint('name', type.name),
    type.gpu?.model ?? '',
    gpusOf(type),
    gibOf(type.gpu?.memoryMib ?? null),
    whole(type.vcpu),
    gibOf(type.memoryMib),
    type.arch,
    type.efaInterfaces === 0 ? '-' : String(type.efaInterfaces),
    type.nvmeGb === 0 ? '-' : String(type.nvmeGb),
    podsOf(type),
    usd(type.usdPerHour),
    usd(usdPerGpuHour(type)),
  ])
  const parts = types.some(({ gpu }) => gpu?.count === 0)
  const unpriced = types.some(({ usdPerHour }) => usdPerHour === null)
  return [
    ...drawTable(columns, rows),
    '',
    paint(
      'faint',
      `${types.length} instance ${types.length === 1 ? 'type' : 'types'}. On-Demand prices for Linux in ${catalog.region}, read on ${catalog.asOf}. PODS: on a node of a managed group.`,
    ),
    ...(parts
      ? [paint('faint', 'A GPU count in brackets is a part of a GPU: EC2 counts none, the guest sees one.')]
      : []),
    ...(unpriced ? [paint('faint', 'Types without a price are not sold On-Demand in public.')] : []),
  ].join('\n')
}

/** The same for programs: figures as the catalogue has them, `null` where nobody says. */
export function instancesDocument(
  types: readonly InstanceType[],
  catalog: Pick<InstanceTypeCatalog, 'asOf' | 'region' | 'source'>,
): object {
  return {
    asOf: catalog.asOf,
    region: catalog.region,
    source: catalog.source,
    instanceTypes: types.map((type) => ({ ...type, usdPerGpuHour: usdPerGpuHour(type) })),
  }
}

const right = 'right' as const
const columns = [
  { title: 'TYPE' },
  { title: 'GPU' },
  { title: 'GPUS', align: right },
  { title: 'GPU GIB', align: right },
  { title: 'VCPU', align: right },
  { title: 'GIB', align: right },
  { title: 'ARCH' },
  { title: 'EFA', align: right },
  { title: 'NVME GB', align: right },
  { title: 'PODS', align: right },
  { title: '$/H', align: right },
  { title: '$/GPU/H', align: right },
]

function gpusOf(type: InstanceType): string {
  const gpus = visibleGpus(type)
  if (gpus === null) return '-'
  return type.gpu?.count === 0 ? `(${gpus})` : String(gpus)
}

/** Without prefix delegation, as EKS limits a managed node group's nodes. */
function podsOf(type: InstanceType): string {
  return type.maxPods === null ? '-' : String(maxPodsOf({ type, managedImage: true, prefixDelegation: false }))
}

function gibOf(mib: number | null): string {
  if (mib === null) return '-'
  const gib = mib / 1024
  return Number.isInteger(gib) ? String(gib) : gib.toFixed(1)
}

function whole(amount: number | null): string {
  return amount === null ? '-' : String(amount)
}

function usd(amount: number | null): string {
  return amount === null ? '-' : amount.toFixed(3)
}
