import { findInstanceType, type InstanceType } from '../../catalog/instance-types.ts'
import { nodeResources } from '../../catalog/node-resources.ts'
import type { NodeGroup } from '../../cluster/node-group.ts'
import { readResources } from '../../read/kubernetes/read-resources.ts'
import { amountText } from '../amount-text.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** What of a node's size a smaller type has less of. */
type Room = { readonly cpu: number; readonly memory: number }

/**
 * A group whose nodes carry more than fits on the smallest of its instance types: the simulation takes every node for the
 * first type, and EC2 may start any. Groups whose types differ in GPUs have a finding of their own.
 */
export function smallerInstanceType({ merged, fleet }: Run): readonly SimulationFinding[] {
  return merged.groups.flatMap((group): readonly SimulationFinding[] => {
    const smallest = smallestOf(group)
    if (smallest === undefined) return []
    const { first, type, room } = smallest
    const nodes = fleet
      .alike()
      .filter(
        ({ state: { requested }, group: of }) =>
          of === group.name && (requested.milliCpu > room.cpu || requested.memory > room.memory),
      )
      .reduce((sum, { count }) => sum + count, 0)
    if (nodes === 0) return []
    const { name } = group
    return [
      {
        id: 'smaller-instance-type',
        severity: 'warning',
        what: `${nodes} node${nodes === 1 ? '' : 's'} of group ${name} carr${nodes === 1 ? 'ies' : 'y'} more than a ${type.name} takes, which EC2 may start as well`,
        why: `Every node of the group is taken for its first type ${first.name} (${sizeOf(first)}), by this simulation and, as long as none runs, by the autoscaler. A ${type.name} (${sizeOf(type)}) has ${amountText('cpu', room.cpu)} of CPU and about ${amountText('memory', room.memory)} of memory for pods.`,
        fix: `name ${type.name} first in instance_types of group ${name}, or make one group for each size`,
        group: name,
      },
    ]
  })
}

/** The type with the least room among those that are smaller than the first; `undefined` without one, or where GPUs differ. */
function smallestOf({
  instanceTypes,
}: NodeGroup): { readonly first: InstanceType; readonly type: InstanceType; readonly room: Room } | undefined {
  const types = instanceTypes.flatMap((name) => findInstanceType(name) ?? [])
  const [first] = types
  if (first === undefined || first.name !== instanceTypes[0]) return undefined
  if (new Set(types.map(({ gpu }) => gpu?.count ?? 0)).size > 1) return undefined
  const whole = roomOf(first)
  const smaller = types
    .map((type) => ({ first, type, room: roomOf(type) }))
    .filter(({ room }) => room.cpu < whole.cpu || room.memory < whole.memory)
    .toSorted((a, b) => a.room.cpu - b.room.cpu || a.room.memory - b.room.memory)
  return smaller[0]
}

function roomOf({ vcpu, memoryMib, maxPods }: InstanceType): Room {
  const pods = maxPods ?? 110
  const { allocatable } = nodeResources({
    vcpu: vcpu ?? 2,
    memoryMib: memoryMib ?? 8192,
    defaultMaxPods: pods,
    maxPods: pods,
    storageGib: 0,
    storageOverheadKib: 0,
  })
  const { milliCpu, memory } = readResources(allocatable)
  return { cpu: milliCpu, memory }
}

function sizeOf({ vcpu, memoryMib }: InstanceType): string {
  return `${vcpu ?? '?'} vCPU, ${memoryMib === null ? '?' : memoryMib / 1024} GiB`
}
