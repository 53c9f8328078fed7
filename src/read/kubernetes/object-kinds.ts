import { valueAt } from './json.ts'
import {
  also,
  fields,
  integer,
  integerOrPercent,
  issue,
  listOf,
  mapOf,
  oneOf,
  quantity,
  type Shape,
  text,
  truth,
} from './manifest-shape.ts'
import { labelSelector, nodeSelector, podSpec } from './pod-shape.ts'
import { claimSpec } from './workloads/stateful-set.ts'

/** A kind that makes no pods and has a part in where they run. */
export type ObjectKind = {
  readonly kind: string
  readonly groups: readonly string[]
  readonly isNamespaced: boolean
  /** What the object must be like; `metadata` is looked at everywhere. */
  readonly shape: Shape
}

const labels = mapOf(text)
const quantities = mapOf(quantity)
const tolerations = listOf(fields({ key: text, operator: text, value: text, effect: text }))

/** Pods, nodes and all that stands around them. */
export const objectKinds: readonly ObjectKind[] = [
  { kind: 'Pod', groups: [''], isNamespaced: true, shape: fields({ spec: podSpec }, ['spec']) },
  {
    kind: 'Node',
    groups: [''],
    isNamespaced: false,
    shape: fields({
      spec: fields({
        unschedulable: truth,
        taints: listOf(
          fields({ key: text, value: text, effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute') }, [
            'key',
            'effect',
          ]),
        ),
      }),
      status: fields({ capacity: quantities, allocatable: quantities }),
    }),
  },
  { kind: 'Namespace', groups: [''], isNamespaced: false, shape: fields({}) },
  {
    kind: 'Service',
    groups: [''],
    isNamespaced: true,
    shape: fields({ spec: fields({ selector: labels }) }),
  },
  {
    kind: 'PodDisruptionBudget',
    groups: ['policy'],
    isNamespaced: true,
    shape: fields({
      spec: also(
        fields({ minAvailable: integerOrPercent, maxUnavailable: integerOrPercent, selector: labelSelector }),
        (spec, path) =>
          valueAt(spec, 'minAvailable') !== undefined && valueAt(spec, 'maxUnavailable') !== undefined
            ? [
                issue(
                  path,
                  'manifest-fields-exclusive',
                  'sets both minAvailable and maxUnavailable, which cannot be both set',
                  'keep one of them',
                ),
              ]
            : [],
      ),
    }),
  },
  {
    kind: 'PriorityClass',
    groups: ['scheduling.k8s.io'],
    isNamespaced: false,
    shape: fields(
      { value: integer(), globalDefault: truth, preemptionPolicy: oneOf('PreemptLowerPriority', 'Never') },
      ['value'],
    ),
  },
  {
    kind: 'RuntimeClass',
    groups: ['node.k8s.io'],
    isNamespaced: false,
    shape: fields({
      overhead: fields({ podFixed: quantities }),
      scheduling: fields({ nodeSelector: labels, tolerations }),
    }),
  },
  {
    kind: 'LimitRange',
    groups: [''],
    isNamespaced: true,
    shape: fields({
      spec: fields({
        limits: listOf(
          fields(
            {
              type: text,
              min: quantities,
              max: quantities,
              default: quantities,
              defaultRequest: quantities,
              maxLimitRequestRatio: quantities,
            },
            ['type'],
          ),
        ),
      }),
    }),
  },
  {
    kind: 'ResourceQuota',
    groups: [''],
    isNamespaced: true,
    shape: fields({
      spec: fields({ hard: quantities, scopes: listOf(text) }),
      status: fields({ used: quantities }),
    }),
  },
  {
    kind: 'PersistentVolumeClaim',
    groups: [''],
    isNamespaced: true,
    shape: fields({ spec: claimSpec }, ['spec']),
  },
  {
    kind: 'PersistentVolume',
    groups: [''],
    isNamespaced: false,
    shape: fields(
      {
        spec: fields({
          capacity: quantities,
          accessModes: listOf(text),
          storageClassName: text,
          nodeAffinity: fields({ required: nodeSelector }),
        }),
      },
      ['spec'],
    ),
  },
  {
    kind: 'StorageClass',
    groups: ['storage.k8s.io'],
    isNamespaced: false,
    shape: fields(
      {
        provisioner: text,
        volumeBindingMode: oneOf('Immediate', 'WaitForFirstConsumer'),
        allowedTopologies: listOf(
          fields({ matchLabelExpressions: listOf(fields({ key: text, values: listOf(text) }, ['key', 'values'])) }),
        ),
      },
      ['provisioner'],
    ),
  },
  {
    kind: 'CSINode',
    groups: ['storage.k8s.io'],
    isNamespaced: false,
    shape: fields({
      spec: fields({ drivers: listOf(fields({ name: text, allocatable: fields({ count: integer(0) }) }, ['name'])) }),
    }),
  },
]
