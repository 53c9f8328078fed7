import type { InstanceType } from './instance-types.ts'

/** What decides how many pods a kubelet takes. */
export type MaxPodsInput = {
  readonly type: Pick<InstanceType, 'maxPods' | 'vcpu' | 'enisDefaultCard' | 'ipv4PerEni'>
  /** Set by user data. */
  readonly userData?: number | undefined
  /** Whether EKS writes the figure: a managed node group with an image of EKS's. */
  readonly managedImage: boolean
  /** `ENABLE_PREFIX_DELEGATION` of the CNI. */
  readonly prefixDelegation: boolean
}

/** Addresses of one prefix, a /28. */
const addressesPerPrefix = 16

/**
 * Pods that a node takes. The user data's figure wins; else the addresses decide, and EKS cuts what it writes itself to
 * 110 below 30 vCPU and to 250 above. Images of EKS do not count prefixes by themselves.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html#determine-max-pods
 */
export function maxPodsOf({ type, userData, managedImage, prefixDelegation }: MaxPodsInput): number {
  if (userData !== undefined) return userData
  const addresses = type.maxPods ?? 110
  if (!managedImage) return addresses
  return Math.min(prefixDelegation ? podsWithPrefixes(type, addresses) : addresses, (type.vcpu ?? 2) < 30 ? 110 : 250)
}

function podsWithPrefixes(type: MaxPodsInput['type'], otherwise: number): number {
  if (type.enisDefaultCard === null || type.ipv4PerEni === null) return otherwise
  return type.enisDefaultCard * (type.ipv4PerEni - 1) * addressesPerPrefix + 2
}
