import { daemonPodRefusal } from '../cluster/daemon-pod.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import { type NodeState, nodeState } from '../scheduler/node-state.ts'
import { createGroupNodes } from './group-nodes.ts'
import type { MergedCluster } from './merged-cluster.ts'

/** Made once for a group, as long as the DaemonSets are the same: it is asked for again and again. */
const made = new WeakMap<NodeGroup, { readonly daemonSets: MergedCluster['daemonSets']; readonly state: NodeState }>()

/** A node of the group as it really comes, with the pods of the DaemonSets that belong there and with its GPUs. */
export function freshNode(group: NodeGroup, { daemonSets }: Pick<MergedCluster, 'daemonSets'>): NodeState {
  const known = made.get(group)
  if (known?.daemonSets === daemonSets) return known.state
  const node = createGroupNodes(group, [], new Set(), () => ({})).next()
  const pods = daemonSets
    .map(({ workload }) => workload.template)
    .filter((template) => daemonPodRefusal(template, node) === undefined)
  const state = nodeState(node, pods)
  made.set(group, { daemonSets, state })
  return state
}
