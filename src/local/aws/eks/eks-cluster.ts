import type { KubernetesClient } from '../../kubernetes/client.ts'
import type { ControlPlane } from '../../kubernetes/control-plane.ts'
import type { LaunchPlacement } from '../ec2.ts'

/** A list of `{code, message, resourceIds}` as `health.issues` shows it. */
export type HealthIssue = { readonly code: string; readonly message: string; readonly resourceIds: readonly string[] }

export type Tags = Readonly<Record<string, string>>

/** One asynchronous change, as DescribeUpdate tells it. */
export type EksUpdate = {
  readonly id: string
  readonly type: string
  readonly params: readonly { readonly type: string; readonly value: string }[]
  readonly createdAt: Date
  /** Set when it belongs to a node group or an add-on. */
  readonly nodegroupName?: string
  readonly addonName?: string
  status: 'InProgress' | 'Failed' | 'Cancelled' | 'Successful'
  errors: readonly {
    readonly errorCode: string
    readonly errorMessage: string
    readonly resourceIds: readonly string[]
  }[]
}

export type Taint = {
  readonly key: string
  readonly value?: string
  readonly effect: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE'
}

export type ScalingConfig = { readonly minSize: number; readonly maxSize: number; readonly desiredSize: number }

export type LaunchTemplateReference = { readonly id: string; readonly name: string; readonly version: string }

/** A managed node group; `autoScalingGroup` and `ownTemplate` are what EKS makes in the account for it. */
export type EksNodeGroup = {
  readonly name: string
  readonly arn: string
  readonly createdAt: Date
  modifiedAt: Date
  status: 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING' | 'CREATE_FAILED' | 'DELETE_FAILED' | 'DEGRADED'
  version: string
  releaseVersion: string
  readonly capacityType: 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK'
  scalingConfig: ScalingConfig
  /** Types of the request; empty when the launch template names the type. */
  readonly instanceTypes: readonly string[]
  /** The types that are launched, first choice first. */
  launchedTypes: readonly string[]
  readonly subnets: readonly string[]
  readonly amiType: string
  readonly nodeRole: string
  labels: Readonly<Record<string, string>>
  taints: readonly Taint[]
  readonly diskSize: number | undefined
  readonly remoteAccess: unknown
  launchTemplate: LaunchTemplateReference | undefined
  updateConfig: UpdateConfig
  nodeRepairConfig: Readonly<Record<string, unknown>> | undefined
  warmPoolConfig: Readonly<Record<string, unknown>> | undefined
  tags: Tags
  issues: readonly HealthIssue[]
  autoScalingGroup: string | undefined
  ownTemplate: string | undefined
  /** Resolves when both are made, or could not be. */
  making: Promise<void>
  /** User data of the launch template, decoded. */
  userData: string
  imageId: string
  /** What the launch template says of where instances start, and with which interfaces. */
  launch: LaunchPlacement
  /** Volumes of the launch template by device name, GiB; empty without one. */
  volumes: Readonly<Record<string, number>>
}

/** How many nodes an update replaces at once, and in which order. */
export type UpdateConfig = {
  readonly maxUnavailable?: number | undefined
  readonly maxUnavailablePercentage?: number | undefined
  readonly updateStrategy?: 'DEFAULT' | 'MINIMAL' | undefined
}

export type EksAddon = {
  readonly name: string
  readonly arn: string
  readonly createdAt: Date
  modifiedAt: Date
  status:
    | 'CREATING'
    | 'ACTIVE'
    | 'CREATE_FAILED'
    | 'UPDATING'
    | 'DELETING'
    | 'DELETE_FAILED'
    | 'DEGRADED'
    | 'UPDATE_FAILED'
  version: string
  serviceAccountRoleArn: string | undefined
  configurationValues: string | undefined
  /** ARNs of the Pod Identity associations the add-on owns. */
  podIdentityAssociations: readonly string[]
  readonly namespace: string
  tags: Tags
  issues: readonly HealthIssue[]
}

export type AccessScope = { readonly type: 'cluster' | 'namespace'; readonly namespaces: readonly string[] }

export type AssociatedPolicy = {
  readonly policyArn: string
  accessScope: AccessScope
  readonly associatedAt: Date
  modifiedAt: Date
}

export type AccessEntry = {
  readonly principalArn: string
  readonly arn: string
  readonly type: string
  username: string
  kubernetesGroups: readonly string[]
  readonly createdAt: Date
  modifiedAt: Date
  tags: Tags
  readonly policies: Map<string, AssociatedPolicy>
}

export type PodIdentityAssociation = {
  readonly id: string
  readonly arn: string
  readonly namespace: string
  readonly serviceAccount: string
  roleArn: string
  targetRoleArn: string | undefined
  disableSessionTags: boolean
  /** ARN of the add-on that made it. */
  readonly ownerArn: string | undefined
  readonly createdAt: Date
  modifiedAt: Date
  tags: Tags
}

/** An EKS cluster with everything in it: the state behind the API, changed only by `eks/`. */
export type EksCluster = {
  readonly name: string
  readonly region: string
  readonly account: string
  readonly partition: string
  readonly arn: string
  readonly createdAt: Date
  readonly roleArn: string
  status: 'CREATING' | 'ACTIVE' | 'DELETING' | 'FAILED' | 'UPDATING'
  version: string
  readonly vpcId: string
  subnetIds: readonly string[]
  securityGroupIds: readonly string[]
  clusterSecurityGroupId: string
  endpointPublicAccess: boolean
  endpointPrivateAccess: boolean
  publicAccessCidrs: readonly string[]
  readonly serviceIpv4Cidr: string
  readonly ipFamily: string
  /** Log types that are on, sorted. */
  logTypes: readonly string[]
  encryptionConfig: readonly unknown[]
  authenticationMode: string
  readonly bootstrapClusterCreatorAdminPermissions: boolean
  readonly bootstrapSelfManagedAddons: boolean
  supportType: string
  zonalShift: boolean | undefined
  deletionProtection: boolean
  readonly oidcId: string
  tags: Tags
  issues: readonly HealthIssue[]
  readonly clientRequestToken: string | undefined
  readonly nodeGroups: Map<string, EksNodeGroup>
  readonly addons: Map<string, EksAddon>
  readonly accessEntries: Map<string, AccessEntry>
  readonly podIdentityAssociations: Map<string, PodIdentityAssociation>
  readonly updates: Map<string, EksUpdate>
  /** Processes of the control plane, from its start on. */
  processes: ControlPlane['processes']
  /** The running control plane, once it answers. */
  kubernetes: RunningKubernetes | undefined
}

/** A cluster's control plane with what the stand-ins need of it. */
export type RunningKubernetes = {
  readonly plane: ControlPlane
  readonly client: KubernetesClient
  /** Absolute path of the kubeconfig written for it. */
  readonly kubeconfig: string
  /** Stops the nodes and the control plane, and removes the cluster's folder. */
  stop(): Promise<void>
}
