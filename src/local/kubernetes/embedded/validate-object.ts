import { isDeepStrictEqual } from 'node:util'
import { matchesLabelSelector } from '../../../cluster/label-selector.ts'
import { type JsonObject, listAt, objectAt, recordAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import { readLabelSelector } from '../../../read/kubernetes/read-label-selector.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { FieldCause } from './api-error.ts'
import {
  dnsSubdomainRule,
  duplicate,
  invalidValue,
  isDnsSubdomain,
  isLabelValue,
  isQualifiedName,
  labelValueRule,
  qualifiedNameRule,
  required,
  unsupported,
} from './field-causes.ts'
import { validatePodSpec } from './validate-pod-spec.ts'

/** What the API server would answer with 422; the common mistakes. Source: pkg/apis/<group>/validation. */
export function validateObject(object: KubernetesObject): readonly FieldCause[] {
  return [...validateMetadata(object.metadata, object.kind), ...validateSpec(object)]
}

/** Changes that the API server refuses although the new object is valid by itself. */
export function validateUpdate(object: KubernetesObject, current: KubernetesObject): readonly FieldCause[] {
  const unchanged = (field: string): readonly FieldCause[] => {
    const path = field.split('.')
    const value = valueAt(object, ...path)
    return isDeepStrictEqual(value, valueAt(current, ...path)) ? [] : [invalidValue(field, value, 'field is immutable')]
  }
  switch (object.kind) {
    case 'Deployment':
    case 'DaemonSet':
    case 'ReplicaSet':
      return unchanged('spec.selector')
    case 'Job':
      return [...unchanged('spec.completions'), ...unchanged('spec.selector'), ...unchanged('spec.template')]
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return isDeepStrictEqual(object['roleRef'], current['roleRef'])
        ? []
        : [invalidValue('roleRef', object['roleRef'], 'cannot change roleRef')]
    case 'PriorityClass':
      return object['value'] === current['value']
        ? []
        : [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be changed in an update.', field: 'value' }]
    case 'Pod':
      return validatePodUpdate(object, current)
    default:
      return []
  }
}

function validateMetadata(metadata: KubernetesObject['metadata'], kind: string): readonly FieldCause[] {
  const name = metadata.name ?? ''
  // Roles and bindings may be called anything that is one path segment, such as system:node.
  const anyName = ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'].includes(kind)
  return [
    ...(name === ''
      ? [required('metadata.name', 'name or generateName is required')]
      : anyName || isDnsSubdomain(name)
        ? []
        : [invalidValue('metadata.name', name, dnsSubdomainRule)]),
    ...validateLabels(metadata.labels ?? {}, 'metadata.labels'),
  ]
}

function validateLabels(labels: Readonly<Record<string, unknown>>, at: string): readonly FieldCause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(isQualifiedName(key) ? [] : [invalidValue(at, key, qualifiedNameRule)]),
    ...(isLabelValue(String(value)) ? [] : [invalidValue(at, value, labelValueRule)]),
  ])
}

function validateSpec(object: KubernetesObject): readonly FieldCause[] {
  const spec = objectAt(object, 'spec')
  switch (object.kind) {
    case 'Pod':
      return validatePodSpec(spec, 'spec', ['Always', 'OnFailure', 'Never'])
    case 'Deployment':
    case 'DaemonSet':
    case 'ReplicaSet':
      return [
        ...validateCount(spec, 'replicas'),
        ...validateSelector(spec),
        ...validatePodSpec(objectAt(spec, 'template', 'spec'), 'spec.template.spec', ['Always']),
      ]
    case 'Job':
      return [
        ...['parallelism', 'completions', 'backoffLimit'].flatMap((field) => validateCount(spec, field)),
        ...validatePodSpec(objectAt(spec, 'template', 'spec'), 'spec.template.spec', ['OnFailure', 'Never']),
      ]
    case 'Node':
      return validateTaints(spec)
    case 'Service':
      return listAt(spec, 'ports').length === 0 &&
        textAt(spec, 'type') !== 'ExternalName' &&
        spec['clusterIP'] !== 'None'
        ? [required('spec.ports')]
        : []
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return (textAt(object, 'roleRef', 'name') ?? '') === '' ? [required('roleRef.name')] : []
    default:
      return []
  }
}

function validateCount(spec: JsonObject, field: string): readonly FieldCause[] {
  const value = spec[field]
  return typeof value === 'number' && value < 0
    ? [invalidValue(`spec.${field}`, value, 'must be greater than or equal to 0')]
    : []
}

function validateSelector(spec: JsonObject): readonly FieldCause[] {
  const selector = objectAt(spec, 'selector')
  if (spec['selector'] === undefined) return [required('spec.selector')]
  if (
    Object.keys(objectAt(selector, 'matchLabels')).length === 0 &&
    listAt(selector, 'matchExpressions').length === 0
  ) {
    return [invalidValue('spec.selector', selector, 'empty selector is invalid for deployment')]
  }
  const labels = recordAt(spec, 'template', 'metadata', 'labels')
  return matchesLabelSelector(readLabelSelector(selector), labels)
    ? []
    : [invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')]
}

function validateTaints(spec: JsonObject): readonly FieldCause[] {
  const seen = new Set<string>()
  return listAt(spec, 'taints').flatMap((taint, index) => {
    const at = `metadata.taints[${index}]`
    const key = textAt(taint, 'key') ?? ''
    const value = textAt(taint, 'value') ?? ''
    const effect = textAt(taint, 'effect') ?? ''
    const identity = `${key}:${effect}`
    const repeated = seen.has(identity)
    seen.add(identity)
    return [
      ...(isQualifiedName(key) ? [] : [invalidValue(`${at}.key`, key, qualifiedNameRule)]),
      ...(isLabelValue(value) ? [] : [invalidValue(`${at}.value`, value, labelValueRule)]),
      ...(effect === ''
        ? [required(`${at}.effect`)]
        : ['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)
          ? []
          : [unsupported(`${at}.effect`, effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])]),
      ...(repeated ? [duplicate(at, identity)] : []),
    ]
  })
}

/** Of a pod's spec only images, tolerations (added), deadlines and gates (removed) may change. */
function validatePodUpdate(object: KubernetesObject, current: KubernetesObject): readonly FieldCause[] {
  const fixed = (pod: KubernetesObject): unknown => {
    const {
      activeDeadlineSeconds: _deadline,
      tolerations: _tolerations,
      terminationGracePeriodSeconds: _grace,
      schedulingGates: _gates,
      nodeSelector: _selector,
      affinity: _affinity,
      ...spec
    } = objectAt(pod, 'spec')
    return {
      ...spec,
      containers: listAt(spec, 'containers').map((container) => ({ ...objectAt(container), image: '' })),
      initContainers: listAt(spec, 'initContainers').map((container) => ({ ...objectAt(container), image: '' })),
    }
  }
  if (isDeepStrictEqual(fixed(object), fixed(current))) return []
  return [
    {
      reason: 'FieldValueForbidden',
      message:
        'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
      field: 'spec',
    },
  ]
}
