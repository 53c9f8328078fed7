import { normalizedCount } from '../../scheduler/count-score.ts'
import { leastAllocated } from '../../scheduler/least-allocated.ts'
import { preferredNodeWeight } from '../../scheduler/node-affinity.ts'
import { balanceGain, resourceBalance } from '../../scheduler/resource-balance.ts'
import { intolerablePreferences } from '../../scheduler/taint-toleration.ts'
import { type ChangeJournal, noteChange } from './change-journal.ts'
import type { NodeShapes } from './node-shapes.ts'
import { createStateMemo, fitMemo, type NodeStates, notFound, type StateMemo, unknownState } from './node-states.ts'
import { type NodeTable, rankNodes, uses } from './node-table.ts'
import { createOpenClasses, traitCount } from './open-classes.ts'
import { type RequestClass, shapeRejection } from './request-class.ts'
import { createShapeColumns, fillShapes, type ShapeColumns } from './shape-columns.ts'

/** In the place of a score: the node does not take the class. */
export const unfit = 255
/** Scores of a node by how full it is go from 0 to 150: LeastAllocated, and BalancedAllocation above its least, 50. */
export const levels = 152
/**
 * Nodes have positions by domain and name. Neighbours, 2^5 of them, are a cluster; all of a cluster are of one domain. Rows
 * lie cluster after cluster, class after class within a cluster, node after node within a class: a node's scores lie close
 * together, and so do those of a class in a cluster.
 */
const clusterBits = 5
const clusterMask = 31
/** Places in an entry of {@link ScoreColumns.level}: how many nodes; a cluster before which there are none; how often nodes came. */
export const levelEntry = { nodes: 0, hint: 1, stamp: 2, length: 4 } as const
const none = -1
const largest = 2 ** 31 - 1

/**
 * The nodes of one domain to which the static scores of a class are equal. Its nodes lie in levels by the rest of their
 * score.
 */
export type Shelf = {
  readonly id: number
  readonly domain: number
  /** Raw scores of TaintToleration and NodeAffinity. */
  readonly intolerable: number
  readonly preferred: number
}

/** The columns of a board that a choice reads. They are replaced as they grow: read them anew after every other call. */
export type ScoreColumns = {
  /** Score of a node for a class, or {@link unfit}; see {@link scoreAt}. */
  row: Uint8Array
  /** The same memory, four at a time. */
  words: Int32Array
  /** How many classes have room in a cluster. */
  classes: number
  /** By class: when it was opened, as a number that no other opening has; -1 while it is closed. */
  openedAt: Int32Array
  /** Shelf of shape and class at `shape * classes + class`, or -1 where the shape never takes the class. */
  shelf: Int32Array
  /** By shelf: nodes that take the class now. */
  fit: Int32Array
  /** By shelf: no level above this one has nodes. */
  top: Int32Array
  /** At `(shelf * levels + level) * levelEntry.length`: an entry of {@link levelEntry}. */
  level: Int32Array
  /** By shelf: its place among those of its domain. */
  inDomain: Int32Array
  /** By slot: shape, and position. */
  shape: Int32Array
  position: Int32Array
  /** By position: the slot, or -1. */
  slotAt: Int32Array
  /** By domain: the first cluster, and the one after the last. */
  firstCluster: Int32Array
  /** By domain: how many shelves have room in `bits`. */
  room: Int32Array
  /**
   * By domain, at `(word * room + inDomain) * levels + level`: a bit stands for a cluster of which some nodes came to the
   * level. It stays when they leave, until somebody looks there in vain.
   */
  bits: Uint32Array[]
}

/** Where a node's score for a class stands in `row`. */
function scoreAt(columns: ScoreColumns, slot: number, classId: number): number {
  const position = columns.position[slot] ?? 0
  return (((position >> clusterBits) * columns.classes + classId) << clusterBits) + (position & clusterMask)
}

/**
 * The first position in a cluster, from one on, of a node that stands on a shelf at a level; -1 when there is none.
 */
function findNode(columns: ScoreColumns, from: number, classId: number, shelf: number, level: number): number {
  const { row, words, classes } = columns
  const start = ((from >> clusterBits) * classes + classId) << clusterBits
  const pattern = Math.imul(level, 0x01010101)
  for (let word = (from & clusterMask) >> 2; word < 1 << (clusterBits - 2); word++) {
    const difference = (words[(start >> 2) + word] ?? 0) ^ pattern
    // Not zero where a byte of the difference is.
    if (((difference - 0x01010101) & ~difference & 0x80808080) === 0) continue
    for (let at = word << 2; at < (word + 1) << 2; at++) {
      const position = (from & ~clusterMask) + at
      if (position < from || row[start + at] !== level) continue
      // Nodes of other shelves may have the same score.
      const shape = columns.shape[columns.slotAt[position] ?? 0] ?? 0
      if (columns.shelf[shape * classes + classId] === shelf) return position
    }
  }
  return none
}

/**
 * For each request class in use, all nodes by the score that it gives them: what a placement changes is brought up to date
 * for the classes that are open, the others catch up when they are opened.
 */
export type ScoreBoard = {
  readonly columns: ScoreColumns
  /** What the shapes of nodes have, in columns. */
  readonly shapeColumns: ShapeColumns
  /** Takes in new and changed nodes: their shapes and places are right then. */
  place(): void
  /** Shelves of an open class. */
  shelvesOf(classId: number): readonly Shelf[]
  /**
   * Brings a class up to date and keeps it so until it is closed; nodes must be in their places. `isLong`: many of its pods
   * come in a row, and no other class is opened before it is closed.
   */
  open(classId: number, isLong: boolean): void
  close(classId: number): void
  /** A pod of a class came to a node. */
  filled(slot: number, classId: number): void
  /** Pods left a node. */
  changed(slot: number): void
  /** A node is new, has become another or has left; no class may be open. */
  renewed(slot: number): void
  /** Forgets everything that depends on shapes. */
  reshape(shapes: NodeShapes): void
  /** Best node for a pod of an open class, all things beside the node's own being equal; `slot` -1 when there is none. */
  best(classId: number): Readonly<Best>
  /** What an open class scores a node, or {@link unfit}. */
  scoreOn(slot: number, classId: number): number
  /** The highest level of a shelf that has nodes; -1 when it has none. */
  topLevel(shelf: Shelf): number
  /**
   * The first node by position that stands on a shelf at a level, from a position on; `hint` moves the level's hint there.
   * -1 when there is none.
   */
  nextOf(classId: number, shelf: Shelf, level: number, from: number, hint: boolean): number
  /** The node of a level whose name sorts first; the level must have nodes. */
  firstOf(classId: number, shelf: Shelf, level: number): number
}

/** A choice among nodes. */
export type Best = { slot: number; tied: number }

type ClassState = {
  readonly request: RequestClass
  shelves: Shelf[]
  /** Shapes whose shelf is known. */
  shapesKnown: number
  /** Position in the journal up to which its scores are right; -1 before it was ever opened. */
  synced: number
  /** The placing of nodes for which its shelves count its nodes by their scores; -1 when they do not. */
  counted: number
  /** Scores by node state. */
  readonly scores: StateMemo
  /** Place among the open classes; -1 when it is closed. */
  openAt: number
}

/** A board without classes. `compares`: BalancedAllocation compares with and without the pod, as from 1.36 on. */
export function createScoreBoard(
  table: NodeTable,
  journal: ChangeJournal,
  nodeStates: NodeStates,
  requestClasses: readonly RequestClass[],
  compares: boolean,
): ScoreBoard {
  const columns: ScoreColumns = {
    row: new Uint8Array(0),
    words: new Int32Array(0),
    classes: 0,
    openedAt: new Int32Array(0),
    shelf: new Int32Array(0),
    fit: new Int32Array(64),
    top: new Int32Array(64),
    level: new Int32Array(64 * levels * levelEntry.length),
    inDomain: new Int32Array(64),
    shape: new Int32Array(0),
    position: new Int32Array(0),
    slotAt: new Int32Array(0),
    firstCluster: new Int32Array(1),
    room: new Int32Array(0),
    bits: [],
  }
  let shapes: NodeShapes | undefined
  const shapeColumns = createShapeColumns()
  let placedEpoch = -1
  let placedSize = 0
  /** By slot: the domain by which it has its position. */
  let placedDomain = new Int32Array(0)
  /** By domain: how many shelves it has. */
  let shelvesIn: number[] = []
  const states: ClassState[] = []
  let shelfCount = 0
  /** How often the nodes were given places. */
  let placements = 0
  const opened = createOpenClasses(() => table.scalarIds.size)
  /** The open class whose nodes are known by their states alone, not by rows and bits; or -1. */
  let longClass = none
  let openings = 0
  /** What is left of each extended resource on the node that is being scored. */
  let freeScalars = new Float64Array(1)
  /** Classes that a sweep found to score a node anew, by their place, with the score before. */
  let sweptAt = new Int32Array(64)
  let sweptFrom = new Uint8Array(64)
  const result: Best = { slot: none, tied: 0 }

  function stateOf(classId: number): ClassState {
    for (let id = states.length; id < requestClasses.length; id++) {
      const request = requestClasses[id]
      if (request === undefined) break
      states.push({
        request,
        shelves: [],
        shapesKnown: 0,
        synced: -1,
        counted: none,
        scores: createStateMemo(),
        openAt: none,
      })
    }
    const state = states[classId]
    if (state === undefined) throw new RangeError(`there is no request class ${classId}`)
    return state
  }

  /** Makes room for all classes and shapes, and finds the shapes of new nodes. */
  function reserve(): void {
    if (shapes === undefined) throw new Error('the board has no shapes yet')
    if (columns.shape.length < table.firstPod.length)
      columns.shape = grownIntegers(columns.shape, table.firstPod.length, none)
    for (let slot = 0; slot < table.size; slot++) {
      if (columns.shape[slot] !== none) continue
      const node = table.nodes[slot]
      if (node !== undefined) columns.shape[slot] = shapes.shapeOf(node).id
    }
    fillShapes(shapeColumns, shapes, table)
    // One more, always empty, for classes that ask for none.
    if (freeScalars.length !== table.scalarIds.size + 1) freeScalars = new Float64Array(table.scalarIds.size + 1)
    const { classes: before } = columns
    const classes = before >= requestClasses.length ? before : roomFor(requestClasses.length)
    if (classes === before && columns.shelf.length >= shapes.list.length * classes) return
    columns.shelf = relaid(columns.shelf, before, classes, shapes.list.length)
    columns.openedAt = grownIntegers(columns.openedAt, classes, none)
    columns.classes = classes
  }

  /** Gives nodes their positions, when there are others than before, and rows room. */
  function placeNodes(): void {
    if (shapes === undefined) return
    const { list } = shapes
    const domains = Int32Array.from(list, ({ domain }) => domain)
    const rowLength = (columns.slotAt.length * columns.classes) | 0
    if (placedEpoch === table.epoch && columns.row.length === rowLength) return
    placedEpoch = table.epoch
    rankNodes(table)
    if (isPlaced(domains) && columns.row.length === rowLength) return
    placements++
    placedSize = table.size
    const { byName } = table
    const count = shapes.domainCount()
    const next = new Int32Array(count)
    for (const slot of byName) {
      const domain = domains[columns.shape[slot] ?? 0] ?? 0
      next[domain] = (next[domain] ?? 0) + 1
    }
    const firstCluster = new Int32Array(count + 1)
    for (let domain = 0; domain < count; domain++) {
      const clusters = ((next[domain] ?? 0) + clusterMask) >> clusterBits
      firstCluster[domain + 1] = (firstCluster[domain] ?? 0) + clusters
      next[domain] = (firstCluster[domain] ?? 0) << clusterBits
    }
    const capacity = (firstCluster[count] ?? 0) << clusterBits
    columns.firstCluster = firstCluster
    columns.slotAt = new Int32Array(capacity).fill(none)
    columns.position = new Int32Array(columns.shape.length)
    placedDomain = new Int32Array(columns.shape.length).fill(none)
    for (const slot of byName) {
      const domain = domains[columns.shape[slot] ?? 0] ?? 0
      const position = next[domain] ?? 0
      next[domain] = position + 1
      columns.position[slot] = position
      columns.slotAt[position] = slot
      placedDomain[slot] = domain
    }
    if (columns.row.length !== capacity * columns.classes) {
      columns.row = new Uint8Array(capacity * columns.classes)
      columns.words = new Int32Array(columns.row.buffer)
    }
    columns.row.fill(unfit)
    columns.bits = Array.from({ length: count }, (_, domain) => {
      const room = columns.room[domain] ?? 0
      return new Uint32Array(wordsOf(domain) * room * levels)
    })
    if (columns.room.length < count) columns.room = grownIntegers(columns.room, count, 0)
  }

  /** Whether all nodes have the right positions: none is new, and none is in another domain. */
  function isPlaced(domains: Int32Array): boolean {
    if (placedSize !== table.size) return false
    for (let slot = 0; slot < table.size; slot++) {
      if (table.nodes[slot] === undefined) continue
      if (placedDomain[slot] !== domains[columns.shape[slot] ?? 0]) return false
    }
    return true
  }

  /** How many words of bits a level of a domain has. */
  function wordsOf(domain: number): number {
    const { firstCluster } = columns
    return ((firstCluster[domain + 1] ?? 0) - (firstCluster[domain] ?? 0) + 31) >> 5
  }

  /** Finds the shelf of each shape that the class does not know yet. */
  function knowShapes(classId: number, state: ClassState): void {
    const list = shapes?.list ?? []
    const { pod } = state.request
    for (; state.shapesKnown < list.length; state.shapesKnown++) {
      const shape = list[state.shapesKnown]
      if (shape === undefined) break
      const at = shape.id * columns.classes + classId
      if (shapeRejection(state.request, shape) !== undefined) {
        columns.shelf[at] = none
        continue
      }
      const intolerable = intolerablePreferences(shape.node.taints, pod.tolerations)
      const preferred = preferredNodeWeight(pod, shape.node)
      let shelf = state.shelves.find(
        (each) => each.domain === shape.domain && each.intolerable === intolerable && each.preferred === preferred,
      )
      if (shelf === undefined) {
        shelf = { id: newShelf(shape.domain), domain: shape.domain, intolerable, preferred }
        state.shelves.push(shelf)
      }
      columns.shelf[at] = shelf.id
    }
  }

  function newShelf(domain: number): number {
    const id = shelfCount++
    if (id >= columns.fit.length) {
      columns.fit = grownIntegers(columns.fit, id * 2, 0)
      columns.top = grownIntegers(columns.top, id * 2, 0)
      columns.level = grownIntegers(columns.level, id * 2 * levels * levelEntry.length, 0)
      columns.inDomain = grownIntegers(columns.inDomain, id * 2, 0)
    }
    const ordinal = shelvesIn[domain] ?? 0
    shelvesIn[domain] = ordinal + 1
    columns.inDomain[id] = ordinal
    const room = columns.room[domain] ?? 0
    if (ordinal === room) {
      const wider = Math.max(16, room * 2)
      const words = wordsOf(domain)
      const bits = new Uint32Array(words * wider * levels)
      for (let word = 0; word < words; word++) {
        const from = word * room * levels
        bits.set((columns.bits[domain] ?? bits).subarray(from, from + room * levels), word * wider * levels)
      }
      columns.bits[domain] = bits
      columns.room[domain] = wider
    }
    clearShelf(id, domain)
    return id
  }

  /** Takes all nodes off a shelf. */
  function clearShelf(id: number, domain: number): void {
    const { fit, top, level, inDomain, room } = columns
    fit[id] = 0
    top[id] = 0
    for (let at = id * levels; at < (id + 1) * levels; at++) {
      level[at * levelEntry.length] = 0
      level[at * levelEntry.length + levelEntry.hint] = largest
    }
    const bits = columns.bits[domain]
    const step = (room[domain] ?? 0) * levels
    const words = wordsOf(domain)
    for (let word = 0; word < words; word++) {
      const from = word * step + (inDomain[id] ?? 0) * levels
      bits?.fill(0, from, from + levels)
    }
  }

  /** Nodes of a cluster came to a level. */
  function setBit(domain: number, shelf: number, level: number, cluster: number): void {
    const bits = columns.bits[domain]
    if (bits === undefined) throw new RangeError(`there is no domain ${domain}`)
    const within = cluster - (columns.firstCluster[domain] ?? 0)
    const at = ((within >> 5) * (columns.room[domain] ?? 0) + (columns.inDomain[shelf] ?? 0)) * levels + level
    bits[at] = (bits[at] ?? 0) | (1 << (within & 31))
  }

  /** Scores one class on all nodes, or on those that changed since it was last right. */
  function sync(classId: number, state: ClassState): void {
    if (state.synced < journal.start || state.counted !== placements) scoreAll(classId, state)
    else {
      const { row, classes, shelf: shelfOf, shape } = columns
      const end = journal.end - journal.start
      for (let at = state.synced - journal.start; at < end; at++) {
        const slot = journal.entries[at] ?? 0
        const place = scoreAt(columns, slot, classId)
        const old = row[place] ?? unfit
        const kind = shape[slot] ?? none
        const score = table.nodes[slot] === undefined || kind < 0 ? unfit : scoreOfState(nodeStates.at(slot), state)
        if (score === old) continue
        row[place] = score
        follow(placedDomain[slot] ?? 0, shelfOf[kind * classes + classId] ?? none, old, score, clusterOf(slot))
      }
    }
    state.synced = journal.end
  }

  function clusterOf(slot: number): number {
    return (columns.position[slot] ?? 0) >> clusterBits
  }

  /** Scores one class on all nodes: once for each of their states. */
  function scoreAll(classId: number, state: ClassState): void {
    countStates(classId, state)
    const { row, classes, shelf: shelfOf, shape, level, position } = columns
    const { answers: scores } = state.scores
    const { of } = nodeStates
    for (let slot = 0; slot < table.size; slot++) {
      const where = of[slot] ?? unknownState
      if (where === unknownState) continue
      const score = scores[where] ?? unfit
      const at = position[slot] ?? 0
      row[(((at >> clusterBits) * classes + classId) << clusterBits) + (at & clusterMask)] = score
      if (score === unfit) continue
      const shelf = shelfOf[(shape[slot] ?? 0) * classes + classId] ?? none
      const cluster = at >> clusterBits
      const entry = (shelf * levels + score) * levelEntry.length + levelEntry.hint
      if (cluster < (level[entry] ?? 0)) level[entry] = cluster
      setBit(placedDomain[slot] ?? 0, shelf, score, cluster)
    }
    state.counted = placements
  }

  /** Counts a class's nodes by level from their states. */
  function countStates(classId: number, state: ClassState): void {
    const { fit, top, level, classes, shelf: shelfOf, firstCluster } = columns
    for (const { id, domain } of state.shelves) {
      clearShelf(id, domain)
      // What is known by states alone is looked for from the first node on.
      for (let at = id * levels; at < (id + 1) * levels; at++) {
        level[at * levelEntry.length + levelEntry.hint] = classId === longClass ? (firstCluster[domain] ?? 0) : largest
      }
    }
    nodeStates.knowAll()
    const { live, liveCount, population, shape } = nodeStates
    for (let at = 0; at < liveCount; at++) {
      const each = live[at] ?? 0
      const score = scoreOfState(each, state)
      if (score === unfit) continue
      const nodes = population[each] ?? 0
      const shelf = shelfOf[(shape[each] ?? 0) * classes + classId] ?? none
      fit[shelf] = (fit[shelf] ?? 0) + nodes
      const entry = (shelf * levels + score) * levelEntry.length
      level[entry] = (level[entry] ?? 0) + nodes
      if (score > (top[shelf] ?? 0)) top[shelf] = score
    }
  }

  /** What an open class scores the nodes of a state, computed once. */
  function scoreOfState(nodes: number, state: ClassState): number {
    const { scores } = state
    fitMemo(scores, nodeStates, nodes)
    const known = scores.answers[nodes] ?? notFound
    if (known !== notFound) return known
    const score = scoreOf(state.openAt, nodeStates.sums, nodes * nodeStates.stride, nodeStates.shape[nodes] ?? 0)
    scores.answers[nodes] = score
    return score
  }

  /** A node's score on a shelf of its domain is another now. */
  function follow(domain: number, shelf: number, old: number, score: number, cluster: number): void {
    count(shelf, old, score, cluster)
    if (score !== unfit) setBit(domain, shelf, score, cluster)
  }

  /** Counts a node at another level. */
  function count(shelf: number, old: number, score: number, cluster: number): void {
    const { fit, level, top } = columns
    if (old === unfit) fit[shelf] = (fit[shelf] ?? 0) + 1
    else {
      const left = (shelf * levels + old) * levelEntry.length
      level[left] = (level[left] ?? 0) - 1
    }
    if (score === unfit) {
      fit[shelf] = (fit[shelf] ?? 0) - 1
      return
    }
    const to = (shelf * levels + score) * levelEntry.length
    level[to] = (level[to] ?? 0) + 1
    if (cluster < (level[to + levelEntry.hint] ?? 0)) level[to + levelEntry.hint] = cluster
    level[to + levelEntry.stamp] = (level[to + levelEntry.stamp] ?? 0) + 1
    if (score > (top[shelf] ?? 0)) top[shelf] = score
  }

  /** Scores a node that is fuller now anew for all open classes: where most of the time goes. */
  function sweep(slot: number): void {
    const shape = columns.shape[slot] ?? none
    const { use } = table
    const node = slot * table.stride
    if (shapeColumns.quick[shape] !== 1 || (use[node + uses.pods] ?? 0) >= (shapeColumns.pods[shape] ?? 0)) {
      rescore(slot, true)
      return
    }
    const { row, classes } = columns
    const { count: openCount, ids, traits, balanced, scalarStart, scalarIds, scalarAmounts } = opened
    const free = freeScalars
    const position = columns.position[slot] ?? 0
    const cluster = position >> clusterBits
    const base = ((cluster * classes) << clusterBits) + (position & clusterMask)
    const totalCpu = shapeColumns.cpu[shape] ?? 0
    const totalMemory = shapeColumns.memory[shape] ?? 0
    const usedCpu = use[node + uses.cpu] ?? 0
    const usedMemory = use[node + uses.memory] ?? 0
    const freeCpu = Math.max(0, totalCpu - usedCpu)
    const freeMemory = Math.max(0, totalMemory - usedMemory)
    const freeStorage = Math.max(0, (shapeColumns.storage[shape] ?? 0) - (use[node + uses.storage] ?? 0))
    const leftCpu = totalCpu - (use[node + uses.scoredCpu] ?? 0)
    const leftMemory = totalMemory - (use[node + uses.scoredMemory] ?? 0)
    const before = resourceBalance(totalCpu, usedCpu, totalMemory, usedMemory)
    for (let id = 0; id < table.scalarIds.size; id++) {
      free[id] = (shapeColumns.scalars[id]?.[shape] ?? 0) - (use[node + uses.scalars + id] ?? 0)
    }
    if (sweptAt.length < openCount) {
      sweptAt = new Int32Array(openCount * 2)
      sweptFrom = new Uint8Array(openCount * 2)
    }
    const at = sweptAt
    const from = sweptFrom
    let swept = 0
    // The arithmetic of leastAllocated, resourceBalance and balanceGain, written out: it runs a hundred million times.
    for (let each = 0; each < openCount; each++) {
      const place = base + ((ids[each] ?? 0) << clusterBits)
      const old = row[place] ?? unfit
      if (old === unfit) continue
      const trait = each * traitCount
      const wantedCpu = traits[trait] ?? 0
      const wantedMemory = traits[trait + 1] ?? 0
      let score = unfit
      if (
        wantedCpu <= freeCpu &&
        wantedMemory <= freeMemory &&
        (traits[trait + 2] ?? 0) <= freeStorage &&
        (traits[trait + 6] ?? 0) <= (free[traits[trait + 5] ?? 0] ?? 0)
      ) {
        const cpuLeft = leftCpu - (traits[trait + 3] ?? 0)
        const memoryLeft = leftMemory - (traits[trait + 4] ?? 0)
        const cpuShare = cpuLeft > 0 ? ((cpuLeft * 100) / totalCpu) | 0 : 0
        const memoryShare = memoryLeft > 0 ? ((memoryLeft * 100) / totalMemory) | 0 : 0
        score = (cpuShare + memoryShare) >> 1
        if (balanced[each] === 1) {
          const cpuUse = Math.min(1, (usedCpu + wantedCpu) / totalCpu)
          const memoryUse = Math.min(1, (usedMemory + wantedMemory) / totalMemory)
          const after = ((1 - Math.abs((cpuUse - memoryUse) / 2)) * 100) | 0
          score += compares ? (50 + after - before) >> 1 : after - 50
        }
        if (traits[trait + 7] !== 0) {
          for (let more = scalarStart[each] ?? 0; more < (scalarStart[each + 1] ?? 0); more++) {
            if ((scalarAmounts[more] ?? 0) > (free[scalarIds[more] ?? 0] ?? 0)) score = unfit
          }
        }
      }
      if (score === old) continue
      row[place] = score
      at[swept] = each
      from[swept] = old
      swept++
    }

    const { shelf: shelfOf } = columns
    const shelfBase = shape * classes
    const domain = placedDomain[slot] ?? 0
    for (let each = 0; each < swept; each++) {
      const classId = ids[at[each] ?? 0] ?? 0
      const score = row[base + (classId << clusterBits)] ?? unfit
      follow(domain, shelfOf[shelfBase + classId] ?? 0, from[each] ?? 0, score, cluster)
    }
  }

  /** Scores a node anew for the open classes; `onlyFuller` skips those that it did not take. */
  function rescore(slot: number, onlyFuller: boolean): void {
    const { row, classes, shelf: shelfOf } = columns
    const { ids, count } = opened
    const shape = columns.shape[slot] ?? none
    for (let at = 0; at < count; at++) {
      const classId = ids[at] ?? 0
      const place = scoreAt(columns, slot, classId)
      const old = row[place] ?? unfit
      if (onlyFuller && old === unfit) continue
      const score =
        table.nodes[slot] === undefined || shape < 0 ? unfit : scoreOf(at, table.use, slot * table.stride, shape)
      if (score === old) continue
      row[place] = score
      follow(placedDomain[slot] ?? 0, shelfOf[shape * classes + classId] ?? none, old, score, clusterOf(slot))
    }
  }

  /** What an open class scores a node of a shape by its sums, which begin at `node`, or {@link unfit}. */
  function scoreOf(at: number, use: Float64Array, node: number, shape: number): number {
    const totalCpu = shapeColumns.cpu[shape] ?? 0
    const totalMemory = shapeColumns.memory[shape] ?? 0
    const usedCpu = use[node + uses.cpu] ?? 0
    const usedMemory = use[node + uses.memory] ?? 0
    const cpu = opened.cpu[at] ?? 0
    const memory = opened.memory[at] ?? 0
    // A pod that asks for nothing of a resource goes also where there is less than nothing left of it.
    if (
      (columns.shelf[shape * columns.classes + (opened.ids[at] ?? 0)] ?? none) === none ||
      (use[node + uses.pods] ?? 0) >= (shapeColumns.pods[shape] ?? 0) ||
      cpu > Math.max(0, totalCpu - usedCpu) ||
      memory > Math.max(0, totalMemory - usedMemory) ||
      (opened.storage[at] ?? 0) > Math.max(0, (shapeColumns.storage[shape] ?? 0) - (use[node + uses.storage] ?? 0))
    )
      return unfit
    for (let each = opened.scalarStart[at] ?? 0; each < (opened.scalarStart[at + 1] ?? 0); each++) {
      const id = opened.scalarIds[each] ?? 0
      const free = (shapeColumns.scalars[id]?.[shape] ?? 0) - (use[node + uses.scalars + id] ?? 0)
      if ((opened.scalarAmounts[each] ?? 0) > free) return unfit
    }
    const least = leastAllocated(
      totalCpu,
      (use[node + uses.scoredCpu] ?? 0) + (opened.scoredCpu[at] ?? 0),
      totalMemory,
      (use[node + uses.scoredMemory] ?? 0) + (opened.scoredMemory[at] ?? 0),
    )
    if (opened.balanced[at] !== 1) return least
    const after = resourceBalance(totalCpu, usedCpu + cpu, totalMemory, usedMemory + memory)
    const before = compares ? resourceBalance(totalCpu, usedCpu, totalMemory, usedMemory) : 0
    return least + (compares ? balanceGain(after, before) : after) - 50
  }

  function topLevel({ id }: Shelf): number {
    const { level, fit, top } = columns
    if (fit[id] === 0) return -1
    let highest = top[id] ?? 0
    while (highest > 0 && level[(id * levels + highest) * levelEntry.length] === 0) highest--
    top[id] = highest
    return highest
  }

  /** The node of a level whose name sorts first. */
  function firstOf(classId: number, shelf: Shelf, level: number): number {
    const position = nextOf(classId, shelf, level, 0, true)
    if (position < 0) throw new Error('a level that has nodes has none')
    return columns.slotAt[position] ?? 0
  }

  function nextOf(classId: number, shelf: Shelf, level: number, from: number, isHint: boolean): number {
    const { id, domain } = shelf
    const first = columns.firstCluster[domain] ?? 0
    const end = columns.firstCluster[domain + 1] ?? 0
    const hint = (id * levels + level) * levelEntry.length + levelEntry.hint
    const start = Math.max(from, (columns.level[hint] ?? 0) << clusterBits, first << clusterBits)
    if (classId === longClass) {
      const position = nextByState(classId, id, level, start, end << clusterBits)
      if (isHint && position >= 0) columns.level[hint] = position >> clusterBits
      return position
    }
    const bits = columns.bits[domain]
    if (bits === undefined) throw new RangeError(`there is no domain ${domain}`)
    const step = (columns.room[domain] ?? 0) * levels
    for (let word = ((start >> clusterBits) - first) >> 5; word << 5 < end - first; word++) {
      const at = word * step + (columns.inDomain[id] ?? 0) * levels + level
      for (let set = bits[at] ?? 0; set !== 0; ) {
        const lowest = set & -set
        set &= ~lowest
        const begin = (first + word * 32 + 31 - Math.clz32(lowest)) << clusterBits
        if (begin + clusterMask < start) continue
        const position = findNode(columns, Math.max(begin, start), classId, id, level)
        if (position >= 0) {
          if (isHint) columns.level[hint] = position >> clusterBits
          return position
        }
        if (begin >= start) bits[at] = (bits[at] ?? 0) & ~lowest
      }
    }
    return none
  }

  function nextByState(classId: number, shelf: number, level: number, from: number, end: number): number {
    const { slotAt, shelf: shelfOf, classes } = columns
    const { answers: scores } = stateOf(classId).scores
    const { of, shape } = nodeStates
    for (let position = from; position < end; position++) {
      const nodes = of[slotAt[position] ?? none] ?? unknownState
      if (scores[nodes] === level && shelfOf[(shape[nodes] ?? 0) * classes + classId] === shelf) return position
    }
    return none
  }

  return {
    columns,
    shapeColumns,
    shelvesOf: (classId) => stateOf(classId).shelves,
    topLevel,
    firstOf,
    nextOf,
    scoreOn: (slot, classId) =>
      classId === longClass
        ? scoreOfState(nodeStates.at(slot), stateOf(classId))
        : (columns.row[scoreAt(columns, slot, classId)] ?? unfit),

    place() {
      reserve()
      placeNodes()
    },

    open(classId, isLong) {
      const state = stateOf(classId)
      if (state.openAt !== none) return
      knowShapes(classId, state)
      state.openAt = opened.add(state.request)
      columns.openedAt[classId] = openings++
      nodeStates.prepare(columns.shape)
      if (isLong && opened.count === 1) {
        longClass = classId
        countStates(classId, state)
      } else sync(classId, state)
    },

    close(classId) {
      const state = stateOf(classId)
      if (state.openAt === none) return
      const moved = opened.drop(state.openAt)
      if (moved !== classId) stateOf(moved).openAt = state.openAt
      state.openAt = none
      columns.openedAt[classId] = none
      if (classId === longClass) {
        longClass = none
        // Its shelves and its row belong to different moments.
        state.counted = none
      } else state.synced = journal.end
    },

    filled(slot, classId) {
      noteChange(journal, slot)
      if (longClass === none) {
        nodeStates.changed(slot)
        sweep(slot)
        return
      }
      const state = stateOf(longClass)
      const old = scoreOfState(nodeStates.at(slot), state)
      nodeStates.filled(slot, classId)
      const score = scoreOfState(nodeStates.at(slot), state)
      if (score === old) return
      const shelf = columns.shelf[(columns.shape[slot] ?? 0) * columns.classes + longClass] ?? none
      if (shelf !== none) count(shelf, old, score, clusterOf(slot))
    },

    changed(slot) {
      noteChange(journal, slot)
      if (longClass === none) {
        nodeStates.changed(slot)
        rescore(slot, false)
        return
      }
      // Seldom: a pod of a long run evicts others.
      const state = stateOf(longClass)
      nodeStates.changed(slot)
      countStates(longClass, state)
    },

    renewed(slot) {
      noteChange(journal, slot)
      nodeStates.changed(slot)
      const shape = columns.shape[slot] ?? none
      if (shape === none) return
      columns.shape[slot] = none
      // A node without a position has no scores yet.
      if (placedDomain[slot] === undefined || placedDomain[slot] === none) return
      for (const { request, counted } of states) {
        const at = scoreAt(columns, slot, request.id)
        const score = columns.row[at] ?? unfit
        columns.row[at] = unfit
        const shelf = columns.shelf[shape * columns.classes + request.id] ?? none
        if (score === unfit || counted !== placements || shelf === none) continue
        columns.fit[shelf] = (columns.fit[shelf] ?? 0) - 1
        const left = (shelf * levels + score) * levelEntry.length
        columns.level[left] = (columns.level[left] ?? 0) - 1
      }
    },

    reshape(next) {
      shapes = next
      shapeColumns.known = 0
      columns.shape = new Int32Array(0)
      columns.shelf = new Int32Array(0)
      nodeStates.forget()
      shelfCount = 0
      shelvesIn = []
      columns.room = new Int32Array(0)
      columns.bits = []
      placedEpoch = -1
      placedSize = -1
      for (const state of states) {
        state.shelves = []
        state.shapesKnown = 0
        state.counted = none
        state.synced = -1
      }
    },

    best(classId) {
      const list = stateOf(classId).shelves
      const { fit, level: entries } = columns
      result.slot = none
      result.tied = 0
      let mostIntolerable = 0
      let mostPreferred = 0
      if (list.length > 1) {
        for (const { id, intolerable, preferred } of list) {
          if (fit[id] === 0) continue
          if (intolerable > mostIntolerable) mostIntolerable = intolerable
          if (preferred > mostPreferred) mostPreferred = preferred
        }
      }
      let highest = -1
      for (const shelf of list) {
        const level = topLevel(shelf)
        if (level < 0) continue
        const total = level + staticScore(shelf, mostIntolerable, mostPreferred)
        if (total < highest) continue
        const slot = firstOf(classId, shelf, level)
        const tied = entries[(shelf.id * levels + level) * levelEntry.length] ?? 0
        if (total > highest) {
          highest = total
          result.slot = slot
          result.tied = tied
        } else {
          result.tied += tied
          if ((table.rank[slot] ?? 0) < (table.rank[result.slot] ?? 0)) result.slot = slot
        }
      }
      return result
    },
  }
}

/** Weighted TaintToleration and NodeAffinity of a shelf, normalised over the shelves that have nodes for the pod. */
export function staticScore({ intolerable, preferred }: Shelf, mostIntolerable: number, mostPreferred: number): number {
  if (mostIntolerable === 0 && mostPreferred === 0) return 0
  return 3 * normalizedCount(intolerable, mostIntolerable, true) + 2 * normalizedCount(preferred, mostPreferred, false)
}

/** Room for classes grows in steps, so that they may come one by one. */
function roomFor(classes: number): number {
  return classes <= 16 ? 16 : Math.ceil(classes / 64) * 64
}

/** Shelves by shape and class with room for other numbers of both. */
function relaid(shelf: Int32Array, before: number, classes: number, shapes: number): Int32Array {
  const laid = new Int32Array(Math.max(16, shapes * 2) * classes).fill(none)
  for (let from = 0, to = 0; from < shelf.length; from += before, to += classes) {
    laid.set(shelf.subarray(from, from + Math.min(before, classes)), to)
  }
  return laid
}

function grownIntegers(column: Int32Array, length: number, empty: number): Int32Array {
  const grown = new Int32Array(length).fill(empty)
  grown.set(column)
  return grown
}
