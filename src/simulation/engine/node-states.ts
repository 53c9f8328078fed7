import type { NodeTable } from './node-table.ts'

/** No state. */
export const unknownState = -1

/**
 * Numbers for nodes of one shape whose sums are equal: a request class scores them all alike, so one score does for all of
 * them. Columns are replaced as they grow: read them anew after every other call.
 */
export type NodeStates = {
  /** By slot: the number of its state, or {@link unknownState}. */
  of: Int32Array
  /** By state: shape, and how many nodes are in it now. */
  shape: Int32Array
  population: Int32Array
  /** At `state * stride`: sums, as the table's `use` has them. */
  sums: Float64Array
  stride: number
  /** States with nodes: the first `liveCount`, in no order. */
  live: Int32Array
  liveCount: number
  /** Raised when numbers begin anew. */
  epoch: number
  /** Takes in how many nodes and resources there are; `shape` is by slot. */
  prepare(shape: Int32Array): void
  /** The number of a node's state. */
  at(slot: number): number
  /** Finds the states of all nodes. */
  knowAll(): void
  /** A pod of the class came to the node, whose sums hold it already. */
  filled(slot: number, classId: number): void
  /** Something else came to the node or left it, or it became another. */
  changed(slot: number): void
  /** Every node is another now. */
  forget(): void
}

/** Answers by state, each found once. */
export type StateMemo = {
  /** By state, or {@link notFound}. Read anew after {@link fitMemo}. */
  answers: Int32Array
  /** Of the states that the answers are for. */
  epoch: number
}

/** In the place of an answer. */
export const notFound = -1

/** Remembers nothing. */
export function createStateMemo(): StateMemo {
  return { answers: new Int32Array(0), epoch: -1 }
}

/** Gives a memo room for a state, and makes it forget what it knew of other states. */
export function fitMemo(memo: StateMemo, { epoch, shape }: NodeStates, state: number): void {
  if (memo.epoch !== epoch) {
    memo.epoch = epoch
    memo.answers.fill(notFound)
  }
  if (state < memo.answers.length) return
  const longer = new Int32Array(shape.length).fill(notFound)
  longer.set(memo.answers)
  memo.answers = longer
}

/** The states of a table's nodes. */
export function createNodeStates(table: NodeTable): NodeStates {
  let count = 0
  /** Open addressing: states, plus 1, by the hash of their shape and sums. */
  let buckets = new Int32Array(256)
  /** By state: where a pod of the present class takes it, if that was found since `run` began; its place in `live`. */
  let next = new Int32Array(64)
  let nextRun = new Int32Array(64)
  let liveAt = new Int32Array(64)
  let run = 0
  let runClass = -1
  /** By slot. */
  let shapeOf: Int32Array = new Int32Array(0)
  /** Slots that are to be looked at, or all. */
  let pending: number[] = []
  let isNew = true
  let seen = 0

  function forget(): void {
    count = 0
    buckets.fill(0)
    states.of.fill(unknownState)
    states.population.fill(0)
    states.liveCount = 0
    states.epoch++
    runClass = -1
    pending = []
    isNew = true
  }

  function isIn(state: number, shape: number, from: number): boolean {
    const { sums, stride } = states
    const { use } = table
    if (states.shape[state] !== shape) return false
    let at = state * stride
    const end = at + stride
    for (let other = from; at < end; at++, other++) if (sums[at] !== use[other]) return false
    return true
  }

  function find(slot: number): number {
    if (count * 2 >= buckets.length) rehash()
    const { stride } = states
    const shape = shapeOf[slot] ?? 0
    const from = slot * stride
    const mask = buckets.length - 1
    let bucket = hashOf(shape, table.use, from, stride) & mask
    for (let entry = buckets[bucket] ?? 0; entry !== 0; entry = buckets[bucket] ?? 0) {
      if (isIn(entry - 1, shape, from)) return entry - 1
      bucket = (bucket + 1) & mask
    }
    const made = count++
    if (made === states.shape.length) grow()
    states.shape[made] = shape
    states.sums.set(table.use.subarray(from, from + stride), made * stride)
    nextRun[made] = unknownState
    buckets[bucket] = made + 1
    return made
  }

  function grow(): void {
    states.shape = longer(states.shape)
    states.population = longer(states.population)
    states.live = longer(states.live)
    next = longer(next)
    nextRun = longer(nextRun)
    liveAt = longer(liveAt)
    const sums = new Float64Array(states.shape.length * states.stride)
    sums.set(states.sums)
    states.sums = sums
  }

  function rehash(): void {
    const before = buckets
    buckets = new Int32Array(before.length * 2)
    const mask = buckets.length - 1
    const { sums, stride, shape } = states
    for (const entry of before) {
      if (entry === 0) continue
      let bucket = hashOf(shape[entry - 1] ?? 0, sums, (entry - 1) * stride, stride) & mask
      while (buckets[bucket] !== 0) bucket = (bucket + 1) & mask
      buckets[bucket] = entry
    }
  }

  function enter(slot: number, state: number): void {
    const { population, live } = states
    states.of[slot] = state
    const before = population[state] ?? 0
    population[state] = before + 1
    if (before > 0) return
    liveAt[state] = states.liveCount
    live[states.liveCount++] = state
  }

  function leave(state: number): void {
    const { population, live } = states
    const left = (population[state] ?? 0) - 1
    population[state] = left
    if (left > 0) return
    const place = liveAt[state] ?? 0
    const last = live[--states.liveCount] ?? 0
    live[place] = last
    liveAt[last] = place
  }

  const states: NodeStates = {
    of: new Int32Array(0),
    shape: new Int32Array(64),
    population: new Int32Array(64),
    sums: new Float64Array(0),
    stride: 0,
    live: new Int32Array(64),
    liveCount: 0,
    epoch: 0,

    prepare(shape) {
      shapeOf = shape
      if (states.of.length < table.size) {
        const wider = new Int32Array(table.firstPod.length).fill(unknownState)
        wider.set(states.of)
        states.of = wider
      }
      if (states.stride !== table.stride) {
        states.stride = table.stride
        states.sums = new Float64Array(states.shape.length * table.stride)
        forget()
      }
      // Most are states of the past by now.
      if (count > 2 * table.size + 4096) forget()
      for (; seen < table.size; seen++) pending.push(seen)
    },

    at(slot) {
      const known = states.of[slot] ?? unknownState
      if (known !== unknownState) return known
      const found = find(slot)
      enter(slot, found)
      return found
    },

    knowAll() {
      const isUnknown = (slot: number): boolean => states.of[slot] === unknownState && table.nodes[slot] !== undefined
      if (isNew) {
        for (let slot = 0; slot < table.size; slot++) if (isUnknown(slot)) enter(slot, find(slot))
      } else {
        for (const slot of pending) if (isUnknown(slot)) enter(slot, find(slot))
      }
      isNew = false
      pending = []
    },

    filled(slot, classId) {
      const state = states.of[slot] ?? unknownState
      if (state === unknownState) return
      if (classId !== runClass) {
        runClass = classId
        run++
      }
      if (nextRun[state] !== run) {
        const found = find(slot)
        next[state] = found
        nextRun[state] = run
      }
      leave(state)
      enter(slot, next[state] ?? 0)
    },

    changed(slot) {
      const state = states.of[slot] ?? unknownState
      if (state === unknownState) return
      leave(state)
      states.of[slot] = unknownState
      pending.push(slot)
    },

    forget,
  }
  return states
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
