import type { InstanceType } from '../../catalog/instance-types.ts'

/**
 * Addresses that the VPC CNI holds on a node at least, whatever pods run there. A type that nobody knows is taken for the smallest.
 * The module's addresses.tf computes the same.
 * Source: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/docs/eni-and-ip-target.md
 * @param settings environment of the CNI, e.g. `WARM_IP_TARGET`.
 */
export function nodeAddresses(
  settings: Readonly<Record<string, string>>,
  type: Pick<InstanceType, 'enis' | 'ipv4PerEni'> | undefined,
): number {
  const interfaces = type?.enis ?? 3
  const perInterface = type?.ipv4PerEni ?? 10
  const of = (name: string, otherwise: number): number => {
    const value = Number(settings[name])
    return settings[name] === undefined || Number.isNaN(value) ? otherwise : value
  }
  const target = Math.max(of('WARM_IP_TARGET', 0), of('MINIMUM_IP_TARGET', 0))
  // An interface's own address serves no pod.
  if (settings['ENABLE_PREFIX_DELEGATION'] === 'true') {
    const prefixes = target > 0 ? Math.ceil(target / 16) : 1 + of('WARM_PREFIX_TARGET', 1)
    return 16 * prefixes + Math.ceil(prefixes / (perInterface - 1))
  }
  if (target > 0) return target + Math.ceil(target / (perInterface - 1))
  return Math.min(1 + of('WARM_ENI_TARGET', 1), interfaces) * perInterface
}
