/** A number as Go's `%.2f` prints it: the exact binary value, halves to even, where JavaScript rounds them up. */
export function goFixed2(value: number): string {
  const eighths = value * 8
  // Only odd multiples of an eighth lie exactly between two hundredths.
  if (!Number.isInteger(eighths) || Number.isInteger(eighths / 2)) return value.toFixed(2)
  const below = Math.floor(value * 100)
  const even = below % 2 === 0 ? below : below + 1
  return (even / 100).toFixed(2)
}

/** A number as Go's `%.6g` prints it. */
export function goGeneral6(value: number): string {
  const rounded = Number(value.toPrecision(6))
  const exponent = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)))
  if (exponent >= -4 && exponent < 6) return String(rounded)
  const [digits = '', power = ''] = rounded.toExponential().split('e')
  const sign = power.startsWith('-') ? '-' : '+'
  return `${digits}e${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`
}
