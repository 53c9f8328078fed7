import { normalizedSpread, spreadTerm, spreadWeight } from '../../scheduler/spread-score.ts'
import type { NodeTable } from './node-table.ts'
import { type Best, levelEntry, levels, type ScoreBoard, type Shelf, staticScore, unfit } from './score-board.ts'
import { entryLength, type SpreadGroup, type SpreadGroups } from './spread-groups.ts'
import type { SpreadPlan } from './spread-plan.ts'
import { createSpreadTally, moveTallied, type SpreadTally, tallyNode, tallyPods, topTallied } from './spread-tally.ts'

/** Weight of PodTopologySpread in the default profile. */
const spreadPluginWeight = 2
/** Tallies of classes with more shelves are made anew for each choice: kept, they would take too much room. */
const mostKeptShelves = 32
const none = -1

/** Chooses nodes for pods that are to be spread softly. */
export type SpreadChoice = {
  /** The groups that plans speak of from now on. */
  use(groups: SpreadGroups): void
  /** As the board's `best`, with the spreading of the group's pods in the score. */
  best(classId: number, plan: SpreadPlan, group: SpreadGroup): Readonly<Best>
  /** A pod that counts in these groups is about to come to a node: before its scores and counts change, and after they have. */
  leaving(slot: number, counted: readonly SpreadGroup[]): void
  arrived(slot: number, counted: readonly SpreadGroup[]): void
  /** Anything else has changed. */
  forget(): void
}

/**
 * Nodes without a pod of the group score alike within a domain, so the best of them stand at the head of the board's
 * shelves. Nodes with such pods are counted by score and number of pods; they are looked at one by one only where the counts
 * say that one of them may win.
 */
export function createSpreadChoice(table: NodeTable, board: ScoreBoard): SpreadChoice {
  const { columns } = board
  const result: Best = { slot: none, tied: 0 }
  let groups: SpreadGroups | undefined
  /** By group. */
  let tallies: (SpreadTally[] | undefined)[] = []
  let isFollowing = false
  /** Tallies whose scores of a node may change with the pod that comes there: entry, and score before. */
  const movedTallies: SpreadTally[] = []
  const movedEntries: number[] = []
  const movedFrom: number[] = []
  let moved = 0
  /** By shelf: its ordinal among those of its class. */
  let ordinalOf = new Int32Array(0)

  const present: Uint8Array[] = []
  let weights = new Float64Array(0)
  let weighed = new Int32Array(0)
  /** By ordinal: raw spread score of nodes without pods, and the least and the most of those with pods; -1 for none. */
  let free = new Float64Array(0)
  let low = new Float64Array(0)
  let high = new Float64Array(0)
  /** By ordinal: no node with pods has a higher total. */
  let bound = new Float64Array(0)
  let least = 0
  let most = 0

  function reserve({ plan, shelves }: SpreadTally): void {
    if (weights.length < plan.constraints.length) {
      weights = new Float64Array(plan.constraints.length)
      weighed = new Int32Array(plan.constraints.length).fill(none)
    }
    if (free.length < shelves.length) {
      free = new Float64Array(shelves.length * 2)
      low = new Float64Array(shelves.length * 2)
      high = new Float64Array(shelves.length * 2)
      bound = new Float64Array(shelves.length * 2)
    }
    for (let at = 0; at < plan.constraints.length; at++) {
      const values = plan.constraints[at]?.values ?? 0
      const known = present[at]
      if (known === undefined || known.length < values) present[at] = new Uint8Array(values)
      else known.fill(0)
    }
  }

  /** Adds a node's entry to a tally, or takes it out. */
  function tallyEntry(tally: SpreadTally, entry: number, sign: 1 | -1): void {
    const { classId, group } = tally
    const at = entry * entryLength
    const slot = group.entries[at] ?? 0
    const pods = group.entries[at + 1] ?? 0
    const shape = group.entries[at + 2] ?? 0
    tallyPods(tally, shape, pods, sign)
    const score = board.scoreOn(slot, classId)
    if (score !== unfit) tallyNode(tally, ordinalAt(shape, classId), score, pods, sign)
  }

  function ordinalAt(shape: number, classId: number): number {
    return ordinalOf[columns.shelf[shape * columns.classes + classId] ?? 0] ?? 0
  }

  function tallyOf(classId: number, plan: SpreadPlan, group: SpreadGroup): SpreadTally {
    const openedAt = columns.openedAt[classId] ?? none
    const list = tallies[group.id] ?? []
    for (const tally of list) {
      if (tally.classId === classId && tally.plan === plan && tally.openedAt === openedAt) return tally
    }
    const shelves = board.shelvesOf(classId)
    const made = createSpreadTally(classId, plan, group, shelves, openedAt)
    if (ordinalOf.length < columns.fit.length) {
      const longer = new Int32Array(columns.fit.length)
      longer.set(ordinalOf)
      ordinalOf = longer
    }
    shelves.forEach(({ id }, ordinal) => {
      ordinalOf[id] = ordinal
    })
    for (let entry = 0; entry < group.size; entry++) tallyEntry(made, entry, 1)
    if (shelves.length <= mostKeptShelves) {
      // Those of classes that were closed since are of no use any more.
      tallies[group.id] = [...list.filter(isCurrent), made]
      isFollowing = true
    }
    return made
  }

  function isCurrent({ classId, openedAt }: SpreadTally): boolean {
    return columns.openedAt[classId] === openedAt
  }

  /** Takes a node out of the tallies of groups that get another pod there, and notes its scores for those of the others. */
  function leaving(slot: number, counted: readonly SpreadGroup[]): void {
    moved = 0
    if (!isFollowing || groups === undefined) return
    const { marks } = groups
    for (let mark = marks.first[slot] ?? none; mark !== none; mark = marks.next[mark] ?? none) {
      const list = tallies[marks.group[mark] ?? 0]
      if (list === undefined) continue
      for (const tally of list) {
        if (!isCurrent(tally)) continue
        const entry = marks.entry[mark] ?? 0
        if (counted.includes(tally.group)) {
          tallyEntry(tally, entry, -1)
          continue
        }
        const score = board.scoreOn(slot, tally.classId)
        if (score === unfit) continue
        movedTallies[moved] = tally
        movedEntries[moved] = entry
        movedFrom[moved] = score
        moved++
      }
    }
  }

  /** Brings tallies up to date after `leaving`. */
  function arrived(slot: number, counted: readonly SpreadGroup[]): void {
    if (!isFollowing || groups === undefined) return
    const shape = columns.shape[slot] ?? 0
    for (let at = 0; at < moved; at++) {
      const tally = movedTallies[at]
      if (tally === undefined) continue
      const from = movedFrom[at] ?? unfit
      const to = board.scoreOn(slot, tally.classId)
      if (from === to) continue
      const ordinal = ordinalAt(shape, tally.classId)
      const pods = tally.group.entries[(movedEntries[at] ?? 0) * entryLength + 1] ?? 0
      if (to === unfit) tallyNode(tally, ordinal, from, pods, -1)
      else moveTallied(tally, ordinal, from, to)
    }
    for (const group of counted) {
      const list = tallies[group.id]
      if (list === undefined) continue
      const entry = groups.entryOf(group, slot)
      for (const tally of list) if (isCurrent(tally)) tallyEntry(tally, entry, 1)
    }
  }

  /** PodTopologySpread's raw score of a node that carries so many pods of the group. */
  function rawScore({ plan: { constraints }, sums }: SpreadTally, domain: number, pods: number): number {
    let sum = 0
    for (let at = 0; at < constraints.length; at++) {
      const constraint = constraints[at]
      if (constraint === undefined || constraint.hasKey[domain] === 0) continue
      const count = constraint.perNode ? pods : (sums[at]?.[constraint.valueAt[domain] ?? 0] ?? 0)
      sum += spreadTerm(count, constraint.maxSkew, weights[at] ?? 0)
    }
    return Math.round(sum)
  }

  /** Its weighted score, normalised. */
  function spread({ ignored }: SpreadPlan, domain: number, raw: number): number {
    return ignored[domain] === 1 ? 0 : spreadPluginWeight * normalizedSpread(raw, least, most)
  }

  /** Weights of the constraints, by how many domains have a node that takes the pod. */
  function weigh({ plan, shelves }: SpreadTally): void {
    const { fit } = columns
    const { constraints } = plan
    let feasible = 0
    for (const { id, domain } of shelves) {
      const nodes = fit[id] ?? 0
      if (nodes === 0 || plan.ignored[domain] === 1) continue
      feasible += nodes
      for (let at = 0; at < constraints.length; at++) {
        const values = present[at]
        if (values !== undefined) values[constraints[at]?.valueAt[domain] ?? 0] = 1
      }
    }
    for (let at = 0; at < constraints.length; at++) {
      let domains = feasible
      if (constraints[at]?.perNode !== true) {
        domains = 0
        for (const value of present[at] ?? []) domains += value
      }
      if (weighed[at] === domains) continue
      weighed[at] = domains
      weights[at] = spreadWeight(domains)
    }
  }

  /** Raw scores of each shelf's nodes, and the least and the most of all. */
  function score(tally: SpreadTally): void {
    const { plan, shelves, fit: carrying, byPods, width } = tally
    least = Number.POSITIVE_INFINITY
    most = 0
    for (let ordinal = 0; ordinal < shelves.length; ordinal++) {
      const { id = 0, domain = 0 } = shelves[ordinal] ?? {}
      const isIgnored = plan.ignored[domain] === 1
      free[ordinal] = none
      low[ordinal] = none
      high[ordinal] = none
      const touched = carrying[ordinal] ?? 0
      if ((columns.fit[id] ?? 0) > touched) {
        const raw = rawScore(tally, domain, 0)
        free[ordinal] = raw
        if (!isIgnored) {
          least = Math.min(least, raw)
          most = Math.max(most, raw)
        }
      }
      if (touched === 0) continue
      let lowest = Number.POSITIVE_INFINITY
      let highest = 0
      for (let pods = 1; pods < width; pods++) {
        if (byPods[ordinal * width + pods] === 0) continue
        const raw = rawScore(tally, domain, pods)
        lowest = Math.min(lowest, raw)
        highest = Math.max(highest, raw)
      }
      low[ordinal] = lowest
      high[ordinal] = highest
      if (isIgnored) continue
      least = Math.min(least, lowest)
      most = Math.max(most, highest)
    }
  }

  /** The first node by name of a level that carries no pod of the group; there must be one. */
  function firstFree(tally: SpreadTally, ordinal: number, shelf: Shelf, level: number): number {
    const { classId, group, passed } = tally
    const entry = (shelf.id * levels + level) * levelEntry.length
    const stamp = columns.level[entry + levelEntry.stamp] ?? 0
    const isKnown = passed.level[ordinal] === level && passed.stamp[ordinal] === stamp
    let from = isKnown ? (passed.position[ordinal] ?? 0) : 0
    for (let isFirst = !isKnown; ; isFirst = false) {
      const position = board.nextOf(classId, shelf, level, from, isFirst)
      if (position < 0) throw new Error('a level that has nodes has none')
      const slot = columns.slotAt[position] ?? 0
      if (groups?.carries(group, slot) !== true) {
        passed.level[ordinal] = level
        passed.stamp[ordinal] = stamp
        passed.position[ordinal] = position
        return slot
      }
      from = position + 1
    }
  }

  function take(slot: number, tied: number, isBetter: boolean): void {
    if (isBetter) {
      result.slot = slot
      result.tied = tied
    } else {
      result.tied += tied
      if ((table.rank[slot] ?? 0) < (table.rank[result.slot] ?? 0)) result.slot = slot
    }
  }

  function nodesAt(shelf: number, level: number): number {
    return columns.level[(shelf * levels + level) * levelEntry.length] ?? 0
  }

  /** The highest level of a shelf that has a node without pods of the group; there must be one. */
  function topFree({ count }: SpreadTally, ordinal: number, shelf: Shelf): number {
    const { id } = shelf
    let level = board.topLevel(shelf)
    while (nodesAt(id, level) === count[ordinal * levels + level]) level--
    return level
  }

  return {
    use(next) {
      groups = next
      tallies = []
      isFollowing = false
    },

    best(classId, plan, group) {
      const tally = tallyOf(classId, plan, group)
      const { shelves, fit: carrying, count: carried } = tally
      result.slot = none
      result.tied = 0
      reserve(tally)
      weigh(tally)
      score(tally)

      let mostIntolerable = 0
      let mostPreferred = 0
      for (const { id, intolerable, preferred } of shelves) {
        if (columns.fit[id] === 0) continue
        if (intolerable > mostIntolerable) mostIntolerable = intolerable
        if (preferred > mostPreferred) mostPreferred = preferred
      }

      let highest = -1
      let mayWin = false
      for (let ordinal = 0; ordinal < shelves.length; ordinal++) {
        bound[ordinal] = none
        const shelf = shelves[ordinal]
        if (shelf === undefined || columns.fit[shelf.id] === 0) continue
        const { id, domain } = shelf
        const still = staticScore(shelf, mostIntolerable, mostPreferred)
        const isFree = (free[ordinal] ?? none) >= 0
        const isCarrying = (carrying[ordinal] ?? 0) > 0
        const spreadFree = isFree ? spread(plan, domain, free[ordinal] ?? 0) : none
        const spreadBest = isCarrying ? spread(plan, domain, low[ordinal] ?? 0) : spreadFree
        const spreadWorst = isCarrying ? spread(plan, domain, high[ordinal] ?? 0) : spreadFree
        if (spreadBest === spreadWorst && (!isFree || spreadFree === spreadBest)) {
          // With or without pods, the shelf's nodes are spread alike.
          const level = board.topLevel(shelf)
          const total = level + still + spreadBest
          if (total < highest) continue
          take(board.firstOf(classId, shelf, level), nodesAt(id, level), total > highest)
          highest = total
          continue
        }
        if (isFree) {
          const level = topFree(tally, ordinal, shelf)
          const total = level + still + spreadFree
          if (total >= highest) {
            const tied = nodesAt(id, level) - (carried[ordinal * levels + level] ?? 0)
            take(firstFree(tally, ordinal, shelf, level), tied, total > highest)
            highest = total
          }
        }
        if (!isCarrying) continue
        bound[ordinal] = topTallied(tally, ordinal) + still + spreadBest
        mayWin = true
      }
      if (!mayWin) return result

      mayWin = false
      for (let ordinal = 0; ordinal < shelves.length; ordinal++) {
        if ((bound[ordinal] ?? none) >= highest) mayWin = true
      }
      if (!mayWin) return result
      const { entries } = group
      const end = group.size * entryLength
      for (let entry = 0; entry < end; entry += entryLength) {
        const slot = entries[entry] ?? 0
        const score = board.scoreOn(slot, classId)
        if (score === unfit) continue
        const ordinal = ordinalOf[columns.shelf[(entries[entry + 2] ?? 0) * columns.classes + classId] ?? 0] ?? 0
        if ((bound[ordinal] ?? none) < highest) continue
        const shelf = shelves[ordinal]
        if (shelf === undefined) continue
        const raw = rawScore(tally, shelf.domain, entries[entry + 1] ?? 0)
        const total = score + staticScore(shelf, mostIntolerable, mostPreferred) + spread(plan, shelf.domain, raw)
        if (total < highest) continue
        take(slot, 1, total > highest)
        highest = total
      }
      return result
    },

    leaving,
    arrived,

    forget() {
      if (!isFollowing) return
      tallies = []
      movedTallies.length = 0
      isFollowing = false
    },
  }
}
