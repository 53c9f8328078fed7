import { findInstanceType, type InstanceType } from '../catalog/instance-types.ts'
import { nodeResources } from '../catalog/node-resources.ts'
import { usdPerNodeHour } from '../catalog/usd-per-node-hour.ts'
import type { NodeGroup, NodeShape } from '../cluster/node-group.ts'
import { parseQuantity, toMilli, toUnits } from '../cluster/quantity.ts'
import type { Resources } from '../cluster/resources.ts'

const gpu = 'nvidia.com/gpu'
const efa = 'vpc.amazonaws.com/efa'
const gpuTag = `k8s.io/cluster-autoscaler/node-template/resources/${gpu}`

/** The same group with another instance type; `undefined` when the catalogue does not know the type's shape. */
export function groupOfType(group: NodeGroup, typeName: string): NodeGroup | undefined {
  const type = findInstanceType(typeName)
  const before = findInstanceType(group.instanceTypes[0] ?? '')
  if (type?.vcpu == null || type.memoryMib === null || type.maxPods === null) return undefined
  const realNode = shapeOfType(group.realNode, type, before)
  const gpus = realNode.capacity.scalars[gpu] ?? 0
  return {
    ...group,
    instanceTypes: [typeName],
    realNode,
    usdPerHour: usdPerNodeHour(type, group.capacityType),
    tags: Object.hasOwn(group.tags, gpuTag) ? { ...group.tags, [gpuTag]: String(gpus) } : group.tags,
  }
}

/** Disk, labels and taints stay; processors, memory, devices and room for pods are the type's. */
function shapeOfType(shape: NodeShape, type: InstanceType, before: InstanceType | undefined): NodeShape {
  const maxPods = type.maxPods ?? shape.allocatablePods
  const { capacity, allocatable } = nodeResources({
    vcpu: type.vcpu ?? 0,
    memoryMib: type.memoryMib ?? 0,
    defaultMaxPods: maxPods,
    maxPods,
    storageGib: 0,
    storageOverheadKib: 0,
  })
  const scalars = scalarsOfType(shape.capacity.scalars, type, before)
  const amounts = (quantities: Readonly<Record<string, string>>, disk: number): Resources => ({
    milliCpu: toMilli(parseQuantity(quantities['cpu'] ?? '0')),
    memory: toUnits(parseQuantity(quantities['memory'] ?? '0')),
    ephemeralStorage: disk,
    scalars,
  })
  const renamed = [
    ['node.kubernetes.io/instance-type', type.name],
    ['k8s.amazonaws.com/accelerator', type.gpu?.acceleratorLabel],
  ].filter((entry): entry is [string, string] => entry[1] !== undefined && Object.hasOwn(shape.labels, entry[0] ?? ''))
  // A limit below the type's was set on purpose; it stays.
  const isLimited = before?.maxPods != null && shape.allocatablePods < before.maxPods
  const pods = isLimited ? Math.min(maxPods, shape.allocatablePods) : maxPods
  return {
    labels: { ...shape.labels, ...Object.fromEntries(renamed) },
    taints: shape.taints,
    capacity: amounts(capacity, shape.capacity.ephemeralStorage),
    capacityPods: pods,
    allocatable: amounts(allocatable, shape.allocatable.ephemeralStorage),
    allocatablePods: pods,
  }
}

function scalarsOfType(
  scalars: Resources['scalars'],
  type: InstanceType,
  before: InstanceType | undefined,
): Resources['scalars'] {
  const known = scalars[gpu] ?? 0
  const gpusBefore = before?.gpu?.count ?? 0
  // Time-slicing and MPS show a GPU as several.
  const shares = gpusBefore > 0 ? known / gpusBefore : 1
  const gpus = type.gpu?.count ?? 0
  return {
    ...scalars,
    ...(known > 0 || gpus > 0 ? { [gpu]: gpus * shares } : {}),
    ...((scalars[efa] ?? 0) > 0 ? { [efa]: type.efaInterfaces } : {}),
  }
}

/** Types that could take the place of one: of its family, or with the same GPU, and larger in every way that counts. */
export function largerTypes(name: string, types: Iterable<InstanceType>): readonly InstanceType[] {
  const from = findInstanceType(name)
  if (from === undefined) return []
  const family = name.split('.')[0]
  return [...types]
    .filter(
      (type) =>
        type.arch === from.arch &&
        (type.name.split('.')[0] === family || (from.gpu !== undefined && type.gpu?.model === from.gpu.model)) &&
        (type.vcpu ?? 0) >= (from.vcpu ?? 0) &&
        (type.memoryMib ?? 0) >= (from.memoryMib ?? 0) &&
        (type.gpu?.count ?? 0) >= (from.gpu?.count ?? 0) &&
        type.name !== name,
    )
    .toSorted((a, b) => (a.usdPerHour ?? Infinity) - (b.usdPerHour ?? Infinity) || (a.name < b.name ? -1 : 1))
}
