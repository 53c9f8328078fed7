import { scalarOf } from '../../cluster/resources.ts'
import { normalizedCount } from '../../scheduler/count-score.ts'
import { leastAllocated } from '../../scheduler/least-allocated.ts'
import { preferredNodeWeight } from '../../scheduler/node-affinity.ts'
import { balanceGain, resourceBalance } from '../../scheduler/resource-balance.ts'
import { intolerablePreferences } from '../../scheduler/taint-toleration.ts'
import { type ChangeJournal, noteChange } from './change-journal.ts'
import type { NodeShapes, Shape } from './node-shapes.ts'
import { type NodeTable, rankNodes } from './node-table.ts'
import { createOpenClasses } from './open-classes.ts'
import { type RequestClass, shapeRejection } from './request-class.ts'

/** In the place of a score: the node does not take the class. */
export const unfit = 255
/** Scores of a node by how full it is go from 0 to 150: LeastAllocated, and BalancedAllocation above its least, 50. */
export const levels = 152
const noShelf = -1
const noSheet = -1

/**
 * The nodes of one domain to which the static scores of a class are equal. Its nodes lie in levels by the rest of their
 * score; a level is a bit set over the domain's nodes in the order of their names.
 */
export type Shelf = {
  readonly id: number
  readonly domain: number
  /** Raw scores of TaintToleration and NodeAffinity. */
  readonly intolerable: number
  readonly preferred: number
}

/** The columns of a board that a choice reads. Replaced as they grow: read them anew after every other call. */
export type ScoreColumns = {
  /** Score of node and class at `slot * classes + class`, or {@link unfit}. */
  row: Uint8Array
  /** Row length. */
  classes: number
  /** Shelf of shape and class at `shape * classes + class`, or -1 where the shape never takes the class. */
  shelf: Int32Array
  /** By shelf: nodes that take the class now. */
  fit: Int32Array
  /** By shelf: no level above this one has nodes. */
  top: Int32Array
  /** By shelf: levels below this one are not filled. */
  floor: Int32Array
  /** At `shelf * levels + level`: the bit set that holds the level, or -1. */
  sheetOf: Int32Array
  /** By bit set: how many nodes, and a word before which there are none. */
  count: Int32Array
  hint: Int32Array
  readonly bits: Uint32Array[]
  /** By slot: shape, and place among the nodes of its domain. */
  shape: Int32Array
  place: Int32Array
  /** By domain: slots by place. */
  readonly slotAt: Int32Array[]
}

/**
 * For each request class in use, all nodes by the score that it gives them: what a placement changes is brought up to date
 * for the classes that are open, the others catch up when they are opened.
 */
export type ScoreBoard = {
  readonly columns: ScoreColumns
  /** Shelves of an open class. */
  shelvesOf(classId: number): readonly Shelf[]
  /** Brings a class up to date and keeps it so until it is closed. */
  open(classId: number): void
  close(classId: number): void
  /** Pods came to a node; the board notes it in the journal. */
  filled(slot: number): void
  /** Pods left a node. */
  changed(slot: number): void
  /** A node is new, has become another or has left; no class may be open. */
  renewed(slot: number): void
  /** Fills further levels of a class's shelves, below the present floors. */
  deepen(classId: number): void
  /** Forgets everything that depends on shapes. */
  reshape(shapes: NodeShapes): void
  /** Best node for a pod of an open class, all things beside the node's own being equal; `slot` -1 when there is none. */
  best(classId: number): { slot: number; tied: number }
}

type ClassState = {
  readonly request: RequestClass
  shelves: Shelf[]
  /** Shapes whose shelf is known. */
  shapesKnown: number
  /** Position in the journal up to which its scores are right; -1 before it was ever opened. */
  synced: number
  /** Epoch of the table for which its shelves are filled; -1: they are not. */
  filledEpoch: number
  /** Place among the open classes; -1 when it is closed. */
  openAt: number
  /** Share of its nodes that filled levels must hold. */
  coverage: number
}

/** How many bytes of bit sets closed classes may keep. */
const keptBytes = 48 * 1024 * 1024
/** Up to so many classes every level is filled. */
const fewClasses = 256

/** A board without classes. `compares`: BalancedAllocation compares with and without the pod, as from 1.36 on. */
export function createScoreBoard(
  table: NodeTable,
  journal: ChangeJournal,
  requestClasses: readonly RequestClass[],
  compares: boolean,
): ScoreBoard {
  const columns: ScoreColumns = {
    row: new Uint8Array(0),
    classes: 0,
    shelf: new Int32Array(0),
    fit: new Int32Array(64),
    top: new Int32Array(64),
    floor: new Int32Array(64),
    sheetOf: new Int32Array(64 * levels).fill(noSheet),
    count: new Int32Array(64),
    hint: new Int32Array(64),
    bits: [],
    shape: new Int32Array(0),
    place: new Int32Array(0),
    slotAt: [],
  }
  let shapes: NodeShapes | undefined
  /** By shape: allocatable, and whether the quick arithmetic holds. */
  let shapeColumns = createShapeColumns(0, 0)
  let shapesKnown = 0
  const states: ClassState[] = []
  const shelves: { readonly classId: number; indexed: number }[] = []
  /** Bit sets that hold nothing, by domain. */
  const spare: number[][] = []
  let sheetBytes = 0
  let placedEpoch = -1
  let rowsUsed = 0
  const opened = createOpenClasses()
  const result = { slot: -1, tied: 0 }

  function stateOf(classId: number): ClassState {
    for (let id = states.length; id < requestClasses.length; id++) {
      const request = requestClasses[id]
      if (request === undefined) break
      states.push({
        request,
        shelves: [],
        shapesKnown: 0,
        synced: -1,
        filledEpoch: -1,
        openAt: -1,
        coverage: 1,
      })
    }
    const state = states[classId]
    if (state === undefined) throw new RangeError(`there is no request class ${classId}`)
    return state
  }

  /** Makes room for all nodes, classes and shapes, and numbers new nodes' shapes. */
  function reserve(): void {
    const { shape, row } = columns
    if (shapes === undefined) throw new Error('the board has no shapes yet')
    const capacity = table.podCount.length
    if (shape.length < capacity) {
      columns.shape = new Int32Array(capacity).fill(-1)
      columns.shape.set(shape)
    }
    const classes = columns.classes >= requestClasses.length ? columns.classes : roomFor(requestClasses.length)
    if (classes !== columns.classes || row.length < capacity * classes) {
      const grown = new Uint8Array(capacity * classes).fill(unfit)
      for (let slot = 0; slot < rowsUsed; slot++) {
        grown.set(row.subarray(slot * columns.classes, (slot + 1) * columns.classes), slot * classes)
      }
      columns.row = grown
      columns.classes = classes
      columns.shelf = new Int32Array(0)
    }
    rowsUsed = table.size
    for (let slot = 0; slot < table.size; slot++) {
      if (columns.shape[slot] !== -1) continue
      const node = table.nodes[slot]
      if (node !== undefined) columns.shape[slot] = shapes.shapeOf(node).id
    }
    if (shapesKnown !== shapes.list.length || shapeColumns.scalars.length !== table.scalars.length) {
      shapeColumns = createShapeColumns(shapes.list.length, table.scalars.length)
      shapes.list.forEach((each) => {
        fillShape(each)
      })
      shapesKnown = shapes.list.length
    }
    if (columns.shelf.length < shapesKnown * columns.classes) {
      columns.shelf = new Int32Array(Math.max(16, shapesKnown * 2) * columns.classes).fill(noShelf)
      for (const state of states) state.shapesKnown = 0
    }
  }

  function fillShape({ id, node }: Shape): void {
    const { allocatable, allocatablePods } = node
    shapeColumns.cpu[id] = allocatable.milliCpu
    shapeColumns.memory[id] = allocatable.memory
    shapeColumns.storage[id] = allocatable.ephemeralStorage
    shapeColumns.pods[id] = allocatablePods
    for (const [name, scalar] of table.scalarIds) {
      const column = shapeColumns.scalars[scalar]
      if (column !== undefined) column[id] = scalarOf(allocatable, name)
    }
    const quick = allocatable.milliCpu > 0 && allocatable.memory > 0 && allocatable.memory * 100 < 2 ** 53
    shapeColumns.quick[id] = quick && allocatable.milliCpu * 100 < 2 ** 53 ? 1 : 0
  }

  /** Places of nodes within their domains, by name. */
  function placeNodes(): void {
    if (placedEpoch === table.epoch || shapes === undefined) return
    placedEpoch = table.epoch
    rankNodes(table)
    const sizes: number[] = []
    const { byName } = table
    columns.place = new Int32Array(table.podCount.length).fill(-1)
    const domainOf = (slot: number): number => shapes?.list[columns.shape[slot] ?? 0]?.domain ?? 0
    for (const slot of byName) {
      const domain = domainOf(slot)
      const place = sizes[domain] ?? 0
      columns.place[slot] = place
      sizes[domain] = place + 1
    }
    for (let domain = 0; domain < shapes.domains.length; domain++) {
      const slots = new Int32Array(sizes[domain] ?? 0)
      columns.slotAt[domain] = slots
    }
    for (const slot of byName) {
      const slots = columns.slotAt[domainOf(slot)]
      if (slots !== undefined) slots[columns.place[slot] ?? 0] = slot
    }
    // The bit sets have another length now.
    columns.sheetOf.fill(noSheet)
    columns.bits.length = 0
    spare.length = 0
    sheetBytes = 0
    for (const state of states) state.filledEpoch = -1
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
        columns.shelf[at] = noShelf
        continue
      }
      const intolerable = intolerablePreferences(shape.node.taints, pod.tolerations)
      const preferred = preferredNodeWeight(pod, shape.node)
      let shelf = state.shelves.find(
        (each) =>
          each.domain === shape.domain && each.intolerable === intolerable && each.preferred === preferred,
      )
      if (shelf === undefined) {
        shelf = { id: newShelf(classId), domain: shape.domain, intolerable, preferred }
        state.shelves.push(shelf)
        state.filledEpoch = -1
      }
      columns.shelf[at] = shelf.id
    }
  }

  function newShelf(classId: number): number {
    const id = shelves.length
    shelves.push({ classId, indexed: 0 })
    if (id >= columns.fit.length) {
      columns.fit = grownIntegers(columns.fit, id * 2, 0)
      columns.top = grownIntegers(columns.top, id * 2, 0)
      columns.floor = grownIntegers(columns.floor, id * 2, 0)
      columns.sheetOf = grownIntegers(columns.sheetOf, id * 2 * levels, noSheet)
    }
    columns.fit[id] = 0
    columns.top[id] = 0
    columns.floor[id] = 0
    return id
  }

  /** An empty bit set for a level. */
  function newSheet(domain: number): number {
    const reused = spare[domain]?.pop()
    if (reused !== undefined) return reused
    const sheet = columns.bits.length
    const words = ((columns.slotAt[domain]?.length ?? 0) + 31) >> 5
    columns.bits.push(new Uint32Array(words))
    sheetBytes += words * 4
    if (sheet >= columns.count.length) {
      columns.count = grownIntegers(columns.count, sheet * 2, 0)
      columns.hint = grownIntegers(columns.hint, sheet * 2, 0)
    }
    columns.count[sheet] = 0
    columns.hint[sheet] = words
    return sheet
  }

  function insert(shelf: number, domain: number, score: number, place: number): void {
    const at = shelf * levels + score
    let sheet = columns.sheetOf[at] ?? noSheet
    if (sheet === noSheet) {
      sheet = newSheet(domain)
      columns.sheetOf[at] = sheet
    }
    const words = columns.bits[sheet]
    const word = place >> 5
    if (words !== undefined) words[word] = (words[word] ?? 0) | (1 << (place & 31))
    columns.count[sheet] = (columns.count[sheet] ?? 0) + 1
    if (word < (columns.hint[sheet] ?? 0)) columns.hint[sheet] = word
    if (score > (columns.top[shelf] ?? 0)) columns.top[shelf] = score
  }

  function remove(shelf: number, domain: number, score: number, place: number): void {
    const at = shelf * levels + score
    const sheet = columns.sheetOf[at] ?? noSheet
    const words = columns.bits[sheet]
    if (words === undefined) return
    const word = place >> 5
    words[word] = (words[word] ?? 0) & ~(1 << (place & 31))
    const left = (columns.count[sheet] ?? 0) - 1
    columns.count[sheet] = left
    if (left > 0) return
    columns.sheetOf[at] = noSheet
    columns.hint[sheet] = words.length
    const list = spare[domain]
    if (list === undefined) spare[domain] = [sheet]
    else list.push(sheet)
  }

  function emptyShelf({ id, domain }: Shelf): void {
    for (let at = id * levels; at < (id + 1) * levels; at++) {
      const sheet = columns.sheetOf[at] ?? noSheet
      const words = columns.bits[sheet]
      if (words === undefined) continue
      words.fill(0)
      columns.sheetOf[at] = noSheet
      columns.count[sheet] = 0
      columns.hint[sheet] = words.length
      const list = spare[domain]
      if (list === undefined) spare[domain] = [sheet]
      else list.push(sheet)
    }
    columns.fit[id] = 0
    columns.top[id] = 0
    columns.floor[id] = 0
  }

  /** Puts every node that takes the class on its shelf, the levels with the best scores first as far as needed. */
  function fill(classId: number, state: ClassState): void {
    const { row, classes, shelf: shelfOf, shape } = columns
    const domainOf = new Int32Array(shelves.length)
    for (const each of state.shelves) {
      emptyShelf(each)
      domainOf[each.id] = each.domain
    }
    if (state.coverage < 1) setFloors(classId, state)
    for (let slot = 0; slot < table.size; slot++) {
      const score = row[slot * classes + classId] ?? unfit
      if (score === unfit) continue
      const shelf = shelfOf[(shape[slot] ?? 0) * classes + classId] ?? noShelf
      columns.fit[shelf] = (columns.fit[shelf] ?? 0) + 1
      if (score >= (columns.floor[shelf] ?? 0)) insert(shelf, domainOf[shelf] ?? 0, score, columns.place[slot] ?? 0)
    }
    state.filledEpoch = table.epoch
  }

  function setFloors(classId: number, state: ClassState): void {
    const { row, classes, shelf: shelfOf, shape } = columns
    const counts = new Map(state.shelves.map(({ id }) => [id, new Int32Array(levels)]))
    for (let slot = 0; slot < table.size; slot++) {
      const score = row[slot * classes + classId] ?? unfit
      if (score === unfit) continue
      const histogram = counts.get(shelfOf[(shape[slot] ?? 0) * classes + classId] ?? noShelf)
      if (histogram !== undefined) histogram[score] = (histogram[score] ?? 0) + 1
    }
    for (const [shelf, histogram] of counts) {
      const wanted = histogram.reduce((sum, count) => sum + count, 0) * state.coverage
      let held = 0
      let floor = levels
      while (floor > 0 && (held === 0 || held < wanted)) {
        floor--
        held += histogram[floor] ?? 0
      }
      columns.floor[shelf] = floor
    }
  }

  /** Scores one class on all nodes, or on those that changed since it was last right. */
  function sync(classId: number, state: ClassState): void {
    const at = state.openAt
    if (state.synced < journal.start) {
      state.filledEpoch = -1
      for (let slot = 0; slot < table.size; slot++) rescore(slot, at, at + 1, false)
    } else {
      for (let position = state.synced; position < journal.end; position++) {
        rescore(journal.entries[position - journal.start] ?? 0, at, at + 1, false)
      }
    }
    state.synced = journal.end
    if (state.filledEpoch !== table.epoch) fill(classId, state)
  }

  /** Scores a node anew for the open classes from `from` to before `to`; `onlyFuller` skips classes that it did not take. */
  function rescore(slot: number, from: number, to: number, onlyFuller: boolean): void {
    const { row, classes, shelf: shelfOf } = columns
    const { ids, cpu, memory, storage, scoredCpu, scoredMemory, balanced, scalarStart, scalarIds, scalarAmounts } = opened
    const shape = columns.shape[slot] ?? -1
    const base = slot * classes
    if (table.nodes[slot] === undefined || shape < 0) {
      for (let at = from; at < to; at++) row[base + (ids[at] ?? 0)] = unfit
      return
    }
    const shelfBase = shape * classes
    const domain = shapes?.list[shape]?.domain ?? 0
    const place = columns.place[slot] ?? 0
    const totalCpu = shapeColumns.cpu[shape] ?? 0
    const totalMemory = shapeColumns.memory[shape] ?? 0
    const usedCpu = table.cpu[slot] ?? 0
    const usedMemory = table.memory[slot] ?? 0
    const full = (table.podCount[slot] ?? 0) >= (shapeColumns.pods[shape] ?? 0)
    // A pod that asks for nothing of a resource goes also where there is less than nothing left of it.
    const freeCpu = Math.max(0, totalCpu - usedCpu)
    const freeMemory = Math.max(0, totalMemory - usedMemory)
    const freeStorage = Math.max(0, (shapeColumns.storage[shape] ?? 0) - (table.storage[slot] ?? 0))
    const freeScoredCpu = totalCpu - (table.scoredCpu[slot] ?? 0)
    const freeScoredMemory = totalMemory - (table.scoredMemory[slot] ?? 0)
    const quick = shapeColumns.quick[shape] === 1
    const before = resourceBalance(totalCpu, usedCpu, totalMemory, usedMemory)

    for (let at = from; at < to; at++) {
      const classId = ids[at] ?? 0
      const old = row[base + classId] ?? unfit
      if (onlyFuller && old === unfit) continue
      const shelf = shelfOf[shelfBase + classId] ?? noShelf
      let score = unfit
      const wantedCpu = cpu[at] ?? 0
      const wantedMemory = memory[at] ?? 0
      let fits =
        shelf !== noShelf &&
        !full &&
        wantedCpu <= freeCpu &&
        wantedMemory <= freeMemory &&
        (storage[at] ?? 0) <= freeStorage
      if (fits) {
        const end = scalarStart[at + 1] ?? 0
        for (let each = scalarStart[at] ?? 0; each < end; each++) {
          const id = scalarIds[each] ?? 0
          const left = (shapeColumns.scalars[id]?.[shape] ?? 0) - (table.scalars[id]?.[slot] ?? 0)
          if ((scalarAmounts[each] ?? 0) > left) fits = false
        }
      }
      if (fits) {
        if (quick) {
          const leftCpu = freeScoredCpu - (scoredCpu[at] ?? 0)
          const leftMemory = freeScoredMemory - (scoredMemory[at] ?? 0)
          const cpuShare = leftCpu > 0 ? ((leftCpu * 100) / totalCpu) | 0 : 0
          const memoryShare = leftMemory > 0 ? ((leftMemory * 100) / totalMemory) | 0 : 0
          score = (cpuShare + memoryShare) >> 1
        } else {
          score = leastAllocated(
            totalCpu,
            (table.scoredCpu[slot] ?? 0) + (scoredCpu[at] ?? 0),
            totalMemory,
            (table.scoredMemory[slot] ?? 0) + (scoredMemory[at] ?? 0),
          )
        }
        if (balanced[at] === 1) {
          const after = resourceBalance(totalCpu, usedCpu + wantedCpu, totalMemory, usedMemory + wantedMemory)
          score += (compares ? balanceGain(after, before) : after) - 50
        }
      }
      if (score === old) continue
      row[base + classId] = score
      if (shelf === noShelf || states[classId]?.filledEpoch !== table.epoch) continue
      const floor = columns.floor[shelf] ?? 0
      if (old !== unfit) {
        if (old >= floor) remove(shelf, domain, old, place)
      } else {
        columns.fit[shelf] = (columns.fit[shelf] ?? 0) + 1
      }
      if (score !== unfit) {
        if (score >= floor) insert(shelf, domain, score, place)
      } else {
        columns.fit[shelf] = (columns.fit[shelf] ?? 0) - 1
      }
    }
  }

  /** The highest level of a shelf that has nodes; -1 when its filled levels have none. */
  function topOf(shelf: number): number {
    const { sheetOf, floor } = columns
    const lowest = floor[shelf] ?? 0
    let level = columns.top[shelf] ?? 0
    while (level >= lowest && sheetOf[shelf * levels + level] === noSheet) level--
    columns.top[shelf] = Math.max(level, 0)
    return level >= lowest ? level : -1
  }

  /** The node of a level whose name sorts first. */
  function firstOf(sheet: number, domain: number): number {
    const words = columns.bits[sheet]
    if (words === undefined) return -1
    let word = columns.hint[sheet] ?? 0
    while (words[word] === 0) word++
    columns.hint[sheet] = word
    const bit = 31 - Math.clz32((words[word] ?? 0) & -(words[word] ?? 0))
    return columns.slotAt[domain]?.[word * 32 + bit] ?? -1
  }

  function deepen(classId: number): void {
    const state = stateOf(classId)
    // Twice as many of the nodes that are left.
    state.coverage = Math.min(1, state.coverage * 2)
    fill(classId, state)
  }

  return {
    columns,
    shelvesOf: (classId) => stateOf(classId).shelves,

    open(classId) {
      const state = stateOf(classId)
      if (state.openAt >= 0) return
      reserve()
      placeNodes()
      knowShapes(classId, state)
      state.openAt = opened.add(state.request)
      if (state.synced < 0 && requestClasses.length > fewClasses) state.coverage = 1 / 8
      sync(classId, state)
    },

    close(classId) {
      const state = stateOf(classId)
      if (state.openAt < 0) return
      const moved = opened.drop(state.openAt)
      if (moved !== classId) stateOf(moved).openAt = state.openAt
      state.openAt = -1
      state.synced = journal.end
      if (sheetBytes <= keptBytes) return
      for (const shelf of state.shelves) emptyShelf(shelf)
      state.filledEpoch = -1
    },

    filled(slot) {
      noteChange(journal, slot)
      rescore(slot, 0, opened.count, true)
    },

    changed(slot) {
      noteChange(journal, slot)
      rescore(slot, 0, opened.count, false)
    },

    renewed(slot) {
      noteChange(journal, slot)
      if (slot < columns.shape.length) columns.shape[slot] = -1
    },

    deepen,

    reshape(next) {
      shapes = next
      shapesKnown = 0
      columns.shape = new Int32Array(0)
      columns.shelf = new Int32Array(0)
      columns.slotAt.length = 0
      shelves.length = 0
      columns.sheetOf.fill(noSheet)
      placedEpoch = -1
      for (const state of states) {
        state.shelves = []
        state.shapesKnown = 0
        state.filledEpoch = -1
        state.synced = -1
      }
    },

    best(classId) {
      const state = stateOf(classId)
      const list = state.shelves
      result.slot = -1
      result.tied = 0
      let mostIntolerable = 0
      let mostPreferred = 0
      if (list.length > 1) {
        for (const { id, intolerable, preferred } of list) {
          if (columns.fit[id] === 0) continue
          if (intolerable > mostIntolerable) mostIntolerable = intolerable
          if (preferred > mostPreferred) mostPreferred = preferred
        }
      }
      let highest = -1
      for (const shelf of list) {
        if (columns.fit[shelf.id] === 0) continue
        let level = topOf(shelf.id)
        if (level < 0) {
          fill(classId, state)
          level = topOf(shelf.id)
        }
        const total = level + staticScore(shelf, mostIntolerable, mostPreferred)
        if (total < highest) continue
        const sheet = columns.sheetOf[shelf.id * levels + level] ?? noSheet
        const slot = firstOf(sheet, shelf.domain)
        if (total > highest) {
          highest = total
          result.slot = slot
          result.tied = columns.count[sheet] ?? 0
        } else {
          result.tied += columns.count[sheet] ?? 0
          if ((table.rank[slot] ?? 0) < (table.rank[result.slot] ?? 0)) result.slot = slot
        }
      }
      return result
    },
  }
}

/** Weighted TaintToleration and NodeAffinity of a shelf, normalised over the shelves that have nodes for the pod. */
export function staticScore(
  { intolerable, preferred }: Shelf,
  mostIntolerable: number,
  mostPreferred: number,
): number {
  return 3 * normalizedCount(intolerable, mostIntolerable, true) + 2 * normalizedCount(preferred, mostPreferred, false)
}

type ShapeColumns = {
  readonly cpu: Float64Array
  readonly memory: Float64Array
  readonly storage: Float64Array
  readonly pods: Float64Array
  readonly scalars: readonly Float64Array[]
  /** 1 where the node has CPU and memory and no product of a score passes 2^53. */
  readonly quick: Uint8Array
}

function createShapeColumns(shapes: number, scalars: number): ShapeColumns {
  return {
    cpu: new Float64Array(shapes),
    memory: new Float64Array(shapes),
    storage: new Float64Array(shapes),
    pods: new Float64Array(shapes),
    scalars: Array.from({ length: scalars }, () => new Float64Array(shapes)),
    quick: new Uint8Array(shapes),
  }
}

/** Row lengths grow in steps, so that classes may come one by one. */
function roomFor(classes: number): number {
  return classes <= 16 ? 16 : Math.ceil(classes / 64) * 64
}

function grownIntegers(column: Int32Array, length: number, empty: number): Int32Array {
  const grown = new Int32Array(length).fill(empty)
  grown.set(column)
  return grown
}
