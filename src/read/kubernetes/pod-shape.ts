import { matchesLabelSelector } from '../../cluster/label-selector.ts'
import { tryParseQuantity } from '../../cluster/quantity.ts'
import { type JsonObject, listAt, numberAt, objectAt, recordAt, scalarTextAt, textAt } from './json.ts'
import {
  also,
  fields,
  integer,
  issue,
  listOf,
  mapOf,
  oneOf,
  quantity,
  type Shape,
  type ShapeIssue,
  text,
  truth,
} from './manifest-shape.ts'
import type { ValuePath } from './parse-manifest.ts'
import { readLabelSelector } from './read-label-selector.ts'

const labels = mapOf(text)

const expression = also(
  fields({ key: text, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'), values: listOf(text) }, [
    'key',
    'operator',
  ]),
  valuesFitOperator,
)

/** A label selector. Source: k8s.io/apimachinery/pkg/apis/meta/v1/validation. */
export const labelSelector: Shape = fields({ matchLabels: labels, matchExpressions: listOf(expression) })

const nodeExpression = also(
  fields({ key: text, operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'), values: listOf(text) }, [
    'key',
    'operator',
  ]),
  valuesFitOperator,
)
const nodeTerm = fields({ matchExpressions: listOf(nodeExpression), matchFields: listOf(nodeExpression) })
/** A node selector, as in node affinity and in persistent volumes. */
export const nodeSelector: Shape = fields({ nodeSelectorTerms: listOf(nodeTerm) }, ['nodeSelectorTerms'])

function valuesFitOperator(requirement: JsonObject, path: ValuePath): readonly ShapeIssue[] {
  const operator = textAt(requirement, 'operator') ?? ''
  const values = listAt(requirement, 'values')
  const at = [...path, 'values']
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) return []
      return [
        issue(at, 'selector-malformed', `must name values, because the operator is ${operator}`, 'add the values'),
      ]
    case 'Gt':
    case 'Lt':
      if (values.length === 1 && /^[-+]?\d+$/.test(scalarTextAt(requirement, 'values', 0) ?? '')) return []
      return [
        issue(
          at,
          'selector-malformed',
          `must be one whole number, because the operator is ${operator}`,
          'write it like ["4"]',
        ),
      ]
    default:
      if (values.length === 0) return []
      return [
        issue(at, 'selector-malformed', `must be empty, because the operator is ${operator}`, 'remove the values'),
      ]
  }
}

const podTerm = fields(
  {
    labelSelector,
    namespaces: listOf(text),
    namespaceSelector: labelSelector,
    topologyKey: text,
    matchLabelKeys: listOf(text),
    mismatchLabelKeys: listOf(text),
  },
  ['topologyKey'],
)
const weight = integer(1, 100)
const podAffinity = fields({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(
    fields({ weight, podAffinityTerm: podTerm }, ['weight', 'podAffinityTerm']),
  ),
})

const affinity = fields({
  nodeAffinity: fields({
    requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
    preferredDuringSchedulingIgnoredDuringExecution: listOf(
      fields({ weight, preference: nodeTerm }, ['weight', 'preference']),
    ),
  }),
  podAffinity,
  podAntiAffinity: podAffinity,
})

const toleration = also(
  fields({
    key: text,
    operator: oneOf('Exists', 'Equal', ''),
    value: text,
    effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute', ''),
    tolerationSeconds: integer(-(2 ** 53), 2 ** 53),
  }),
  (value, path) => {
    const operator = textAt(value, 'operator') || 'Equal'
    if ((textAt(value, 'key') ?? '') === '' && operator !== 'Exists') {
      return [
        issue(
          [...path, 'operator'],
          'toleration-malformed',
          'must be Exists, because the toleration names no key',
          'write operator: Exists, or name the key',
        ),
      ]
    }
    if (operator === 'Exists' && (textAt(value, 'value') ?? '') !== '') {
      return [
        issue(
          [...path, 'value'],
          'toleration-malformed',
          'must be empty, because the operator is Exists',
          'remove the value, or write operator: Equal',
        ),
      ]
    }
    return []
  },
)

const spread = fields(
  {
    maxSkew: integer(1),
    topologyKey: text,
    whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
    labelSelector,
    minDomains: integer(1),
    matchLabelKeys: listOf(text),
    nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
    nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
  },
  ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
)

const resources = also(fields({ requests: mapOf(quantity), limits: mapOf(quantity) }), requestsFitLimits)

/** Sources: pkg/apis/core/validation `ValidateResourceRequirements`, `validateContainerResourceName`. */
function requestsFitLimits(value: JsonObject, path: ValuePath): readonly ShapeIssue[] {
  const requests = objectAt(value, 'requests')
  const limits = objectAt(value, 'limits')
  const issues: ShapeIssue[] = []
  for (const [list, name] of [
    ...Object.keys(limits).map((name) => ['limits', name] as const),
    ...Object.keys(requests).map((name) => ['requests', name] as const),
  ]) {
    const written = scalarTextAt(value, list, name)
    const amount = tryParseQuantity(written ?? '') ?? 0n
    if (amount < 0n) {
      issues.push(
        issue(
          [...path, list, name],
          'manifest-value-out-of-range',
          `is ${written} and must be 0 or more`,
          'write a positive amount',
        ),
      )
    } else if (isExtended(name) && amount % 1_000_000_000n !== 0n) {
      issues.push(
        issue(
          [...path, list, name],
          'extended-resource-fraction',
          `is ${written} and must be a whole number`,
          'ask for whole devices; to share a GPU, use time-slicing or MIG',
        ),
      )
    }
  }
  for (const [name, written] of Object.entries(requests)) {
    const limit = scalarTextAt(limits, name)
    const at = [...path, 'requests', name]
    const asked = tryParseQuantity(String(written)) ?? 0n
    const isWhole = isExtended(name) || name.startsWith('hugepages-')
    if (limit === undefined) {
      if (isWhole && asked > 0n) {
        issues.push(
          issue(
            at,
            'extended-resource-limit',
            'needs a limit: this resource cannot be overcommitted',
            `add limits with ${name}: ${String(written)}`,
          ),
        )
      }
    } else if (isWhole ? asked !== tryParseQuantity(limit) : asked > (tryParseQuantity(limit) ?? 0n)) {
      const relation = isWhole ? 'equal to' : 'less than or equal to'
      issues.push(
        issue(
          at,
          'request-above-limit',
          `is ${String(written)} and must be ${relation} the limit of ${limit}`,
          `lower the request or raise the limit`,
        ),
      )
    }
  }
  return issues
}

/** Whether a resource is one that a device plugin offers, such as `nvidia.com/gpu`. */
function isExtended(name: string): boolean {
  const domain = /^([^/]+)\//.exec(name)?.[1]
  return domain !== undefined && domain !== 'kubernetes.io' && !domain.endsWith('.kubernetes.io')
}

const container = fields(
  {
    name: text,
    image: text,
    restartPolicy: text,
    resources,
    ports: listOf(
      fields({
        containerPort: integer(0, 65535),
        hostPort: integer(0, 65535),
        hostIP: text,
        protocol: oneOf('TCP', 'UDP', 'SCTP'),
      }),
    ),
  },
  ['name'],
)

/** A pod's spec, as far as it decides where the pod runs. */
export const podSpec: Shape = also(
  fields(
    {
      nodeName: text,
      nodeSelector: labels,
      affinity,
      tolerations: listOf(toleration),
      topologySpreadConstraints: listOf(spread),
      schedulerName: text,
      priority: integer(),
      priorityClassName: text,
      preemptionPolicy: oneOf('PreemptLowerPriority', 'Never'),
      runtimeClassName: text,
      overhead: mapOf(quantity),
      schedulingGates: listOf(fields({ name: text }, ['name'])),
      resourceClaims: listOf(fields({ name: text }, ['name'])),
      resources,
      hostNetwork: truth,
      volumes: listOf(
        fields({ name: text, persistentVolumeClaim: fields({ claimName: text, readOnly: truth }, ['claimName']) }, [
          'name',
        ]),
      ),
      containers: listOf(container),
      initContainers: listOf(container),
    },
    ['containers'],
  ),
  (spec, path) => [...containersThere(spec, path), ...portsOfTheHost(spec, path)],
)

function containersThere(spec: JsonObject, path: ValuePath): readonly ShapeIssue[] {
  if (listAt(spec, 'containers').length > 0) return []
  const at = [...path, 'containers']
  return [issue(at, 'manifest-field-missing', 'must name at least one container', 'add a container')]
}

/** On the host's network a container's port is the host's. Source: pkg/apis/core/validation. */
function portsOfTheHost(spec: JsonObject, path: ValuePath): readonly ShapeIssue[] {
  if (spec['hostNetwork'] !== true) return []
  return listAt(spec, 'containers').flatMap((one, index) =>
    listAt(one, 'ports').flatMap((port, number) => {
      const host = numberAt(port, 'hostPort') ?? 0
      if (host === 0 || host === numberAt(port, 'containerPort')) return []
      const at = [...path, 'containers', index, 'ports', number, 'hostPort']
      const what = `is ${host} and must match containerPort when hostNetwork is true`
      return [issue(at, 'host-port-mismatch', what, 'remove hostPort')]
    }),
  )
}

/** What every object says of itself. */
export const metadata: Shape = fields({
  name: text,
  generateName: text,
  namespace: text,
  uid: text,
  labels,
  annotations: labels,
  ownerReferences: listOf(fields({ kind: text, name: text, uid: text, controller: truth })),
})

/** The pod template of a controller. */
export const podTemplate: Shape = fields({ metadata, spec: podSpec }, ['spec'])

/** A controller's spec whose selector must be there and select its own pods. */
export function selectingSpec(shapes: Readonly<Record<string, Shape>>): Shape {
  return also(
    fields({ ...shapes, selector: labelSelector, template: podTemplate }, ['selector', 'template']),
    (spec, path) => {
      const selector = objectAt(spec, 'selector')
      const at = [...path, 'selector']
      if (Object.keys(selector).length === 0) {
        return [
          issue(at, 'selector-malformed', 'is empty and would select every pod', 'select the labels of the template'),
        ]
      }
      const own = recordAt(spec, 'template', 'metadata', 'labels')
      if (matchesLabelSelector(readLabelSelector(selector), own)) return []
      return [
        issue(
          at,
          'selector-mismatch',
          'does not match the labels of the template',
          'use the same labels in spec.selector and in spec.template.metadata.labels',
        ),
      ]
    },
  )
}
