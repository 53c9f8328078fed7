import type { Pod } from '../cluster/pod.ts'
import { type Resources, scalarOf } from '../cluster/resources.ts'
import type { NodeState } from '../scheduler/node-state.ts'

/** One resource that a pod asks for, and what a node has of it. `pods` is room for pods; processor time is in millicores. */
export type ResourceShortage = {
  readonly resource: string
  readonly asked: number
  readonly free: number
  readonly allocatable: number
}

/** What a pod lacks on a node, in the order in which the scheduler looks. */
export function resourceShortages(
  { requests }: Pod,
  { node, pods, requested }: NodeState,
): readonly ResourceShortage[] {
  const { allocatable, allocatablePods } = node
  const room: ResourceShortage = {
    resource: 'pods',
    asked: 1,
    free: allocatablePods - pods.length,
    allocatable: allocatablePods,
  }
  const amounts = Object.keys({ cpu: 0, memory: 0, 'ephemeral-storage': 0, ...requests.scalars }).map((resource) => ({
    resource,
    asked: amountOf(requests, resource),
    free: amountOf(allocatable, resource) - amountOf(requested, resource),
    allocatable: amountOf(allocatable, resource),
  }))
  return [room, ...amounts].filter(({ asked, free }) => asked > 0 && asked > free)
}

/** The amount of a resource by its Kubernetes name. */
export function amountOf(resources: Resources, resource: string): number {
  switch (resource) {
    case 'cpu':
      return resources.milliCpu
    case 'memory':
      return resources.memory
    case 'ephemeral-storage':
      return resources.ephemeralStorage
    default:
      return scalarOf(resources, resource)
  }
}
