/** An age as kubectl prints it: `5s`, `3m20s`, `2h15m`, `6d4h`. Source: k8s.io/apimachinery/pkg/util/duration `HumanDuration`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`
  const years = Math.floor(hours / 24 / 365)
  if (days < 365 * 2) return `${days}d`
  if (days < 365 * 8) {
    const rest = days % 365
    return rest === 0 ? `${years}y` : `${years}y${rest}d`
  }
  return `${years}y`
}
