/** Which nodes are alike, kept up to date as nodes and loads change; the work is proportional to what changed. */
export type Likeness = {
  /** A node came, or something about it other than its load changed; `kind` is equal for nodes that are alike when empty. */
  set(id: number, kind: string): void
  remove(id: number): void
  /** One more pod of a workload is on the node, or one less. */
  load(id: number, workload: number, by: 1 | -1): void
  /** Ids of alike nodes together, ascending. The arrays stay the same while nothing about their nodes changes. */
  groups(): Iterable<readonly number[]>
}

/** Numbers multisets of workloads, so that equal loads have equal numbers. */
function createLoads(): (load: number, workload: number, by: 1 | -1) => number {
  const counts: ReadonlyMap<number, number>[] = [new Map()]
  const numbers = new Map<string, number>([['', 0]])
  const steps = new Map<string, number>()
  return (load, workload, by) => {
    const step = `${load}/${by * (workload + 1)}`
    const known = steps.get(step)
    if (known !== undefined) return known
    const changed = new Map(counts[load])
    const count = (changed.get(workload) ?? 0) + by
    if (count === 0) changed.delete(workload)
    else changed.set(workload, count)
    const key = [...changed].toSorted(([a], [b]) => a - b).join(' ')
    let number = numbers.get(key)
    if (number === undefined) {
      number = counts.push(changed) - 1
      numbers.set(key, number)
    }
    steps.set(step, number)
    return number
  }
}

/** Without any node. */
export function createLikeness(): Likeness {
  const step = createLoads()
  const kinds: (string | undefined)[] = []
  const loads: number[] = []
  const keys: (string | undefined)[] = []
  const members = new Map<string, Set<number>>()
  const sorted = new Map<string, readonly number[]>()
  const changed = new Set<number>()

  return {
    set(id, kind) {
      kinds[id] = kind
      loads[id] ??= 0
      changed.add(id)
    },
    remove(id) {
      kinds[id] = undefined
      changed.add(id)
    },
    load(id, workload, by) {
      loads[id] = step(loads[id] ?? 0, workload, by)
      changed.add(id)
    },
    groups() {
      for (const id of changed) move(id, kinds[id] === undefined ? undefined : `${kinds[id]}#${loads[id] ?? 0}`)
      changed.clear()
      for (const [key, ids] of members)
        if (!sorted.has(key))
          sorted.set(
            key,
            [...ids].toSorted((a, b) => a - b),
          )
      return sorted.values()
    },
  }

  function move(id: number, to: string | undefined): void {
    const from = keys[id]
    if (from === to) return
    keys[id] = to
    if (from !== undefined) {
      const left = members.get(from)
      left?.delete(id)
      sorted.delete(from)
      if (left?.size === 0) members.delete(from)
    }
    if (to === undefined) return
    const joined = members.get(to)
    if (joined === undefined) members.set(to, new Set([id]))
    else joined.add(id)
    sorted.delete(to)
  }
}
