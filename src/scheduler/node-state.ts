import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { addResources, noResources, type Resources } from '../cluster/resources.ts'

/** A node with the pods bound to it and the sums that filters and scores read. */
export type NodeState = {
  readonly node: Node
  readonly pods: readonly Pod[]
  /** Sum of the pods' requests. */
  readonly requested: Resources
  /** Sum of the pods' scored requests: millicores and bytes. */
  readonly scoredRequested: { readonly milliCpu: number; readonly memory: number }
}

/** The state of a node with these pods on it. */
export function nodeState(node: Node, pods: readonly Pod[]): NodeState {
  return {
    node,
    pods,
    requested: pods.reduce((sum, pod) => addResources(sum, pod.requests), noResources),
    scoredRequested: {
      milliCpu: pods.reduce((sum, pod) => sum + pod.scoredRequests.milliCpu, 0),
      memory: pods.reduce((sum, pod) => sum + pod.scoredRequests.memory, 0),
    },
  }
}

/** The same node with one more pod. */
export function withPod(state: NodeState, pod: Pod): NodeState {
  return {
    node: state.node,
    pods: [...state.pods, pod],
    requested: addResources(state.requested, pod.requests),
    scoredRequested: {
      milliCpu: state.scoredRequested.milliCpu + pod.scoredRequests.milliCpu,
      memory: state.scoredRequested.memory + pod.scoredRequests.memory,
    },
  }
}

/** The state of every node, in the order of `nodes`; pods on nodes that are not among them are left out. */
export function nodeStates(nodes: readonly Node[], bound: readonly Pod[]): readonly NodeState[] {
  const byNode = new Map<string, Pod[]>()
  for (const pod of bound) {
    if (pod.nodeName === undefined) continue
    const pods = byNode.get(pod.nodeName)
    if (pods === undefined) byNode.set(pod.nodeName, [pod])
    else pods.push(pod)
  }
  return nodes.map((node) => nodeState(node, byNode.get(node.name) ?? []))
}
