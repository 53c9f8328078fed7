import { isAtLeast } from '../cluster/kubernetes-version.ts'
import { addResources, type Resources } from '../cluster/resources.ts'
import type { ScorePlugin } from './plugin.ts'

/**
 * Prefers nodes whose CPU and memory fill evenly; skips pods that request neither. From 1.36 on it compares the balance
 * with and without the pod (kubernetes/kubernetes#135573). Source: noderesources/balanced_allocation.go.
 */
export const balancedAllocationScore: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  score(pod, nodes, version) {
    if (pod.requests.milliCpu === 0 && pod.requests.memory === 0) return undefined
    return nodes.map(({ node, requested }) => {
      const balanceWith = balance(addResources(requested, pod.requests), node.allocatable)
      if (!isAtLeast(version, 36)) return balanceWith
      return 50 + Math.trunc((50 + balanceWith - balance(requested, node.allocatable)) / 2)
    })
  },
}

/** 100 when CPU and memory are used to the same share, 50 when one is full and the other empty. */
function balance(requested: Resources, allocatable: Resources): number {
  const [first, second] = [
    { used: requested.milliCpu, total: allocatable.milliCpu },
    { used: requested.memory, total: allocatable.memory },
  ]
    .filter(({ total }) => total > 0)
    .map(({ used, total }) => Math.min(1, used / total))
  const deviation = first === undefined || second === undefined ? 0 : Math.abs((first - second) / 2)
  return Math.trunc((1 - deviation) * 100)
}
