/** A whole number with separators: `1,000,000`. */
export function formatCount(count: number): string {
  return withSeparators(String(Math.round(count)))
}

/** A number with its noun: `1 pod`, `2,000 pods`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Digits in groups of three. `Intl` does the same and takes ten milliseconds to begin. */
export function withSeparators(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, ',')
}
