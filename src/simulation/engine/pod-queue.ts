import type { PodRun } from './engine.ts'
import { type PodLedger, untried } from './pod-ledger.ts'

/**
 * The runs of a queue, pods of higher priority first and those of equal priority in the given order. Of an `Int32Array`
 * the k-th mention of a workload is the k-th pod of it without a node; mentions beyond its pods are left out.
 */
export function orderedRuns(queue: readonly PodRun[] | Int32Array, ledger: PodLedger): Iterable<PodRun> {
  const priorityOf = (workload: number): number => ledger.workloads[workload]?.template.priority ?? 0
  if (!(queue instanceof Int32Array)) {
    const [first] = queue
    if (first === undefined || queue.every(({ workload }) => priorityOf(workload) === priorityOf(first.workload)))
      return queue
    return queue.toSorted((a, b) => priorityOf(b.workload) - priorityOf(a.workload))
  }
  const priorities = new Set<number>()
  const mentioned = new Uint8Array(ledger.workloads.length)
  for (const workload of queue) {
    if (mentioned[workload] === 1) continue
    mentioned[workload] = 1
    priorities.add(priorityOf(workload))
  }
  const sorted = [...priorities].sort((a, b) => b - a)
  return {
    *[Symbol.iterator]() {
      const next = new Int32Array(ledger.workloads.length)
      for (const priority of sorted) yield* runsOf(queue, ledger, next, (workload) => priorityOf(workload) === priority)
    },
  }
}

/** How many pods of which workload a queue mentions. */
export function podsByWorkload(queue: readonly PodRun[] | Int32Array): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  const add = (workload: number, count: number): void => {
    counts.set(workload, (counts.get(workload) ?? 0) + count)
  }
  if (queue instanceof Int32Array) for (const workload of queue) add(workload, 1)
  else for (const { workload, count } of queue) add(workload, count)
  return counts
}

function* runsOf(
  queue: Int32Array,
  { first, fate, workloads }: PodLedger,
  next: Int32Array,
  isTaken: (workload: number) => boolean,
): Iterable<PodRun> {
  let at = 0
  while (at < queue.length) {
    const workload = queue[at] ?? 0
    let end = at + 1
    while (end < queue.length && queue[end] === workload) end++
    if (isTaken(workload)) {
      const [offset, replicas] = [first[workload] ?? 0, workloads[workload]?.replicas ?? 0]
      for (let left = end - at; left > 0; left--) {
        let index = next[workload] ?? 0
        while (index < replicas && (fate[offset + index] ?? untried) >= 0) index++
        next[workload] = index + 1
        if (index < replicas) yield { workload, first: index, count: 1 }
      }
    }
    at = end
  }
}
