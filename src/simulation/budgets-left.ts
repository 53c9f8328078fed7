import { budgetCovers } from '../cluster/budget-covers.ts'
import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'

/**
 * What budgets allow while some of the pods that they count are without a node: as many disruptions less, never less than
 * none. `given`: as they are when all of them run. Source: pkg/controller/disruption `updatePdbStatus`.
 */
export function budgetsLeft(
  given: readonly DisruptionBudget[],
  lost: readonly { readonly pod: Pick<Pod, 'namespace' | 'labels'>; readonly count: number }[],
): readonly DisruptionBudget[] {
  return given.map((budget) => {
    const gone = lost.reduce((sum, { pod, count }) => (count > 0 && budgetCovers(budget, pod) ? sum + count : sum), 0)
    return gone === 0 ? budget : { ...budget, disruptionsAllowed: Math.max(0, budget.disruptionsAllowed - gone) }
  })
}
