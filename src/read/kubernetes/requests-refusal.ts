import { tryParseQuantity } from '../../cluster/quantity.ts'
import { type JsonObject, listAt, objectAt, scalarTextAt } from './json.ts'
import { amountText, podAmounts, readAmounts } from './pod-amounts.ts'

/**
 * Why the API server refuses a pod once limit ranges have filled in what it left out, in its words, or `undefined`: a
 * container asks for more than it is limited to, or the containers for more than the pod as a whole.
 * Source: pkg/apis/core/validation `ValidateContainerResourceRequirements`, `validatePodResourceConsistency`.
 */
export function requestsRefusal(spec: JsonObject): string | undefined {
  const messages = [
    ...(['initContainers', 'containers'] as const).flatMap((field) =>
      listAt(spec, field).flatMap((container, index) => aboveLimits(container, `spec.${field}[${index}]`)),
    ),
    ...aboveLimits(spec, 'spec'),
    ...abovePod(spec),
    ...limitsAbovePod(spec),
  ].toSorted()
  return messages.length > 1 ? `[${messages.join(', ')}]` : messages[0]
}

/** For a container, or for the pod as a whole. */
function aboveLimits(container: unknown, path: string): readonly string[] {
  const requests = objectAt(container, 'resources', 'requests')
  const limits = readAmounts(objectAt(container, 'resources', 'limits'))
  return Object.keys(requests).flatMap((name) => {
    const limit = limits.get(name)
    const asked = scalarTextAt(requests, name) ?? ''
    if (limit === undefined || (tryParseQuantity(asked) ?? 0n) <= limit) return []
    return [
      `${path}.resources.requests: Invalid value: "${asked}": must be less than or equal to ${name} limit of ${amountText(name, limit)}`,
    ]
  })
}

function abovePod(spec: JsonObject): readonly string[] {
  const { resources: _, ...containersOnly } = spec
  const all = podAmounts(containersOnly, 'requests')
  return Object.keys(objectAt(spec, 'resources', 'requests')).flatMap((name) => {
    const whole = scalarTextAt(spec, 'resources', 'requests', name) ?? ''
    const sum = all.get(name)
    if (sum === undefined || sum <= (tryParseQuantity(whole) ?? 0n)) return []
    return [
      `spec.resources.requests[${name}]: Invalid value: "${whole}": must be greater than or equal to aggregate container requests of ${amountText(name, sum)}`,
    ]
  })
}

function limitsAbovePod(spec: JsonObject): readonly string[] {
  const whole = readAmounts(objectAt(spec, 'resources', 'limits'))
  return listAt(spec, 'containers').flatMap((container, index) => {
    const limits = objectAt(container, 'resources', 'limits')
    return Object.keys(limits).flatMap((name) => {
      const most = whole.get(name)
      const written = scalarTextAt(limits, name) ?? ''
      if (most === undefined || (tryParseQuantity(written) ?? 0n) <= most) return []
      return [
        `spec.resources.containers[${index}][${name}].limits: Invalid value: "${written}": must be less than or equal to pod limits of ${amountText(name, most)}`,
      ]
    })
  })
}
