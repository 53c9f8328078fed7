import { labelOf } from '../../cluster/labels.ts'
import { hostnameLabel, isIncluded, type SpreadConstraint } from '../../scheduler/spread-constraint.ts'
import { normalizedSpread, spreadTerm, spreadWeight } from '../../scheduler/spread-score.ts'
import type { NodeShapes } from './node-shapes.ts'
import type { NodeTable } from './node-table.ts'
import type { RequestClass } from './request-class.ts'
import { type Best, levels, type ScoreBoard, type Shelf, scoreAt, staticScore, unfit } from './score-board.ts'
import { entryLength, type SpreadGroup } from './spread-groups.ts'

/** Weight of PodTopologySpread in the default profile. */
const spreadPluginWeight = 2

/** A constraint as the choice reads it. */
type PlannedConstraint = {
  readonly maxSkew: number
  readonly perNode: boolean
  /** By domain: number of the label's value, that of a missing one included, and whether the node has the label. */
  readonly valueAt: Int32Array
  readonly hasKey: Uint8Array
  readonly values: number
  /** By shape: whether pods there are counted. */
  readonly included: Uint8Array
}

/** Soft constraints that all count the same pods, for one request class. */
export type SpreadPlan = {
  readonly constraints: readonly PlannedConstraint[]
  /** By domain: 1 where the node has not all the keys that a pod's own constraints need: it is left out. */
  readonly ignored: Uint8Array
  readonly domainOfShape: Int32Array
}

/** Makes what a choice needs of constraints; `spreadKeys` are those of the shapes' domains. */
export function spreadPlan(
  request: RequestClass,
  constraints: readonly SpreadConstraint[],
  needsAllKeys: boolean,
  shapes: NodeShapes,
): SpreadPlan {
  const examples = Array.from(
    { length: shapes.domainCount() },
    (_, domain) => shapes.list.find((shape) => shape.domain === domain)?.node,
  )
  return {
    domainOfShape: Int32Array.from(shapes.list, ({ domain }) => domain),
    ignored: Uint8Array.from(examples, (node) =>
      needsAllKeys && constraints.some(({ topologyKey }) => labelOf(node?.labels ?? {}, topologyKey) === undefined)
        ? 1
        : 0,
    ),
    constraints: constraints.map((constraint): PlannedConstraint => {
      const { topologyKey, maxSkew } = constraint
      const numbers = new Map<string, number>()
      const valueAt = Int32Array.from(examples, (node) => {
        const value = labelOf(node?.labels ?? {}, topologyKey) ?? ''
        const known = numbers.get(value)
        if (known !== undefined) return known
        numbers.set(value, numbers.size)
        return numbers.size - 1
      })
      return {
        maxSkew,
        perNode: topologyKey === hostnameLabel,
        valueAt,
        hasKey: Uint8Array.from(examples, (node) => (labelOf(node?.labels ?? {}, topologyKey) === undefined ? 0 : 1)),
        values: numbers.size,
        included: Uint8Array.from(shapes.list, ({ node }) => (isIncluded(constraint, request.pod, node) ? 1 : 0)),
      }
    }),
  }
}

/** Chooses nodes for pods that are to be spread softly. */
export type SpreadChoice = {
  /** As the board's `best`, with the spreading of the group's pods in the score. */
  best(classId: number, plan: SpreadPlan, group: SpreadGroup): Readonly<Best>
}

/**
 * Nodes without a pod of the group score alike within a domain, so the best of them stand at the head of the board's
 * shelves; only the nodes with such pods are looked at one by one.
 */
export function createSpreadChoice(table: NodeTable, board: ScoreBoard): SpreadChoice {
  const { columns } = board
  const result: Best = { slot: -1, tied: 0 }
  /** By level, as the board's `count`: how many of its nodes carry pods of the group. */
  let carrying = new Int32Array(0)
  let carryingFit = new Int32Array(0)
  /** By slot: the last choice that saw it among the group's nodes. */
  let seen = new Int32Array(0)
  let choice = 0
  /** Feasible nodes of the group: slot, score, shelf, domain, raw spread score. */
  let found = new Int32Array(64 * 5)
  let counts: Float64Array[] = []
  let present: Uint8Array[] = []
  let weights = new Float64Array(0)

  function reserve(plan: SpreadPlan, group: SpreadGroup): void {
    if (carrying.length !== columns.count.length) carrying = new Int32Array(columns.count.length)
    if (carryingFit.length !== columns.fit.length) carryingFit = new Int32Array(columns.fit.length)
    if (seen.length < table.size) seen = new Int32Array(columns.shape.length)
    if (found.length < group.size * 5) found = new Int32Array(group.size * 10)
    if (weights.length < plan.constraints.length) weights = new Float64Array(plan.constraints.length)
    counts = plan.constraints.map(({ values }, at) => {
      const known = counts[at]
      return known !== undefined && known.length >= values ? known.fill(0) : new Float64Array(values)
    })
    present = plan.constraints.map(({ values }, at) => {
      const known = present[at]
      return known !== undefined && known.length >= values ? known.fill(0) : new Uint8Array(values)
    })
  }

  /** PodTopologySpread's raw score of a node that carries so many pods of the group. */
  function rawScore({ constraints }: SpreadPlan, domain: number, pods: number): number {
    let sum = 0
    for (let at = 0; at < constraints.length; at++) {
      const constraint = constraints[at]
      if (constraint === undefined || constraint.hasKey[domain] === 0) continue
      const count = constraint.perNode ? pods : (counts[at]?.[constraint.valueAt[domain] ?? 0] ?? 0)
      sum += spreadTerm(count, constraint.maxSkew, weights[at] ?? 0)
    }
    return Math.round(sum)
  }

  /** The first node by name of a level that carries no pod of the group. */
  function firstFree(classId: number, shelf: number, domain: number, level: number): number {
    const { bits, words, row } = columns
    const sheet = columns.sheetOf[shelf * levels + level] ?? -1
    const slots = columns.slotAt[domain]
    if (sheet < 0 || slots === undefined) throw new Error('a level that has nodes has no bits')
    let isPassed = false
    for (let word = columns.hint[sheet] ?? 0; word < words; word++) {
      const before = bits[sheet * words + word] ?? 0
      let kept = before
      for (let set = before; set !== 0; ) {
        const lowest = set & -set
        const slot = slots[word * 32 + 31 - Math.clz32(lowest)] ?? 0
        set &= ~lowest
        if (row[scoreAt(columns, slot, classId)] !== level) {
          kept &= ~lowest
          continue
        }
        if (seen[slot] !== choice) {
          bits[sheet * words + word] = kept
          return slot
        }
        isPassed = true
      }
      bits[sheet * words + word] = kept
      if (!isPassed) columns.hint[sheet] = word + 1
    }
    throw new Error('a level that has nodes has no valid bit')
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

  return {
    best(classId, plan, group) {
      const shelves = board.shelvesOf(classId)
      const { fit, row } = columns
      result.slot = -1
      result.tied = 0
      choice++
      reserve(plan, group)

      // What is feasible at all decides weights and normalisation.
      let feasible = 0
      let mostIntolerable = 0
      let mostPreferred = 0
      for (const { id, domain, intolerable, preferred } of shelves) {
        const nodes = fit[id] ?? 0
        if (nodes === 0) continue
        if (intolerable > mostIntolerable) mostIntolerable = intolerable
        if (preferred > mostPreferred) mostPreferred = preferred
        if (plan.ignored[domain] === 1) continue
        feasible += nodes
        for (let at = 0; at < plan.constraints.length; at++) {
          const values = present[at]
          if (values !== undefined) values[plan.constraints[at]?.valueAt[domain] ?? 0] = 1
        }
      }
      for (let at = 0; at < plan.constraints.length; at++) {
        let domains = feasible
        if (plan.constraints[at]?.perNode !== true) {
          domains = 0
          for (const value of present[at] ?? []) domains += value
        }
        weights[at] = spreadWeight(domains)
      }

      // The nodes that carry pods of the group.
      const { entries } = group
      const end = group.size * entryLength
      let founds = 0
      for (let entry = 0; entry < end; entry += entryLength) {
        const slot = entries[entry] ?? 0
        const pods = entries[entry + 1] ?? 0
        const shape = entries[entry + 2] ?? 0
        const domain = plan.domainOfShape[shape] ?? 0
        if (plan.ignored[domain] === 0) {
          for (let at = 0; at < plan.constraints.length; at++) {
            const constraint = plan.constraints[at]
            const sums = counts[at]
            if (constraint === undefined || sums === undefined || constraint.perNode) continue
            const value = constraint.valueAt[domain] ?? 0
            if (constraint.included[shape] === 1) sums[value] = (sums[value] ?? 0) + pods
          }
        }
        const score = row[scoreAt(columns, slot, classId)] ?? unfit
        if (score === unfit) continue
        const shelf = columns.shelf[shape * columns.classes + classId] ?? 0
        found[founds] = slot
        found[founds + 1] = score
        found[founds + 2] = shelf
        found[founds + 3] = domain
        found[founds + 4] = pods
        founds += 5
        seen[slot] = choice
        const level = shelf * levels + score
        carrying[level] = (carrying[level] ?? 0) + 1
        carryingFit[shelf] = (carryingFit[shelf] ?? 0) + 1
      }

      let least = Number.POSITIVE_INFINITY
      let most = 0
      for (const { id, domain } of shelves) {
        if ((fit[id] ?? 0) === (carryingFit[id] ?? 0) || plan.ignored[domain] === 1) continue
        const raw = rawScore(plan, domain, 0)
        least = Math.min(least, raw)
        most = Math.max(most, raw)
      }
      for (let at = 0; at < founds; at += 5) {
        const domain = found[at + 3] ?? 0
        const raw = rawScore(plan, domain, found[at + 4] ?? 0)
        found[at + 4] = raw
        if (plan.ignored[domain] === 1) continue
        least = Math.min(least, raw)
        most = Math.max(most, raw)
      }
      const spread = (domain: number, raw: number): number =>
        plan.ignored[domain] === 1 ? 0 : spreadPluginWeight * normalizedSpread(raw, least, most)

      let highest = -1
      for (const shelf of shelves) {
        const { id, domain } = shelf
        if ((fit[id] ?? 0) === (carryingFit[id] ?? 0)) continue
        let level = board.topLevel(classId, shelf)
        for (;;) {
          while (level < (columns.floor[id] ?? 0)) board.deepen(classId)
          if ((columns.count[id * levels + level] ?? 0) !== (carrying[id * levels + level] ?? 0)) break
          level--
        }
        const total =
          level + staticScore(shelf, mostIntolerable, mostPreferred) + spread(domain, rawScore(plan, domain, 0))
        if (total < highest) continue
        const tied = (columns.count[id * levels + level] ?? 0) - (carrying[id * levels + level] ?? 0)
        take(firstFree(classId, id, domain, level), tied, total > highest)
        highest = total
      }
      const isStatic = mostIntolerable > 0 || mostPreferred > 0
      for (let at = 0; at < founds; at += 5) {
        const shelfId = found[at + 2] ?? 0
        const score = found[at + 1] ?? 0
        carrying[shelfId * levels + score] = 0
        carryingFit[shelfId] = 0
        const total =
          score +
          (isStatic ? staticOf(shelves, shelfId, mostIntolerable, mostPreferred) : 0) +
          spread(found[at + 3] ?? 0, found[at + 4] ?? 0)
        if (total < highest) continue
        take(found[at] ?? 0, 1, total > highest)
        highest = total
      }
      return result
    },
  }
}

function staticOf(shelves: readonly Shelf[], id: number, mostIntolerable: number, mostPreferred: number): number {
  const shelf = shelves.find((each) => each.id === id)
  return shelf === undefined ? 0 : staticScore(shelf, mostIntolerable, mostPreferred)
}
