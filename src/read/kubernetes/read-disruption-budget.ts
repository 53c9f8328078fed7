import type { DisruptionBudget } from '../../cluster/cluster-objects.ts'
import { matchesLabelSelector } from '../../cluster/label-selector.ts'
import type { Labels } from '../../cluster/labels.ts'
import { isJsonObject, numberAt, objectAt, scalarTextAt, textAt, valueAt } from './json.ts'
import { readLabelSelector } from './read-label-selector.ts'

/** Pods that are alike, and how many of them there are once all of them run. */
export type PodCount = { readonly namespace: string; readonly labels: Labels; readonly count: number }

/**
 * A PodDisruptionBudget object. Without a status, as in a manifest, the disruptions that it allows are those of the day
 * on which all of `pods` that it selects run and are healthy: `maxUnavailable`, or what they are more than
 * `minAvailable`; percentages are of their number and rounded up. Source: pkg/controller/disruption.
 */
export function readDisruptionBudget(budget: unknown, pods: readonly PodCount[]): DisruptionBudget {
  const namespace = textAt(budget, 'metadata', 'namespace') ?? 'default'
  const given = valueAt(budget, 'spec', 'selector')
  const selector = isJsonObject(given) ? readLabelSelector(given) : undefined
  const expected = pods
    .filter(
      (pod) => pod.namespace === namespace && selector !== undefined && matchesLabelSelector(selector, pod.labels),
    )
    .reduce((sum, { count }) => sum + count, 0)
  return {
    namespace,
    name: textAt(budget, 'metadata', 'name') ?? '',
    ...(selector !== undefined && { selector }),
    disruptionsAllowed: numberAt(budget, 'status', 'disruptionsAllowed') ?? allowedOf(budget, expected),
    disruptedPods: Object.keys(objectAt(budget, 'status', 'disruptedPods')),
  }
}

function allowedOf(budget: unknown, expected: number): number {
  const unavailable = scaled(scalarTextAt(budget, 'spec', 'maxUnavailable'), expected)
  const available = scaled(scalarTextAt(budget, 'spec', 'minAvailable'), expected)
  const desired = unavailable === undefined ? (available ?? 0) : Math.max(0, expected - unavailable)
  return Math.max(0, expected - desired)
}

/** A number, or a percentage of `total` rounded up. */
function scaled(text: string | undefined, total: number): number | undefined {
  const match = /^(\d+)(%?)$/.exec(text ?? '')
  if (match === null) return undefined
  const [, number, percent] = match
  return percent === '%' ? Math.ceil((Number(number) * total) / 100) : Number(number)
}
