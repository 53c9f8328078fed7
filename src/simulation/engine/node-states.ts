import type { NodeTable } from './node-table.ts'

/** The nodes of a moment by their states. */
export type Census = {
  /** By slot: its state, or {@link unknown} where no node is. */
  readonly of: Int32Array
  /** No state's number is this high. */
  readonly count: number
  /** By state: how many nodes, and the slot of one of them. */
  readonly population: Int32Array
  readonly example: Int32Array
}

/**
 * Numbers for nodes of one shape whose sums are equal: a request class scores them all alike, so one score does for all of
 * them. A number holds until the next `prepare`.
 */
export type NodeStates = {
  /** Takes in how many nodes and resources there are; `shape` is by slot. To be called before a series of `at`. */
  prepare(shape: Int32Array): void
  /** The number of a node's state. */
  at(slot: number): number
  /** Counts the nodes by states. Valid until the next call. */
  census(): Census
  /** A pod of the class came to the node, whose sums hold it already. */
  filled(slot: number, classId: number): void
  /** Something else came to the node or left it, or it became another. */
  changed(slot: number): void
  /** Every node is another now. */
  forget(): void
}

const unknown = -1

/** The states of a table's nodes. */
export function createNodeStates(table: NodeTable): NodeStates {
  let count = 0
  /** By state. */
  let shapes = new Int32Array(64)
  let sums = new Float64Array(0)
  let stride = 0
  /** Open addressing: states, plus 1, by the hash of their shape and sums. */
  let buckets = new Int32Array(256)
  /** By state: where a pod of the present class takes it, if that was found since `run` began. */
  let next = new Int32Array(64)
  let nextRun = new Int32Array(64)
  let run = 0
  let runClass = -1
  /** By slot. */
  let stateOf = new Int32Array(0)
  let shapeOf: Int32Array = new Int32Array(0)

  function forget(): void {
    count = 0
    buckets.fill(0)
    stateOf.fill(unknown)
    runClass = -1
  }

  function isIn(state: number, shape: number, use: number): boolean {
    if (shapes[state] !== shape) return false
    let at = state * stride
    const end = at + stride
    for (let other = use; at < end; at++, other++) if (sums[at] !== table.use[other]) return false
    return true
  }

  function find(slot: number): number {
    if (count * 2 >= buckets.length) rehash()
    const shape = shapeOf[slot] ?? 0
    const use = slot * stride
    const mask = buckets.length - 1
    let bucket = hashOf(shape, table.use, use, stride) & mask
    for (let entry = buckets[bucket] ?? 0; entry !== 0; entry = buckets[bucket] ?? 0) {
      if (isIn(entry - 1, shape, use)) return entry - 1
      bucket = (bucket + 1) & mask
    }
    const made = count++
    if (made === shapes.length) {
      shapes = longer(shapes)
      next = longer(next)
      nextRun = longer(nextRun)
      const wider = new Float64Array(shapes.length * stride)
      wider.set(sums)
      sums = wider
    }
    shapes[made] = shape
    nextRun[made] = unknown
    sums.set(table.use.subarray(use, use + stride), made * stride)
    buckets[bucket] = made + 1
    return made
  }

  function rehash(): void {
    const before = buckets
    buckets = new Int32Array(before.length * 2)
    const mask = buckets.length - 1
    for (const entry of before) {
      if (entry === 0) continue
      let bucket = hashOf(shapes[entry - 1] ?? 0, sums, (entry - 1) * stride, stride) & mask
      while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask
      buckets[bucket] = entry
    }
  }

  function at(slot: number): number {
    const known = stateOf[slot] ?? unknown
    if (known !== unknown) return known
    const found = find(slot)
    stateOf[slot] = found
    return found
  }

  let population = new Int32Array(0)
  let example = new Int32Array(0)

  return {
    prepare(shape) {
      shapeOf = shape
      if (stateOf.length < table.size) {
        const wider = new Int32Array(table.firstPod.length).fill(unknown)
        wider.set(stateOf)
        stateOf = wider
      }
      if (stride !== table.stride) {
        stride = table.stride
        sums = new Float64Array(shapes.length * stride)
        forget()
      }
      // Most are states of the past by now.
      if (count > 2 * table.size + 4096) forget()
    },

    at,

    census() {
      for (let slot = 0; slot < table.size; slot++) {
        if (stateOf[slot] === unknown && table.nodes[slot] !== undefined) stateOf[slot] = find(slot)
      }
      if (population.length < count) {
        population = new Int32Array(shapes.length)
        example = new Int32Array(shapes.length)
      }
      population.fill(0)
      for (let slot = 0; slot < table.size; slot++) {
        const state = stateOf[slot] ?? unknown
        if (state === unknown) continue
        population[state] = (population[state] ?? 0) + 1
        example[state] = slot
      }
      return { of: stateOf, count, population, example }
    },

    filled(slot, classId) {
      const state = stateOf[slot] ?? unknown
      if (state === unknown) return
      if (classId !== runClass) {
        runClass = classId
        run++
      }
      if (nextRun[state] !== run) {
        const found = find(slot)
        next[state] = found
        nextRun[state] = run
      }
      stateOf[slot] = next[state] ?? unknown
    },

    changed(slot) {
      if (slot < stateOf.length) stateOf[slot] = unknown
    },

    forget,
  }
}

/** A hash of a shape and the sums that begin at a place. */
function hashOf(shape: number, sums: Float64Array, from: number, length: number): number {
  let hash = shape | 0
  for (let at = from; at < from + length; at++) {
    const sum = sums[at] ?? 0
    hash = Math.imul(hash ^ (sum | 0), 0x85ebca6b)
    // Amounts of memory often differ in their high bits only.
    hash = Math.imul(hash ^ (hash >>> 13) ^ ((sum / 2 ** 20) | 0), 0xc2b2ae35)
  }
  return (hash ^ (hash >>> 16)) >>> 0
}

function longer(column: Int32Array): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(column.length * 2)
  copy.set(column)
  return copy
}
