// Generated from modules/eks-gpu-cluster/variables.tf by `npm run generate`. Do not edit: see docs/typescript.md.
import { z } from 'zod'
import { type AddonName, addonNames, type EksVersion, eksVersionNames, type GeneralInstanceType, generalInstanceTypeNames, type GpuAmiType, gpuAmiTypeNames, type GpuInstanceType, gpuInstanceTypeNames, type SystemAmiType, systemAmiTypeNames } from '../../catalog/catalog-names.generated.ts'
import { byAddonName, listedOr, listOf, type MarketplaceAddon, mapOf, oneOf, oneOfNumbers, orRef } from './input-parts.ts'
import type { Ref } from './reference.ts'
import type { Unlisted } from './unlisted.ts'

/** The inputs of the module, under its own names. */
export type ModuleInputs = {
  /** Name of the EKS cluster, 1 to 100 letters, digits, hyphens and underscores. Names of roles, functions and groups are made from it and cut with a hash where AWS allows less. */
  readonly cluster_name: string | Ref
  /**
   * Kubernetes minor version, as in "1.36". A version that EKS no longer offers still plans, with a warning that says since when.
   * @default "1.36"
   */
  readonly cluster_version?: EksVersion | Unlisted | undefined
  /**
   * What EKS does when standard support of the version ends: `EXTENDED` keeps it for twelve more months at an extra charge per cluster hour, `STANDARD` upgrades the cluster by itself.
   * @default "EXTENDED"
   */
  readonly support_type?: 'EXTENDED' | 'STANDARD' | Ref | undefined
  /**
   * CIDR blocks that may reach the public API endpoint. Empty (the default) keeps the public endpoint off; the private endpoint is always on.
   * @default []
   */
  readonly public_access_cidrs?: readonly (string | Ref)[] | Ref | undefined
  /**
   * CIDR blocks outside the cluster's own security group, such as a VPN or a peered network, that may reach the private API endpoint on port 443. They must be routed to the VPC.
   * @default []
   */
  readonly private_access_cidrs?: readonly (string | Ref)[] | Ref | undefined
  /** Range of the Kubernetes Service addresses. Null lets EKS take 10.100.0.0/16 or 172.20.0.0/16, whichever does not collide with the VPC. Changing it replaces the cluster. */
  readonly service_ipv4_cidr?: string | Ref | undefined
  /** KMS key for the envelope encryption of Kubernetes Secrets, as `{ arn = aws_kms_key.example.arn }`; the ARN may be unknown at plan. Null (the default) makes a key of its own, with rotation on. Changing it later replaces the cluster. */
  readonly kms_key?: KmsKey | undefined
  /**
   * Control plane logs sent to CloudWatch: any of api, audit, authenticator, controllerManager, scheduler. Empty sends none.
   * @default ["api", "audit", "authenticator"]
   */
  readonly control_plane_log_types?: readonly ('api' | 'audit' | 'authenticator' | 'controllerManager' | 'scheduler' | Ref)[] | Ref | undefined
  /**
   * Days that CloudWatch keeps the control plane's and the installer's logs. 0 keeps them for ever.
   * @default 90
   */
  readonly log_retention_days?: 0 | 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365 | 400 | 545 | 731 | 1096 | 1827 | 2192 | 2557 | 2922 | 3288 | 3653 | Ref | undefined
  /**
   * EKS add-ons by name. vpc-cni, kube-proxy, eks-pod-identity-agent and coredns are always installed; name one here to set its version or configuration, name another (such as metrics-server) to add it. `version` null takes EKS's default for the cluster version; `configuration_values` is JSON.
   * @default {}
   */
  readonly addons?: { readonly [Name in AddonName | MarketplaceAddon]?: Addon } | undefined
  /** Whether to create a VPC. Null (the default) creates one exactly when `subnet_ids` is empty. Set it to false together with `vpc_id` and `subnet_ids` when the length of `subnet_ids` is not known at plan. */
  readonly create_vpc?: boolean | Ref | undefined
  /** VPC to use. Needed with `subnet_ids`; leave it out to have a VPC created. May be unknown at plan. */
  readonly vpc_id?: string | Ref | undefined
  /**
   * Private subnets of `vpc_id`, in at least two availability zones, for the control plane's interfaces, all nodes and the installer. Empty (the default) has a VPC created. The ids may be unknown at plan.
   * @default []
   */
  readonly subnet_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Range of the created VPC, /16 to /20. Each zone gets a quarter of it as a private subnet, of four or more zones an eighth; public subnets are a 256th each, in the last eighth. A range that cannot hold the groups at max_size is refused.
   * @default "10.0.0.0/16"
   */
  readonly vpc_cidr?: string | Ref | undefined
  /**
   * Ranges of the created VPC's private subnets, one for each zone, in place of the derived ones. Give the present ones before you go from three zones to four: derived ranges would get smaller, and every subnet be replaced.
   * @default []
   */
  readonly private_subnet_cidrs?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Zones of the created VPC, by name, two to six. Choose those that offer your GPU instance types. Empty takes the first `availability_zone_count` zones that EKS supports, once, when the cluster is made.
   * @default []
   */
  readonly availability_zones?: readonly (string | Ref)[] | Ref | undefined
  /**
   * How many zones the created VPC spans when `availability_zones` is empty, two to six.
   * @default 3
   */
  readonly availability_zone_count?: number | Ref | undefined
  /**
   * How nodes of the created VPC reach the internet: `single` NAT gateway, one `per_az`, or `none`, which creates the VPC endpoints that a cluster without internet needs (images must then come from `image_mirror`).
   * @default "single"
   */
  readonly nat?: 'single' | 'per_az' | 'none' | Ref | undefined
  /**
   * VPC endpoints of a cluster without internet: autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, kms, logs, sts, and S3 as a gateway.
   * @default {}
   */
  readonly vpc_endpoints?: VpcEndpoints | undefined
  /**
   * Further interface endpoints by service, such as `ssm`, `ssmmessages` and `ec2messages` for Session Manager; in a VPC of your own only with `vpc_endpoints = { create = true }`. AWS's own policy, which allows everything, holds for them, or one of `vpc_endpoints.policies`.
   * @default []
   */
  readonly additional_vpc_endpoints?: readonly (string | Ref)[] | Ref | undefined
  /**
   * How the VPC CNI takes addresses for pods. Without anything, a node holds addresses for 12 pods and keeps 4 free, where AWS's default keeps a whole network interface warm: up to 98 addresses on a large GPU node.
   * @default {}
   */
  readonly vpc_cni?: VpcCni | undefined
  /**
   * Security groups that all nodes carry besides the cluster security group. May be unknown at plan.
   * @default []
   */
  readonly additional_security_group_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * The untainted group without GPUs that CoreDNS, the Cluster Autoscaler and other system pods run on. `ami_type` null is derived from the instance types; `kubernetes_version` null follows the cluster; `release_version` null never pins one, `latest` takes EKS's newest at each plan.
   * @default {}
   */
  readonly system_node_group?: SystemNodeGroup | undefined
  /**
   * GPU node groups by name. Every attribute is optional.
   * @default {}
   */
  readonly gpu_node_groups?: Readonly<Record<string, GpuNodeGroup>> | undefined
  /**
   * Whether who applies first becomes cluster administrator by an access entry (the role of an assumed-role session). It is recorded then; others come in by `access_entries`.
   * @default true
   */
  readonly enable_applier_admin?: boolean | Ref | undefined
  /**
   * Further principals that may use the Kubernetes API, by a name of your choice. `policies` are EKS access policies by name (such as AmazonEKSViewPolicy) or ARN, for the whole cluster or for `namespaces`; `kubernetes_groups` are for your own RBAC. principal_arn may be unknown at plan.
   * @default {}
   */
  readonly access_entries?: Readonly<Record<string, AccessEntry>> | undefined
  /**
   * IAM roles or users that are administrators of the cluster, as ARNs by names of your choice. An ARN may be unknown at plan. Who applies first is one already, with `enable_applier_admin`; another that can get in when that role is gone is a good idea.
   * @default {}
   */
  readonly cluster_admins?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * IAM roles or users that may look at everything in all namespaces but Secrets, and at no nodes (AmazonEKSViewPolicy), as ARNs by names of your choice. An ARN may be unknown at plan.
   * @default {}
   */
  readonly cluster_viewers?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * IAM roles or users that may run what they like in some namespaces (AmazonEKSEditPolicy), by names of your choice. principal_arn may be unknown at plan; the namespaces need not exist yet.
   * @default {}
   */
  readonly namespace_editors?: Readonly<Record<string, NamespaceEditor>> | undefined
  /**
   * Whether to make the IAM OIDC provider with which pods take roles by their service account's token (IRSA), for software that does not know EKS Pod Identity. The module's own parts need none.
   * @default false
   */
  readonly enable_irsa?: boolean | Ref | undefined
  /**
   * IAM path of every role that the module creates.
   * @default "/"
   */
  readonly iam_role_path?: string | Ref | undefined
  /** ARN of the permissions boundary of every role that the module creates. Null sets none. May be unknown at plan. */
  readonly iam_role_permissions_boundary?: string | Ref | undefined
  /**
   * Whether the in-VPC installer applies the device plugin and the Cluster Autoscaler. False leaves the installer out; apply the output `manifests` by other means, such as GitOps.
   * @default true
   */
  readonly install_manifests?: boolean | Ref | undefined
  /**
   * What starts and ends nodes: `cluster-autoscaler` (the module installs it) or `none` (node groups keep their size; for those who bring Karpenter, see `karpenter`).
   * @default "cluster-autoscaler"
   */
  readonly autoscaler?: 'cluster-autoscaler' | 'none' | Ref | undefined
  /**
   * Settings of the Cluster Autoscaler. Each is a command line flag of it; one that is left out keeps the autoscaler's own default, but for those whose default is named here. Durations are written as in `10m` or `1h30m`.
   * @default {}
   */
  readonly cluster_autoscaler?: ClusterAutoscaler | undefined
  /** What Karpenter needs from AWS, for those who install it themselves, with `autoscaler = "none"`: a role and instance profile for its nodes with an access entry, a queue of interruption events, a role for its controller by EKS Pod Identity, and discovery tags on the cluster security group and on created subnets. Null (the default) makes none of it; `{}` makes all. The output `karpenter` has the names. */
  readonly karpenter?: Karpenter | undefined
  /** NVIDIA's DCGM exporter on every GPU node, for Prometheus: `{}` installs it, null (the default) leaves it out. `profiling` adds metrics of the SMs, tensor cores and memory, and the only utilization of MIG devices; it needs a capability. `service_monitor` adds a ServiceMonitor, for a cluster that has Prometheus Operator's CRDs. `image` replaces the module's. */
  readonly dcgm_exporter?: DcgmExporter | undefined
  /** EKS's node monitoring agent, which finds broken GPUs, disks and networks: `{}` installs the add-on with a DCGM server that tolerates the taints of all groups, null (the default) leaves it out. `version` null takes EKS's default; `configuration_values` (JSON) replaces the module's. */
  readonly node_monitoring_agent?: NodeMonitoringAgent | undefined
  /**
   * CSI drivers to install, as EKS add-ons, each with a role by EKS Pod Identity that may do no more than is said here; `{}` installs one with nothing further. All ARNs may be unknown at plan.
   * @default {}
   */
  readonly storage_drivers?: StorageDrivers | undefined
  /** Registry and prefix that replace nvcr.io and registry.k8s.io in image names, as in "111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror". Null pulls from the origin. Must be known at plan. `eks-gpu images --mirror` prints what to copy there. */
  readonly image_mirror?: string | Ref | undefined
  /**
   * Registries that replace single ones in image names, stronger than `image_mirror`, as in `{ "registry.k8s.io" = "111122223333.dkr.ecr.us-east-1.amazonaws.com/kubernetes" }` for a pull-through cache. Keys are `nvcr.io` and `registry.k8s.io`.
   * @default {}
   */
  readonly image_registries?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * AWS tags of everything that the module creates, instances and volumes included.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string | Ref>> | Ref | undefined
}

/** Kms_key: one object of it. */
export type KmsKey = {
  /** ARN of the key. May be unknown at plan. */
  readonly arn: string | Ref
}

const kmsKey: z.ZodType<KmsKey, KmsKey> = z.strictObject({
  arn: orRef(z.string()).meta({ description: "ARN of the key. May be unknown at plan." }),
}).meta({ id: 'KmsKey' })

/** Addons: one object of it. */
export type Addon = {
  /** Version of the add-on; left out, EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** Configuration of the add-on, as JSON text. */
  readonly configuration_values?: string | Ref | undefined
}

const addon: z.ZodType<Addon, Addon> = z.strictObject({
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; left out, EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "Configuration of the add-on, as JSON text." }),
}).meta({ id: 'Addon' })

/** Vpc_endpoints: one object of it. */
export type VpcEndpoints = {
  /** Whether to make them. Null makes them in a created VPC with `nat = "none"`; true makes them in any VPC, yours as well. */
  readonly create?: boolean | Ref | undefined
  /**
   * In a VPC of your own, subnets for the interface endpoints, one in each zone; empty takes the cluster's. May be unknown at plan.
   * @default []
   */
  readonly subnet_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * In a VPC of your own, route tables of the private subnets, for the S3 gateway endpoint, which ECR's image layers come through. May be unknown at plan.
   * @default []
   */
  readonly route_table_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Services that the VPC has an endpoint for already, such as `ec2` or `s3`; none is made for them.
   * @default []
   */
  readonly existing_services?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Further ranges that may use the interface endpoints; nodes and pods always may.
   * @default []
   */
  readonly allowed_cidrs?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Policies by service, as JSON, in place of the module's own, which let in principals of this account and what needs no principal: image layers of ECR, packages of AL2023, tokens of service accounts. May be unknown at plan.
   * @default {}
   */
  readonly policies?: Readonly<Record<string, string | Ref>> | Ref | undefined
}

const vpcEndpoints: z.ZodType<VpcEndpoints, VpcEndpoints> = z.strictObject({
  create: orRef(z.boolean()).optional().meta({ description: "Whether to make them. Null makes them in a created VPC with `nat = \"none\"`; true makes them in any VPC, yours as well." }),
  subnet_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "In a VPC of your own, subnets for the interface endpoints, one in each zone; empty takes the cluster's. May be unknown at plan.", default: [] }),
  route_table_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "In a VPC of your own, route tables of the private subnets, for the S3 gateway endpoint, which ECR's image layers come through. May be unknown at plan.", default: [] }),
  existing_services: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Services that the VPC has an endpoint for already, such as `ec2` or `s3`; none is made for them.", default: [] }),
  allowed_cidrs: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Further ranges that may use the interface endpoints; nodes and pods always may.", default: [] }),
  policies: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Policies by service, as JSON, in place of the module's own, which let in principals of this account and what needs no principal: image layers of ECR, packages of AL2023, tokens of service accounts. May be unknown at plan.", default: {} }),
}).meta({ id: 'VpcEndpoints' })

/** Vpc_cni: one object of it. */
export type VpcCni = {
  /**
   * Takes /28 prefixes in place of single addresses: fewer calls to EC2 and more pods on a node, if the group's max pods are raised too. Needs unbroken /28 blocks in the subnets.
   * @default false
   */
  readonly prefix_delegation?: boolean | Ref | undefined
  /** Free addresses that a node keeps for the next pods; 4 when left out. */
  readonly warm_ip_target?: number | Ref | undefined
  /** Addresses that a node takes at once; 12 when left out. */
  readonly minimum_ip_target?: number | Ref | undefined
  /** Free prefixes that a node keeps, with prefix_delegation and without the other two targets, which would override it. */
  readonly warm_prefix_target?: number | Ref | undefined
}

const vpcCni: z.ZodType<VpcCni, VpcCni> = z.strictObject({
  prefix_delegation: orRef(z.boolean()).optional().meta({ description: "Takes /28 prefixes in place of single addresses: fewer calls to EC2 and more pods on a node, if the group's max pods are raised too. Needs unbroken /28 blocks in the subnets.", default: false }),
  warm_ip_target: orRef(z.number()).optional().meta({ description: "Free addresses that a node keeps for the next pods; 4 when left out." }),
  minimum_ip_target: orRef(z.number()).optional().meta({ description: "Addresses that a node takes at once; 12 when left out." }),
  warm_prefix_target: orRef(z.number()).optional().meta({ description: "Free prefixes that a node keeps, with prefix_delegation and without the other two targets, which would override it." }),
}).meta({ id: 'VpcCni' })

/** System_node_group: one object of it. */
export type SystemNodeGroup = {
  /**
   * EC2 types without a GPU, all of one architecture.
   * @default ["m7i.large"]
   */
  readonly instance_types?: readonly (GeneralInstanceType | Unlisted)[] | undefined
  /**
   * Nodes at least; 2 or more.
   * @default 2
   */
  readonly min_size?: number | Ref | undefined
  /**
   * Nodes at most.
   * @default 4
   */
  readonly max_size?: number | Ref | undefined
  /** Nodes at creation; afterwards the autoscaler owns it. Left out: min_size. */
  readonly desired_size?: number | Ref | undefined
  /** EKS AMI type; left out, it is derived from the instance types. */
  readonly ami_type?: SystemAmiType | undefined
  /** Minor of these nodes, up to three behind the cluster; left out, they follow it. */
  readonly kubernetes_version?: EksVersion | Unlisted | undefined
  /** AMI release to pin; left out, none is pinned; `latest` takes the newest at each plan. */
  readonly release_version?: string | Ref | undefined
  /**
   * Size of the root volume, GiB.
   * @default 50
   */
  readonly root_volume_gib?: number | Ref | undefined
  /**
   * Labels of the nodes.
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * Subnets of this group; empty takes the cluster's.
   * @default []
   */
  readonly subnet_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Policy ARNs for this group's role only. May be unknown at plan.
   * @default []
   */
  readonly additional_iam_policies?: readonly (string | Ref)[] | Ref | undefined
}

const systemNodeGroup: z.ZodType<SystemNodeGroup, SystemNodeGroup> = z.strictObject({
  instance_types: listOf(listedOr(generalInstanceTypeNames, 'instance type without a GPU')).optional().meta({ description: "EC2 types without a GPU, all of one architecture.", default: ["m7i.large"] }),
  min_size: orRef(z.number()).optional().meta({ description: "Nodes at least; 2 or more.", default: 2 }),
  max_size: orRef(z.number()).optional().meta({ description: "Nodes at most.", default: 4 }),
  desired_size: orRef(z.number()).optional().meta({ description: "Nodes at creation; afterwards the autoscaler owns it. Left out: min_size." }),
  ami_type: oneOf(systemAmiTypeNames, 'AMI type without a GPU driver').optional().meta({ description: "EKS AMI type; left out, it is derived from the instance types." }),
  kubernetes_version: listedOr(eksVersionNames, 'Kubernetes version of EKS').optional().meta({ description: "Minor of these nodes, up to three behind the cluster; left out, they follow it." }),
  release_version: orRef(z.string()).optional().meta({ description: "AMI release to pin; left out, none is pinned; `latest` takes the newest at each plan." }),
  root_volume_gib: orRef(z.number()).optional().meta({ description: "Size of the root volume, GiB.", default: 50 }),
  labels: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Labels of the nodes.", default: {} }),
  subnet_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Subnets of this group; empty takes the cluster's.", default: [] }),
  additional_iam_policies: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Policy ARNs for this group's role only. May be unknown at plan.", default: [] }),
}).meta({ id: 'SystemNodeGroup' })

/** Gpu_node_groups, taints: one object of it. */
export type GpuNodeGroupTaint = {
  /** Key, such as nvidia.com/gpu; each key once in a group. */
  readonly key: string | Ref
  /** Value, which must not be empty: the autoscaler does not see a taint without one. */
  readonly value?: string | Ref | undefined
  /**
   * What happens to pods that do not tolerate it, in EKS's spelling.
   * @default "NO_SCHEDULE"
   */
  readonly effect?: 'NO_SCHEDULE' | 'NO_EXECUTE' | 'PREFER_NO_SCHEDULE' | Ref | undefined
}

const gpuNodeGroupTaint: z.ZodType<GpuNodeGroupTaint, GpuNodeGroupTaint> = z.strictObject({
  key: orRef(z.string()).meta({ description: "Key, such as nvidia.com/gpu; each key once in a group." }),
  value: orRef(z.string()).optional().meta({ description: "Value, which must not be empty: the autoscaler does not see a taint without one." }),
  effect: orRef(oneOf(['NO_SCHEDULE', 'NO_EXECUTE', 'PREFER_NO_SCHEDULE'], 'effect')).optional().meta({ description: "What happens to pods that do not tolerate it, in EKS's spelling.", default: "NO_SCHEDULE" }),
}).meta({ id: 'GpuNodeGroupTaint' })

/** Gpu_node_groups, capacity_reservation: one object of it. */
export type GpuNodeGroupCapacityReservation = {
  /** Id of an On-Demand Capacity Reservation or a Capacity Block, such as cr-0123456789abcdef0. May be unknown at plan. */
  readonly id?: string | Ref | undefined
  /** ARN of a resource group of On-Demand Capacity Reservations. May be unknown at plan. */
  readonly resource_group_arn?: string | Ref | undefined
  /** Without a target: open takes reservations that match, none takes none, capacity-reservations-only nothing else. */
  readonly preference?: 'open' | 'none' | 'capacity-reservations-only' | Ref | undefined
}

const gpuNodeGroupCapacityReservation: z.ZodType<GpuNodeGroupCapacityReservation, GpuNodeGroupCapacityReservation> = z.strictObject({
  id: orRef(z.string()).optional().meta({ description: "Id of an On-Demand Capacity Reservation or a Capacity Block, such as cr-0123456789abcdef0. May be unknown at plan." }),
  resource_group_arn: orRef(z.string()).optional().meta({ description: "ARN of a resource group of On-Demand Capacity Reservations. May be unknown at plan." }),
  preference: orRef(oneOf(['open', 'none', 'capacity-reservations-only'], 'preference')).optional().meta({ description: "Without a target: open takes reservations that match, none takes none, capacity-reservations-only nothing else." }),
}).meta({ id: 'GpuNodeGroupCapacityReservation' })

/** Gpu_node_groups, schedule: one object of it. */
export type GpuNodeGroupSchedule = {
  /** When the block begins, in UTC: 2030-01-07T11:30:00Z. */
  readonly start: string | Ref
  /** When the block ends, in UTC: 2030-01-08T11:30:00Z. */
  readonly end: string | Ref
  /** Nodes while the block lasts; left out, max_size. */
  readonly size?: number | Ref | undefined
}

const gpuNodeGroupSchedule: z.ZodType<GpuNodeGroupSchedule, GpuNodeGroupSchedule> = z.strictObject({
  start: orRef(z.string()).meta({ description: "When the block begins, in UTC: 2030-01-07T11:30:00Z." }),
  end: orRef(z.string()).meta({ description: "When the block ends, in UTC: 2030-01-08T11:30:00Z." }),
  size: orRef(z.number()).optional().meta({ description: "Nodes while the block lasts; left out, max_size." }),
}).meta({ id: 'GpuNodeGroupSchedule' })

/** Gpu_node_groups, root_volume: one object of it. */
export type GpuNodeGroupRootVolume = {
  /**
   * Size, GiB.
   * @default 200
   */
  readonly size_gib?: number | Ref | undefined
  /** Throughput of gp3, MiB/s; left out, AWS's 125. */
  readonly throughput?: number | Ref | undefined
  /** IOPS of gp3; left out, AWS's 3000. */
  readonly iops?: number | Ref | undefined
  /** KMS key that encrypts it; left out, the account's default key for EBS. May be unknown at plan. */
  readonly kms_key_arn?: string | Ref | undefined
  /** Root device of a custom AMI whose root is elsewhere. */
  readonly device_name?: string | Ref | undefined
}

const gpuNodeGroupRootVolume: z.ZodType<GpuNodeGroupRootVolume, GpuNodeGroupRootVolume> = z.strictObject({
  size_gib: orRef(z.number()).optional().meta({ description: "Size, GiB.", default: 200 }),
  throughput: orRef(z.number()).optional().meta({ description: "Throughput of gp3, MiB/s; left out, AWS's 125." }),
  iops: orRef(z.number()).optional().meta({ description: "IOPS of gp3; left out, AWS's 3000." }),
  kms_key_arn: orRef(z.string()).optional().meta({ description: "KMS key that encrypts it; left out, the account's default key for EBS. May be unknown at plan." }),
  device_name: orRef(z.string()).optional().meta({ description: "Root device of a custom AMI whose root is elsewhere." }),
}).meta({ id: 'GpuNodeGroupRootVolume' })

/** Gpu_node_groups, kubelet, kube_reserved: one object of it. */
export type GpuNodeGroupKubeletKubeReserved = {
  /** Cores or millicores, such as 500m. */
  readonly cpu?: string | Ref | undefined
  /** Mi or Gi. */
  readonly memory?: string | Ref | undefined
  /** Mi or Gi. */
  readonly ephemeral_storage?: string | Ref | undefined
}

const gpuNodeGroupKubeletKubeReserved: z.ZodType<GpuNodeGroupKubeletKubeReserved, GpuNodeGroupKubeletKubeReserved> = z.strictObject({
  cpu: orRef(z.string()).optional().meta({ description: "Cores or millicores, such as 500m." }),
  memory: orRef(z.string()).optional().meta({ description: "Mi or Gi." }),
  ephemeral_storage: orRef(z.string()).optional().meta({ description: "Mi or Gi." }),
}).meta({ id: 'GpuNodeGroupKubeletKubeReserved' })

/** Gpu_node_groups, kubelet, system_reserved: one object of it. */
export type GpuNodeGroupKubeletSystemReserved = {
  /** Cores or millicores, such as 500m. */
  readonly cpu?: string | Ref | undefined
  /** Mi or Gi. */
  readonly memory?: string | Ref | undefined
  /** Mi or Gi. */
  readonly ephemeral_storage?: string | Ref | undefined
}

const gpuNodeGroupKubeletSystemReserved: z.ZodType<GpuNodeGroupKubeletSystemReserved, GpuNodeGroupKubeletSystemReserved> = z.strictObject({
  cpu: orRef(z.string()).optional().meta({ description: "Cores or millicores, such as 500m." }),
  memory: orRef(z.string()).optional().meta({ description: "Mi or Gi." }),
  ephemeral_storage: orRef(z.string()).optional().meta({ description: "Mi or Gi." }),
}).meta({ id: 'GpuNodeGroupKubeletSystemReserved' })

/** Gpu_node_groups, kubelet: one object of it. */
export type GpuNodeGroupKubelet = {
  /** Images that are pulled at once; AL2023 only. */
  readonly max_parallel_image_pulls?: number | Ref | undefined
  /** Pulls a second. */
  readonly registry_pull_qps?: number | Ref | undefined
  /** Pulls in a burst. */
  readonly registry_burst?: number | Ref | undefined
  /** Disk use from which unused images are removed. */
  readonly image_gc_high_threshold_percent?: number | Ref | undefined
  /** Disk use down to which unused images are removed. */
  readonly image_gc_low_threshold_percent?: number | Ref | undefined
  /**
   * Resources kept for kubelet and container runtime.
   * @default {}
   */
  readonly kube_reserved?: GpuNodeGroupKubeletKubeReserved | undefined
  /**
   * Resources kept for the operating system.
   * @default {}
   */
  readonly system_reserved?: GpuNodeGroupKubeletSystemReserved | undefined
  /**
   * Thresholds by signal below which pods are evicted at once, over Kubernetes's own.
   * @default {}
   */
  readonly eviction_hard?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * Thresholds by signal below which pods are evicted after a grace period.
   * @default {}
   */
  readonly eviction_soft?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * Grace periods of the soft thresholds, such as 1m30s.
   * @default {}
   */
  readonly eviction_soft_grace_period?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /** static gives pods with whole CPUs cores of their own. */
  readonly cpu_manager_policy?: 'none' | 'static' | Ref | undefined
  /** Whether CPUs and GPUs of a pod must be of one NUMA node. */
  readonly topology_manager_policy?: 'none' | 'best-effort' | 'restricted' | 'single-numa-node' | Ref | undefined
  /** What that is decided for. */
  readonly topology_manager_scope?: 'container' | 'pod' | Ref | undefined
  /** Processes that a pod may have. */
  readonly pod_pids_limit?: number | Ref | undefined
  /** Size at which a log is rotated, such as 50Mi. */
  readonly container_log_max_size?: string | Ref | undefined
  /** Log files of a container. */
  readonly container_log_max_files?: number | Ref | undefined
}

const gpuNodeGroupKubelet: z.ZodType<GpuNodeGroupKubelet, GpuNodeGroupKubelet> = z.strictObject({
  max_parallel_image_pulls: orRef(z.number()).optional().meta({ description: "Images that are pulled at once; AL2023 only." }),
  registry_pull_qps: orRef(z.number()).optional().meta({ description: "Pulls a second." }),
  registry_burst: orRef(z.number()).optional().meta({ description: "Pulls in a burst." }),
  image_gc_high_threshold_percent: orRef(z.number()).optional().meta({ description: "Disk use from which unused images are removed." }),
  image_gc_low_threshold_percent: orRef(z.number()).optional().meta({ description: "Disk use down to which unused images are removed." }),
  kube_reserved: gpuNodeGroupKubeletKubeReserved.optional().meta({ description: "Resources kept for kubelet and container runtime.", default: {} }),
  system_reserved: gpuNodeGroupKubeletSystemReserved.optional().meta({ description: "Resources kept for the operating system.", default: {} }),
  eviction_hard: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Thresholds by signal below which pods are evicted at once, over Kubernetes's own.", default: {} }),
  eviction_soft: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Thresholds by signal below which pods are evicted after a grace period.", default: {} }),
  eviction_soft_grace_period: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Grace periods of the soft thresholds, such as 1m30s.", default: {} }),
  cpu_manager_policy: orRef(oneOf(['none', 'static'], 'cpu_manager_policy')).optional().meta({ description: "static gives pods with whole CPUs cores of their own." }),
  topology_manager_policy: orRef(oneOf(['none', 'best-effort', 'restricted', 'single-numa-node'], 'topology_manager_policy')).optional().meta({ description: "Whether CPUs and GPUs of a pod must be of one NUMA node." }),
  topology_manager_scope: orRef(oneOf(['container', 'pod'], 'topology_manager_scope')).optional().meta({ description: "What that is decided for." }),
  pod_pids_limit: orRef(z.number()).optional().meta({ description: "Processes that a pod may have." }),
  container_log_max_size: orRef(z.string()).optional().meta({ description: "Size at which a log is rotated, such as 50Mi." }),
  container_log_max_files: orRef(z.number()).optional().meta({ description: "Log files of a container." }),
}).meta({ id: 'GpuNodeGroupKubelet' })

/** Gpu_node_groups, containerd: one object of it. */
export type GpuNodeGroupContainerd = {
  /** TOML that is merged into containerd's configuration; AL2023 only. */
  readonly config?: string | Ref | undefined
  /** Layers of one image that are downloaded at once. */
  readonly max_concurrent_downloads?: number | Ref | undefined
}

const gpuNodeGroupContainerd: z.ZodType<GpuNodeGroupContainerd, GpuNodeGroupContainerd> = z.strictObject({
  config: orRef(z.string()).optional().meta({ description: "TOML that is merged into containerd's configuration; AL2023 only." }),
  max_concurrent_downloads: orRef(z.number()).optional().meta({ description: "Layers of one image that are downloaded at once." }),
}).meta({ id: 'GpuNodeGroupContainerd' })

/** Gpu_node_groups, extra_user_data: one object of it. */
export type GpuNodeGroupExtraUserData = {
  /** A NodeConfig document; AL2023 only. */
  readonly node_config?: string | Ref | undefined
  /** A script that cloud-init runs; AL2023 only. */
  readonly shell?: string | Ref | undefined
  /** Settings; Bottlerocket only. */
  readonly toml?: string | Ref | undefined
}

const gpuNodeGroupExtraUserData: z.ZodType<GpuNodeGroupExtraUserData, GpuNodeGroupExtraUserData> = z.strictObject({
  node_config: orRef(z.string()).optional().meta({ description: "A NodeConfig document; AL2023 only." }),
  shell: orRef(z.string()).optional().meta({ description: "A script that cloud-init runs; AL2023 only." }),
  toml: orRef(z.string()).optional().meta({ description: "Settings; Bottlerocket only." }),
}).meta({ id: 'GpuNodeGroupExtraUserData' })

/** Gpu_node_groups, sharing, time_slicing: one object of it. */
export type GpuNodeGroupSharingTimeSlicing = {
  /** Pods for each GPU or MIG device, 2 or more. */
  readonly replicas: number | Ref
  /**
   * Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.
   * @default false
   */
  readonly rename?: boolean | Ref | undefined
  /**
   * Whether a pod that asks for more than one share fails: two shares are not twice the GPU.
   * @default true
   */
  readonly fail_requests_greater_than_one?: boolean | Ref | undefined
}

const gpuNodeGroupSharingTimeSlicing: z.ZodType<GpuNodeGroupSharingTimeSlicing, GpuNodeGroupSharingTimeSlicing> = z.strictObject({
  replicas: orRef(z.number()).meta({ description: "Pods for each GPU or MIG device, 2 or more." }),
  rename: orRef(z.boolean()).optional().meta({ description: "Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.", default: false }),
  fail_requests_greater_than_one: orRef(z.boolean()).optional().meta({ description: "Whether a pod that asks for more than one share fails: two shares are not twice the GPU.", default: true }),
}).meta({ id: 'GpuNodeGroupSharingTimeSlicing' })

/** Gpu_node_groups, sharing, mps: one object of it. */
export type GpuNodeGroupSharingMps = {
  /** Pods for each GPU, 2 to 48; each gets that part of the memory. */
  readonly replicas: number | Ref
  /**
   * Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.
   * @default false
   */
  readonly rename?: boolean | Ref | undefined
}

const gpuNodeGroupSharingMps: z.ZodType<GpuNodeGroupSharingMps, GpuNodeGroupSharingMps> = z.strictObject({
  replicas: orRef(z.number()).meta({ description: "Pods for each GPU, 2 to 48; each gets that part of the memory." }),
  rename: orRef(z.boolean()).optional().meta({ description: "Whether pods ask for nvidia.com/gpu.shared instead of nvidia.com/gpu.", default: false }),
}).meta({ id: 'GpuNodeGroupSharingMps' })

/** Gpu_node_groups, sharing, mig: one object of it. */
export type GpuNodeGroupSharingMig = {
  /** How many devices of which MIG profile every GPU becomes, such as { "1g.10gb" = 7 }. */
  readonly devices: Readonly<Record<string, number | Ref>> | Ref
  /** mixed: pods ask for nvidia.com/mig-1g.10gb; single: for nvidia.com/gpu. Left out: mixed on AL2023, single on Bottlerocket. */
  readonly strategy?: 'mixed' | 'single' | Ref | undefined
}

const gpuNodeGroupSharingMig: z.ZodType<GpuNodeGroupSharingMig, GpuNodeGroupSharingMig> = z.strictObject({
  devices: orRef(mapOf(orRef(z.number()))).meta({ description: "How many devices of which MIG profile every GPU becomes, such as { \"1g.10gb\" = 7 }." }),
  strategy: orRef(oneOf(['mixed', 'single'], 'strategy')).optional().meta({ description: "mixed: pods ask for nvidia.com/mig-1g.10gb; single: for nvidia.com/gpu. Left out: mixed on AL2023, single on Bottlerocket." }),
}).meta({ id: 'GpuNodeGroupSharingMig' })

/** Gpu_node_groups, sharing: one object of it. */
export type GpuNodeGroupSharing = {
  /** Pods take turns on a GPU. Nothing keeps their memory or their faults apart; may also share MIG devices. */
  readonly time_slicing?: GpuNodeGroupSharingTimeSlicing | undefined
  /** Pods run at once on a GPU through an MPS server, each with its part of the memory; a fault of one can end all. */
  readonly mps?: GpuNodeGroupSharingMps | undefined
  /** GPUs are divided into MIG devices at boot, kept apart by the hardware. */
  readonly mig?: GpuNodeGroupSharingMig | undefined
}

const gpuNodeGroupSharing: z.ZodType<GpuNodeGroupSharing, GpuNodeGroupSharing> = z.strictObject({
  time_slicing: gpuNodeGroupSharingTimeSlicing.optional().meta({ description: "Pods take turns on a GPU. Nothing keeps their memory or their faults apart; may also share MIG devices." }),
  mps: gpuNodeGroupSharingMps.optional().meta({ description: "Pods run at once on a GPU through an MPS server, each with its part of the memory; a fault of one can end all." }),
  mig: gpuNodeGroupSharingMig.optional().meta({ description: "GPUs are divided into MIG devices at boot, kept apart by the hardware." }),
}).meta({ id: 'GpuNodeGroupSharing' })

/** Gpu_node_groups, scale_down: one object of it. */
export type GpuNodeGroupScaleDown = {
  /** How long a node is not needed, or not ready, before it goes, as in `30m`. */
  readonly unneeded_time?: string | Ref | undefined
  /** How long a node is not needed, or not ready, before it goes, as in `30m`. */
  readonly unready_time?: string | Ref | undefined
  /** Share of requested vCPU or memory, and of GPUs (which is what counts on GPU nodes), up to which a node is not needed. */
  readonly utilization_threshold?: number | Ref | undefined
  /** Share of requested vCPU or memory, and of GPUs (which is what counts on GPU nodes), up to which a node is not needed. */
  readonly gpu_utilization_threshold?: number | Ref | undefined
  /** Whether pods of DaemonSets do not count when it is asked how full a node is. */
  readonly ignore_daemonsets_utilization?: boolean | Ref | undefined
}

const gpuNodeGroupScaleDown: z.ZodType<GpuNodeGroupScaleDown, GpuNodeGroupScaleDown> = z.strictObject({
  unneeded_time: orRef(z.string()).optional().meta({ description: "How long a node is not needed, or not ready, before it goes, as in `30m`." }),
  unready_time: orRef(z.string()).optional().meta({ description: "How long a node is not needed, or not ready, before it goes, as in `30m`." }),
  utilization_threshold: orRef(z.number()).optional().meta({ description: "Share of requested vCPU or memory, and of GPUs (which is what counts on GPU nodes), up to which a node is not needed." }),
  gpu_utilization_threshold: orRef(z.number()).optional().meta({ description: "Share of requested vCPU or memory, and of GPUs (which is what counts on GPU nodes), up to which a node is not needed." }),
  ignore_daemonsets_utilization: orRef(z.boolean()).optional().meta({ description: "Whether pods of DaemonSets do not count when it is asked how full a node is." }),
}).meta({ id: 'GpuNodeGroupScaleDown' })

/** Gpu_node_groups: one object of it. */
export type GpuNodeGroup = {
  /**
   * EC2 types, up to 20, all with the same GPU count and architecture.
   * @default ["g5.xlarge"]
   */
  readonly instance_types?: readonly (GpuInstanceType | Unlisted)[] | undefined
  /**
   * `ON_DEMAND`, `SPOT`, or `CAPACITY_BLOCK` for a Capacity Block for ML, which needs `capacity_reservation.id`, one instance type and one subnet.
   * @default "ON_DEMAND"
   */
  readonly capacity_type?: 'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK' | Ref | undefined
  /**
   * Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it.
   * @default 0
   */
  readonly min_size?: number | Ref | undefined
  /**
   * Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it.
   * @default 1
   */
  readonly max_size?: number | Ref | undefined
  /** Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it. */
  readonly desired_size?: number | Ref | undefined
  /**
   * Merged over the module's own (nvidia.com/gpu, nvidia.com/gpu.present, k8s.amazonaws.com/accelerator, eks-gpu-clusters/ami-family).
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /** Null gives `nvidia.com/gpu=true:NO_SCHEDULE`; a list replaces it; `[]` leaves the group untainted. */
  readonly taints?: readonly (GpuNodeGroupTaint)[] | undefined
  /** Custom AMI of that family; its user data then joins the node to the cluster. May be unknown at plan. */
  readonly ami_id?: string | Ref | undefined
  /** `al2023` (default) or `bottlerocket`. */
  readonly ami_family?: 'al2023' | 'bottlerocket' | Ref | undefined
  /** EKS AMI type; null derives it from family and instance types. */
  readonly ami_type?: GpuAmiType | undefined
  /** `none` leaves user data out, for an AMI that brings its own bootstrap. */
  readonly user_data?: 'none' | Ref | undefined
  /** Minor of this group's nodes, up to three behind the cluster; null follows the cluster. Holds a group back while the control plane is upgraded. */
  readonly kubernetes_version?: EksVersion | Unlisted | undefined
  /** AMI release to pin; null never pins one; `latest` takes EKS's newest at each plan, so that a new release rolls the group with the next apply. */
  readonly release_version?: string | Ref | undefined
  /** Nodes that an update replaces at once, in number or per cent, one of the two; null is one node. */
  readonly max_unavailable?: number | Ref | undefined
  /** Nodes that an update replaces at once, in number or per cent, one of the two; null is one node. */
  readonly max_unavailable_percentage?: number | Ref | undefined
  /** Whether EKS replaces nodes that stay unhealthy; null leaves EKS's default (off). */
  readonly node_repair?: boolean | Ref | undefined
  /**
   * Policy ARNs for this group's role only. May be unknown at plan.
   * @default []
   */
  readonly additional_iam_policies?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Further security groups. May be unknown at plan.
   * @default []
   */
  readonly additional_security_group_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Subnets of this group; empty takes the cluster's.
   * @default []
   */
  readonly subnet_ids?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Zones of the created VPC that this group stays in, by name; empty takes all.
   * @default []
   */
  readonly availability_zones?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Makes a node group of EKS for each subnet, which the autoscaler balances and scales by zone, as pods with zonal volumes need. Sizes then count for each zone.
   * @default false
   */
  readonly per_zone?: boolean | Ref | undefined
  /** Reserved capacity that the nodes run in: `id` of an On-Demand Capacity Reservation or a Capacity Block, or `resource_group_arn` of several reservations. Or `preference` without either: `open`, `none`, or `capacity-reservations-only`. May be unknown at plan. */
  readonly capacity_reservation?: GpuNodeGroupCapacityReservation | undefined
  /** Hours of a Capacity Block, in UTC as its reservation says: from `start` the group has `size` nodes (null: max_size), 45 minutes before `end` (75 for UltraServers) none; the autoscaler leaves it alone. Must be known at plan. */
  readonly schedule?: GpuNodeGroupSchedule | undefined
  /**
   * Puts the nodes of the group close together, in a cluster placement group of its own. Needs one subnet.
   * @default false
   */
  readonly placement_group?: boolean | Ref | undefined
  /**
   * Elastic Fabric Adapter on every network card that has it, with security group, device plugin and huge pages. Needs one subnet and types with EFA.
   * @default false
   */
  readonly efa?: boolean | Ref | undefined
  /**
   * Size in GiB (to 64 TiB), gp3 throughput (MiB/s) and IOPS (null: AWS's 125 and 3000), `kms_key_arn` of a key of your own (null: the account's default key for EBS; may be unknown at plan), `device_name` for a custom AMI whose root is elsewhere.
   * @default {}
   */
  readonly root_volume?: GpuNodeGroupRootVolume | undefined
  /** `raid0` joins the instance's NVMe disks for images and pods; `mount` gives each a file system of its own below /mnt/k8s-disks for pods that ask for it by hostPath, and leaves images and pods on the root volume (AL2023 only); `none` leaves them alone; null is raid0 where the type has NVMe. */
  readonly local_storage?: 'raid0' | 'mount' | 'none' | Ref | undefined
  /** Pods that a node takes; null lets EKS compute it from the addresses of the type. The module refuses more than there are addresses for (prefix delegation of vpc-cni counts). */
  readonly max_pods?: number | Ref | undefined
  /**
   * Kubelet settings under the same names for both operating systems. `max_parallel_image_pulls` (AL2023 only), `registry_pull_qps`, `registry_burst`, `image_gc_high_threshold_percent`, `image_gc_low_threshold_percent`, `kube_reserved` and `system_reserved` (each `{ cpu, memory, ephemeral_storage }`), `eviction_hard`, `eviction_soft` and `eviction_soft_grace_period` by signal such as `memory.available`, `cpu_manager_policy`, `topology_manager_policy`, `topology_manager_scope`, `pod_pids_limit`, `container_log_max_size`, `container_log_max_files`. What is left out stays as the image has it.
   * @default {}
   */
  readonly kubelet?: GpuNodeGroupKubelet | undefined
  /**
   * `max_concurrent_downloads` layers of one image at once, or `config`, TOML that nodeadm merges into containerd's configuration (AL2023 only).
   * @default {}
   */
  readonly containerd?: GpuNodeGroupContainerd | undefined
  /**
   * Pulls and unpacks layers in parallel by the SOCI snapshotter of EKS's images. Wants 4 vCPUs, 7 GiB of memory and a volume of 600 MiB/s.
   * @default false
   */
  readonly fast_image_pull?: boolean | Ref | undefined
  /**
   * Container images that each node pulls as soon as it joins, by a DaemonSet with image volumes; Kubernetes 1.35 or newer. Nothing of the images runs.
   * @default []
   */
  readonly preload_images?: readonly (string | Ref)[] | Ref | undefined
  /**
   * More for the node's first boot: `node_config` (a NodeConfig document, AL2023), `shell` (a script, AL2023), `toml` (settings, Bottlerocket).
   * @default {}
   */
  readonly extra_user_data?: GpuNodeGroupExtraUserData | undefined
  /**
   * 1 keeps pods away from the node's credentials; 2 lets them in.
   * @default 1
   */
  readonly metadata_hop_limit?: number | Ref | undefined
  /** How pods share the GPUs: `time_slicing`, `mps` or `mig`; time_slicing may also share MIG devices. Null gives each pod whole GPUs. */
  readonly sharing?: GpuNodeGroupSharing | undefined
  /**
   * AWS tags of this group's resources.
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /**
   * When the Cluster Autoscaler takes nodes of this group away; what is left out is as in `cluster_autoscaler.scale_down`.
   * @default {}
   */
  readonly scale_down?: GpuNodeGroupScaleDown | undefined
}

const gpuNodeGroup: z.ZodType<GpuNodeGroup, GpuNodeGroup> = z.strictObject({
  instance_types: listOf(listedOr(gpuInstanceTypeNames, 'GPU instance type')).optional().meta({ description: "EC2 types, up to 20, all with the same GPU count and architecture.", default: ["g5.xlarge"] }),
  capacity_type: orRef(oneOf(['ON_DEMAND', 'SPOT', 'CAPACITY_BLOCK'], 'capacity_type')).optional().meta({ description: "`ON_DEMAND`, `SPOT`, or `CAPACITY_BLOCK` for a Capacity Block for ML, which needs `capacity_reservation.id`, one instance type and one subnet.", default: "ON_DEMAND" }),
  min_size: orRef(z.number()).optional().meta({ description: "Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it.", default: 0 }),
  max_size: orRef(z.number()).optional().meta({ description: "Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it.", default: 1 }),
  desired_size: orRef(z.number()).optional().meta({ description: "Nodes. desired_size (null: min_size) counts at creation only, then the autoscaler owns it." }),
  labels: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Merged over the module's own (nvidia.com/gpu, nvidia.com/gpu.present, k8s.amazonaws.com/accelerator, eks-gpu-clusters/ami-family).", default: {} }),
  taints: listOf(gpuNodeGroupTaint).optional().meta({ description: "Null gives `nvidia.com/gpu=true:NO_SCHEDULE`; a list replaces it; `[]` leaves the group untainted." }),
  ami_id: orRef(z.string()).optional().meta({ description: "Custom AMI of that family; its user data then joins the node to the cluster. May be unknown at plan." }),
  ami_family: orRef(oneOf(['al2023', 'bottlerocket'], 'ami_family')).optional().meta({ description: "`al2023` (default) or `bottlerocket`." }),
  ami_type: oneOf(gpuAmiTypeNames, 'AMI type with an NVIDIA driver').optional().meta({ description: "EKS AMI type; null derives it from family and instance types." }),
  user_data: orRef(oneOf(['none'], 'user_data')).optional().meta({ description: "`none` leaves user data out, for an AMI that brings its own bootstrap." }),
  kubernetes_version: listedOr(eksVersionNames, 'Kubernetes version of EKS').optional().meta({ description: "Minor of this group's nodes, up to three behind the cluster; null follows the cluster. Holds a group back while the control plane is upgraded." }),
  release_version: orRef(z.string()).optional().meta({ description: "AMI release to pin; null never pins one; `latest` takes EKS's newest at each plan, so that a new release rolls the group with the next apply." }),
  max_unavailable: orRef(z.number()).optional().meta({ description: "Nodes that an update replaces at once, in number or per cent, one of the two; null is one node." }),
  max_unavailable_percentage: orRef(z.number()).optional().meta({ description: "Nodes that an update replaces at once, in number or per cent, one of the two; null is one node." }),
  node_repair: orRef(z.boolean()).optional().meta({ description: "Whether EKS replaces nodes that stay unhealthy; null leaves EKS's default (off)." }),
  additional_iam_policies: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Policy ARNs for this group's role only. May be unknown at plan.", default: [] }),
  additional_security_group_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Further security groups. May be unknown at plan.", default: [] }),
  subnet_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Subnets of this group; empty takes the cluster's.", default: [] }),
  availability_zones: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Zones of the created VPC that this group stays in, by name; empty takes all.", default: [] }),
  per_zone: orRef(z.boolean()).optional().meta({ description: "Makes a node group of EKS for each subnet, which the autoscaler balances and scales by zone, as pods with zonal volumes need. Sizes then count for each zone.", default: false }),
  capacity_reservation: gpuNodeGroupCapacityReservation.optional().meta({ description: "Reserved capacity that the nodes run in: `id` of an On-Demand Capacity Reservation or a Capacity Block, or `resource_group_arn` of several reservations. Or `preference` without either: `open`, `none`, or `capacity-reservations-only`. May be unknown at plan." }),
  schedule: gpuNodeGroupSchedule.optional().meta({ description: "Hours of a Capacity Block, in UTC as its reservation says: from `start` the group has `size` nodes (null: max_size), 45 minutes before `end` (75 for UltraServers) none; the autoscaler leaves it alone. Must be known at plan." }),
  placement_group: orRef(z.boolean()).optional().meta({ description: "Puts the nodes of the group close together, in a cluster placement group of its own. Needs one subnet.", default: false }),
  efa: orRef(z.boolean()).optional().meta({ description: "Elastic Fabric Adapter on every network card that has it, with security group, device plugin and huge pages. Needs one subnet and types with EFA.", default: false }),
  root_volume: gpuNodeGroupRootVolume.optional().meta({ description: "Size in GiB (to 64 TiB), gp3 throughput (MiB/s) and IOPS (null: AWS's 125 and 3000), `kms_key_arn` of a key of your own (null: the account's default key for EBS; may be unknown at plan), `device_name` for a custom AMI whose root is elsewhere.", default: {} }),
  local_storage: orRef(oneOf(['raid0', 'mount', 'none'], 'local_storage')).optional().meta({ description: "`raid0` joins the instance's NVMe disks for images and pods; `mount` gives each a file system of its own below /mnt/k8s-disks for pods that ask for it by hostPath, and leaves images and pods on the root volume (AL2023 only); `none` leaves them alone; null is raid0 where the type has NVMe." }),
  max_pods: orRef(z.number()).optional().meta({ description: "Pods that a node takes; null lets EKS compute it from the addresses of the type. The module refuses more than there are addresses for (prefix delegation of vpc-cni counts)." }),
  kubelet: gpuNodeGroupKubelet.optional().meta({ description: "Kubelet settings under the same names for both operating systems. `max_parallel_image_pulls` (AL2023 only), `registry_pull_qps`, `registry_burst`, `image_gc_high_threshold_percent`, `image_gc_low_threshold_percent`, `kube_reserved` and `system_reserved` (each `{ cpu, memory, ephemeral_storage }`), `eviction_hard`, `eviction_soft` and `eviction_soft_grace_period` by signal such as `memory.available`, `cpu_manager_policy`, `topology_manager_policy`, `topology_manager_scope`, `pod_pids_limit`, `container_log_max_size`, `container_log_max_files`. What is left out stays as the image has it.", default: {} }),
  containerd: gpuNodeGroupContainerd.optional().meta({ description: "`max_concurrent_downloads` layers of one image at once, or `config`, TOML that nodeadm merges into containerd's configuration (AL2023 only).", default: {} }),
  fast_image_pull: orRef(z.boolean()).optional().meta({ description: "Pulls and unpacks layers in parallel by the SOCI snapshotter of EKS's images. Wants 4 vCPUs, 7 GiB of memory and a volume of 600 MiB/s.", default: false }),
  preload_images: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Container images that each node pulls as soon as it joins, by a DaemonSet with image volumes; Kubernetes 1.35 or newer. Nothing of the images runs.", default: [] }),
  extra_user_data: gpuNodeGroupExtraUserData.optional().meta({ description: "More for the node's first boot: `node_config` (a NodeConfig document, AL2023), `shell` (a script, AL2023), `toml` (settings, Bottlerocket).", default: {} }),
  metadata_hop_limit: orRef(z.number()).optional().meta({ description: "1 keeps pods away from the node's credentials; 2 lets them in.", default: 1 }),
  sharing: gpuNodeGroupSharing.optional().meta({ description: "How pods share the GPUs: `time_slicing`, `mps` or `mig`; time_slicing may also share MIG devices. Null gives each pod whole GPUs." }),
  tags: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "AWS tags of this group's resources.", default: {} }),
  scale_down: gpuNodeGroupScaleDown.optional().meta({ description: "When the Cluster Autoscaler takes nodes of this group away; what is left out is as in `cluster_autoscaler.scale_down`.", default: {} }),
}).meta({ id: 'GpuNodeGroup' })

/** Access_entries, policies: one object of it. */
export type AccessEntryPolicy = {
  /** Name, such as AmazonEKSViewPolicy, or ARN. */
  readonly policy: string | Ref
  /**
   * Namespaces that it is for; empty is the whole cluster.
   * @default []
   */
  readonly namespaces?: readonly (string | Ref)[] | Ref | undefined
}

const accessEntryPolicy: z.ZodType<AccessEntryPolicy, AccessEntryPolicy> = z.strictObject({
  policy: orRef(z.string()).meta({ description: "Name, such as AmazonEKSViewPolicy, or ARN." }),
  namespaces: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Namespaces that it is for; empty is the whole cluster.", default: [] }),
}).meta({ id: 'AccessEntryPolicy' })

/** Access_entries: one object of it. */
export type AccessEntry = {
  /** ARN of the IAM role or user. May be unknown at plan. */
  readonly principal_arn: string | Ref
  /**
   * Groups of your own RBAC that the principal is in.
   * @default []
   */
  readonly kubernetes_groups?: readonly (string | Ref)[] | Ref | undefined
  /**
   * EKS access policies of the principal.
   * @default []
   */
  readonly policies?: readonly (AccessEntryPolicy)[] | undefined
}

const accessEntry: z.ZodType<AccessEntry, AccessEntry> = z.strictObject({
  principal_arn: orRef(z.string()).meta({ description: "ARN of the IAM role or user. May be unknown at plan." }),
  kubernetes_groups: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Groups of your own RBAC that the principal is in.", default: [] }),
  policies: listOf(accessEntryPolicy).optional().meta({ description: "EKS access policies of the principal.", default: [] }),
}).meta({ id: 'AccessEntry' })

/** Namespace_editors: one object of it. */
export type NamespaceEditor = {
  /** ARN of the IAM role or user. May be unknown at plan. */
  readonly principal_arn: string | Ref
  /** Namespaces that it is for. */
  readonly namespaces: readonly (string | Ref)[] | Ref
}

const namespaceEditor: z.ZodType<NamespaceEditor, NamespaceEditor> = z.strictObject({
  principal_arn: orRef(z.string()).meta({ description: "ARN of the IAM role or user. May be unknown at plan." }),
  namespaces: orRef(listOf(orRef(z.string()))).meta({ description: "Namespaces that it is for." }),
}).meta({ id: 'NamespaceEditor' })

/** Cluster_autoscaler, expander_priorities: one object of it. */
export type ClusterAutoscalerExpanderPriority = {
  /** Number; the highest wins. */
  readonly priority: number | Ref
  /**
   * GPU groups by their name here.
   * @default []
   */
  readonly groups?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Regular expressions (Go's syntax) on names of Auto Scaling groups, for groups made elsewhere.
   * @default []
   */
  readonly patterns?: readonly (string | Ref)[] | Ref | undefined
}

const clusterAutoscalerExpanderPriority: z.ZodType<ClusterAutoscalerExpanderPriority, ClusterAutoscalerExpanderPriority> = z.strictObject({
  priority: orRef(z.number()).meta({ description: "Number; the highest wins." }),
  groups: orRef(listOf(orRef(z.string()))).optional().meta({ description: "GPU groups by their name here.", default: [] }),
  patterns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Regular expressions (Go's syntax) on names of Auto Scaling groups, for groups made elsewhere.", default: [] }),
}).meta({ id: 'ClusterAutoscalerExpanderPriority' })

/** Cluster_autoscaler, cores_total: one object of it. */
export type ClusterAutoscalerCoresTotal = {
  /**
   * The autoscaler does not go below.
   * @default 0
   */
  readonly min?: number | Ref | undefined
  /** The autoscaler does not go above. */
  readonly max: number | Ref
}

const clusterAutoscalerCoresTotal: z.ZodType<ClusterAutoscalerCoresTotal, ClusterAutoscalerCoresTotal> = z.strictObject({
  min: orRef(z.number()).optional().meta({ description: "The autoscaler does not go below.", default: 0 }),
  max: orRef(z.number()).meta({ description: "The autoscaler does not go above." }),
}).meta({ id: 'ClusterAutoscalerCoresTotal' })

/** Cluster_autoscaler, memory_total: one object of it. */
export type ClusterAutoscalerMemoryTotal = {
  /**
   * The autoscaler does not go below.
   * @default 0
   */
  readonly min?: number | Ref | undefined
  /** The autoscaler does not go above. */
  readonly max: number | Ref
}

const clusterAutoscalerMemoryTotal: z.ZodType<ClusterAutoscalerMemoryTotal, ClusterAutoscalerMemoryTotal> = z.strictObject({
  min: orRef(z.number()).optional().meta({ description: "The autoscaler does not go below.", default: 0 }),
  max: orRef(z.number()).meta({ description: "The autoscaler does not go above." }),
}).meta({ id: 'ClusterAutoscalerMemoryTotal' })

/** Cluster_autoscaler, gpu_total: one object of it. */
export type ClusterAutoscalerGpuTotal = {
  /**
   * The autoscaler does not go below.
   * @default 0
   */
  readonly min?: number | Ref | undefined
  /** The autoscaler does not go above. */
  readonly max: number | Ref
}

const clusterAutoscalerGpuTotal: z.ZodType<ClusterAutoscalerGpuTotal, ClusterAutoscalerGpuTotal> = z.strictObject({
  min: orRef(z.number()).optional().meta({ description: "The autoscaler does not go below.", default: 0 }),
  max: orRef(z.number()).meta({ description: "The autoscaler does not go above." }),
}).meta({ id: 'ClusterAutoscalerGpuTotal' })

/** Cluster_autoscaler, scale_down: one object of it. */
export type ClusterAutoscalerScaleDown = {
  /** Whether they are at all. */
  readonly enabled?: boolean | Ref | undefined
  /** How long a node is not needed before it goes (10m by itself; an idle p5.48xlarge costs about 9 USD in that time). A group's own is in `gpu_node_groups`. */
  readonly unneeded_time?: string | Ref | undefined
  /** How long a node is not ready before it goes. */
  readonly unready_time?: string | Ref | undefined
  /** Rest after nodes came, after one went, and after one could not go. */
  readonly delay_after_add?: string | Ref | undefined
  /** Rest after nodes came, after one went, and after one could not go. */
  readonly delay_after_delete?: string | Ref | undefined
  /** Rest after nodes came, after one went, and after one could not go. */
  readonly delay_after_failure?: string | Ref | undefined
  /** Share of requested vCPU or memory up to which a node without GPUs is not needed. */
  readonly utilization_threshold?: number | Ref | undefined
  /** Share of requested GPUs up to which a GPU node is not needed; its vCPU and memory do not count. 0.5 by itself: a node with 4 of 8 GPUs in use is emptied when its pods fit elsewhere. */
  readonly gpu_utilization_threshold?: number | Ref | undefined
  /** How many nodes are looked at. */
  readonly non_empty_candidates_count?: number | Ref | undefined
  /** How many nodes are looked at. */
  readonly candidates_pool_ratio?: number | Ref | undefined
  /** How many nodes are looked at. */
  readonly candidates_pool_min_count?: number | Ref | undefined
  /** Nodes that go at the same time, and of those the ones that pods are moved from. */
  readonly max_parallelism?: number | Ref | undefined
  /** Nodes that go at the same time, and of those the ones that pods are moved from. */
  readonly max_drain_parallelism?: number | Ref | undefined
  /** Time until a node that could not go is looked at again. */
  readonly unremovable_node_recheck_timeout?: string | Ref | undefined
  /**
   * Whether pods of kube-system keep a node; default false.
   * @default false
   */
  readonly skip_nodes_with_system_pods?: boolean | Ref | undefined
  /** Whether pods with emptyDir or hostPath volumes keep a node. */
  readonly skip_nodes_with_local_storage?: boolean | Ref | undefined
  /** Whether pods of controllers that it does not know keep a node. */
  readonly skip_nodes_with_custom_controller_pods?: boolean | Ref | undefined
  /** Pods of a smaller controller keep a node. */
  readonly min_replica_count?: number | Ref | undefined
}

const clusterAutoscalerScaleDown: z.ZodType<ClusterAutoscalerScaleDown, ClusterAutoscalerScaleDown> = z.strictObject({
  enabled: orRef(z.boolean()).optional().meta({ description: "Whether they are at all." }),
  unneeded_time: orRef(z.string()).optional().meta({ description: "How long a node is not needed before it goes (10m by itself; an idle p5.48xlarge costs about 9 USD in that time). A group's own is in `gpu_node_groups`." }),
  unready_time: orRef(z.string()).optional().meta({ description: "How long a node is not ready before it goes." }),
  delay_after_add: orRef(z.string()).optional().meta({ description: "Rest after nodes came, after one went, and after one could not go." }),
  delay_after_delete: orRef(z.string()).optional().meta({ description: "Rest after nodes came, after one went, and after one could not go." }),
  delay_after_failure: orRef(z.string()).optional().meta({ description: "Rest after nodes came, after one went, and after one could not go." }),
  utilization_threshold: orRef(z.number()).optional().meta({ description: "Share of requested vCPU or memory up to which a node without GPUs is not needed." }),
  gpu_utilization_threshold: orRef(z.number()).optional().meta({ description: "Share of requested GPUs up to which a GPU node is not needed; its vCPU and memory do not count. 0.5 by itself: a node with 4 of 8 GPUs in use is emptied when its pods fit elsewhere." }),
  non_empty_candidates_count: orRef(z.number()).optional().meta({ description: "How many nodes are looked at." }),
  candidates_pool_ratio: orRef(z.number()).optional().meta({ description: "How many nodes are looked at." }),
  candidates_pool_min_count: orRef(z.number()).optional().meta({ description: "How many nodes are looked at." }),
  max_parallelism: orRef(z.number()).optional().meta({ description: "Nodes that go at the same time, and of those the ones that pods are moved from." }),
  max_drain_parallelism: orRef(z.number()).optional().meta({ description: "Nodes that go at the same time, and of those the ones that pods are moved from." }),
  unremovable_node_recheck_timeout: orRef(z.string()).optional().meta({ description: "Time until a node that could not go is looked at again." }),
  skip_nodes_with_system_pods: orRef(z.boolean()).optional().meta({ description: "Whether pods of kube-system keep a node; default false.", default: false }),
  skip_nodes_with_local_storage: orRef(z.boolean()).optional().meta({ description: "Whether pods with emptyDir or hostPath volumes keep a node." }),
  skip_nodes_with_custom_controller_pods: orRef(z.boolean()).optional().meta({ description: "Whether pods of controllers that it does not know keep a node." }),
  min_replica_count: orRef(z.number()).optional().meta({ description: "Pods of a smaller controller keep a node." }),
}).meta({ id: 'ClusterAutoscalerScaleDown' })

/** Cluster_autoscaler, metrics: one object of it. */
export type ClusterAutoscalerMetrics = {
  /**
   * Makes the Service `kube-system/cluster-autoscaler` for them.
   * @default false
   */
  readonly service?: boolean | Ref | undefined
  /**
   * Makes that and a ServiceMonitor; only where the Prometheus Operator's CustomResourceDefinitions are in the cluster already.
   * @default false
   */
  readonly service_monitor?: boolean | Ref | undefined
  /**
   * Labels by which your Prometheus chooses ServiceMonitors.
   * @default {}
   */
  readonly service_monitor_labels?: Readonly<Record<string, string | Ref>> | Ref | undefined
}

const clusterAutoscalerMetrics: z.ZodType<ClusterAutoscalerMetrics, ClusterAutoscalerMetrics> = z.strictObject({
  service: orRef(z.boolean()).optional().meta({ description: "Makes the Service `kube-system/cluster-autoscaler` for them.", default: false }),
  service_monitor: orRef(z.boolean()).optional().meta({ description: "Makes that and a ServiceMonitor; only where the Prometheus Operator's CustomResourceDefinitions are in the cluster already.", default: false }),
  service_monitor_labels: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Labels by which your Prometheus chooses ServiceMonitors.", default: {} }),
}).meta({ id: 'ClusterAutoscalerMetrics' })

/** Cluster_autoscaler: one object of it. */
export type ClusterAutoscaler = {
  /** Image that replaces the one chosen by cluster version. */
  readonly image?: string | Ref | undefined
  /**
   * Further command line flags, without their dashes, as in `{ "leader-elect" = "false" }`. They win over everything here.
   * @default {}
   */
  readonly extra_args?: Readonly<Record<string, string | Ref>> | Ref | undefined
  /** How a group is chosen when several fit, each narrowing what the one before left: `least-waste` (default), `priority`, `most-pods`, `least-nodes`, `random`. */
  readonly expanders?: readonly ('random' | 'most-pods' | 'least-waste' | 'least-nodes' | 'priority' | Ref)[] | Ref | undefined
  /**
   * Which groups to try first, highest priority first; the `priority` expander is then on, before `least-waste`. Groups in none are chosen only when no other fits.
   * @default []
   */
  readonly expander_priorities?: readonly (ClusterAutoscalerExpanderPriority)[] | undefined
  /** Splits a scale-up over similar groups; on for the zones of groups with `per_zone`. */
  readonly balance_similar_node_groups?: boolean | Ref | undefined
  /**
   * Labels in which similar groups may differ.
   * @default []
   */
  readonly balancing_ignore_labels?: readonly (string | Ref)[] | Ref | undefined
  /**
   * When given, groups are similar when they have these labels alike, and nothing else is compared.
   * @default []
   */
  readonly balancing_labels?: readonly (string | Ref)[] | Ref | undefined
  /** Whether the cluster may grow when it has no node that is ready. */
  readonly scale_up_from_zero?: boolean | Ref | undefined
  /** Does not ask EC2 for instance types; only for networks without the EC2 endpoint, and then it does not know the newest types. */
  readonly aws_use_static_instance_list?: boolean | Ref | undefined
  /** Time from one look at the cluster to the next. */
  readonly scan_interval?: string | Ref | undefined
  /** Nodes of the cluster at most; 0 is no limit. */
  readonly max_nodes_total?: number | Ref | undefined
  /** Least and most vCPUs, and GiB of memory, of the whole cluster. */
  readonly cores_total?: ClusterAutoscalerCoresTotal | undefined
  /** Least and most vCPUs, and GiB of memory, of the whole cluster. */
  readonly memory_total?: ClusterAutoscalerMemoryTotal | undefined
  /**
   * Least and most GPUs of the whole cluster by value of the label k8s.amazonaws.com/accelerator, such as `nvidia-a10g`.
   * @default {}
   */
  readonly gpu_total?: Readonly<Record<string, ClusterAutoscalerGpuTotal>> | undefined
  /** Nodes that one scale-up adds at most. */
  readonly max_nodes_per_scaleup?: number | Ref | undefined
  /** Time for counting the nodes of one group. */
  readonly max_nodegroup_binpacking_duration?: string | Ref | undefined
  /** Pods of a lower priority start no node and keep none. */
  readonly expendable_pods_priority_cutoff?: number | Ref | undefined
  /** Age that a pod has before a node is started for it. */
  readonly new_pod_scale_up_delay?: string | Ref | undefined
  /**
   * Time that an instance has to become a node, before another group is tried; default 20m, for large GPU instances.
   * @default "20m"
   */
  readonly max_node_provision_time?: string | Ref | undefined
  /** How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten. */
  readonly initial_node_group_backoff_duration?: string | Ref | undefined
  /** How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten. */
  readonly max_node_group_backoff_duration?: string | Ref | undefined
  /** How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten. */
  readonly node_group_backoff_reset_timeout?: string | Ref | undefined
  /**
   * Whether pods of DaemonSets do not count when it is asked how full a node is; default true.
   * @default true
   */
  readonly ignore_daemonsets_utilization?: boolean | Ref | undefined
  /** The same for static pods. */
  readonly ignore_mirror_pods_utilization?: boolean | Ref | undefined
  /** Counts the pods of all DaemonSets that fit on a new node, also while nodes of the group run. */
  readonly force_daemonsets?: boolean | Ref | undefined
  /**
   * Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.
   * @default []
   */
  readonly ignored_taints?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.
   * @default []
   */
  readonly startup_taints?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.
   * @default []
   */
  readonly status_taints?: readonly (string | Ref)[] | Ref | undefined
  /**
   * When nodes are taken away.
   * @default {}
   */
  readonly scale_down?: ClusterAutoscalerScaleDown | undefined
  /**
   * Prometheus metrics; the pod always serves them on port 8085.
   * @default {}
   */
  readonly metrics?: ClusterAutoscalerMetrics | undefined
}

const clusterAutoscaler: z.ZodType<ClusterAutoscaler, ClusterAutoscaler> = z.strictObject({
  image: orRef(z.string()).optional().meta({ description: "Image that replaces the one chosen by cluster version." }),
  extra_args: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Further command line flags, without their dashes, as in `{ \"leader-elect\" = \"false\" }`. They win over everything here.", default: {} }),
  expanders: orRef(listOf(orRef(oneOf(['random', 'most-pods', 'least-waste', 'least-nodes', 'priority'], 'expanders')))).optional().meta({ description: "How a group is chosen when several fit, each narrowing what the one before left: `least-waste` (default), `priority`, `most-pods`, `least-nodes`, `random`." }),
  expander_priorities: listOf(clusterAutoscalerExpanderPriority).optional().meta({ description: "Which groups to try first, highest priority first; the `priority` expander is then on, before `least-waste`. Groups in none are chosen only when no other fits.", default: [] }),
  balance_similar_node_groups: orRef(z.boolean()).optional().meta({ description: "Splits a scale-up over similar groups; on for the zones of groups with `per_zone`." }),
  balancing_ignore_labels: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Labels in which similar groups may differ.", default: [] }),
  balancing_labels: orRef(listOf(orRef(z.string()))).optional().meta({ description: "When given, groups are similar when they have these labels alike, and nothing else is compared.", default: [] }),
  scale_up_from_zero: orRef(z.boolean()).optional().meta({ description: "Whether the cluster may grow when it has no node that is ready." }),
  aws_use_static_instance_list: orRef(z.boolean()).optional().meta({ description: "Does not ask EC2 for instance types; only for networks without the EC2 endpoint, and then it does not know the newest types." }),
  scan_interval: orRef(z.string()).optional().meta({ description: "Time from one look at the cluster to the next." }),
  max_nodes_total: orRef(z.number()).optional().meta({ description: "Nodes of the cluster at most; 0 is no limit." }),
  cores_total: clusterAutoscalerCoresTotal.optional().meta({ description: "Least and most vCPUs, and GiB of memory, of the whole cluster." }),
  memory_total: clusterAutoscalerMemoryTotal.optional().meta({ description: "Least and most vCPUs, and GiB of memory, of the whole cluster." }),
  gpu_total: mapOf(clusterAutoscalerGpuTotal).optional().meta({ description: "Least and most GPUs of the whole cluster by value of the label k8s.amazonaws.com/accelerator, such as `nvidia-a10g`.", default: {} }),
  max_nodes_per_scaleup: orRef(z.number()).optional().meta({ description: "Nodes that one scale-up adds at most." }),
  max_nodegroup_binpacking_duration: orRef(z.string()).optional().meta({ description: "Time for counting the nodes of one group." }),
  expendable_pods_priority_cutoff: orRef(z.number()).optional().meta({ description: "Pods of a lower priority start no node and keep none." }),
  new_pod_scale_up_delay: orRef(z.string()).optional().meta({ description: "Age that a pod has before a node is started for it." }),
  max_node_provision_time: orRef(z.string()).optional().meta({ description: "Time that an instance has to become a node, before another group is tried; default 20m, for large GPU instances.", default: "20m" }),
  initial_node_group_backoff_duration: orRef(z.string()).optional().meta({ description: "How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten." }),
  max_node_group_backoff_duration: orRef(z.string()).optional().meta({ description: "How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten." }),
  node_group_backoff_reset_timeout: orRef(z.string()).optional().meta({ description: "How long a group is left alone after it could not start an instance, at first, at most, and until that is forgotten." }),
  ignore_daemonsets_utilization: orRef(z.boolean()).optional().meta({ description: "Whether pods of DaemonSets do not count when it is asked how full a node is; default true.", default: true }),
  ignore_mirror_pods_utilization: orRef(z.boolean()).optional().meta({ description: "The same for static pods." }),
  force_daemonsets: orRef(z.boolean()).optional().meta({ description: "Counts the pods of all DaemonSets that fit on a new node, also while nodes of the group run." }),
  ignored_taints: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.", default: [] }),
  startup_taints: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.", default: [] }),
  status_taints: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Taints by key that new nodes are taken not to have, that they lose once they are ready, and that say how they are.", default: [] }),
  scale_down: clusterAutoscalerScaleDown.optional().meta({ description: "When nodes are taken away.", default: {} }),
  metrics: clusterAutoscalerMetrics.optional().meta({ description: "Prometheus metrics; the pod always serves them on port 8085.", default: {} }),
}).meta({ id: 'ClusterAutoscaler' })

/** Karpenter: one object of it. */
export type Karpenter = {
  /**
   * Whether to make the controller's role.
   * @default true
   */
  readonly controller_role?: boolean | Ref | undefined
  /**
   * Of the controller, which alone can take that role.
   * @default "kube-system"
   */
  readonly namespace?: string | Ref | undefined
  /**
   * Of the controller, which alone can take that role.
   * @default "karpenter"
   */
  readonly service_account?: string | Ref | undefined
  /**
   * Policy ARNs for the nodes' role. May be unknown at plan.
   * @default []
   */
  readonly additional_iam_policies?: readonly (string | Ref)[] | Ref | undefined
}

const karpenter: z.ZodType<Karpenter, Karpenter> = z.strictObject({
  controller_role: orRef(z.boolean()).optional().meta({ description: "Whether to make the controller's role.", default: true }),
  namespace: orRef(z.string()).optional().meta({ description: "Of the controller, which alone can take that role.", default: "kube-system" }),
  service_account: orRef(z.string()).optional().meta({ description: "Of the controller, which alone can take that role.", default: "karpenter" }),
  additional_iam_policies: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Policy ARNs for the nodes' role. May be unknown at plan.", default: [] }),
}).meta({ id: 'Karpenter' })

/** Dcgm_exporter, service_monitor: one object of it. */
export type DcgmExporterServiceMonitor = {
  /**
   * How often Prometheus asks, such as 30s.
   * @default "30s"
   */
  readonly interval?: string | Ref | undefined
  /**
   * Labels by which your Prometheus chooses its ServiceMonitors.
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string | Ref>> | Ref | undefined
}

const dcgmExporterServiceMonitor: z.ZodType<DcgmExporterServiceMonitor, DcgmExporterServiceMonitor> = z.strictObject({
  interval: orRef(z.string()).optional().meta({ description: "How often Prometheus asks, such as 30s.", default: "30s" }),
  labels: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Labels by which your Prometheus chooses its ServiceMonitors.", default: {} }),
}).meta({ id: 'DcgmExporterServiceMonitor' })

/** Dcgm_exporter: one object of it. */
export type DcgmExporter = {
  /** Image that replaces the module's. */
  readonly image?: string | Ref | undefined
  /**
   * Metrics of SMs, tensor cores and memory, and the only utilization of MIG devices; adds the capability SYS_ADMIN.
   * @default false
   */
  readonly profiling?: boolean | Ref | undefined
  /** A ServiceMonitor, for a cluster that has Prometheus Operator's CRDs. */
  readonly service_monitor?: DcgmExporterServiceMonitor | undefined
}

const dcgmExporter: z.ZodType<DcgmExporter, DcgmExporter> = z.strictObject({
  image: orRef(z.string()).optional().meta({ description: "Image that replaces the module's." }),
  profiling: orRef(z.boolean()).optional().meta({ description: "Metrics of SMs, tensor cores and memory, and the only utilization of MIG devices; adds the capability SYS_ADMIN.", default: false }),
  service_monitor: dcgmExporterServiceMonitor.optional().meta({ description: "A ServiceMonitor, for a cluster that has Prometheus Operator's CRDs." }),
}).meta({ id: 'DcgmExporter' })

/** Node_monitoring_agent: one object of it. */
export type NodeMonitoringAgent = {
  /** Version of the add-on; left out, EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** Configuration of the add-on, as JSON text, in place of the module's tolerations. */
  readonly configuration_values?: string | Ref | undefined
}

const nodeMonitoringAgent: z.ZodType<NodeMonitoringAgent, NodeMonitoringAgent> = z.strictObject({
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; left out, EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "Configuration of the add-on, as JSON text, in place of the module's tolerations." }),
}).meta({ id: 'NodeMonitoringAgent' })

/** Storage_drivers, ebs: one object of it. */
export type StorageDriversEbs = {
  /**
   * Makes the StorageClass `ebs-csi-default-sc` (gp3) the default, which EKS clusters lack.
   * @default true
   */
  readonly default_storage_class?: boolean | Ref | undefined
  /**
   * Your own keys for encrypted volumes.
   * @default []
   */
  readonly kms_key_arns?: readonly (string | Ref)[] | Ref | undefined
  /** Version of the add-on; null takes EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints). */
  readonly configuration_values?: string | Ref | undefined
}

const storageDriversEbs: z.ZodType<StorageDriversEbs, StorageDriversEbs> = z.strictObject({
  default_storage_class: orRef(z.boolean()).optional().meta({ description: "Makes the StorageClass `ebs-csi-default-sc` (gp3) the default, which EKS clusters lack.", default: true }),
  kms_key_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Your own keys for encrypted volumes.", default: [] }),
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; null takes EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints)." }),
}).meta({ id: 'StorageDriversEbs' })

/** Storage_drivers, efs: one object of it. */
export type StorageDriversEfs = {
  /**
   * File systems in which the driver may make access points for new volumes.
   * @default []
   */
  readonly file_system_arns?: readonly (string | Ref)[] | Ref | undefined
  /** Version of the add-on; null takes EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints). */
  readonly configuration_values?: string | Ref | undefined
}

const storageDriversEfs: z.ZodType<StorageDriversEfs, StorageDriversEfs> = z.strictObject({
  file_system_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "File systems in which the driver may make access points for new volumes.", default: [] }),
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; null takes EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints)." }),
}).meta({ id: 'StorageDriversEfs' })

/** Storage_drivers, fsx: one object of it. */
export type StorageDriversFsx = {
  /**
   * Whether the driver may make file systems, and change and delete those.
   * @default false
   */
  readonly dynamic_provisioning?: boolean | Ref | undefined
  /**
   * File systems made elsewhere that it may enlarge.
   * @default []
   */
  readonly file_system_arns?: readonly (string | Ref)[] | Ref | undefined
  /**
   * Buckets that new file systems may be linked to.
   * @default []
   */
  readonly data_repository_bucket_arns?: readonly (string | Ref)[] | Ref | undefined
  /** Version of the add-on; null takes EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints). */
  readonly configuration_values?: string | Ref | undefined
}

const storageDriversFsx: z.ZodType<StorageDriversFsx, StorageDriversFsx> = z.strictObject({
  dynamic_provisioning: orRef(z.boolean()).optional().meta({ description: "Whether the driver may make file systems, and change and delete those.", default: false }),
  file_system_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "File systems made elsewhere that it may enlarge.", default: [] }),
  data_repository_bucket_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Buckets that new file systems may be linked to.", default: [] }),
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; null takes EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints)." }),
}).meta({ id: 'StorageDriversFsx' })

/** Storage_drivers, s3: one object of it. */
export type StorageDriversS3 = {
  /**
   * Buckets that it may read, and write unless read_only.
   * @default []
   */
  readonly bucket_arns?: readonly (string | Ref)[] | Ref | undefined
  /**
   * No writing and no deleting.
   * @default false
   */
  readonly read_only?: boolean | Ref | undefined
  /**
   * Keys of those buckets.
   * @default []
   */
  readonly kms_key_arns?: readonly (string | Ref)[] | Ref | undefined
  /** Version of the add-on; null takes EKS's default for the cluster version. */
  readonly version?: string | Ref | undefined
  /** JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints). */
  readonly configuration_values?: string | Ref | undefined
}

const storageDriversS3: z.ZodType<StorageDriversS3, StorageDriversS3> = z.strictObject({
  bucket_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Buckets that it may read, and write unless read_only.", default: [] }),
  read_only: orRef(z.boolean()).optional().meta({ description: "No writing and no deleting.", default: false }),
  kms_key_arns: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Keys of those buckets.", default: [] }),
  version: orRef(z.string()).optional().meta({ description: "Version of the add-on; null takes EKS's default for the cluster version." }),
  configuration_values: orRef(z.string()).optional().meta({ description: "JSON for the add-on. Its first keys replace the module's: defaultStorageClass of ebs, node of s3 (which tolerates all taints)." }),
}).meta({ id: 'StorageDriversS3' })

/** Storage_drivers: one object of it. */
export type StorageDrivers = {
  /** Block volumes of one zone. Groups whose pods use them want `per_zone`. */
  readonly ebs?: StorageDriversEbs | undefined
  /** Files shared by pods of all zones. */
  readonly efs?: StorageDriversEfs | undefined
  /** FSx for Lustre, fast files for training. Volumes of file systems that are there need no more than `{}`. */
  readonly fsx?: StorageDriversFsx | undefined
  /** Buckets as files, by Mountpoint for Amazon S3. */
  readonly s3?: StorageDriversS3 | undefined
}

const storageDrivers: z.ZodType<StorageDrivers, StorageDrivers> = z.strictObject({
  ebs: storageDriversEbs.optional().meta({ description: "Block volumes of one zone. Groups whose pods use them want `per_zone`." }),
  efs: storageDriversEfs.optional().meta({ description: "Files shared by pods of all zones." }),
  fsx: storageDriversFsx.optional().meta({ description: "FSx for Lustre, fast files for training. Volumes of file systems that are there need no more than `{}`." }),
  s3: storageDriversS3.optional().meta({ description: "Buckets as files, by Mountpoint for Amazon S3." }),
}).meta({ id: 'StorageDrivers' })

/** One schema for each input of the module. */
export const moduleInputs: { readonly [Name in keyof ModuleInputs]-?: z.ZodType<ModuleInputs[Name], ModuleInputs[Name]> } = {
  cluster_name: orRef(z.string()).meta({ description: "Name of the EKS cluster, 1 to 100 letters, digits, hyphens and underscores. Names of roles, functions and groups are made from it and cut with a hash where AWS allows less." }),
  cluster_version: listedOr(eksVersionNames, 'Kubernetes version of EKS').optional().meta({ description: "Kubernetes minor version, as in \"1.36\". A version that EKS no longer offers still plans, with a warning that says since when.", default: "1.36" }),
  support_type: orRef(oneOf(['EXTENDED', 'STANDARD'], 'support_type')).optional().meta({ description: "What EKS does when standard support of the version ends: `EXTENDED` keeps it for twelve more months at an extra charge per cluster hour, `STANDARD` upgrades the cluster by itself.", default: "EXTENDED" }),
  public_access_cidrs: orRef(listOf(orRef(z.string()))).optional().meta({ description: "CIDR blocks that may reach the public API endpoint. Empty (the default) keeps the public endpoint off; the private endpoint is always on.", default: [] }),
  private_access_cidrs: orRef(listOf(orRef(z.string()))).optional().meta({ description: "CIDR blocks outside the cluster's own security group, such as a VPN or a peered network, that may reach the private API endpoint on port 443. They must be routed to the VPC.", default: [] }),
  service_ipv4_cidr: orRef(z.string()).optional().meta({ description: "Range of the Kubernetes Service addresses. Null lets EKS take 10.100.0.0/16 or 172.20.0.0/16, whichever does not collide with the VPC. Changing it replaces the cluster." }),
  kms_key: kmsKey.optional().meta({ description: "KMS key for the envelope encryption of Kubernetes Secrets, as `{ arn = aws_kms_key.example.arn }`; the ARN may be unknown at plan. Null (the default) makes a key of its own, with rotation on. Changing it later replaces the cluster." }),
  control_plane_log_types: orRef(listOf(orRef(oneOf(['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'], 'control_plane_log_types')))).optional().meta({ description: "Control plane logs sent to CloudWatch: any of api, audit, authenticator, controllerManager, scheduler. Empty sends none.", default: ["api", "audit", "authenticator"] }),
  log_retention_days: orRef(oneOfNumbers([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653])).optional().meta({ description: "Days that CloudWatch keeps the control plane's and the installer's logs. 0 keeps them for ever.", default: 90 }),
  addons: byAddonName(addonNames, addon).optional().meta({ description: "EKS add-ons by name. vpc-cni, kube-proxy, eks-pod-identity-agent and coredns are always installed; name one here to set its version or configuration, name another (such as metrics-server) to add it. `version` null takes EKS's default for the cluster version; `configuration_values` is JSON.", default: {} }),
  create_vpc: orRef(z.boolean()).optional().meta({ description: "Whether to create a VPC. Null (the default) creates one exactly when `subnet_ids` is empty. Set it to false together with `vpc_id` and `subnet_ids` when the length of `subnet_ids` is not known at plan." }),
  vpc_id: orRef(z.string()).optional().meta({ description: "VPC to use. Needed with `subnet_ids`; leave it out to have a VPC created. May be unknown at plan." }),
  subnet_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Private subnets of `vpc_id`, in at least two availability zones, for the control plane's interfaces, all nodes and the installer. Empty (the default) has a VPC created. The ids may be unknown at plan.", default: [] }),
  vpc_cidr: orRef(z.string()).optional().meta({ description: "Range of the created VPC, /16 to /20. Each zone gets a quarter of it as a private subnet, of four or more zones an eighth; public subnets are a 256th each, in the last eighth. A range that cannot hold the groups at max_size is refused.", default: "10.0.0.0/16" }),
  private_subnet_cidrs: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Ranges of the created VPC's private subnets, one for each zone, in place of the derived ones. Give the present ones before you go from three zones to four: derived ranges would get smaller, and every subnet be replaced.", default: [] }),
  availability_zones: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Zones of the created VPC, by name, two to six. Choose those that offer your GPU instance types. Empty takes the first `availability_zone_count` zones that EKS supports, once, when the cluster is made.", default: [] }),
  availability_zone_count: orRef(z.number()).optional().meta({ description: "How many zones the created VPC spans when `availability_zones` is empty, two to six.", default: 3 }),
  nat: orRef(oneOf(['single', 'per_az', 'none'], 'nat')).optional().meta({ description: "How nodes of the created VPC reach the internet: `single` NAT gateway, one `per_az`, or `none`, which creates the VPC endpoints that a cluster without internet needs (images must then come from `image_mirror`).", default: "single" }),
  vpc_endpoints: vpcEndpoints.optional().meta({ description: "VPC endpoints of a cluster without internet: autoscaling, ec2, ecr.api, ecr.dkr, eks, eks-auth, elasticloadbalancing, kms, logs, sts, and S3 as a gateway.", default: {} }),
  additional_vpc_endpoints: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Further interface endpoints by service, such as `ssm`, `ssmmessages` and `ec2messages` for Session Manager; in a VPC of your own only with `vpc_endpoints = { create = true }`. AWS's own policy, which allows everything, holds for them, or one of `vpc_endpoints.policies`.", default: [] }),
  vpc_cni: vpcCni.optional().meta({ description: "How the VPC CNI takes addresses for pods. Without anything, a node holds addresses for 12 pods and keeps 4 free, where AWS's default keeps a whole network interface warm: up to 98 addresses on a large GPU node.", default: {} }),
  additional_security_group_ids: orRef(listOf(orRef(z.string()))).optional().meta({ description: "Security groups that all nodes carry besides the cluster security group. May be unknown at plan.", default: [] }),
  system_node_group: systemNodeGroup.optional().meta({ description: "The untainted group without GPUs that CoreDNS, the Cluster Autoscaler and other system pods run on. `ami_type` null is derived from the instance types; `kubernetes_version` null follows the cluster; `release_version` null never pins one, `latest` takes EKS's newest at each plan.", default: {} }),
  gpu_node_groups: mapOf(gpuNodeGroup).optional().meta({ description: "GPU node groups by name. Every attribute is optional.", default: {} }),
  enable_applier_admin: orRef(z.boolean()).optional().meta({ description: "Whether who applies first becomes cluster administrator by an access entry (the role of an assumed-role session). It is recorded then; others come in by `access_entries`.", default: true }),
  access_entries: mapOf(accessEntry).optional().meta({ description: "Further principals that may use the Kubernetes API, by a name of your choice. `policies` are EKS access policies by name (such as AmazonEKSViewPolicy) or ARN, for the whole cluster or for `namespaces`; `kubernetes_groups` are for your own RBAC. principal_arn may be unknown at plan.", default: {} }),
  cluster_admins: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "IAM roles or users that are administrators of the cluster, as ARNs by names of your choice. An ARN may be unknown at plan. Who applies first is one already, with `enable_applier_admin`; another that can get in when that role is gone is a good idea.", default: {} }),
  cluster_viewers: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "IAM roles or users that may look at everything in all namespaces but Secrets, and at no nodes (AmazonEKSViewPolicy), as ARNs by names of your choice. An ARN may be unknown at plan.", default: {} }),
  namespace_editors: mapOf(namespaceEditor).optional().meta({ description: "IAM roles or users that may run what they like in some namespaces (AmazonEKSEditPolicy), by names of your choice. principal_arn may be unknown at plan; the namespaces need not exist yet.", default: {} }),
  enable_irsa: orRef(z.boolean()).optional().meta({ description: "Whether to make the IAM OIDC provider with which pods take roles by their service account's token (IRSA), for software that does not know EKS Pod Identity. The module's own parts need none.", default: false }),
  iam_role_path: orRef(z.string()).optional().meta({ description: "IAM path of every role that the module creates.", default: "/" }),
  iam_role_permissions_boundary: orRef(z.string()).optional().meta({ description: "ARN of the permissions boundary of every role that the module creates. Null sets none. May be unknown at plan." }),
  install_manifests: orRef(z.boolean()).optional().meta({ description: "Whether the in-VPC installer applies the device plugin and the Cluster Autoscaler. False leaves the installer out; apply the output `manifests` by other means, such as GitOps.", default: true }),
  autoscaler: orRef(oneOf(['cluster-autoscaler', 'none'], 'autoscaler')).optional().meta({ description: "What starts and ends nodes: `cluster-autoscaler` (the module installs it) or `none` (node groups keep their size; for those who bring Karpenter, see `karpenter`).", default: "cluster-autoscaler" }),
  cluster_autoscaler: clusterAutoscaler.optional().meta({ description: "Settings of the Cluster Autoscaler. Each is a command line flag of it; one that is left out keeps the autoscaler's own default, but for those whose default is named here. Durations are written as in `10m` or `1h30m`.", default: {} }),
  karpenter: karpenter.optional().meta({ description: "What Karpenter needs from AWS, for those who install it themselves, with `autoscaler = \"none\"`: a role and instance profile for its nodes with an access entry, a queue of interruption events, a role for its controller by EKS Pod Identity, and discovery tags on the cluster security group and on created subnets. Null (the default) makes none of it; `{}` makes all. The output `karpenter` has the names." }),
  dcgm_exporter: dcgmExporter.optional().meta({ description: "NVIDIA's DCGM exporter on every GPU node, for Prometheus: `{}` installs it, null (the default) leaves it out. `profiling` adds metrics of the SMs, tensor cores and memory, and the only utilization of MIG devices; it needs a capability. `service_monitor` adds a ServiceMonitor, for a cluster that has Prometheus Operator's CRDs. `image` replaces the module's." }),
  node_monitoring_agent: nodeMonitoringAgent.optional().meta({ description: "EKS's node monitoring agent, which finds broken GPUs, disks and networks: `{}` installs the add-on with a DCGM server that tolerates the taints of all groups, null (the default) leaves it out. `version` null takes EKS's default; `configuration_values` (JSON) replaces the module's." }),
  storage_drivers: storageDrivers.optional().meta({ description: "CSI drivers to install, as EKS add-ons, each with a role by EKS Pod Identity that may do no more than is said here; `{}` installs one with nothing further. All ARNs may be unknown at plan.", default: {} }),
  image_mirror: orRef(z.string()).optional().meta({ description: "Registry and prefix that replace nvcr.io and registry.k8s.io in image names, as in \"111122223333.dkr.ecr.us-east-1.amazonaws.com/mirror\". Null pulls from the origin. Must be known at plan. `eks-gpu images --mirror` prints what to copy there." }),
  image_registries: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "Registries that replace single ones in image names, stronger than `image_mirror`, as in `{ \"registry.k8s.io\" = \"111122223333.dkr.ecr.us-east-1.amazonaws.com/kubernetes\" }` for a pull-through cache. Keys are `nvcr.io` and `registry.k8s.io`.", default: {} }),
  tags: orRef(mapOf(orRef(z.string()))).optional().meta({ description: "AWS tags of everything that the module creates, instances and volumes included.", default: {} }),
}
