import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { noResources, type Resources } from '../cluster/resources.ts'

/** A node with the pods bound to it and the sums that filters and scores read. Made by the functions of this file only. */
export type NodeState = {
  readonly node: Node
  readonly pods: readonly Pod[]
  /** Sum of the pods' requests. */
  readonly requested: Resources
  /** Sum of the pods' scored requests: millicores and bytes. */
  readonly scoredRequested: { readonly milliCpu: number; readonly memory: number }
  /** Those of the pods that have required or preferred pod affinity or anti-affinity. */
  readonly podsWithAffinity: readonly Pod[]
  /** Those of the pods that have required pod anti-affinity. */
  readonly podsWithRequiredAntiAffinity: readonly Pod[]
}

const noPods: readonly Pod[] = []

/** The state of a node with these pods on it. */
export function nodeState(node: Node, pods: readonly Pod[]): NodeState {
  let [milliCpu, memory] = [0, 0]
  for (const pod of pods) {
    milliCpu += pod.scoredRequests.milliCpu
    memory += pod.scoredRequests.memory
  }
  return {
    node,
    pods,
    requested: pods.reduce((sum, pod) => plus(sum, pod.requests, 1), noResources),
    scoredRequested: { milliCpu, memory },
    podsWithAffinity: selected(pods, hasAffinity),
    podsWithRequiredAntiAffinity: selected(pods, hasRequiredAntiAffinity),
  }
}

/** The same node with one more pod. */
export function withPod(state: NodeState, pod: Pod): NodeState {
  return {
    node: state.node,
    pods: [...state.pods, pod],
    requested: plus(state.requested, pod.requests, 1),
    scoredRequested: {
      milliCpu: state.scoredRequested.milliCpu + pod.scoredRequests.milliCpu,
      memory: state.scoredRequested.memory + pod.scoredRequests.memory,
    },
    podsWithAffinity: hasAffinity(pod) ? [...state.podsWithAffinity, pod] : state.podsWithAffinity,
    podsWithRequiredAntiAffinity: hasRequiredAntiAffinity(pod)
      ? [...state.podsWithRequiredAntiAffinity, pod]
      : state.podsWithRequiredAntiAffinity,
  }
}

/** The same node without one of its pods, which is told by identity; the state itself when the pod is not on it. */
export function withoutPod(state: NodeState, pod: Pod): NodeState {
  const index = state.pods.indexOf(pod)
  if (index < 0) return state
  return {
    node: state.node,
    pods: state.pods.toSpliced(index, 1),
    requested: plus(state.requested, pod.requests, -1),
    scoredRequested: {
      milliCpu: state.scoredRequested.milliCpu - pod.scoredRequests.milliCpu,
      memory: state.scoredRequested.memory - pod.scoredRequests.memory,
    },
    podsWithAffinity: hasAffinity(pod) ? without(state.podsWithAffinity, pod) : state.podsWithAffinity,
    podsWithRequiredAntiAffinity: hasRequiredAntiAffinity(pod)
      ? without(state.podsWithRequiredAntiAffinity, pod)
      : state.podsWithRequiredAntiAffinity,
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
  return nodes.map((node) => nodeState(node, byNode.get(node.name) ?? noPods))
}

function hasAffinity({ affinity, antiAffinity }: Pod): boolean {
  return (
    affinity.required.length > 0 ||
    affinity.preferred.length > 0 ||
    antiAffinity.required.length > 0 ||
    antiAffinity.preferred.length > 0
  )
}

function hasRequiredAntiAffinity({ antiAffinity }: Pod): boolean {
  return antiAffinity.required.length > 0
}

function selected(pods: readonly Pod[], by: (pod: Pod) => boolean): readonly Pod[] {
  return pods.some(by) ? pods.filter(by) : noPods
}

function without(pods: readonly Pod[], pod: Pod): readonly Pod[] {
  return pods.toSpliced(pods.indexOf(pod), 1)
}

/** `sum + sign × amount`; shares the scalars of `sum` when the amount has none. */
function plus(sum: Resources, amount: Resources, sign: 1 | -1): Resources {
  let { scalars } = sum
  for (const name in amount.scalars) {
    const value = amount.scalars[name]
    if (value === undefined || value === 0 || !Object.hasOwn(amount.scalars, name)) continue
    scalars = { ...scalars, [name]: (Object.hasOwn(scalars, name) ? (scalars[name] ?? 0) : 0) + sign * value }
  }
  return {
    milliCpu: sum.milliCpu + sign * amount.milliCpu,
    memory: sum.memory + sign * amount.memory,
    ephemeralStorage: sum.ephemeralStorage + sign * amount.ephemeralStorage,
    scalars,
  }
}
