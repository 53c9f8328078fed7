import { createHash } from 'node:crypto'

/**
 * An address of a service within the range, from its name: the same name has the same one. No traffic ever reaches it.
 * `serviceCidr` is IPv4, e.g. `172.20.0.0/16`; its first address belongs to the service `kubernetes`.
 */
export function serviceAddress(serviceCidr: string, namespace: string, name: string): string {
  const [base = '172.20.0.0', prefix = '16'] = serviceCidr.split('/')
  const start = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = 2 ** (32 - Number(prefix))
  const hash = createHash('sha256').update(`${namespace}/${name}`).digest().readUInt32BE(0)
  const offset = namespace === 'default' && name === 'kubernetes' ? 1 : 2 + (hash % Math.max(1, size - 3))
  const address = start + offset
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
}
