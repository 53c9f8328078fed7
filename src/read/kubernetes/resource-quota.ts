import { matchesLabelSelector } from '../../cluster/label-selector.ts'
import type { Quantity } from '../../cluster/quantity.ts'
import type { PersistentVolumeClaim } from '../../cluster/storage.ts'
import { type JsonObject, listAt, numberAt, objectAt, textAt, textsAt } from './json.ts'
import { type Amounts, amountText, podAmounts, readAmounts } from './pod-amounts.ts'
import { readLabelSelector } from './read-label-selector.ts'

/** How many of some equal pods came into being, and why no more. */
export type QuotaAnswer = { readonly created: number; readonly message?: string }

/** Counts pods, and what comes into being with them, against the ResourceQuotas of their namespaces. */
export type QuotaLedger = {
  /** Counts pods that exist already; a quota whose status says what is used needs none of it. */
  readonly count: (namespace: string, pod: JsonObject) => void
  /** Counts a claim that exists already, or is made by itself. */
  readonly countClaim: (claim: PersistentVolumeClaim) => void
  /**
   * Creates an object that makes pods, by the names of all objects that come of it before the first pod (`jobs.batch`).
   * Returns why it cannot be, if it cannot.
   */
  readonly createObject: (namespace: string, resources: readonly string[]) => string | undefined
  /** How many more such pods the quotas take; `undefined` where none counts them. */
  readonly roomFor: (namespace: string, pod: JsonObject) => number | undefined
  /** Creates up to `wanted` equal pods, one after the other, each after its own `claims`. */
  readonly create: (
    namespace: string,
    pod: JsonObject,
    wanted: number,
    claims?: readonly PersistentVolumeClaim[],
  ) => QuotaAnswer
}

type Quota = {
  readonly name: string
  readonly object: JsonObject
  readonly hard: Amounts
  readonly used: Map<string, Quantity>
  readonly isMeasured: boolean
}

const one = 1_000_000_000n
/** Quotas of these make every container say how much it wants. Source: pkg/quota/v1/evaluator/core/pods.go. */
const demanded = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory']

/**
 * A ledger for these ResourceQuota objects. Sources: pkg/quota/v1/evaluator/core/pods.go, the admission plugin resourcequota
 * (apiserver pkg/admission/plugin/resourcequota/controller.go).
 */
export function openQuotaLedger(quotas: readonly JsonObject[]): QuotaLedger {
  const byNamespace = new Map<string, Quota[]>()
  for (const object of quotas) {
    const namespace = textAt(object, 'metadata', 'namespace') ?? 'default'
    const used = objectAt(object, 'status', 'used')
    const quota: Quota = {
      name: textAt(object, 'metadata', 'name') ?? '',
      object,
      hard: readAmounts(objectAt(object, 'spec', 'hard')),
      used: new Map(readAmounts(used)),
      isMeasured: Object.keys(used).length > 0,
    }
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), quota])
  }
  const of = (namespace: string): readonly Quota[] => byNamespace.get(namespace) ?? []
  const forPod = (namespace: string, pod: JsonObject): readonly Quota[] =>
    of(namespace).filter(({ object }) => matchesScopes(object, pod))
  // Scopes are about pods: a quota that has any counts nothing else.
  const forOthers = (namespace: string): readonly Quota[] => of(namespace).filter(({ object }) => !hasScopes(object))
  return {
    count(namespace, pod) {
      for (const quota of forPod(namespace, pod)) {
        if (!quota.isMeasured) charge(quota, usageOf(pod), 1)
      }
    },
    countClaim(claim) {
      for (const quota of forOthers(claim.namespace)) {
        if (!quota.isMeasured || claim.uid === undefined) charge(quota, usageOfClaim(claim), 1)
      }
    },
    createObject(namespace, resources) {
      const quotas = forOthers(namespace)
      return quotas.length === 0 ? undefined : createOne(resources.map((resource) => objectUse(resource, quotas)))
    },
    roomFor(namespace, pod) {
      const quotas = forPod(namespace, pod)
      const usage = usageOf(pod)
      const rooms = quotas.map((quota) => (unspecified(quota, pod) === undefined ? roomFor(quota, usage) : 0))
      const least = Math.min(...rooms, Number.MAX_SAFE_INTEGER)
      return least === Number.MAX_SAFE_INTEGER ? undefined : least
    },
    create(namespace, pod, wanted, claims = []) {
      if (of(namespace).length === 0) return { created: wanted }
      const pertinent = forPod(namespace, pod)
      for (const quota of pertinent) {
        const missing = unspecified(quota, pod)
        if (missing !== undefined)
          return { created: 0, message: `failed quota: ${quota.name}: must specify ${missing}` }
      }
      const uses: readonly Use[] = [
        ...claims.map((claim) => ({ usage: usageOfClaim(claim), quotas: forOthers(namespace) })),
        { usage: usageOf(pod), quotas: pertinent },
      ]
      const created = of(namespace).reduce(
        (most, quota) => Math.min(most, roomFor(quota, totalOf(uses, quota))),
        wanted,
      )
      for (const { usage, quotas } of uses) for (const quota of quotas) charge(quota, usage, created)
      const message = created === wanted ? undefined : createOne(uses)
      return { created, ...(message !== undefined && { message }) }
    },
  }
}

/** One object to be created, and the quotas that count it. */
type Use = { readonly usage: Amounts; readonly quotas: readonly Quota[] }

/** Creates objects one after the other until one of them is refused, and returns why; those before it stay. */
function createOne(uses: readonly Use[]): string | undefined {
  for (const { usage, quotas } of uses) {
    const exceeded = quotas.find((quota) => roomFor(quota, usage) < 1)
    if (exceeded !== undefined) return exceededMessage(exceeded, usage)
    for (const quota of quotas) charge(quota, usage, 1)
  }
  return undefined
}

/** What all of it together uses of one quota. */
function totalOf(uses: readonly Use[], quota: Quota): Amounts {
  const total = new Map<string, Quantity>()
  for (const { usage, quotas } of uses) {
    if (!quotas.includes(quota)) continue
    for (const [name, amount] of usage) total.set(name, (total.get(name) ?? 0n) + amount)
  }
  return total
}

/** An object by its resource name; some have a name without `count/` as well. Source: pkg/quota/v1/evaluator/core. */
function objectUse(resource: string, quotas: readonly Quota[]): Use {
  return { usage: new Map([resource, `count/${resource}`].map((name) => [name, one])), quotas }
}

/** Source: pkg/quota/v1/evaluator/core/persistent_volume_claims.go. */
function usageOfClaim({ request, storageClass }: PersistentVolumeClaim): Amounts {
  const bytes = BigInt(Math.trunc(request)) * one
  const usage = new Map([
    ['persistentvolumeclaims', one],
    ['count/persistentvolumeclaims', one],
    ['requests.storage', bytes],
  ])
  if (storageClass === undefined) return usage
  const prefix = `${storageClass}.storageclass.storage.k8s.io`
  return usage.set(`${prefix}/persistentvolumeclaims`, one).set(`${prefix}/requests.storage`, bytes)
}

function charge(quota: Quota, usage: Amounts, times: number): void {
  for (const name of quota.hard.keys()) {
    const amount = usage.get(name)
    if (amount !== undefined) quota.used.set(name, (quota.used.get(name) ?? 0n) + amount * BigInt(times))
  }
}

/** How many more pods of this usage the quota takes. */
function roomFor(quota: Quota, usage: Amounts): number {
  let room = Number.MAX_SAFE_INTEGER
  for (const [name, hard] of quota.hard) {
    const amount = usage.get(name) ?? 0n
    if (amount === 0n) continue
    const left = hard - (quota.used.get(name) ?? 0n)
    room = Math.min(room, left < amount ? 0 : Number(left / amount))
  }
  return room
}

function exceededMessage(quota: Quota, usage: Amounts): string {
  const names = [...quota.hard.keys()]
    .filter((name) => {
      const amount = usage.get(name) ?? 0n
      return amount > 0n && (quota.used.get(name) ?? 0n) + amount > (quota.hard.get(name) ?? 0n)
    })
    .toSorted()
  const list = (amounts: Amounts): string =>
    names.map((name) => `${name}=${amountText(name, amounts.get(name) ?? 0n)}`).join(',')
  return `exceeded quota: ${quota.name}, requested: ${list(usage)}, used: ${list(quota.used)}, limited: ${list(quota.hard)}`
}

/** What a pod counts as, under every name that a quota may use. */
function usageOf(pod: JsonObject): Amounts {
  const spec = objectAt(pod, 'spec')
  const requests = new Map(podAmounts(spec, 'requests'))
  const limits = podAmounts(spec, 'limits')
  for (const [name, amount] of readAmounts(objectAt(spec, 'overhead'))) {
    requests.set(name, (requests.get(name) ?? 0n) + amount)
  }
  const usage = new Map<string, Quantity>([
    ['pods', one],
    ['count/pods', one],
  ])
  for (const [name, amount] of requests) {
    // An extended resource has no short name in a quota.
    if (!name.includes('/')) usage.set(name, amount)
    usage.set(`requests.${name}`, amount)
  }
  for (const [name, amount] of limits) usage.set(`limits.${name}`, amount)
  return usage
}

/** `limits.cpu for: app; requests.memory for: app,sidecar`, or `undefined` when nothing is missing. */
function unspecified(quota: Quota, pod: JsonObject): string | undefined {
  const spec = objectAt(pod, 'spec')
  if (
    Object.keys({ ...objectAt(spec, 'resources', 'requests'), ...objectAt(spec, 'resources', 'limits') }).length > 0
  ) {
    return undefined
  }
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  const parts = demanded
    .filter((name) => quota.hard.has(name))
    .flatMap((name) => {
      const [, list = 'requests', resource = name] = /^(requests|limits)\.(.*)$/.exec(name) ?? []
      const without = containers
        .filter((container) => !Object.hasOwn(objectAt(container, 'resources', list), resource))
        .map((container) => textAt(container, 'name') ?? '')
      return without.length === 0 ? [] : [`${name} for: ${[...new Set(without)].toSorted().join(',')}`]
    })
  return parts.length === 0 ? undefined : parts.join('; ')
}

function hasScopes(quota: JsonObject): boolean {
  return textsAt(quota, 'spec', 'scopes').length + listAt(quota, 'spec', 'scopeSelector', 'matchExpressions').length > 0
}

function matchesScopes(quota: JsonObject, pod: JsonObject): boolean {
  return (
    textsAt(quota, 'spec', 'scopes').every((scope) => matchesScope({ scopeName: scope, operator: 'Exists' }, pod)) &&
    listAt(quota, 'spec', 'scopeSelector', 'matchExpressions').every((scope) => matchesScope(scope, pod))
  )
}

function matchesScope(scope: unknown, pod: JsonObject): boolean {
  const spec = objectAt(pod, 'spec')
  switch (textAt(scope, 'scopeName') ?? '') {
    case 'Terminating':
      return numberAt(spec, 'activeDeadlineSeconds') !== undefined
    case 'NotTerminating':
      return numberAt(spec, 'activeDeadlineSeconds') === undefined
    case 'BestEffort':
      return isBestEffort(spec)
    case 'NotBestEffort':
      return !isBestEffort(spec)
    case 'PriorityClass': {
      const name = textAt(spec, 'priorityClassName') ?? ''
      if (textAt(scope, 'operator') === 'Exists') return name !== ''
      const expression = { key: 'PriorityClass', operator: textAt(scope, 'operator'), values: textsAt(scope, 'values') }
      const labels = name === '' ? {} : { PriorityClass: name }
      return matchesLabelSelector(readLabelSelector({ matchExpressions: [expression] }), labels)
    }
    case 'CrossNamespacePodAffinity':
      return reachesOverNamespaces(spec)
    default:
      return false
  }
}

function isBestEffort(spec: JsonObject): boolean {
  return [...podAmounts(spec, 'requests'), ...podAmounts(spec, 'limits')].every(
    ([name, amount]) => (name !== 'cpu' && name !== 'memory') || amount === 0n,
  )
}

function reachesOverNamespaces(spec: JsonObject): boolean {
  return ['podAffinity', 'podAntiAffinity'].some((field) => {
    const terms = [
      ...listAt(spec, 'affinity', field, 'requiredDuringSchedulingIgnoredDuringExecution'),
      ...listAt(spec, 'affinity', field, 'preferredDuringSchedulingIgnoredDuringExecution').map((preferred) =>
        objectAt(preferred, 'podAffinityTerm'),
      ),
    ]
    return terms.some((term) => textsAt(term, 'namespaces').length > 0 || 'namespaceSelector' in objectAt(term))
  })
}
