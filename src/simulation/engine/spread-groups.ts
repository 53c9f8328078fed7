import type { LabelSelector } from '../../cluster/label-selector.ts'
import type { Pod } from '../../cluster/pod.ts'
import { countSelected, type SpreadConstraint } from '../../scheduler/spread-constraint.ts'

/** Length of an entry of {@link SpreadGroup}. */
export const entryLength = 3

/** Pods that some workload's spreading counts, by the nodes that carry them: few nodes, however many there are in all. */
export type SpreadGroup = {
  readonly id: number
  readonly namespace: string
  readonly constraint: Pick<SpreadConstraint, 'selector'>
  /** Slot, number of pods, shape; one entry after the other, in no order. */
  entries: Int32Array
  /** Number of entries. */
  size: number
}

/** All groups of a cluster, which pods count in which, and which nodes carry them. */
export type SpreadGroups = {
  readonly list: readonly SpreadGroup[]
  /** The group of a selector in a namespace; made when it is new. */
  groupOf(namespace: string, selector: LabelSelector | undefined): SpreadGroup
  /** The groups in which a pod counts. */
  groupsWith(pod: Pod): readonly SpreadGroup[]
  readonly marks: Marks
  /** Whether a node carries pods of a group. */
  carries(group: SpreadGroup, slot: number): boolean
  /** The place of a node's entry in a group, or -1. */
  entryOf(group: SpreadGroup, slot: number): number
  /** Adds pods to a node's entry, or takes some away that were counted. */
  count(group: SpreadGroup, slot: number, shape: number, pods: number): void
  /** Takes a node out of a group. */
  drop(group: SpreadGroup, slot: number): void
  /** Empties every group. */
  clear(): void
}

/** The entries of each node: a list of marks, one for each group. Columns are replaced as they grow. */
type Marks = {
  /** By slot: a node's first mark, or -1. */
  first: Int32Array
  /** By mark: the next one of the node, or -1; the group's id, and the place of the entry there. */
  next: Int32Array
  group: Int32Array
  entry: Int32Array
}

const none = -1

/** No groups. */
export function createSpreadGroups(): SpreadGroups {
  const list: SpreadGroup[] = []
  const byKey = new Map<string, SpreadGroup>()
  /** By namespace and a label that every pod of the group has; the rest by namespace. */
  const byLabel = new Map<string, SpreadGroup[]>()
  const marks: Marks = {
    first: new Int32Array(0),
    next: new Int32Array(64),
    group: new Int32Array(64),
    entry: new Int32Array(64),
  }
  let markCount = 0
  /** Marks to use again, linked by `next`. */
  let spare = none

  /** The mark of a group on a node, or -1. */
  function markOf({ id }: SpreadGroup, slot: number): number {
    const { next, group } = marks
    let mark = marks.first[slot] ?? none
    while (mark !== none && group[mark] !== id) mark = next[mark] ?? none
    return mark
  }

  function addMark({ id }: SpreadGroup, slot: number, entry: number): void {
    if (slot >= marks.first.length) marks.first = longer(marks.first, Math.max(64, slot * 2), none)
    let mark = spare
    if (mark !== none) spare = marks.next[mark] ?? none
    else {
      mark = markCount++
      if (mark === marks.next.length) {
        marks.next = longer(marks.next, mark * 2, none)
        marks.group = longer(marks.group, mark * 2, none)
        marks.entry = longer(marks.entry, mark * 2, none)
      }
    }
    marks.group[mark] = id
    marks.entry[mark] = entry
    marks.next[mark] = marks.first[slot] ?? none
    marks.first[slot] = mark
  }

  function dropMark(slot: number, mark: number): void {
    const { first, next } = marks
    const after = next[mark] ?? none
    if (first[slot] === mark) first[slot] = after
    else {
      let before = first[slot] ?? none
      while (next[before] !== mark) before = next[before] ?? none
      next[before] = after
    }
    next[mark] = spare
    spare = mark
  }

  /** Gives a node that has a mark so many pods. */
  function setEntry(group: SpreadGroup, slot: number, shape: number, mark: number, pods: number): void {
    const { entries } = group
    const at = (marks.entry[mark] ?? 0) * entryLength
    entries[at + 1] = pods
    entries[at + 2] = shape
    if (pods > 0) return
    dropMark(slot, mark)
    group.size--
    const last = group.size * entryLength
    if (at === last) return
    // The last entry takes the place.
    entries.copyWithin(at, last, last + entryLength)
    marks.entry[markOf(group, entries[at] ?? 0)] = at / entryLength
  }

  function addEntry(group: SpreadGroup, slot: number, shape: number, pods: number): void {
    const end = group.size * entryLength
    if (end === group.entries.length) group.entries = longer(group.entries, end * 2, 0)
    const { entries } = group
    entries[end] = slot
    entries[end + 1] = pods
    entries[end + 2] = shape
    addMark(group, slot, group.size)
    group.size++
  }

  return {
    list,
    marks,
    carries: (group, slot) => markOf(group, slot) !== none,
    entryOf: (group, slot) => marks.entry[markOf(group, slot)] ?? none,

    groupOf(namespace, selector) {
      const key = JSON.stringify([namespace, selector ?? null])
      const known = byKey.get(key)
      if (known !== undefined) return known
      const group: SpreadGroup = {
        id: list.length,
        namespace,
        constraint: { selector },
        entries: new Int32Array(8 * entryLength),
        size: 0,
      }
      list.push(group)
      byKey.set(key, group)
      const place = JSON.stringify([namespace, ...requiredLabel(selector)])
      const others = byLabel.get(place)
      if (others === undefined) byLabel.set(place, [group])
      else others.push(group)
      return group
    },

    groupsWith(pod) {
      const places = [[pod.namespace], ...Object.entries(pod.labels).map((label) => [pod.namespace, ...label])]
      return places
        .flatMap((place) => byLabel.get(JSON.stringify(place)) ?? [])
        .filter(({ constraint }) => countSelected(constraint, [pod], pod.namespace) === 1)
    },

    count(group, slot, shape, pods) {
      const mark = markOf(group, slot)
      if (mark === none) addEntry(group, slot, shape, pods)
      else setEntry(group, slot, shape, mark, (group.entries[(marks.entry[mark] ?? 0) * entryLength + 1] ?? 0) + pods)
    },

    drop(group, slot) {
      const mark = markOf(group, slot)
      if (mark !== none) setEntry(group, slot, 0, mark, 0)
    },

    clear() {
      for (const group of list) group.size = 0
      marks.first.fill(none)
      markCount = 0
      spare = none
    },
  }
}

function longer(column: Int32Array, length: number, empty: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length).fill(empty, column.length)
  copy.set(column)
  return copy
}

/** A label with the only value that the selector takes. */
function requiredLabel(selector: LabelSelector | undefined): readonly string[] {
  const [label] = Object.entries(selector?.matchLabels ?? {})
  if (label !== undefined) return label
  const single = selector?.matchExpressions.find(({ operator, values }) => operator === 'In' && values.length === 1)
  return single === undefined ? [] : [single.key, ...single.values]
}
