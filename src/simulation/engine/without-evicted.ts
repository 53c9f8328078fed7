import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import type { Pod } from '../../cluster/pod.ts'
import { budgetsLeft } from '../budgets-left.ts'

/** The objects once these pods had to leave: budgets that select them allow as many disruptions less. The same objects when none does. */
export function withoutEvicted(objects: ClusterObjects, pods: readonly Pod[]): ClusterObjects {
  const before = objects.disruptionBudgets
  const disruptionBudgets = budgetsLeft(
    before,
    pods.map((pod) => ({ pod, count: 1 })),
  )
  return disruptionBudgets.every((budget, index) => budget === before[index])
    ? objects
    : { ...objects, disruptionBudgets }
}
