import type { Unknown } from '../../cluster/cluster.ts'
import { isAtLeast, type KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Toleration } from '../../cluster/toleration.ts'
import type { Admission, Admitted } from './admission.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, recordAt, textAt, textsAt, valueAt } from './json.ts'
import { defaultFromLimitRanges, limitRangeRefusal } from './limit-range.ts'
import { amountText, podAmounts } from './pod-amounts.ts'
import { readTolerations } from './read-taints.ts'
import { requestsRefusal } from './requests-refusal.ts'

/**
 * What the API server makes of a new pod before the scheduler sees it, in its order: fields that its version does not
 * know are dropped, requests default to limits, limit ranges fill in, priority and preemption policy come from the
 * PriorityClass, lost nodes are tolerated for 300 s, a RuntimeClass adds overhead, selector and tolerations, requests and
 * limit ranges are checked, and `matchLabelKeys` become part of selectors. A pod that a cluster gave back (it has a `uid`) only loses the fields
 * that its version does not know.
 *
 * A class that is not in the input is no refusal: it may be in the cluster. It is `assumed` to add nothing.
 * Sources: pkg/apis/core/v1/defaults.go, pkg/registry/core/pod/strategy.go, plugin/pkg/admission/{limitranger,priority,
 * defaulttolerationseconds,extendedresourcetoleration,runtimeclass} of kubernetes 1.36.3, and 1.29 to 1.35 for the gates.
 */
export function admitPod(pod: JsonObject, admission: Admission): Admitted {
  const spec = dropUnknownFields(objectAt(pod, 'spec'), admission.version)
  if (textAt(pod, 'metadata', 'uid') !== undefined) return { kind: 'admitted', pod: { ...pod, spec }, assumed: [] }

  const ranges = admission.limitRanges.get(textAt(pod, 'metadata', 'namespace') ?? 'default') ?? []
  const limited = defaultFromLimitRanges(withPodLevelRequests(mapContainers(spec, requestLimits)), ranges)
  const { spec: prioritised, assumed } = withPriority(limited, admission)
  const tolerating = withExtendedResourceTolerations(withDefaultTolerations(prioritised), admission)
  const run = withRuntimeClass(tolerating, admission)
  if ('refused' in run) return { kind: 'refused', message: run.refused }
  const message = requestsRefusal(run.spec) ?? limitRangeRefusal(run.spec, ranges)
  if (message !== undefined) return { kind: 'refused', message }
  return {
    kind: 'admitted',
    pod: { ...pod, spec: mergeLabelKeys(run.spec, recordAt(pod, 'metadata', 'labels'), admission.version) },
    assumed: [...assumed, ...run.assumed],
  }
}

/** Gates that decide: PodLevelResources on from 1.34, MatchLabelKeysInPodAffinity from 1.31; ports of sidecars count from 1.33. */
function dropUnknownFields(spec: JsonObject, version: KubernetesVersion): JsonObject {
  let known = spec
  if (!isAtLeast(version, 34) && 'resources' in known) {
    const { resources: _, ...rest } = known
    known = rest
  }
  if (!isAtLeast(version, 33)) {
    known = mapField(known, 'initContainers', (container) => {
      const { ports: _, ...rest } = container
      return rest
    })
  }
  return isAtLeast(version, 31) ? known : mapAffinityTerms(known, dropLabelKeys)
}

function dropLabelKeys(term: JsonObject): JsonObject {
  const { matchLabelKeys: _, mismatchLabelKeys: __, ...rest } = term
  return rest
}

function requestLimits(container: JsonObject): JsonObject {
  const limits = objectAt(container, 'resources', 'limits')
  if (Object.keys(limits).length === 0) return container
  const resources = objectAt(container, 'resources')
  return { ...container, resources: { ...resources, requests: { ...limits, ...objectAt(resources, 'requests') } } }
}

/**
 * A pod with limits as a whole gets requests as a whole: what its containers ask for, else the limit. It gets them before
 * limit ranges give its containers more. Source: pkg/apis/core/v1/defaults.go `defaultPodRequests`.
 */
function withPodLevelRequests(spec: JsonObject): JsonObject {
  const { resources, ...containersOnly } = spec
  const own = { limits: objectAt(resources, 'limits'), requests: objectAt(resources, 'requests') }
  if (Object.keys({ ...own.limits, ...own.requests }).length === 0) return spec
  const texts = (list: 'requests' | 'limits', isWanted: (name: string) => boolean): JsonObject =>
    Object.fromEntries(
      [...podAmounts(containersOnly, list)]
        .filter(([name]) => isWanted(name))
        .map(([name, amount]) => [name, amountText(name, amount)]),
    )
  const hugePages = texts('limits', (name) => name.startsWith('hugepages-') && !Object.hasOwn(own.requests, name))
  const limits = { ...hugePages, ...own.limits }
  if (Object.keys(limits).length === 0) return spec
  const asked = texts('requests', (name) => name === 'cpu' || name === 'memory')
  return { ...spec, resources: { ...objectAt(resources), limits, requests: { ...limits, ...asked, ...own.requests } } }
}

type AdmittedSpec = { readonly spec: JsonObject; readonly assumed: readonly Unknown[] }

function withPriority(spec: JsonObject, admission: Admission): AdmittedSpec {
  const name = textAt(spec, 'priorityClassName') ?? ''
  // A priority that is written down comes from a cluster; the API server would not let a person write another one.
  if (typeof spec['priority'] === 'number') return { spec, assumed: [] }
  const found = name === '' ? admission.defaultPriorityClass : admission.priorityClasses.get(name)
  const assumed =
    found === undefined && name !== ''
      ? [
          {
            what: `PriorityClass ${name} is not in the input`,
            why: `its pods are taken to have priority 0; without it in the cluster the API server refuses them: no PriorityClass with name ${name} was found`,
          },
        ]
      : []
  return {
    spec: {
      ...spec,
      ...(found !== undefined && { priorityClassName: found.name }),
      priority: found?.value ?? 0,
      preemptionPolicy: spec['preemptionPolicy'] ?? found?.preemptionPolicy ?? 'PreemptLowerPriority',
    },
    assumed,
  }
}

/** A toleration of such a taint stands against the default one whatever its value, so even where it tolerates nothing. */
function withDefaultTolerations(spec: JsonObject): JsonObject {
  const own = readTolerations(spec)
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (lost) => !own.some(({ key, effect }) => (key === lost || key === '') && (effect ?? 'NoExecute') === 'NoExecute'),
  )
  return addTolerations(
    spec,
    missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })),
  )
}

function withExtendedResourceTolerations(spec: JsonObject, admission: Admission): JsonObject {
  if (!admission.extendedResourceToleration) return spec
  const asked = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].flatMap((container) =>
    Object.keys(objectAt(container, 'resources', 'requests')).filter(
      (name) => name.includes('/') && !/(?:^|\.)kubernetes\.io\//.test(name),
    ),
  )
  const own = readTolerations(spec)
  const missing = [...new Set(asked)]
    .toSorted()
    .filter((key) => !own.some((one) => one.key === key && one.operator === 'Exists' && one.effect === 'NoSchedule'))
  return addTolerations(
    spec,
    missing.map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' })),
  )
}

function addTolerations(spec: JsonObject, added: readonly unknown[]): JsonObject {
  return added.length === 0 ? spec : { ...spec, tolerations: [...listAt(spec, 'tolerations'), ...added] }
}

function withRuntimeClass(spec: JsonObject, admission: Admission): AdmittedSpec | { readonly refused: string } {
  const name = textAt(spec, 'runtimeClassName')
  if (name === undefined) return { spec, assumed: [] }
  const runtimeClass = admission.runtimeClasses.get(name)
  if (runtimeClass === undefined) {
    return {
      spec,
      assumed: [
        {
          what: `RuntimeClass ${name} is not in the input`,
          why: `it is taken to add no overhead, selector or toleration; without it in the cluster the API server refuses its pods: RuntimeClass "${name}" not found`,
        },
      ],
    }
  }
  const overhead = valueAt(runtimeClass, 'overhead', 'podFixed')
  const selector = recordAt(runtimeClass, 'scheduling', 'nodeSelector')
  const own = recordAt(spec, 'nodeSelector')
  const conflict = Object.keys(selector).find((key) => Object.hasOwn(own, key) && own[key] !== selector[key])
  if (conflict !== undefined) {
    return {
      refused: `conflict: runtimeClass.scheduling.nodeSelector[${conflict}] = ${selector[conflict]}; pod.spec.nodeSelector[${conflict}] = ${own[conflict]}`,
    }
  }
  const scheduling = valueAt(runtimeClass, 'scheduling')
  return {
    spec: {
      ...spec,
      ...(isJsonObject(overhead) && { overhead }),
      ...(isJsonObject(scheduling) && {
        tolerations: mergeTolerations([...listAt(spec, 'tolerations'), ...listAt(scheduling, 'tolerations')]),
      }),
      ...(Object.keys(selector).length > 0 && { nodeSelector: { ...own, ...selector } }),
    },
    assumed: [],
  }
}

/** Of tolerations that say more and less of the same, only those that say more. Source: pkg/util/tolerations. */
function mergeTolerations(tolerations: readonly unknown[]): readonly unknown[] {
  const all = tolerations.map((toleration) => ({ toleration, read: readTolerations({ tolerations: [toleration] })[0] }))
  const merged: typeof all = []
  for (const [index, one] of all.entries()) {
    const isCovered =
      merged.some((other) => covers(other.read, one.read)) ||
      all.slice(index + 1).some((other) => !isSame(other.read, one.read) && covers(other.read, one.read))
    if (!isCovered) merged.push(one)
  }
  return merged.map(({ toleration }) => toleration)
}

function covers(wide: Toleration | undefined, narrow: Toleration | undefined): boolean {
  if (wide === undefined || narrow === undefined) return false
  if (isSame(wide, narrow)) return true
  if (wide.key !== narrow.key && !(wide.key === '' && wide.operator === 'Exists')) return false
  if (wide.effect !== undefined && wide.effect !== narrow.effect) return false
  const [most, seconds] = [wide.tolerationSeconds, narrow.tolerationSeconds]
  if (wide.effect === 'NoExecute' && most !== undefined && (seconds === undefined || seconds > most)) return false
  return wide.operator === 'Exists' || (narrow.operator === 'Equal' && narrow.value === wide.value)
}

function isSame(left: Toleration | undefined, right: Toleration | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

/** Pod affinity takes the keys' values into its selectors, from 1.34 topology spread as well; only once in either. */
function mergeLabelKeys(
  spec: JsonObject,
  labels: Readonly<Record<string, string>>,
  version: KubernetesVersion,
): JsonObject {
  const merged = mapAffinityTerms(spec, (term) => {
    const added = [
      ...expressionsOf(textsAt(term, 'matchLabelKeys'), 'In', labels),
      ...expressionsOf(textsAt(term, 'mismatchLabelKeys'), 'NotIn', labels),
    ]
    return withExpressions(dropLabelKeys(term), added)
  })
  if (!isAtLeast(version, 34)) return merged
  return mapField(merged, 'topologySpreadConstraints', (constraint) =>
    withExpressions(constraint, expressionsOf(textsAt(constraint, 'matchLabelKeys'), 'In', labels)),
  )
}

function expressionsOf(
  keys: readonly string[],
  operator: 'In' | 'NotIn',
  labels: Readonly<Record<string, string>>,
): readonly JsonObject[] {
  return keys.flatMap((key) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key]] }] : []))
}

/** A selector that is not there matches nothing, and goes on doing so. */
function withExpressions(term: JsonObject, added: readonly JsonObject[]): JsonObject {
  const selector = term['labelSelector']
  if (added.length === 0 || !isJsonObject(selector)) return term
  const matchExpressions = [...listAt(selector, 'matchExpressions'), ...added]
  return { ...term, labelSelector: { ...selector, matchExpressions } }
}

function mapAffinityTerms(spec: JsonObject, of: (term: JsonObject) => JsonObject): JsonObject {
  const affinity = spec['affinity']
  if (!isJsonObject(affinity)) return spec
  const mapped = ['podAffinity', 'podAntiAffinity'].flatMap((field) => {
    const one = affinity[field]
    if (!isJsonObject(one)) return []
    const required = mapField(one, 'requiredDuringSchedulingIgnoredDuringExecution', of)
    const both = mapField(required, 'preferredDuringSchedulingIgnoredDuringExecution', (preferred) => ({
      ...preferred,
      podAffinityTerm: of(objectAt(preferred, 'podAffinityTerm')),
    }))
    return [[field, both] as const]
  })
  return { ...spec, affinity: { ...affinity, ...Object.fromEntries(mapped) } }
}

function mapContainers(spec: JsonObject, of: (container: JsonObject) => JsonObject): JsonObject {
  return mapField(mapField(spec, 'containers', of), 'initContainers', of)
}

/** Maps the objects of a list field, where it is there. */
function mapField(object: JsonObject, field: string, of: (entry: JsonObject) => JsonObject): JsonObject {
  const list = object[field]
  if (!Array.isArray(list)) return object
  return { ...object, [field]: list.map((entry: unknown) => (isJsonObject(entry) ? of(entry) : entry)) }
}
