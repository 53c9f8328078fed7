import { isAtLeast } from '../cluster/kubernetes-version.ts'
import type { ScorePlugin } from './plugin.ts'
import { balanceGain, resourceBalance } from './resource-balance.ts'

/**
 * Prefers nodes whose CPU and memory fill evenly. From 1.33 on it skips pods that request neither
 * (kubernetes/kubernetes#129138); from 1.36 on it compares the balance with and without the pod
 * (kubernetes/kubernetes#135573). Source: noderesources/balanced_allocation.go.
 */
export const balancedAllocationScore: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare({ requests }, _feasible, { version }) {
    if (requests.milliCpu === 0 && requests.memory === 0 && isAtLeast(version, 33)) return undefined
    const compares = isAtLeast(version, 36)
    return {
      scoreOf({ node: { allocatable }, requested }) {
        const withPod = resourceBalance(
          allocatable.milliCpu,
          requested.milliCpu + requests.milliCpu,
          allocatable.memory,
          requested.memory + requests.memory,
        )
        if (!compares) return withPod
        return balanceGain(
          withPod,
          resourceBalance(allocatable.milliCpu, requested.milliCpu, allocatable.memory, requested.memory),
        )
      },
    }
  },
}
