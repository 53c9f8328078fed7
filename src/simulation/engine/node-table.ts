import type { Node } from '../../cluster/node.ts'
import type { Pod } from '../../cluster/pod.ts'
import { compareBytes } from './compare-bytes.ts'

/**
 * Places in a node's part of {@link NodeTable.use}: how many pods, their requests (millicores, bytes, bytes), their scored
 * requests; extended resources follow by their ids.
 */
export const uses = { pods: 0, cpu: 1, memory: 2, storage: 3, scoredCpu: 4, scoredMemory: 5, scalars: 6 } as const

/** No pod, at the end of a node's list. */
export const noPod = -1

/**
 * Nodes in columns. A node keeps its slot for good; the slot of a node that left is never used again. Columns are
 * replaced as they grow, so read them from the table after every call that adds nodes.
 */
export type NodeTable = {
  /** Slots, those of nodes that left included. */
  size: number
  live: number
  readonly nodes: (Node | undefined)[]
  readonly groups: (string | null)[]
  /** Pods that are no workload's, by slot. */
  readonly bound: (Pod[] | undefined)[]
  /** By slot, by place in `bound`: the pod of a workload after which it came, or {@link noPod}. */
  readonly boundAfter: (number[] | undefined)[]
  readonly slots: Map<string, number>
  /**
   * Sums over the pods of each node, `stride` numbers a slot, at the places that {@link uses} names: side by side, because
   * whoever reads one reads them all.
   */
  use: Float64Array
  stride: number
  readonly scalarIds: Map<string, number>
  /** First pod of a workload on it, as {@link noPod} or a pod's number; the later ones follow by the pods' own links. */
  firstPod: Int32Array
  /** Place among all nodes by name; valid after {@link rankNodes}. */
  rank: Int32Array
  /** Slots by name; valid after {@link rankNodes}. */
  byName: Int32Array
  /** Raised whenever a node comes, goes or becomes another. */
  epoch: number
  rankedEpoch: number
  /** Slots before this one have been ranked. */
  rankedSize: number
}

/** A table without nodes. */
export function createNodeTable(): NodeTable {
  return {
    size: 0,
    live: 0,
    nodes: [],
    groups: [],
    bound: [],
    boundAfter: [],
    slots: new Map(),
    use: new Float64Array(0),
    stride: 8,
    scalarIds: new Map(),
    firstPod: new Int32Array(0),
    rank: new Int32Array(0),
    byName: new Int32Array(0),
    epoch: 0,
    rankedEpoch: -1,
    rankedSize: 0,
  }
}

/** The number of an extended resource; a new one gets a place in `use`. */
export function scalarId(table: NodeTable, name: string): number {
  const known = table.scalarIds.get(name)
  if (known !== undefined) return known
  const id = table.scalarIds.size
  table.scalarIds.set(name, id)
  if (uses.scalars + id >= table.stride) widen(table)
  return id
}

/** Adds an empty node; returns its slot. Throws `RangeError` for a name that is there already. */
export function addNode(table: NodeTable, node: Node, group: string | null): number {
  if (table.slots.has(node.name)) throw new RangeError(`node ${node.name} is there already`)
  const slot = table.size
  if (slot === table.firstPod.length) growColumns(table, Math.max(64, Math.ceil(slot * 1.5)))
  table.size++
  table.live++
  table.nodes.push(node)
  table.groups.push(group)
  table.bound.push(undefined)
  table.boundAfter.push(undefined)
  table.slots.set(node.name, slot)
  table.firstPod[slot] = noPod
  table.epoch++
  return slot
}

/** Takes a node away; its pods must be off it. */
export function dropNode(table: NodeTable, slot: number): void {
  const node = table.nodes[slot]
  if (node === undefined) return
  table.slots.delete(node.name)
  table.nodes[slot] = undefined
  table.bound[slot] = undefined
  table.boundAfter[slot] = undefined
  table.live--
  table.epoch++
}

/** The slot of a node. Throws `RangeError` for an unknown name. */
export function slotOf(table: NodeTable, name: string): number {
  const slot = table.slots.get(name)
  if (slot === undefined) throw new RangeError(`there is no node ${name}`)
  return slot
}

/** Adds a pod's requests to its node (`sign` 1) or takes them off (-1). */
export function countRequests(table: NodeTable, slot: number, pod: Pod, sign: 1 | -1): void {
  const { requests, scoredRequests } = pod
  const scalars = Object.entries(requests.scalars).map(([name, amount]) => ({ id: scalarId(table, name), amount }))
  const { use } = table
  const base = slot * table.stride
  const add = (place: number, amount: number): void => {
    use[base + place] = (use[base + place] ?? 0) + sign * amount
  }
  add(uses.pods, 1)
  add(uses.cpu, requests.milliCpu)
  add(uses.memory, requests.memory)
  add(uses.storage, requests.ephemeralStorage)
  add(uses.scoredCpu, scoredRequests.milliCpu)
  add(uses.scoredMemory, scoredRequests.memory)
  for (const { id, amount } of scalars) add(uses.scalars + id, amount)
}

/** Brings `rank` and `byName` up to date. */
export function rankNodes(table: NodeTable): void {
  if (table.rankedEpoch === table.epoch) return
  table.rankedEpoch = table.epoch
  const { nodes } = table
  const nameOf = (slot: number): string => nodes[slot]?.name ?? ''
  const fresh: number[] = []
  for (let slot = table.rankedSize; slot < table.size; slot++) if (nodes[slot] !== undefined) fresh.push(slot)
  table.rankedSize = table.size
  const hasAll = table.byName.length + fresh.length === table.live
  const known = hasAll ? table.byName : table.byName.filter((slot) => nodes[slot] !== undefined)
  // Nodes of a group mostly come in the order of their names.
  const isSorted = fresh.every((slot, at) => at === 0 || nameOf(fresh[at - 1] ?? slot) < nameOf(slot))
  if (!isSorted) fresh.sort((a, b) => compareBytes(nameOf(a), nameOf(b)))

  const merged = new Int32Array(known.length + fresh.length)
  let left = 0
  fresh.forEach((slot, index) => {
    const before = left
    left = firstAfter(known, nameOf, nameOf(slot), left)
    merged.set(known.subarray(before, left), before + index)
    merged[left + index] = slot
  })
  merged.set(known.subarray(left), left + fresh.length)
  table.byName = merged
  const rank = new Int32Array(table.firstPod.length).fill(-1)
  for (let at = 0; at < merged.length; at++) rank[merged[at] ?? 0] = at
  table.rank = rank
}

/**
 * The place of the first slot from `from` on whose name sorts after `name`, found by ever longer steps and then by halves: nodes
 * that join are mostly neighbours by name.
 */
function firstAfter(slots: Int32Array, nameOf: (slot: number) => string, name: string, from: number): number {
  const isAfter = (at: number): boolean => compareBytes(nameOf(slots[at] ?? 0), name) > 0
  let [low, step] = [from, 1]
  while (low + step <= slots.length && !isAfter(low + step - 1)) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step - 1, slots.length)
  while (low < high) {
    const middle = (low + high) >> 1
    if (isAfter(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function growColumns(table: NodeTable, capacity: number): void {
  const firstPod = new Int32Array(capacity)
  firstPod.set(table.firstPod)
  table.firstPod = firstPod
  const use = new Float64Array(capacity * table.stride)
  use.set(table.use)
  table.use = use
}

/** Makes room for more extended resources. */
function widen(table: NodeTable): void {
  const { use, stride } = table
  const wider = stride * 2
  const widened = new Float64Array(table.firstPod.length * wider)
  for (let slot = 0; slot < table.size; slot++) {
    widened.set(use.subarray(slot * stride, (slot + 1) * stride), slot * wider)
  }
  table.use = widened
  table.stride = wider
}
