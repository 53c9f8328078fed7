import { tryParseQuantity } from './quantity.ts'

const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const

/**
 * The form in which the API server gives a quantity back: no fractions, the largest suffix that keeps it exact, in the
 * family (1000, 1024 or exponent) that it was written in. Returns `undefined` for text that is no quantity.
 * Source: k8s.io/apimachinery/pkg/api/resource `Quantity.CanonicalizeBytes`.
 */
export function canonicalQuantity(text: string): string | undefined {
  const nanos = tryParseQuantity(text)
  if (nanos === undefined) return undefined
  const sign = nanos < 0n ? '-' : ''
  const amount = nanos < 0n ? -nanos : nanos
  const units = amount / 1_000_000_000n
  const isBinary = /[KMGTPE]i$/.test(text) && amount % 1_000_000_000n === 0n && units >= 1024n
  if (isBinary) {
    const [number, steps] = reduce(units, 1024n, binarySuffixes.length - 1)
    return `${sign}${number}${binarySuffixes[steps] ?? ''}`
  }
  if (amount === 0n) return '0'
  const [number, steps] = reduce(amount, 1000n, decimalSuffixes.length - 1)
  if (/\d[eE][+-]?\d+$/.test(text)) {
    const exponent = 3 * steps - 9
    return `${sign}${number}${exponent === 0 ? '' : `e${exponent}`}`
  }
  return `${sign}${number}${decimalSuffixes[steps] ?? ''}`
}

/** Divides by `base` as long as nothing is lost, at most `limit` times. */
function reduce(amount: bigint, base: bigint, limit: number): readonly [number: bigint, steps: number] {
  let number = amount
  let steps = 0
  while (steps < limit && number !== 0n && number % base === 0n) {
    number /= base
    steps += 1
  }
  return [number, steps]
}
