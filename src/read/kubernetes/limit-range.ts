import { canonicalQuantity } from '../../cluster/canonical-quantity.ts'
import { toMilli, tryParseQuantity } from '../../cluster/quantity.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, scalarTextAt, textAt } from './json.ts'
import { type Amounts, amountText, podAmounts, readAmounts } from './pod-amounts.ts'

/** Fills in the containers' requests and limits that limit ranges give a default for, range after range. */
export function defaultFromLimitRanges(spec: JsonObject, ranges: readonly JsonObject[]): JsonObject {
  let current = spec
  for (const range of ranges) current = defaultFrom(current, limitsOf(range, 'Container'))
  return current
}

/** The API server completes a range when it stores it: limits from the maximum, requests from limits and minimum. */
function defaultFrom(spec: JsonObject, ranges: readonly unknown[]): JsonObject {
  const limits = merged(ranges.map((range) => ({ ...objectAt(range, 'max'), ...objectAt(range, 'default') })))
  const requests = merged(
    ranges.map((range) => ({
      ...objectAt(range, 'min'),
      ...objectAt(range, 'max'),
      ...objectAt(range, 'default'),
      ...objectAt(range, 'defaultRequest'),
    })),
  )
  const fill = (container: unknown): unknown => {
    if (!isJsonObject(container)) return container
    const own = objectAt(container, 'resources')
    const resources = {
      ...own,
      limits: { ...limits, ...objectAt(own, 'limits') },
      requests: { ...requests, ...objectAt(own, 'requests') },
    }
    return { ...container, resources }
  }
  return {
    ...spec,
    containers: listAt(spec, 'containers').map(fill),
    ...(Array.isArray(spec['initContainers']) && { initContainers: spec['initContainers'].map(fill) }),
  }
}

/** Why limit ranges refuse a pod, in the API server's words, or `undefined`. Source: plugin/pkg/admission/limitranger. */
export function limitRangeRefusal(spec: JsonObject, ranges: readonly JsonObject[]): string | undefined {
  for (const range of ranges) {
    const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map((container) => ({
      requests: readAmounts(objectAt(container, 'resources', 'requests')),
      limits: readAmounts(objectAt(container, 'resources', 'limits')),
    }))
    const messages = [
      ...limitsOf(range, 'Container').flatMap((limit) =>
        containers.flatMap((container) => brokenBy(limit, 'Container', container)),
      ),
      ...limitsOf(range, 'Pod').flatMap((limit) =>
        brokenBy(limit, 'Pod', { requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') }),
      ),
    ]
    const distinct = [...new Set(messages)].toSorted()
    if (distinct.length > 0) return distinct.length === 1 ? distinct[0] : `[${distinct.join(', ')}]`
  }
  return undefined
}

function merged(lists: readonly JsonObject[]): JsonObject {
  return Object.fromEntries(lists.flatMap((list) => Object.entries(list)))
}

function limitsOf(range: JsonObject, type: string): readonly unknown[] {
  return listAt(range, 'spec', 'limits').filter((limit) => textAt(limit, 'type') === type)
}

type Used = { readonly requests: Amounts; readonly limits: Amounts }

function brokenBy(limit: unknown, type: string, { requests, limits }: Used): readonly string[] {
  const each = (field: string, say: (name: string, enforced: string) => string | undefined): readonly string[] =>
    Object.keys(objectAt(limit, field)).flatMap((name) => {
      const enforced = scalarTextAt(limit, field, name) ?? '0'
      return say(name, canonicalQuantity(enforced) ?? enforced) ?? []
    })
  return [
    ...each('min', (name, enforced) => {
      const [request, top] = [requests.get(name), limits.get(name)]
      const rule = `minimum ${name} usage per ${type} is ${enforced}`
      if (request === undefined) return `${rule}.  No request is specified`
      if (request < amount(enforced)) return `${rule}, but request is ${amountText(name, request)}`
      return top !== undefined && top < amount(enforced) ? `${rule}, but limit is ${amountText(name, top)}` : undefined
    }),
    ...each('max', (name, enforced) => {
      const [request, top] = [requests.get(name), limits.get(name)]
      const rule = `maximum ${name} usage per ${type} is ${enforced}`
      if (top === undefined) return `${rule}.  No limit is specified`
      if (top > amount(enforced)) return `${rule}, but limit is ${amountText(name, top)}`
      return request !== undefined && request > amount(enforced)
        ? `${rule}, but request is ${amountText(name, request)}`
        : undefined
    }),
    ...each('maxLimitRequestRatio', (name, enforced) => {
      const [request, top] = [requests.get(name) ?? 0n, limits.get(name) ?? 0n]
      const rule = `${name} max limit to request ratio per ${type} is ${enforced}`
      if (request === 0n) return `${rule}, but no request is specified or request is 0`
      if (top === 0n) return `${rule}, but no limit is specified or limit is 0`
      const ratio = Number(top) / Number(request)
      return ratio * 1000 > toMilli(amount(enforced)) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined
    }),
  ]
}

function amount(text: string): bigint {
  return tryParseQuantity(text) ?? 0n
}
