/**
 * An amount of a resource as a person would write it in a manifest: processor time in millicores, memory and storage in the
 * largest binary unit that keeps three digits, devices as a number.
 */
export function amountText(resource: string, amount: number): string {
  switch (resource) {
    case 'cpu':
      return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`
    case 'memory':
    case 'ephemeral-storage':
      return bytesText(amount)
    default:
      return String(amount)
  }
}

function bytesText(bytes: number): string {
  if (bytes % 1024 ** 3 === 0) return `${bytes / 1024 ** 3}Gi`
  if (bytes >= 1024 ** 2) return `${Math.floor(bytes / 1024 ** 2)}Mi`
  return bytes >= 1024 ? `${Math.floor(bytes / 1024)}Ki` : String(bytes)
}
