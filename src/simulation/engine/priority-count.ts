/** How many pods on nodes have which priority. */
export type PriorityCount = {
  add(priority: number, pods: number): void
  /** Whether any pod has a lower priority. */
  hasBelow(priority: number): boolean
}

/** No pods. */
export function createPriorityCount(): PriorityCount {
  const counts = new Map<number, number>()
  let lowest = Infinity
  return {
    add(priority, pods) {
      const count = (counts.get(priority) ?? 0) + pods
      if (count > 0) counts.set(priority, count)
      else counts.delete(priority)
      if (count > 0 && priority < lowest) lowest = priority
      else if (count <= 0 && priority === lowest) lowest = Math.min(Infinity, ...counts.keys())
    },
    hasBelow: (priority) => lowest < priority,
  }
}
