import { tryParseQuantity } from '../../../cluster/quantity.ts'
import { listAt, objectAt, scalarTextAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import type { FieldCause } from './api-error.ts'
import { dnsLabelRule, duplicate, invalidValue, isDnsLabel, required, unsupported } from './field-causes.ts'

/** What the API server would refuse in a pod spec; the common mistakes. Source: pkg/apis/core/validation/validation.go. */
export function validatePodSpec(spec: unknown, at: string, restartPolicies: readonly string[]): readonly FieldCause[] {
  const containers = listAt(spec, 'containers')
  const restartPolicy = textAt(spec, 'restartPolicy') ?? ''
  return [
    ...(containers.length === 0 ? [required(`${at}.containers`)] : []),
    ...validateContainers(containers, `${at}.containers`, volumeNames(spec)),
    ...validateContainers(listAt(spec, 'initContainers'), `${at}.initContainers`, volumeNames(spec)),
    ...(restartPolicies.includes(restartPolicy)
      ? []
      : [unsupported(`${at}.restartPolicy`, restartPolicy, restartPolicies)]),
    ...listAt(spec, 'tolerations').flatMap((toleration, index) =>
      validateToleration(toleration, `${at}.tolerations[${index}]`),
    ),
    ...validateNodeAffinity(spec, `${at}.affinity.nodeAffinity`),
  ]
}

function volumeNames(spec: unknown): ReadonlySet<string> {
  return new Set(listAt(spec, 'volumes').map((volume) => textAt(volume, 'name') ?? ''))
}

function validateContainers(
  containers: readonly unknown[],
  at: string,
  volumes: ReadonlySet<string>,
): readonly FieldCause[] {
  const seen = new Set<string>()
  return containers.flatMap((container, index) => {
    const field = `${at}[${index}]`
    const name = textAt(container, 'name') ?? ''
    const repeated = seen.has(name)
    seen.add(name)
    return [
      ...(name === ''
        ? [required(`${field}.name`)]
        : isDnsLabel(name)
          ? []
          : [invalidValue(`${field}.name`, name, dnsLabelRule)]),
      ...(name !== '' && repeated ? [duplicate(`${field}.name`, name)] : []),
      ...((textAt(container, 'image') ?? '') === '' ? [required(`${field}.image`)] : []),
      ...listAt(container, 'volumeMounts').flatMap((mount, position) => {
        const volume = textAt(mount, 'name') ?? ''
        return volumes.has(volume)
          ? []
          : [
              {
                reason: 'FieldValueNotFound',
                message: `Not found: ${JSON.stringify(volume)}`,
                field: `${field}.volumeMounts[${position}].name`,
              },
            ]
      }),
      ...validateResources(container, `${field}.resources`),
    ]
  })
}

function validateResources(container: unknown, at: string): readonly FieldCause[] {
  const limits = objectAt(container, 'resources', 'limits')
  const requests = objectAt(container, 'resources', 'requests')
  const malformed = [
    ...Object.entries(limits).map(([name, amount]) => ({ field: `${at}.limits[${name}]`, name, amount })),
    ...Object.entries(requests).map(([name, amount]) => ({ field: `${at}.requests[${name}]`, name, amount })),
  ].flatMap(({ field, name, amount }) => {
    const text = String(amount)
    const quantity = tryParseQuantity(text)
    if (quantity === undefined) return []
    if (quantity < 0n) return [invalidValue(field, text, 'must be greater than or equal to 0')]
    if (isExtended(name) && quantity % 1_000_000_000n !== 0n) return [invalidValue(field, text, 'must be an integer')]
    return []
  })
  const mismatched = Object.entries(requests).flatMap(([name, amount]) => {
    const request = tryParseQuantity(String(amount))
    const limit = tryParseQuantity(scalarTextAt(limits, name) ?? '')
    if (request === undefined) return []
    if (isExtended(name)) {
      if (limit === undefined) {
        return [required(`${at}.limits`, 'Limit must be set for non overcommitable resources')]
      }
      if (limit === request) return []
      return [
        invalidValue(`${at}.requests`, String(amount), `must be equal to ${name} limit of ${String(limits[name])}`),
      ]
    }
    if (limit === undefined || request <= limit) return []
    return [
      invalidValue(
        `${at}.requests`,
        String(amount),
        `must be less than or equal to ${name} limit of ${String(limits[name])}`,
      ),
    ]
  })
  return [...malformed, ...mismatched]
}

/** Names with a domain that is not Kubernetes' own, such as `nvidia.com/gpu`. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.startsWith('kubernetes.io/')
}

function validateToleration(toleration: unknown, at: string): readonly FieldCause[] {
  const key = textAt(toleration, 'key') ?? ''
  const operator = textAt(toleration, 'operator') ?? ''
  const value = textAt(toleration, 'value') ?? ''
  const effect = textAt(toleration, 'effect') ?? ''
  return [
    ...(key === '' && operator !== 'Exists'
      ? [
          invalidValue(
            `${at}.operator`,
            operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(valueAt(toleration, 'tolerationSeconds') !== undefined && effect !== 'NoExecute'
      ? [invalidValue(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...(operator === 'Exists' && value !== ''
      ? [invalidValue(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(['', 'Equal', 'Exists'].includes(operator)
      ? []
      : [unsupported(`${at}.operator`, operator, ['Equal', 'Exists'])]),
    ...(['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)
      ? []
      : [unsupported(`${at}.effect`, effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])]),
  ]
}

function validateNodeAffinity(spec: unknown, at: string): readonly FieldCause[] {
  const required_ = 'requiredDuringSchedulingIgnoredDuringExecution'
  const affinity = objectAt(spec, 'affinity', 'nodeAffinity')
  if (affinity[required_] === undefined) return []
  const terms = listAt(affinity, required_, 'nodeSelectorTerms')
  if (terms.length === 0) {
    return [required(`${at}.${required_}.nodeSelectorTerms`, 'must have at least one node selector term')]
  }
  return terms.flatMap((term, position) =>
    listAt(term, 'matchExpressions').flatMap((expression, index) => {
      const field = `${at}.${required_}.nodeSelectorTerms[${position}].matchExpressions[${index}]`
      const operator = textAt(expression, 'operator') ?? ''
      const count = listAt(expression, 'values').length
      switch (operator) {
        case 'In':
        case 'NotIn':
          return count > 0 ? [] : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
        case 'Exists':
        case 'DoesNotExist':
          return count === 0
            ? []
            : [forbiddenField(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
        case 'Gt':
        case 'Lt':
          return count === 1
            ? []
            : [required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
        default:
          return [invalidValue(`${field}.operator`, operator, 'not a valid selector operator')]
      }
    }),
  )
}

function forbiddenField(field: string, message: string): FieldCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field }
}
