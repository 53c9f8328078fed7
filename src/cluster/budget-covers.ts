import type { DisruptionBudget } from './cluster-objects.ts'
import { matchesLabelSelector } from './label-selector.ts'
import type { Pod } from './pod.ts'

/**
 * Whether a budget counts a pod, as the disruption controller and the eviction API see it; kube-scheduler, unlike them,
 * takes an empty selector for one that selects nothing.
 */
export function budgetCovers(
  { namespace, selector }: DisruptionBudget,
  pod: Pick<Pod, 'namespace' | 'labels'>,
): boolean {
  return namespace === pod.namespace && selector !== undefined && matchesLabelSelector(selector, pod.labels)
}
