import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import { matchesLabelSelector } from '../cluster/label-selector.ts'
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
    const { namespace, selector, disruptionsAllowed } = budget
    if (selector === undefined) return budget
    const gone = lost
      .filter(
        ({ pod, count }) => count > 0 && pod.namespace === namespace && matchesLabelSelector(selector, pod.labels),
      )
      .reduce((sum, { count }) => sum + count, 0)
    return gone === 0 ? budget : { ...budget, disruptionsAllowed: Math.max(0, disruptionsAllowed - gone) }
  })
}
