import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Resources } from '../cluster/resources.ts'
import { findUntoleratedTaint } from '../cluster/toleration.ts'
import type { Fleet } from './fleet.ts'
import type { FreeNodes } from './fragmentation.ts'

/** What is free on the nodes of a fleet, alike ones together. */
export function* freeNodes(fleet: Fleet): Iterable<FreeNodes> {
  // Nodes of a group differ in name and zone only: what taints and labels say is asked once for each zone of a group.
  const admitted = new Map<string, Map<Pod, boolean>>()
  for (const { state, group, count } of fleet.alike()) {
    const { node, requested, pods } = state
    const kind =
      group === null ? `node ${node.name}` : `${group}/${labelOf(node.labels, 'topology.kubernetes.io/zone')}`
    const known = admitted.get(kind) ?? new Map<Pod, boolean>()
    admitted.set(kind, known)
    yield {
      count,
      free: minus(node.allocatable, requested),
      freePods: node.allocatablePods - pods.length,
      admits: (pod) => {
        const answer = known.get(pod) ?? admits(node, pod)
        known.set(pod, answer)
        return answer
      },
    }
  }
}

function admits(node: Node, pod: Pod): boolean {
  return (
    !node.unschedulable &&
    findUntoleratedTaint(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute']) === undefined &&
    Object.entries(pod.nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value) &&
    (pod.requiredNodeTerms === undefined || matchesNodeSelectorTerms(pod.requiredNodeTerms, node))
  )
}

function minus(left: Resources, right: Resources): Resources {
  return {
    milliCpu: left.milliCpu - right.milliCpu,
    memory: left.memory - right.memory,
    ephemeralStorage: left.ephemeralStorage - right.ephemeralStorage,
    scalars: Object.fromEntries(
      Object.entries(left.scalars).map(([name, amount]) => [name, amount - (right.scalars[name] ?? 0)]),
    ),
  }
}
