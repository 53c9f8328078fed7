import { ProblemError } from './problem.ts'

/**
 * An amount as Kubernetes writes it (`500m`, `1.5Gi`, `1e3`), exact, in billionths of the unit: the smallest step that
 * Kubernetes keeps. Source: k8s.io/apimachinery/pkg/api/resource, `ParseQuantity`.
 */
export type Quantity = bigint

const nano = 1_000_000_000n
/** 2^63 − 1 units: larger amounts are cut to it, as Kubernetes does. */
const largest = 9_223_372_036_854_775_807n * nano

const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

const grammar = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE])([+-]?\d{1,9})|([numkMGTPE]|[KMGTPE]i)?)$/

/** Texts that were parsed: manifests say the same few over and over. */
const parsed = new Map<string, Quantity>()
const mostParsed = 10_000

/** Parses a quantity, or returns `undefined` when it is none. Finer than a billionth is rounded away from zero. */
export function tryParseQuantity(text: string): Quantity | undefined {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const quantity = readQuantity(text)
  if (quantity === undefined) return undefined
  if (parsed.size >= mostParsed) parsed.clear()
  parsed.set(text, quantity)
  return quantity
}

function readQuantity(text: string): Quantity | undefined {
  const match = grammar.exec(text)
  if (match === null) return undefined
  const [, sign, number = '', e, exponentText, suffix = ''] = match
  const [whole = '', fraction = ''] = number.split('.')
  const digits = BigInt(`${whole}${fraction}` || '0')
  const binary = binaryExponents[suffix]
  const exponent = (e === undefined ? (decimalExponents[suffix] ?? 0) : Number(exponentText)) + 9 - fraction.length
  const scaled = scale(
    binary === undefined ? digits : digits << BigInt(binary),
    binary === undefined ? exponent : 9 - fraction.length,
  )
  const amount = scaled > largest ? largest : scaled
  return sign === '-' ? -amount : amount
}

/** Parses a quantity; throws a {@link ProblemError} `quantity-malformed` when it is none. */
export function parseQuantity(text: string): Quantity {
  const quantity = tryParseQuantity(text)
  if (quantity !== undefined) return quantity
  throw new ProblemError({
    id: 'quantity-malformed',
    what: `${JSON.stringify(text)} is not a Kubernetes quantity`,
    why: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    fix: 'write a number with an optional suffix, such as 500m, 2, 16Gi or 100G',
  })
}

/** The amount in whole units (bytes, devices), rounded up; exact up to 2^53. Source: `Quantity.Value`. */
export function toUnits(quantity: Quantity): number {
  return Number(divideUp(quantity, nano))
}

/** The amount in thousandths (millicores), rounded up; exact up to 2^53. Source: `Quantity.MilliValue`. */
export function toMilli(quantity: Quantity): number {
  return Number(divideUp(quantity, 1_000_000n))
}

/** `digits × 10^exponent`, rounded away from zero; stops early where the result can only be the largest amount. */
function scale(digits: bigint, exponent: number): bigint {
  if (digits === 0n) return 0n
  if (exponent >= 0) return exponent > 40 ? largest + 1n : digits * 10n ** BigInt(exponent)
  if (-exponent > digits.toString().length + 1) return 1n
  return divideUp(digits, 10n ** BigInt(-exponent))
}

/** Ceiling division for a positive divisor, as Go's quantities round: 0.1 gives 1, −0.1 gives 0. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend % divisor > 0n ? quotient + 1n : quotient
}
