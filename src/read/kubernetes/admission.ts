import type { Unknown } from '../../cluster/cluster.ts'
import type { KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { JsonObject } from './json.ts'
import { numberAt, textAt, valueAt } from './json.ts'

/** What the API server knows when a pod comes in. */
export type Admission = {
  readonly version: KubernetesVersion
  /** By name; the two of the system are always there. */
  readonly priorityClasses: ReadonlyMap<string, PriorityClass>
  /** The class of pods that name none; priority 0 without one. */
  readonly defaultPriorityClass?: PriorityClass
  /** RuntimeClass objects by name. */
  readonly runtimeClasses: ReadonlyMap<string, JsonObject>
  /** LimitRange objects by namespace, sorted by name. */
  readonly limitRanges: ReadonlyMap<string, readonly JsonObject[]>
  /** Whether pods tolerate a taint that is named like an extended resource they ask for, as on EKS. */
  readonly extendedResourceToleration: boolean
}

/** A PriorityClass. */
export type PriorityClass = {
  readonly name: string
  readonly value: number
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
}

/** What becomes of a pod that is sent to the API server. */
export type Admitted =
  | {
      readonly kind: 'admitted'
      readonly pod: JsonObject
      /** What had to be assumed of objects that are not in the input. */
      readonly assumed: readonly Unknown[]
    }
  /** Never created; the API server's words. */
  | { readonly kind: 'refused'; readonly message: string }

const systemClasses: readonly PriorityClass[] = [
  { name: 'system-cluster-critical', value: 2_000_000_000, preemptionPolicy: 'PreemptLowerPriority' },
  { name: 'system-node-critical', value: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' },
]

/** Gathers from Kubernetes objects what decides how pods are admitted; objects of other kinds are left out. */
export function readAdmission(
  objects: readonly JsonObject[],
  settings: Pick<Admission, 'version' | 'extendedResourceToleration'>,
): Admission {
  const of = (kind: string): readonly JsonObject[] => objects.filter((object) => object['kind'] === kind)
  const classes = of('PriorityClass').map((object) => ({
    ...readPriorityClass(object),
    isDefault: object['globalDefault'] === true,
  }))
  // Of several defaults, which a race can make, the lowest counts. Source: plugin/pkg/admission/priority.
  const [defaultPriorityClass] = classes.filter(({ isDefault }) => isDefault).toSorted((a, b) => a.value - b.value)
  const limitRanges = new Map<string, readonly JsonObject[]>()
  for (const range of of('LimitRange').toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const namespace = textAt(range, 'metadata', 'namespace') ?? 'default'
    limitRanges.set(namespace, [...(limitRanges.get(namespace) ?? []), range])
  }
  return {
    ...settings,
    priorityClasses: new Map([...classes, ...systemClasses].map((one) => [one.name, one])),
    ...(defaultPriorityClass !== undefined && { defaultPriorityClass }),
    runtimeClasses: new Map(of('RuntimeClass').map((object) => [nameOf(object), object])),
    limitRanges,
  }
}

function readPriorityClass(object: JsonObject): PriorityClass {
  return {
    name: nameOf(object),
    value: numberAt(object, 'value') ?? 0,
    preemptionPolicy: valueAt(object, 'preemptionPolicy') === 'Never' ? 'Never' : 'PreemptLowerPriority',
  }
}

function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name') ?? ''
}
