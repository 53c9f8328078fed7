import type { LabelSelector } from '../../cluster/label-selector.ts'
import type { Pod } from '../../cluster/pod.ts'
import { countSelected, type SpreadConstraint } from '../../scheduler/spread-constraint.ts'

/** Length of an entry of {@link SpreadGroup}. */
export const entryLength = 3

/** Pods that some workload's spreading counts, by the nodes that carry them: few nodes, however many there are in all. */
export type SpreadGroup = {
  readonly namespace: string
  readonly constraint: Pick<SpreadConstraint, 'selector'>
  /** Slot, number of pods, shape; one entry after the other, in no order. */
  entries: Int32Array
  /** Number of entries. */
  size: number
}

/** All groups of a cluster, and which pods count in which. */
export type SpreadGroups = {
  /** The group of a selector in a namespace; made when it is new. */
  groupOf(namespace: string, selector: LabelSelector | undefined): SpreadGroup
  /** The groups in which a pod counts. */
  groupsWith(pod: Pod): readonly SpreadGroup[]
  /** Empties every group. */
  clear(): void
}

/** No groups. */
export function createSpreadGroups(): SpreadGroups {
  const byKey = new Map<string, SpreadGroup>()
  /** By namespace and a label that every pod of the group has; the rest by namespace. */
  const byLabel = new Map<string, SpreadGroup[]>()

  return {
    groupOf(namespace, selector) {
      const key = JSON.stringify([namespace, selector ?? null])
      const known = byKey.get(key)
      if (known !== undefined) return known
      const group: SpreadGroup = {
        namespace,
        constraint: { selector },
        entries: new Int32Array(8 * entryLength),
        size: 0,
      }
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

    clear() {
      for (const group of byKey.values()) group.size = 0
    },
  }
}

/** Adds pods to a node's entry, or takes some away. */
export function countInGroup(group: SpreadGroup, slot: number, shape: number, pods: number): void {
  const at = findEntry(group, slot)
  if (at >= 0) setInGroup(group, slot, shape, (group.entries[at + 1] ?? 0) + pods)
  else setInGroup(group, slot, shape, pods)
}

/** Sets how many pods a node carries. */
export function setInGroup(group: SpreadGroup, slot: number, shape: number, pods: number): void {
  const { entries } = group
  const end = group.size * entryLength
  const at = findEntry(group, slot)
  if (at >= 0) {
    entries[at + 1] = pods
    entries[at + 2] = shape
    if (pods > 0) return
    entries.copyWithin(at, end - entryLength, end)
    group.size--
    return
  }
  if (pods === 0) return
  if (end === entries.length) {
    const grown = new Int32Array(end * 2)
    grown.set(entries)
    group.entries = grown
  }
  group.entries[end] = slot
  group.entries[end + 1] = pods
  group.entries[end + 2] = shape
  group.size++
}

function findEntry({ entries, size }: SpreadGroup, slot: number): number {
  const end = size * entryLength
  for (let at = 0; at < end; at += entryLength) if (entries[at] === slot) return at
  return -1
}

/** A label with the only value that the selector takes. */
function requiredLabel(selector: LabelSelector | undefined): readonly string[] {
  const [label] = Object.entries(selector?.matchLabels ?? {})
  if (label !== undefined) return label
  const single = selector?.matchExpressions.find(({ operator, values }) => operator === 'In' && values.length === 1)
  return single === undefined ? [] : [single.key, ...single.values]
}
