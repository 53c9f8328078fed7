const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** An amount in USD without its sign, `1,234.50`; `?` when it is not known. */
export function formatUsd(usd: number | null): string {
  return usd === null ? '?' : cents.format(usd)
}
