import { noObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { amountOf } from './resource-shortage.ts'

/**
 * How many pods of a kind one node takes beside what runs on it; 0 when its labels, taints or room leave the kind out.
 * Where their volumes are has no part in it.
 */
export function podsPerNode(pod: Pod, state: NodeState, version: KubernetesVersion): number {
  const { node, pods, requested } = state
  const filters = prepareFilters({ ...pod, volumes: [] }, { version, nodes: [state], objects: noObjects })
  if (filters.rejectionOn(state) !== undefined) return 0
  const rooms = Object.keys({ cpu: 0, memory: 0, 'ephemeral-storage': 0, ...pod.requests.scalars })
    .map((resource) => ({
      asked: amountOf(pod.requests, resource),
      free: amountOf(node.allocatable, resource) - amountOf(requested, resource),
    }))
    .filter(({ asked }) => asked > 0)
    .map(({ asked, free }) => Math.floor(free / asked))
  const isAlone = pod.hostPorts.length > 0 || pod.antiAffinity.required.length > 0
  return Math.max(0, Math.min(isAlone ? 1 : Infinity, node.allocatablePods - pods.length, ...rooms))
}
