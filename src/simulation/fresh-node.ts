import { daemonPodRefusal } from '../cluster/daemon-pod.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import { type NodeState, nodeState } from '../scheduler/node-state.ts'
import { createGroupNodes } from './group-nodes.ts'
import type { MergedCluster } from './merged-cluster.ts'

/** A node of the group as it really comes, with the pods of the DaemonSets that belong there and with its GPUs. */
export function freshNode(group: NodeGroup, { daemonSets }: MergedCluster): NodeState {
  const node = createGroupNodes(group, [], new Set(), () => ({})).next()
  const pods = daemonSets
    .map(({ workload }) => workload.template)
    .filter((template) => daemonPodRefusal(template, node) === undefined)
  return nodeState(node, pods)
}
