/** What decides how many huge pages a node has. */
export type HugePagesInput = {
  /** `vm.nr_hugepages` of the user data. */
  readonly userData: number | undefined
  readonly bottlerocket: boolean
  readonly efaInterfaces: number
  readonly vcpu: number
}

/** Bottlerocket's own figure for each processor of an instance with EFA. */
const bottlerocketPagesPerCpu = 110

/**
 * Huge pages of 2 MiB that a node sets aside: what its user data says, else Bottlerocket's own count where there is EFA. EKS's AL2023
 * images are taken to set none aside by themselves; AWS does not document it.
 * Source: https://github.com/bottlerocket-os/bottlerocket-core-kit/pull/141
 */
export function hugePagesOf({ userData, bottlerocket, efaInterfaces, vcpu }: HugePagesInput): number {
  if (userData !== undefined) return userData
  return bottlerocket && efaInterfaces > 0 ? bottlerocketPagesPerCpu * vcpu : 0
}
