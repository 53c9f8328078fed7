/**
 * How evenly CPU and memory are used: 100 when both to the same share, 50 when one is full and the other empty, 100 when
 * the node has only one of them. Source: noderesources/balanced_allocation.go, `balancedResourceScore`.
 */
export function resourceBalance(cpuTotal: number, cpuUsed: number, memoryTotal: number, memoryUsed: number): number {
  if (cpuTotal === 0 || memoryTotal === 0) return 100
  const deviation = Math.abs((Math.min(1, cpuUsed / cpuTotal) - Math.min(1, memoryUsed / memoryTotal)) / 2)
  return Math.trunc((1 - deviation) * 100)
}

/**
 * BalancedAllocation from 1.36 on: what the pod does to the balance; 75 when nothing, up to 100 when it betters it.
 * Both arguments are {@link resourceBalance}s. Until 1.35 the score is the balance with the pod.
 */
export function balanceGain(withPod: number, withoutPod: number): number {
  return 50 + Math.trunc((50 + withPod - withoutPod) / 2)
}
