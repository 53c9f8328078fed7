import { canonicalQuantity } from '../../cluster/canonical-quantity.ts'
import { type Quantity, toMilli, toUnits, tryParseQuantity } from '../../cluster/quantity.ts'
import { type JsonObject, listAt, objectAt, scalarTextAt, textAt } from './json.ts'

/** Amounts by resource name, exact. */
export type Amounts = ReadonlyMap<string, Quantity>

/**
 * What a whole pod asks for, or is limited to, by the names in its manifest: containers and sidecars, or one step of its
 * start where that is more; what the pod itself says replaces the sum. Overhead is not in it.
 * Source: plugin/pkg/admission/limitranger `podRequests`, `podLimits`.
 */
export function podAmounts(spec: JsonObject, list: 'requests' | 'limits'): Amounts {
  const of = (container: unknown): Amounts => readAmounts(objectAt(container, 'resources', list))
  let steady = listAt(spec, 'containers').map(of).reduce(add, new Map())
  let sidecars: Amounts = new Map()
  let start: Amounts = new Map()
  for (const container of listAt(spec, 'initContainers')) {
    if (textAt(container, 'restartPolicy') === 'Always') {
      sidecars = add(sidecars, of(container))
      steady = add(steady, of(container))
      start = larger(start, sidecars)
    } else {
      start = larger(start, add(sidecars, of(container)))
    }
  }
  const podLevel = [...readAmounts(objectAt(spec, 'resources', list))].filter(
    ([name]) => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-'),
  )
  return new Map([...larger(steady, start), ...podLevel])
}

/** An amount as the API server shows it: bytes in the largest binary unit that keeps them, all else in decimal. */
export function amountText(name: string, amount: Quantity): string {
  const units = toUnits(amount)
  const isBytes = /(?:^|\.)(?:memory|storage|ephemeral-storage)$|hugepages-/.test(name)
  const text = isBytes && units > 0 && units % 1024 === 0 ? `${units / 1024}Ki` : `${toMilli(amount)}m`
  return canonicalQuantity(text) ?? text
}

/** The amounts of a resource list; what is no quantity counts as zero. */
export function readAmounts(list: JsonObject): Amounts {
  return new Map(Object.keys(list).map((name) => [name, tryParseQuantity(scalarTextAt(list, name) ?? '') ?? 0n]))
}

/** Sum of two, name by name. */
function add(left: Amounts, right: Amounts): Amounts {
  return combine(left, right, (a, b) => a + b)
}

function larger(left: Amounts, right: Amounts): Amounts {
  return combine(left, right, (a, b) => {
    if (a > b) return a
    return b
  })
}

function combine(left: Amounts, right: Amounts, of: (a: Quantity, b: Quantity) => Quantity): Amounts {
  const names = new Set([...left.keys(), ...right.keys()])
  return new Map([...names].map((name) => [name, of(left.get(name) ?? 0n, right.get(name) ?? 0n)]))
}
