/**
 * LeastAllocated's share of one resource: how much of it stays free with the pod on the node, in hundredths, rounded
 * down; 0 when it is more than full. Exact also where the product passes 2^53. Source: noderesources/least_allocated.go.
 */
export function freeShare(total: number, used: number): number {
  if (total === 0 || used > total) return 0
  const product = (total - used) * 100
  // A product that is a safe integer divides exactly enough: the quotient is below 2^53 and at most 100.
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / total)
  return Number((BigInt(total - used) * 100n) / BigInt(total))
}

/**
 * LeastAllocated over CPU and memory, weight 1 each: the mean of the free shares, rounded down; a resource that the node
 * does not have is left out. `used` counts the pod too, and what scores assume for containers without requests.
 */
export function leastAllocated(cpuTotal: number, cpuUsed: number, memoryTotal: number, memoryUsed: number): number {
  if (cpuTotal === 0) return memoryTotal === 0 ? 0 : freeShare(memoryTotal, memoryUsed)
  if (memoryTotal === 0) return freeShare(cpuTotal, cpuUsed)
  return Math.trunc((freeShare(cpuTotal, cpuUsed) + freeShare(memoryTotal, memoryUsed)) / 2)
}
