import { matchesLabelSelector } from '../../cluster/label-selector.ts'
import type { Quantity } from '../../cluster/quantity.ts'
import { type JsonObject, listAt, numberAt, objectAt, textAt, textsAt } from './json.ts'
import { type Amounts, amountText, podAmounts, readAmounts } from './pod-amounts.ts'
import { readLabelSelector } from './read-label-selector.ts'

/** How many of some equal pods came into being, and why no more. */
export type QuotaAnswer = { readonly created: number; readonly message?: string }

/** Counts pods against the ResourceQuotas of their namespaces. */
export type QuotaLedger = {
  /** Counts pods that exist already; a quota whose status says what is used needs none of it. */
  readonly count: (namespace: string, pod: JsonObject) => void
  /** Creates up to `wanted` equal pods, one after the other. */
  readonly create: (namespace: string, pod: JsonObject, wanted: number) => QuotaAnswer
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

/** A ledger for these ResourceQuota objects. Sources: pkg/quota/v1/evaluator/core/pods.go, the resourcequota admission plugin. */
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
  const matching = (namespace: string, pod: JsonObject): readonly Quota[] =>
    (byNamespace.get(namespace) ?? []).filter(({ object }) => matchesScopes(object, pod))
  return {
    count(namespace, pod) {
      for (const quota of matching(namespace, pod)) {
        if (!quota.isMeasured) charge(quota, usageOf(pod), 1n)
      }
    },
    create(namespace, pod, wanted) {
      const pertinent = matching(namespace, pod)
      if (pertinent.length === 0) return { created: wanted }
      for (const quota of pertinent) {
        const missing = unspecified(quota, pod)
        if (missing !== undefined)
          return { created: 0, message: `failed quota: ${quota.name}: must specify ${missing}` }
      }
      const usage = usageOf(pod)
      const created = pertinent.reduce((most, quota) => Math.min(most, roomFor(quota, usage)), wanted)
      for (const quota of pertinent) charge(quota, usage, BigInt(created))
      const exceeded = created === wanted ? undefined : pertinent.find((quota) => roomFor(quota, usage) < 1)
      return { created, ...(exceeded !== undefined && { message: exceededMessage(exceeded, usage) }) }
    },
  }
}

function charge(quota: Quota, usage: Amounts, times: bigint): void {
  for (const name of quota.hard.keys()) {
    const amount = usage.get(name)
    if (amount !== undefined) quota.used.set(name, (quota.used.get(name) ?? 0n) + amount * times)
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
