import type { Workload } from '../../cluster/workload.ts'
import { type NodeTable, noPod } from './node-table.ts'

/** A pod that no cycle has looked at. Other values: a node's slot, or a failure's number by {@link failureCode}. */
export const untried = -1

/** How a failure is written in the place of a node; the same function turns it back. */
export function failureCode(failure: number): number {
  return -2 - failure
}

/** The pods of all workloads in columns, by number: those of a workload follow one another. */
export type PodLedger = {
  readonly workloads: Workload[]
  /** By workload: number of its first pod. */
  readonly first: number[]
  /** By workload: how many of its pods have a node. */
  readonly placed: number[]
  size: number
  /** Slot of its node, {@link untried}, or a failure's code. */
  fate: Int32Array
  /** How many nodes shared the best score. */
  tied: Int32Array
  workload: Int32Array
  /** The pod that came to the same node before it. */
  before: Int32Array
}

/** A ledger without pods. */
export function createPodLedger(): PodLedger {
  return {
    workloads: [],
    first: [],
    placed: [],
    size: 0,
    fate: new Int32Array(0),
    tied: new Int32Array(0),
    workload: new Int32Array(0),
    before: new Int32Array(0),
  }
}

/** Adds a workload's pods, untried; returns its index. */
export function addWorkload(ledger: PodLedger, workload: Workload): number {
  const index = ledger.workloads.length
  const end = ledger.size + workload.replicas
  if (end > ledger.fate.length) {
    const capacity = Math.max(end, Math.ceil(ledger.fate.length * 1.5))
    ledger.fate = grown(ledger.fate, capacity)
    ledger.tied = grown(ledger.tied, capacity)
    ledger.workload = grown(ledger.workload, capacity)
    ledger.before = grown(ledger.before, capacity)
  }
  ledger.fate.fill(untried, ledger.size, end)
  ledger.workload.fill(index, ledger.size, end)
  ledger.workloads.push(workload)
  ledger.first.push(ledger.size)
  ledger.placed.push(0)
  ledger.size = end
  return index
}

/** Numbers of a node's pods in the order in which they came. */
export function podsOn(ledger: PodLedger, table: NodeTable, slot: number): readonly number[] {
  const pods: number[] = []
  for (let pod = table.firstPod[slot] ?? noPod; pod !== noPod; pod = ledger.before[pod] ?? noPod) pods.push(pod)
  return pods.reverse()
}

/** Takes a pod out of its node's list. */
export function unlinkPod(ledger: PodLedger, table: NodeTable, slot: number, pod: number): void {
  let later = noPod
  let at = table.firstPod[slot] ?? noPod
  while (at !== pod && at !== noPod) {
    later = at
    at = ledger.before[at] ?? noPod
  }
  if (at === noPod) throw new Error(`pod ${pod} is not on node ${slot}`)
  const before = ledger.before[pod] ?? noPod
  if (later === noPod) table.firstPod[slot] = before
  else ledger.before[later] = before
}

function grown(column: Int32Array, length: number): Int32Array {
  const copy = new Int32Array(length)
  copy.set(column)
  return copy
}
