/** One running EC2 instance of a managed node group's Auto Scaling group, as the AWS stand-in tells the node stand-in. */
export type LocalInstance = {
  readonly instanceId: string
  readonly instanceType: string
  readonly region: string
  readonly availabilityZone: string
  readonly subnetId: string
  readonly privateIpAddress: string
  /** e.g. `ip-10-0-1-23.ec2.internal`: the node's name. */
  readonly privateDnsName: string
  readonly nodeGroup: LocalNodeGroup
  /** Size of the volume that carries container images (Bottlerocket: its data volume), GiB; the image's default when not known. */
  readonly storageGib?: number
  /** Launch template that EKS made of the group's own, e.g. `lt-0abc…` and `1`, when there is one. */
  readonly launchTemplate?: { readonly id: string; readonly version: string }
}

/** The part of a managed node group that its nodes show. */
export type LocalNodeGroup = {
  readonly clusterName: string
  readonly name: string
  /** EKS's enum, e.g. `AL2023_x86_64_NVIDIA`, `BOTTLEROCKET_x86_64_NVIDIA`, `CUSTOM`. */
  readonly amiType: string
  readonly capacityType: 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK'
  readonly kubernetesVersion: string
  readonly releaseVersion: string
  readonly labels: Readonly<Record<string, string>>
  /** Effects as EKS's API writes them. */
  readonly taints: readonly {
    readonly key: string
    readonly value?: string
    readonly effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE'
  }[]
  /** User data of the launch template, decoded, or empty. With `amiType` CUSTOM it alone decides labels and taints. */
  readonly userData: string
  readonly imageId: string
  /** EFA interfaces that the launch template gives each instance. */
  readonly efaInterfaces: number
}
