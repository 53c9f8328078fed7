import type { ClusterAutoscaler } from '../module-inputs.generated.ts'
import type { CreatesVpc, ZoneCountOf } from './group-facts.ts'
import type { ClusterVersion, NodeVersion, Skew } from './minor.ts'
import type { Fraction, Less, NoShare, OutOf } from './order.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, HasElements, HasKeys, Is, Length, List, Not, Written, WrittenOr } from './written.ts'

/** What the module refuses of the inputs of a cluster, but for its groups, in its words. */
export type ClusterRefusals<Cluster> =
  | VpcRefusals<Cluster>
  | EndpointRefusals<Cluster>
  | CniRefusals<Cluster>
  | SystemGroupRefusals<Written<Cluster, 'system_node_group'>, Cluster>
  | AutoscalerRefusals<Cluster, Written<Cluster, 'cluster_autoscaler'>>
  | AddonRefusals<Cluster>
  | EmptyNamespaces<Written<Cluster, 'namespace_editors'>>

type VpcRefusals<Cluster> =
  | RefusedWhen<
      [
        Either<
          [
            Is<Length<Written<Cluster, 'availability_zones'>>, 1>,
            Less<6, Length<Written<Cluster, 'availability_zones'>>>,
          ]
        >,
      ],
      'availability_zones',
      'availability_zones must name two to six zones (EKS needs two), or be empty.'
    >
  | RefusedWhen<
      [OutOf<Written<Cluster, 'availability_zone_count'>, 2, 6>],
      'availability_zone_count',
      'availability_zone_count must be a whole number from 2 to 6 (EKS needs two zones).'
    >
  | RefusedWhen<
      [Is<CreatesVpc<Cluster>, false>, Is<Length<Written<Cluster, 'subnet_ids'>>, 0>],
      'create_vpc',
      'create_vpc is false and subnet_ids is empty: the cluster has no subnets. Give vpc_id and at least two private subnets in two zones, or leave create_vpc out to have a VPC created.'
    >
  | RefusedWhen<
      [Is<Written<Cluster, 'create_vpc'>, true>, HasElements<Written<Cluster, 'subnet_ids'>>],
      'create_vpc',
      'create_vpc is true and subnet_ids are given: it is one or the other. Remove create_vpc to use the subnets, or remove subnet_ids to have a VPC created.'
    >
  | RefusedWhen<
      [
        Is<CreatesVpc<Cluster>, false>,
        Is<Written<Cluster, 'vpc_id'>, undefined>,
        Not<Is<Length<Written<Cluster, 'subnet_ids'>>, 0>>,
      ],
      'subnet_ids',
      'vpc_id is missing: a VPC that is there already needs both vpc_id and subnet_ids.'
    >
  | RefusedWhen<
      [Is<CreatesVpc<Cluster>, true>, Given<Written<Cluster, 'vpc_id'>>],
      'vpc_id',
      `vpc_id is given without subnet_ids, so a second VPC would be created. Give the private subnets of ${TextOf<Written<Cluster, 'vpc_id'>>} as subnet_ids, or remove vpc_id.`
    >
  | RefusedWhen<
      [Is<CreatesVpc<Cluster>, false>, Is<Length<Written<Cluster, 'subnet_ids'>>, 1>],
      'subnet_ids',
      'subnet_ids names one subnet: EKS needs subnets in at least two availability zones for the control plane. Add another; a GPU group may still be kept in one zone by its own subnet_ids.'
    >
  | RefusedWhen<
      [
        HasElements<Written<Cluster, 'private_subnet_cidrs'>>,
        Either<
          [
            Is<CreatesVpc<Cluster>, false>,
            Less<Length<Written<Cluster, 'private_subnet_cidrs'>>, ZoneCountOf<Cluster>>,
            Less<ZoneCountOf<Cluster>, Length<Written<Cluster, 'private_subnet_cidrs'>>>,
          ]
        >,
      ],
      'private_subnet_cidrs',
      `private_subnet_cidrs must hold a range for each of the created VPC's ${TextOf<ZoneCountOf<Cluster>>} zones, and has ${TextOf<Length<Written<Cluster, 'private_subnet_cidrs'>>>}. A VPC of your own takes none.`
    >
  | RefusedWhen<
      [
        Is<CreatesVpc<Cluster>, true>,
        Is<Written<Cluster, 'nat'>, 'none'>,
        Is<Endpoint<Cluster, 'create'>, true | undefined>,
        Is<Written<Cluster, 'install_manifests'>, true | undefined>,
        Is<Written<Cluster, 'image_mirror'>, undefined>,
        Is<Written<Cluster, 'image_registries'>, undefined>,
      ],
      'nat',
      'nat is "none", so nodes cannot pull from nvcr.io and registry.k8s.io. Set image_mirror to a registry that holds the images ("eks-gpu images --mirror" prints what to copy), or nat = "single".'
    >
  | ForeignRegistry<Written<Cluster, 'image_registries'>>

type ForeignRegistry<Registries> =
  HasKeys<Registries> extends true
    ? {
        [Origin in Exclude<keyof Registries, 'nvcr.io' | 'registry.k8s.io'> & string]: RefusedWhen<
          [true],
          'image_registries',
          `image_registries may name nvcr.io and registry.k8s.io, which the module's images come from. Wrong: ${Origin}.`
        >
      }[Exclude<keyof Registries, 'nvcr.io' | 'registry.k8s.io'> & string]
    : never

type Endpoint<Cluster, Name extends string> = Written<Written<Cluster, 'vpc_endpoints'>, Name>

type EndpointRefusals<Cluster> =
  | RefusedWhen<
      [
        Is<CreatesVpc<Cluster>, true>,
        Either<[HasElements<Endpoint<Cluster, 'subnet_ids'>>, HasElements<Endpoint<Cluster, 'route_table_ids'>>]>,
      ],
      'vpc_endpoints',
      'vpc_endpoints has subnet_ids or route_table_ids, which are for a VPC of your own: a created VPC has its own. Remove them.'
    >
  | RefusedWhen<
      [Is<CreatesVpc<Cluster>, false>, Is<Endpoint<Cluster, 'create'>, false | undefined>, AsksForEndpoints<Cluster>],
      Given<Written<Cluster, 'vpc_endpoints'>> extends true ? 'vpc_endpoints' : 'additional_vpc_endpoints',
      'In a VPC of your own, vpc_endpoints and additional_vpc_endpoints do nothing without vpc_endpoints.create = true: set it, or remove them.'
    >
  | RefusedWhen<
      [
        Is<CreatesVpc<Cluster>, false>,
        Is<Endpoint<Cluster, 'create'>, true>,
        Lacks<List<Endpoint<Cluster, 'existing_services'>>, 's3'>,
        Is<Length<Endpoint<Cluster, 'route_table_ids'>>, 0>,
      ],
      'vpc_endpoints',
      "vpc_endpoints.route_table_ids is empty: ECR keeps image layers in S3, so without the gateway endpoint in the private subnets' route tables no image can be pulled. Give the route tables, or name s3 in vpc_endpoints.existing_services."
    >

type AsksForEndpoints<Cluster> = Either<
  [
    HasElements<Endpoint<Cluster, 'subnet_ids'>>,
    HasElements<Endpoint<Cluster, 'route_table_ids'>>,
    HasElements<Endpoint<Cluster, 'existing_services'>>,
    HasElements<Endpoint<Cluster, 'allowed_cidrs'>>,
    HasKeys<Endpoint<Cluster, 'policies'>>,
    HasElements<Written<Cluster, 'additional_vpc_endpoints'>>,
  ]
>

/** Whether a list that is known has no such element for certain. */
type Lacks<Elements, Text extends string> = Elements extends readonly unknown[]
  ? [Extract<Elements[number], { readonly $ref: string }>] extends [never]
    ? string extends Elements[number]
      ? false
      : Text extends Elements[number]
        ? false
        : true
    : false
  : false

type Cni<Cluster, Name extends string> = Written<Written<Cluster, 'vpc_cni'>, Name>

type CniRefusals<Cluster> =
  | RefusedWhen<
      [
        Either<
          [
            NoTarget<Cni<Cluster, 'warm_ip_target'>>,
            NoTarget<Cni<Cluster, 'minimum_ip_target'>>,
            NoTarget<Cni<Cluster, 'warm_prefix_target'>>,
          ]
        >,
      ],
      'vpc_cni',
      'The targets of vpc_cni must be whole numbers from 1: the CNI takes 0 for not given.'
    >
  | RefusedWhen<
      [Given<Cni<Cluster, 'warm_prefix_target'>>, Is<Cni<Cluster, 'prefix_delegation'>, false | undefined>],
      'vpc_cni',
      'vpc_cni.warm_prefix_target counts prefixes, which there are only with prefix_delegation = true: set it, or give warm_ip_target.'
    >
  | RefusedWhen<
      [
        Given<Cni<Cluster, 'warm_prefix_target'>>,
        Either<[Given<Cni<Cluster, 'warm_ip_target'>>, Given<Cni<Cluster, 'minimum_ip_target'>>]>,
      ],
      'vpc_cni',
      'vpc_cni has warm_prefix_target beside warm_ip_target or minimum_ip_target, which override it: keep one kind.'
    >
  | RefusedWhen<
      [
        Given<Written<Written<Written<Cluster, 'addons'>, 'vpc-cni'>, 'configuration_values'>>,
        Either<
          [
            Is<Cni<Cluster, 'prefix_delegation'>, true>,
            Given<Cni<Cluster, 'warm_ip_target'>>,
            Given<Cni<Cluster, 'minimum_ip_target'>>,
            Given<Cni<Cluster, 'warm_prefix_target'>>,
          ]
        >,
      ],
      'vpc_cni',
      'vpc_cni and addons["vpc-cni"].configuration_values both configure the VPC CNI: keep one of them.'
    >

type NoTarget<Value> = Either<[Less<Value, 1>, Fraction<Value>]>

type SystemGroupRefusals<Group, Cluster> =
  | RefusedWhen<
      [Given<Written<Group, 'instance_types'>>, Is<Length<Written<Group, 'instance_types'>>, 0>],
      'system_node_group',
      'system_node_group.instance_types is empty: name at least one type, or leave it out to have m7i.large.'
    >
  | RefusedWhen<
      [Less<Written<Group, 'min_size'>, 2>],
      'system_node_group',
      'system_node_group.min_size must be at least 2: CoreDNS and the autoscaler have nowhere else to run when a node goes away.'
    >
  | RefusedWhen<
      [Less<WrittenOr<Group, 'max_size', 4>, WrittenOr<Group, 'min_size', 2>>],
      'system_node_group',
      'system_node_group.max_size is below min_size: raise max_size or lower min_size.'
    >
  | RefusedWhen<
      [
        Either<
          [
            Less<Written<Group, 'desired_size'>, WrittenOr<Group, 'min_size', 2>>,
            Less<WrittenOr<Group, 'max_size', 4>, Written<Group, 'desired_size'>>,
          ]
        >,
      ],
      'system_node_group',
      'system_node_group.desired_size must lie between min_size and max_size.'
    >
  | RefusedWhen<
      [Both<ArchesOf<List<Written<Group, 'instance_types'>>>>],
      'system_node_group',
      'system_node_group.instance_types mixes arm64 (Graviton) and x86_64 types: one group has one AMI, so use one architecture.'
    >
  | RefusedWhen<
      [
        Given<Written<Group, 'ami_type'>>,
        Not<Both<ArchesOf<List<Written<Group, 'instance_types'>>>>>,
        OtherArch<
          TextOf<Written<Group, 'ami_type'>>,
          ArchOf<List<WrittenOr<Group, 'instance_types', readonly ['m7i.large']>>>
        >,
      ],
      'system_node_group',
      `system_node_group has ${Joined<List<WrittenOr<Group, 'instance_types', readonly ['m7i.large']>>>} (${ArchOf<List<WrittenOr<Group, 'instance_types', readonly ['m7i.large']>>>}) on ami_type "${TextOf<Written<Group, 'ami_type'>>}", which is for another architecture: leave ami_type out to have it derived.`
    >
  | RefusedWhen<
      [Is<Skew<NodeVersion<Group, Cluster>, ClusterVersion<Cluster>>, string>],
      'system_node_group',
      `system_node_group.kubernetes_version is "${NodeVersion<Group, Cluster>}" in a cluster of ${ClusterVersion<Cluster>}: nodes may be up to three minors behind their control plane and never ahead of it. ${Skew<NodeVersion<Group, Cluster>, ClusterVersion<Cluster>>}`
    >

/** Architectures of instance types without a GPU, which their names say: a `g` after the generation is Graviton. */
type ArchesOf<Types> = Types extends readonly [infer First, ...infer Rest]
  ? ArchOf<readonly [First]> | ArchesOf<Rest>
  : never
type ArchOf<Types> = Types extends readonly [infer First, ...infer _]
  ? First extends `${string}${Digit}g${string}.${string}`
    ? 'arm64'
    : First extends string
      ? 'x86_64'
      : string
  : string
type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Both<Arches> = ['arm64' | 'x86_64'] extends [Arches] ? (string extends Arches ? false : true) : false
type OtherArch<AmiType extends string, Arch> = string extends Arch
  ? false
  : AmiType extends `${string}_ARM_64${string}`
    ? Is<Arch, 'x86_64'>
    : AmiType extends `${string}_x86_64${string}`
      ? Is<Arch, 'arm64'>
      : false

type AutoscalerRefusals<Cluster, Settings> =
  | RefusedWhen<
      [
        Given<Written<Settings, 'expanders'>>,
        Either<[Is<Length<Written<Settings, 'expanders'>>, 0>, Twice<List<Written<Settings, 'expanders'>>>]>,
      ],
      'cluster_autoscaler',
      'cluster_autoscaler.expanders must name at least one expander, and each once; leave it out to have least-waste.'
    >
  | RefusedWhen<
      [
        HasElements<Written<Settings, 'expander_priorities'>>,
        HasElements<Written<Settings, 'expanders'>>,
        Lacks<List<Written<Settings, 'expanders'>>, 'priority'>,
      ],
      'cluster_autoscaler',
      'cluster_autoscaler.expander_priorities are given, but expanders lacks "priority", which is the one that reads them: add it, or leave expanders out.'
    >
  | TierRefusals<Cluster, List<Written<Settings, 'expander_priorities'>>>
  | RefusedWhen<
      [
        Either<
          [
            NoShare<ScaleDown<Settings, 'utilization_threshold'>>,
            NoShare<ScaleDown<Settings, 'gpu_utilization_threshold'>>,
            NoShare<ScaleDown<Settings, 'candidates_pool_ratio'>>,
          ]
        >,
      ],
      'cluster_autoscaler',
      'cluster_autoscaler.scale_down: utilization_threshold, gpu_utilization_threshold and candidates_pool_ratio are shares from 0 to 1.'
    >
  | RefusedWhen<
      [
        Either<
          [
            WrongLimit<Written<Settings, 'cores_total'>>,
            WrongLimit<Written<Settings, 'memory_total'>>,
            WrongTotals<Written<Settings, 'gpu_total'>>,
          ]
        >,
      ],
      'cluster_autoscaler',
      'cluster_autoscaler: cores_total, memory_total and gpu_total need 0 <= min <= max.'
    >
  | RefusedWhen<
      [Is<Written<Cluster, 'autoscaler'>, 'none'>, HasFlags<Settings>],
      'cluster_autoscaler',
      'autoscaler is "none", but cluster_autoscaler has settings, which nothing would read: remove them, or set autoscaler = "cluster-autoscaler".'
    >
  | RefusedWhen<
      [Given<Written<Cluster, 'karpenter'>>, Is<Written<Cluster, 'autoscaler'>, 'cluster-autoscaler' | undefined>],
      'karpenter',
      'karpenter is set beside the Cluster Autoscaler: both would start nodes for the same pods. Set autoscaler = "none", or remove karpenter.'
    >

type ScaleDown<Settings, Name extends string> = Written<Written<Settings, 'scale_down'>, Name>

/** Of the priorities, one by one. */
type TierRefusals<Cluster, Tiers> = Tiers extends readonly [infer First, ...infer Rest]
  ?
      | RefusedWhen<
          [Is<Length<Written<First, 'groups'>>, 0>, Is<Length<Written<First, 'patterns'>>, 0>],
          'cluster_autoscaler',
          `cluster_autoscaler.expander_priorities: a priority needs groups or patterns. Empty: ${TextOf<Written<First, 'priority'>>}.`
        >
      | RefusedWhen<
          [Fraction<Written<First, 'priority'>>],
          'cluster_autoscaler',
          `cluster_autoscaler.expander_priorities: a priority must be a whole number. Wrong: ${TextOf<Written<First, 'priority'>>}.`
        >
      | UnknownGroups<First, List<Written<First, 'groups'>>, GroupNamesOf<Written<Cluster, 'gpu_node_groups'>>>
      | TierRefusals<Cluster, Rest>
  : never

type UnknownGroups<Tier, Groups, Known> = Groups extends readonly unknown[]
  ? string extends Known
    ? never
    : {
        [Name in Exclude<Groups[number], Known> & string]: RefusedWhen<
          [string extends Name ? false : true],
          'cluster_autoscaler',
          `cluster_autoscaler.expander_priorities name groups that gpu_node_groups does not have: ${Name} (priority ${TextOf<Written<Tier, 'priority'>>}).`
        >
      }[Exclude<Groups[number], Known> & string]
  : never

/** Names of the groups, `string` where they are not known. */
type GroupNamesOf<Groups> = [Groups] extends [undefined]
  ? never
  : keyof Groups extends string
    ? '$ref' extends keyof Groups
      ? string
      : keyof Groups
    : string

type WrongLimit<Limit> = Either<
  [Less<WrittenOr<Limit, 'min', 0>, 0>, Less<Written<Limit, 'max'>, WrittenOr<Limit, 'min', 0>>]
>
type WrongTotals<Totals> =
  HasKeys<Totals> extends true ? Either<[{ [Each in keyof Totals]: WrongLimit<Totals[Each]> }[keyof Totals]]> : false

/** Settings that a cluster without the autoscaler may keep: they have defaults of the module's own. */
type Kept =
  | 'max_node_provision_time'
  | 'ignore_daemonsets_utilization'
  | 'metrics'
  | 'scale_down'
  | 'skip_nodes_with_system_pods'

/** Whether anything is asked of the autoscaler. */
type HasFlags<Settings> = Either<
  [
    { [Each in Exclude<keyof ClusterAutoscaler, Kept>]: IsAsked<Written<Settings, Each>> }[Exclude<
      keyof ClusterAutoscaler,
      Kept
    >],
    Given<Written<Settings, 'scale_down'>> extends true
      ? {
          [Each in Exclude<keyof Written<Settings, 'scale_down'>, Kept>]: Given<ScaleDown<Settings, Each & string>>
        }[Exclude<keyof Written<Settings, 'scale_down'>, Kept>]
      : false,
  ]
>
type IsAsked<Value> =
  Given<Value> extends true
    ? Value extends readonly unknown[]
      ? HasElements<Value>
      : Value extends object
        ? HasKeys<Value>
        : true
    : false

/** Whether an element of a list occurs twice for certain. */
type Twice<Elements, Seen = never> = Elements extends readonly [infer First, ...infer Rest]
  ? string extends First
    ? Twice<Rest, Seen>
    : First extends Seen & string
      ? true
      : Twice<Rest, Seen | First>
  : false

type AddonRefusals<Cluster> =
  | RefusedWhen<
      [
        Given<Written<Cluster, 'node_monitoring_agent'>>,
        Given<Written<Written<Cluster, 'addons'>, 'eks-node-monitoring-agent'>>,
      ],
      'addons',
      'addons names eks-node-monitoring-agent, which node_monitoring_agent installs already: remove it from addons, and give its version or configuration to node_monitoring_agent.'
    >
  | DriverTwice<Cluster, 'ebs', 'aws-ebs-csi-driver'>
  | DriverTwice<Cluster, 'efs', 'aws-efs-csi-driver'>
  | DriverTwice<Cluster, 'fsx', 'aws-fsx-csi-driver'>
  | DriverTwice<Cluster, 's3', 'aws-mountpoint-s3-csi-driver'>
  | RefusedWhen<
      [
        HasElements<Written<Written<Written<Cluster, 'storage_drivers'>, 'fsx'>, 'data_repository_bucket_arns'>>,
        Is<Written<Written<Written<Cluster, 'storage_drivers'>, 'fsx'>, 'dynamic_provisioning'>, false | undefined>,
      ],
      'storage_drivers',
      'storage_drivers.fsx.data_repository_bucket_arns are for file systems that the driver makes: set dynamic_provisioning = true, or remove them.'
    >

type DriverTwice<Cluster, Driver extends string, Addon extends string> = RefusedWhen<
  [Given<Written<Written<Cluster, 'storage_drivers'>, Driver>>, Given<Written<Written<Cluster, 'addons'>, Addon>>],
  'addons',
  `addons and storage_drivers name the same add-on: ${Addon} (storage_drivers.${Driver}). Give version and configuration_values in storage_drivers, and remove it from addons.`
>

type EmptyNamespaces<Editors> =
  HasKeys<Editors> extends true
    ? {
        [Name in keyof Editors & string]: RefusedWhen<
          [Given<Written<Editors[Name], 'namespaces'>>, Is<Length<Written<Editors[Name], 'namespaces'>>, 0>],
          'namespace_editors',
          `namespace_editors need namespaces; for the whole cluster use access_entries with AmazonEKSEditPolicy. Wrong: ${Name}.`
        >
      }[keyof Editors & string]
    : never

/** A text or number as text; any where it is not known. */
type TextOf<Value> = Value extends string | number ? `${Value}` : string

type Joined<Texts> = Texts extends readonly [infer First extends string, ...infer Rest]
  ? `${First}${Rest extends readonly [] ? '' : `, ${Joined<Rest>}`}`
  : ''
