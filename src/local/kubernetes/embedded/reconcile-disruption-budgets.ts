import { matchesLabelSelector } from '../../../cluster/label-selector.ts'
import { objectAt, valueAt } from '../../../read/kubernetes/json.ts'
import { readLabelSelector } from '../../../read/kubernetes/read-label-selector.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { isActivePod, isReadyPod } from './owned-objects.ts'
import { kindNamed } from './resource-kind.ts'
import { updateStatus, withConditions } from './update-status.ts'

/** Counts for each PodDisruptionBudget how many pods may go. Source: pkg/controller/disruption. */
export function reconcileDisruptionBudgets(api: EmbeddedApi): void {
  for (const budget of api.store.list(kindNamed('PodDisruptionBudget'))) {
    const selector = readLabelSelector(objectAt(budget, 'spec', 'selector'))
    const pods = api.store
      .list(kindNamed('Pod'), budget.metadata.namespace)
      .filter((pod) => isActivePod(pod) && matchesLabelSelector(selector, pod.metadata.labels ?? {}))
    const healthy = pods.filter(isReadyPod).length
    const least = valueAt(budget, 'spec', 'minAvailable')
    const most = valueAt(budget, 'spec', 'maxUnavailable')
    const desired =
      most === undefined ? amountOf(least, pods.length) : Math.max(0, pods.length - amountOf(most, pods.length))
    const allowed = pods.length === 0 ? 0 : Math.max(0, healthy - desired)
    updateStatus(api.store, budget, {
      conditions: withConditions(budget, [
        {
          type: 'DisruptionAllowed',
          status: allowed > 0 ? 'True' : 'False',
          reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          message: '',
        },
      ]),
      currentHealthy: healthy,
      desiredHealthy: desired,
      disruptionsAllowed: allowed,
      expectedPods: pods.length,
      observedGeneration: budget.metadata['generation'],
    })
  }
}

/** Both percentages round up. */
function amountOf(value: unknown, total: number): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? Math.ceil((Number.parseFloat(value) * total) / 100) : 1
}
