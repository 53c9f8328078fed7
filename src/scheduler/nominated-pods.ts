import type { Pod } from '../cluster/pod.ts'
import { type NodeState, withPod } from './node-state.ts'
import type { NodeRejection, PreparedFilters } from './prepare-filters.ts'
import type { Snapshot } from './snapshot.ts'

/** Asks the filters about a node, with what is known of a change on it. */
export type NodeFilter = (prepared: PreparedFilters, state: NodeState) => NodeRejection | undefined

/**
 * The filters as a cycle asks them: where pods of the same or a higher priority are nominated to the node, it must take
 * the pod with them and without them. Source: framework/runtime `RunFilterPluginsWithNominatedPods`.
 */
export function filterWithNominated(pod: Pod, { nominated = [] }: Snapshot): NodeFilter {
  const byNode = new Map<string, Pod[]>()
  for (const other of nominated) {
    const { nominatedNodeName: node } = other
    if (node === undefined || other.priority < pod.priority || isSamePod(other, pod)) continue
    const pods = byNode.get(node)
    if (pods === undefined) byNode.set(node, [other])
    else pods.push(other)
  }
  if (byNode.size === 0) return (prepared, state) => prepared.rejectionOn(state)
  return (prepared, state) => {
    const pods = byNode.get(state.node.name)
    if (pods !== undefined) {
      let [filters, filled] = [prepared, state]
      for (const other of pods) {
        filled = withPod(filled, other)
        filters = filters.after({ kind: 'added', pod: other, node: state.node })
      }
      const rejection = filters.rejectionOn(filled)
      if (rejection !== undefined) return rejection
    }
    return prepared.rejectionOn(state)
  }
}

function isSamePod(left: Pod, right: Pod): boolean {
  return left.namespace === right.namespace && left.name === right.name
}
