import type { Pod } from '../cluster/pod.ts'
import type { PodClass, PodClasses } from './pod-class.ts'
import { specKey } from './spec-key.ts'

/** Pods that wait, and how many of each class of the view. */
export type WaitingPods = { readonly classId: string; readonly pod: Pod; readonly count: number }

/** Waiting pods that are asked about together. */
export type EquivalenceGroup = {
  readonly of: PodClass
  readonly members: readonly WaitingPods[]
  readonly count: number
}

const mostGroupsByController = 10

/**
 * Pods of one controller with the same labels and spec are one group, ten groups of a controller at most; every further pod
 * that is like none of the ten, and every pod without a controller, is a group of its own. A class of bare pods counts as
 * one group here, since one pod of it fares as the other.
 * Source: cluster-autoscaler 1.36.1, core/scaleup/equivalence/groups.go.
 */
export function equivalenceGroups(waiting: readonly WaitingPods[], classOf: PodClasses): readonly EquivalenceGroup[] {
  const groups: { of: PodClass; members: WaitingPods[]; count: number }[] = []
  const byController = new Map<string, Map<string, (typeof groups)[number]>>()
  for (const member of waiting) {
    const { owner } = member.pod
    if (owner === undefined) {
      groups.push({ of: classOf(member.pod), members: [member], count: member.count })
      continue
    }
    const known = byController.get(owner.uid) ?? new Map<string, (typeof groups)[number]>()
    byController.set(owner.uid, known)
    const key = specKey(member.pod)
    const found = known.get(key)
    if (found !== undefined) {
      found.members.push(member)
      found.count += member.count
      continue
    }
    const group = { of: classOf(member.pod), members: [member], count: member.count }
    groups.push(group)
    if (known.size < mostGroupsByController) known.set(key, group)
  }
  return groups
}
