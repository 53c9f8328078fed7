import { levels, type Shelf } from './score-board.ts'
import type { SpreadGroup } from './spread-groups.ts'
import type { SpreadPlan } from './spread-plan.ts'

/** The nodes that carry pods of a group, counted as the pods of one class see them. */
export type SpreadTally = {
  readonly classId: number
  readonly plan: SpreadPlan
  readonly group: SpreadGroup
  /** When the class was opened; what the board says later makes the tally worthless. */
  readonly openedAt: number
  /** The class's shelves; their places here are the ordinals below. */
  readonly shelves: readonly Shelf[]
  /** By constraint, by value: pods of the group there, on nodes that are counted. */
  readonly sums: readonly Float64Array[]
  /** By ordinal: nodes that carry pods and take the class. */
  readonly fit: Int32Array
  /** By ordinal: no level above this one has such nodes. */
  readonly top: Int32Array
  /** At `ordinal * levels + level`: how many such nodes. */
  readonly count: Int32Array
  /** At `ordinal * width + pods`: how many such nodes carry so many pods. */
  byPods: Int32Array
  width: number
  /** By ordinal: a level, its stamp then, and a position before which all its nodes carry pods. */
  readonly passed: { readonly level: Int32Array; readonly stamp: Int32Array; readonly position: Int32Array }
}

/** A tally of no nodes. */
export function createSpreadTally(
  classId: number,
  plan: SpreadPlan,
  group: SpreadGroup,
  shelves: readonly Shelf[],
  openedAt: number,
): SpreadTally {
  const { length } = shelves
  const width = 4
  return {
    classId,
    plan,
    group,
    openedAt,
    shelves,
    sums: plan.constraints.map(({ values, perNode }) => new Float64Array(perNode ? 0 : values)),
    fit: new Int32Array(length),
    top: new Int32Array(length),
    count: new Int32Array(length * levels),
    byPods: new Int32Array(length * width),
    width,
    passed: {
      level: new Int32Array(length).fill(-1),
      stamp: new Int32Array(length),
      position: new Int32Array(length),
    },
  }
}

/** Counts the pods of a node (`sign` 1), or takes them away (-1), whether or not the node takes the class. */
export function tallyPods({ plan, sums }: SpreadTally, shape: number, pods: number, sign: 1 | -1): void {
  const domain = plan.domainOfShape[shape] ?? 0
  if (plan.ignored[domain] === 1) return
  for (let at = 0; at < plan.constraints.length; at++) {
    const constraint = plan.constraints[at]
    const counts = sums[at]
    if (constraint === undefined || counts === undefined || constraint.perNode) continue
    if (constraint.included[shape] !== 1) continue
    const value = constraint.valueAt[domain] ?? 0
    counts[value] = (counts[value] ?? 0) + sign * pods
  }
}

/** Counts a node that carries pods and takes the class at a level (`sign` 1), or takes it away (-1). */
export function tallyNode(tally: SpreadTally, ordinal: number, level: number, pods: number, sign: 1 | -1): void {
  if (pods >= tally.width) widen(tally, pods)
  const { fit, top, count, byPods, width } = tally
  fit[ordinal] = (fit[ordinal] ?? 0) + sign
  const at = ordinal * levels + level
  count[at] = (count[at] ?? 0) + sign
  if (level > (top[ordinal] ?? 0)) top[ordinal] = level
  const place = ordinal * width + pods
  byPods[place] = (byPods[place] ?? 0) + sign
}

/** Another pod came to a node that carries pods, of another group: its level is another now. A node that is fuller takes no class that it did not take. */
export function moveTallied({ top, count }: SpreadTally, ordinal: number, from: number, to: number): void {
  const left = ordinal * levels + from
  count[left] = (count[left] ?? 0) - 1
  const at = ordinal * levels + to
  count[at] = (count[at] ?? 0) + 1
  if (to > (top[ordinal] ?? 0)) top[ordinal] = to
}

/** The highest level of a shelf with nodes that carry pods; there must be some. */
export function topTallied({ top, count }: SpreadTally, ordinal: number): number {
  let level = top[ordinal] ?? 0
  while (level > 0 && count[ordinal * levels + level] === 0) level--
  top[ordinal] = level
  return level
}

function widen(tally: SpreadTally, pods: number): void {
  const { byPods, width, shelves } = tally
  const wider = Math.max(width * 2, pods + 1)
  const widened = new Int32Array(shelves.length * wider)
  for (let ordinal = 0; ordinal < shelves.length; ordinal++) {
    widened.set(byPods.subarray(ordinal * width, (ordinal + 1) * width), ordinal * wider)
  }
  tally.byPods = widened
  tally.width = wider
}
