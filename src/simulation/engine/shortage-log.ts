import { isAtLeast, type KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import { scalarOf } from '../../cluster/resources.ts'
import type { NodeRejection } from '../../scheduler/prepare-filters.ts'
import type { ChangeJournal } from './change-journal.ts'
import type { NodeShapes, Shape } from './node-shapes.ts'
import { createStateMemo, fitMemo, type NodeStates, notFound, type StateMemo } from './node-states.ts'
import { type NodeTable, uses } from './node-table.ts'
import { type RequestClass, shapeRejection } from './request-class.ts'
import type { ScoreBoard } from './score-board.ts'

/**
 * The texts of cycles in which no node took a pod, for pods that only the nodes themselves can turn down and that find no
 * pod of lower priority. Kept as counts; a text is made when it is read.
 */
export type ShortageLog = {
  /** Notes that a pod of a class that is open on the board has failed now; returns the failure's number. */
  note(classId: number): number
  /** Notes a text that somebody else made. */
  noteText(text: string): number
  textOf(failure: number): string
  /** A pod of the class came to a node, which has been counted already; the board has not looked at it yet. */
  filled(slot: number, request: RequestClass): void
  /** No further pods of the class are to come in this pass. */
  leave(classId: number): void
  /** The pass over the queue is over, or something else than filling happened. */
  settle(): void
  reshape(shapes: NodeShapes): void
}

/** What the nodes that never take the class say, and how many nodes there are. */
type Fixed = {
  readonly nodes: number
  readonly reasons: readonly (readonly [reason: string, count: number])[]
  /** Nodes where evicting pods might help. */
  readonly resolvable: number
}

type ClassCounts = {
  readonly request: RequestClass
  /** What each count is of. */
  readonly reasons: readonly string[]
  /** By slot: which reasons the node gives, one bit each. */
  masks: Uint32Array
  /** By node state: the same. */
  readonly stateMasks: StateMemo
  readonly counts: Int32Array
  fixed: Fixed
  /** By shape: why it never takes the class. */
  rejections: (NodeRejection | undefined)[]
  /** By shape: whether room decides. */
  open: readonly boolean[]
  epoch: number
  synced: number
  /**
   * While the pass lasts, counts follow every placement and `masks` do not; afterwards the counts go back to these, which
   * belong to the masks.
   */
  settled: Int32Array | undefined
  /** Number of its last failure, and whether the counts are still the same. */
  last: number
  unchanged: boolean
}

type Failure =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'counts'; readonly of: ClassCounts; readonly fixed: Fixed; readonly at: number }

/** A log without failures. */
export function createShortageLog(
  table: NodeTable,
  journal: ChangeJournal,
  nodeStates: NodeStates,
  classes: readonly RequestClass[],
  { columns, shapeColumns }: Pick<ScoreBoard, 'columns' | 'shapeColumns'>,
  version: KubernetesVersion,
): ShortageLog {
  const failures: Failure[] = []
  const byText = new Map<string, number>()
  /** Classes whose counts follow placements. */
  const following: ClassCounts[] = []
  const byClass = new Map<number, ClassCounts>()
  let shapeCounts = { epoch: -1, nodes: new Int32Array(0) }
  let counts = new Int32Array(1024)
  let used = 0
  let shapes: NodeShapes | undefined

  function countsOf(classId: number): ClassCounts {
    const known = byClass.get(classId)
    if (known !== undefined) return known
    const request = classes[classId]
    if (request === undefined) throw new RangeError(`there is no request class ${classId}`)
    const reasons = ['cpu', 'memory', 'ephemeral-storage', ...request.scalars.map(({ name }) => name)]
    const made: ClassCounts = {
      request,
      reasons: ['Too many pods', ...reasons.map((name) => `Insufficient ${name}`)],
      masks: new Uint32Array(0),
      stateMasks: createStateMemo(),
      counts: new Int32Array(reasons.length + 1),
      fixed: { nodes: 0, reasons: [], resolvable: 0 },
      rejections: [],
      open: [],
      epoch: -1,
      synced: -1,
      settled: undefined,
      last: -1,
      unchanged: false,
    }
    byClass.set(classId, made)
    return made
  }

  function sync(of: ClassCounts): void {
    if (of.epoch !== table.epoch) {
      of.epoch = table.epoch
      of.unchanged = false
      const list = shapes?.list ?? []
      for (let id = of.rejections.length; id < list.length; id++) {
        const shape = list[id]
        if (shape !== undefined) of.rejections.push(shapeRejection(of.request, shape))
      }
      of.open = of.rejections.map((rejection) => rejection === undefined)
      if (of.masks.length < table.size) {
        const grown = new Uint32Array(table.firstPod.length)
        grown.set(of.masks)
        of.masks = grown
      }
      of.fixed = fixedOf(of)
    }
    if (of.synced < journal.start) recount(of)
    else
      for (let position = of.synced; position < journal.end; position++)
        recountNode(of, journal.entries[position - journal.start] ?? 0)
    of.synced = journal.end
  }

  /** How many nodes each shape has. */
  function nodesByShape(): Int32Array {
    if (shapeCounts.epoch === table.epoch) return shapeCounts.nodes
    const nodes = new Int32Array(shapes?.list.length ?? 0)
    for (let slot = 0; slot < table.size; slot++) {
      if (table.nodes[slot] === undefined) continue
      const id = columns.shape[slot] ?? 0
      nodes[id] = (nodes[id] ?? 0) + 1
    }
    shapeCounts = { epoch: table.epoch, nodes }
    return nodes
  }

  function fixedOf(of: ClassCounts): Fixed {
    const counted = nodesByShape()
    const reasons = new Map<string, number>()
    let resolvable = 0
    shapes?.list.forEach((shape, id) => {
      const nodes = counted[id] ?? 0
      if (nodes === 0) return
      const rejection = of.rejections[id]
      for (const reason of rejection?.reasons ?? []) reasons.set(reason, (reasons.get(reason) ?? 0) + nodes)
      if (!(rejection?.unresolvable ?? isTooSmall(of.request, shape))) resolvable += nodes
    })
    return { nodes: table.live, reasons: [...reasons], resolvable }
  }

  /** Follows a placement: the node has `amount` less of each resource than before. */
  function follow(of: ClassCounts, slot: number, placed: RequestClass): void {
    const shape = columns.shape[slot] ?? -1
    if (of.open[shape] !== true) return
    const { cpu, memory, storage, pods, scalars } = shapeColumns
    const { counts: now } = of
    const { use } = table
    const base = slot * table.stride
    const { requests } = of.request.pod
    const { requests: taken } = placed.pod
    if ((use[base + uses.pods] ?? 0) === (pods[shape] ?? 0)) raise(of, 0)
    let left = (cpu[shape] ?? 0) - (use[base + uses.cpu] ?? 0)
    if (exceeds(requests.milliCpu, left) && !exceeds(requests.milliCpu, left + taken.milliCpu)) raise(of, 1)
    left = (memory[shape] ?? 0) - (use[base + uses.memory] ?? 0)
    if (exceeds(requests.memory, left) && !exceeds(requests.memory, left + taken.memory)) raise(of, 2)
    left = (storage[shape] ?? 0) - (use[base + uses.storage] ?? 0)
    if (exceeds(requests.ephemeralStorage, left) && !exceeds(requests.ephemeralStorage, left + taken.ephemeralStorage))
      raise(of, 3)
    for (let at = 4; at < now.length; at++) {
      const wanted = of.request.scalars[at - 4]
      if (wanted === undefined) break
      left = (scalars[wanted.id]?.[shape] ?? 0) - (use[base + uses.scalars + wanted.id] ?? 0)
      const before = left + (placed.scalars.find(({ id }) => id === wanted.id)?.amount ?? 0)
      if (exceeds(wanted.amount, left) && !exceeds(wanted.amount, before)) raise(of, at)
    }
  }

  function raise(of: ClassCounts, reason: number): void {
    of.counts[reason] = (of.counts[reason] ?? 0) + 1
    of.unchanged = false
  }

  function settle(of: ClassCounts): void {
    if (of.settled !== undefined) of.counts.set(of.settled)
    of.settled = undefined
    // The counts may have been others in between.
    of.unchanged = false
  }

  function settleAll(): void {
    for (const of of following) settle(of)
    following.length = 0
  }

  function recount(of: ClassCounts): void {
    of.unchanged = false
    of.counts.fill(0)
    of.masks.fill(0)
    nodeStates.knowAll()
    const { of: stateOf, live, liveCount, population } = nodeStates
    for (let at = 0; at < liveCount; at++) {
      const state = live[at] ?? 0
      const mask = maskOf(of, state)
      for (let reason = 0; reason < of.counts.length; reason++) {
        if (((mask >>> reason) & 1) === 1) of.counts[reason] = (of.counts[reason] ?? 0) + (population[state] ?? 0)
      }
    }
    const { masks } = of
    const { answers } = of.stateMasks
    for (let slot = 0; slot < table.size; slot++) masks[slot] = answers[stateOf[slot] ?? 0] ?? 0
  }

  /** Whether the class asks for more of something than the node has in all, which is unresolvable from 1.34 on. */
  function isTooSmall({ pod: { requests }, scalars }: RequestClass, { node: { allocatable } }: Shape): boolean {
    if (!isAtLeast(version, 34)) return false
    return (
      exceeds(requests.milliCpu, allocatable.milliCpu) ||
      exceeds(requests.memory, allocatable.memory) ||
      exceeds(requests.ephemeralStorage, allocatable.ephemeralStorage) ||
      scalars.some(({ name, amount }) => exceeds(amount, scalarOf(allocatable, name)))
    )
  }

  /** Which reasons the nodes of a state give, one bit each; found once. */
  function maskOf(of: ClassCounts, state: number): number {
    const { stateMasks } = of
    fitMemo(stateMasks, nodeStates, state)
    const known = stateMasks.answers[state] ?? notFound
    if (known !== notFound) return known
    let mask = 0
    const shape = nodeStates.shape[state] ?? 0
    if (of.open[shape] === true) {
      const { cpu, memory, storage, pods, scalars } = shapeColumns
      const use = nodeStates.sums
      const base = state * nodeStates.stride
      const { requests } = of.request.pod
      if ((use[base + uses.pods] ?? 0) + 1 > (pods[shape] ?? 0)) mask |= 1
      if (exceeds(requests.milliCpu, (cpu[shape] ?? 0) - (use[base + uses.cpu] ?? 0))) mask |= 2
      if (exceeds(requests.memory, (memory[shape] ?? 0) - (use[base + uses.memory] ?? 0))) mask |= 4
      if (exceeds(requests.ephemeralStorage, (storage[shape] ?? 0) - (use[base + uses.storage] ?? 0))) mask |= 8
      let bit = 16
      for (const { id, amount } of of.request.scalars) {
        if (exceeds(amount, (scalars[id]?.[shape] ?? 0) - (use[base + uses.scalars + id] ?? 0))) mask |= bit
        bit <<= 1
      }
    }
    stateMasks.answers[state] = mask
    return mask
  }

  function recountNode(of: ClassCounts, slot: number): void {
    const mask = table.nodes[slot] === undefined ? 0 : maskOf(of, nodeStates.at(slot))
    const old = of.masks[slot] ?? 0
    if (old === mask) return
    of.masks[slot] = mask
    of.unchanged = false
    for (let reason = 0, bit = 1; reason < of.counts.length; reason++, bit <<= 1) {
      const change = ((mask & bit) === 0 ? 0 : 1) - ((old & bit) === 0 ? 0 : 1)
      if (change !== 0) of.counts[reason] = (of.counts[reason] ?? 0) + change
    }
  }

  return {
    note(classId) {
      const of = countsOf(classId)
      if (of.settled === undefined) {
        sync(of)
        of.settled = of.counts.slice()
        following.push(of)
      }
      if (of.unchanged) return of.last
      if (used + of.counts.length > counts.length) {
        const grown = new Int32Array(counts.length * 2)
        grown.set(counts)
        counts = grown
      }
      counts.set(of.counts, used)
      of.last = failures.push({ kind: 'counts', of, fixed: of.fixed, at: used }) - 1
      of.unchanged = true
      used += of.counts.length
      return of.last
    },

    noteText(text) {
      const known = byText.get(text)
      if (known !== undefined) return known
      const failure = failures.push({ kind: 'text', text }) - 1
      byText.set(text, failure)
      return failure
    },

    textOf(failure) {
      const entry = failures[failure]
      if (entry === undefined) throw new RangeError(`there is no failure ${failure}`)
      switch (entry.kind) {
        case 'text':
          return entry.text
        case 'counts': {
          const { of, fixed, at } = entry
          const shortages = of.reasons.map((reason, index) => [reason, counts[at + index] ?? 0] as const)
          return shortageText(
            [...fixed.reasons, ...shortages],
            fixed,
            of.request.pod.preemptionPolicy === 'Never',
            version,
          )
        }
      }
    },

    filled(slot, request) {
      for (const of of following) follow(of, slot, request)
    },

    leave(classId) {
      const at = following.findIndex(({ request }) => request.id === classId)
      const of = following[at]
      if (of === undefined) return
      settle(of)
      following.splice(at, 1)
    },

    settle: settleAll,

    reshape(next) {
      settleAll()
      shapes = next
      shapeCounts = { epoch: -1, nodes: new Int32Array(0) }
      for (const of of byClass.values()) {
        of.rejections = []
        of.epoch = -1
        of.synced = -1
      }
    },
  }
}

/** The FailedScheduling text by counts; the scheduler room makes it node by node. */
function shortageText(
  reasons: readonly (readonly [reason: string, count: number])[],
  { nodes, resolvable }: Fixed,
  never: boolean,
  version: KubernetesVersion,
): string {
  if (nodes === 0) return 'no nodes available to schedule pods'
  const available = `0/${nodes} nodes are available:`
  const claims = isAtLeast(version, 34) ? 'no new claims to deallocate, ' : ''
  const preemption = never
    ? 'not eligible due to preemptionPolicy=Never.'
    : `${available}${printed([
        ['No preemption victims found for incoming pod', resolvable],
        ['Preemption is not helpful for scheduling', nodes - resolvable],
      ])}`
  return `${available}${printed(reasons)} ${claims}preemption: ${preemption}`
}

/** `count reason`, sorted as text: `10 x` stands before `2 y`. */
function printed(reasons: readonly (readonly [reason: string, count: number])[]): string {
  const parts = reasons.filter(([, count]) => count > 0).map(([reason, count]) => `${count} ${reason}`)
  return parts.length === 0 ? '' : ` ${parts.sort((a, b) => (a < b ? -1 : 1)).join(', ')}.`
}

function exceeds(wanted: number, left: number): boolean {
  return wanted > 0 && wanted > left
}
