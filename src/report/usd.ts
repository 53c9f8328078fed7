import { withSeparators } from './counted.ts'

/** An amount in USD without its sign, `1,234.50`; `?` when it is not known. */
export function formatUsd(usd: number | null): string {
  if (usd === null) return '?'
  const [dollars = '', cents = ''] = usd.toFixed(2).split('.')
  return `${withSeparators(dollars)}.${cents}`
}
