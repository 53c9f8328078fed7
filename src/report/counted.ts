const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** A whole number with separators: `1,000,000`. */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** A number with its noun: `1 pod`, `2,000 pods`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
