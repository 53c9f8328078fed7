import type {
  GpuAmiFacts,
  GpuAmiType,
  GpuInstanceFacts,
  GpuInstanceType,
} from '../../../catalog/catalog-names.generated.ts'
import type { AmiTypeOf, FactsOf, FamilyOf, FirstFactsOf, KnownTypesOf, TypesOf } from './group-facts.ts'
import type { ClusterVersion, NodeVersion, OlderThan, Skew } from './minor.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, HasElements, Is, IsLiteral, IsUnion, Not, Written } from './written.ts'

/** What the module refuses of a group's instance types and image, in its words. */
export type ImageRefusals<Name extends string, Group, Cluster> =
  | RefusedWhen<
      [IsUnion<FactsOf<Group>['arch']>],
      'instance_types',
      `GPU group "${Name}" mixes architectures (${Those<TypesOf<Group>, 'is', 'arch'>}): one group has one AMI, so make a group for each architecture.`
    >
  | RefusedWhen<
      [IsUnion<FactsOf<Group>['gpus']>],
      'instance_types',
      `GPU group "${Name}" mixes GPU counts (${Those<TypesOf<Group>, 'has', 'gpus'>}): the autoscaler models the group by its first type only, so make a group for each count.`
    >
  | RefusedWhen<
      [Given<Written<Group, 'ami_id'>>, Given<Written<Group, 'ami_type'>>],
      'ami_type',
      `GPU group "${Name}" has both ami_id and ami_type: EKS refuses a type for a custom image. Remove ami_type; ami_family says which operating system the image is.`
    >
  | RefusedWhen<
      [Is<AmiTypeOf<Group>, GpuAmiType>, Not<Is<FirstFactsOf<Group>, never>>, Not<SameArch<Group>>],
      'ami_type',
      `GPU group "${Name}" has ${Names<TypesOf<Group>>} (${FirstFactsOf<Group>['arch']}) on ami_type "${AmiTypeText<Group>}", which is for ${AmiArchOf<Group>}: leave ami_type out to have it derived, or use types of that architecture.`
    >
  | Undriven<Name, Group, AmiTypeOf<Group>>
  | RefusedWhen<
      [
        Given<Written<Group, 'ami_family'>>,
        Is<Written<Group, 'ami_type'>, GpuAmiType>,
        Not<Is<Written<Group, 'ami_family'>, FamilyOf<Group>>>,
      ],
      'ami_family',
      `GPU group "${Name}" has ami_family "${TextOf<Written<Group, 'ami_family'>>}" and ami_type "${TextOf<Written<Group, 'ami_type'>>}", which contradict each other: give one of them.`
    >
  | RefusedWhen<
      [Given<Written<Group, 'user_data'>>, Is<Written<Group, 'ami_id'>, undefined>],
      'user_data',
      `GPU group "${Name}" has user_data = "none" without ami_id: EKS's own AMIs need their user data. Set ami_id, or remove user_data.`
    >
  | RefusedWhen<
      [Given<Written<Group, 'ami_id'>>, Given<Written<Group, 'release_version'>>],
      'release_version',
      `GPU group "${Name}" has both ami_id and release_version: EKS refuses a release for a custom image. Remove release_version.`
    >
  | RefusedWhen<
      [Given<Written<Group, 'ami_id'>>, Given<Written<Group, 'kubernetes_version'>>],
      'kubernetes_version',
      `GPU group "${Name}" has both ami_id and kubernetes_version: EKS refuses a version for a custom image, whose kubelet is what it is. Remove kubernetes_version, and build images for each minor.`
    >
  | RefusedWhen<
      [Is<Skew<NodeVersion<Group, Cluster>, ClusterVersion<Cluster>>, string>],
      'kubernetes_version',
      `GPU group "${Name}" has kubernetes_version "${NodeVersion<Group, Cluster>}" in a cluster of ${ClusterVersion<Cluster>}: nodes may be up to three minors behind their control plane and never ahead of it. ${Skew<NodeVersion<Group, Cluster>, ClusterVersion<Cluster>>}`
    >
  | RefusedWhen<
      [
        Given<Written<Group, 'release_version'>>,
        Is<Written<Group, 'ami_id'>, undefined>,
        Is<FamilyOf<Group>, 'al2023'>,
        IsLiteral<Written<Group, 'release_version'>>,
        IsLiteral<NodeVersion<Group, Cluster>>,
        Not<Is<Written<Group, 'release_version'>, 'latest' | `${NodeVersion<Group, Cluster>}.${string}`>>,
      ],
      'release_version',
      `GPU group "${Name}" pins release_version "${TextOf<Written<Group, 'release_version'>>}", which is not a release for Kubernetes ${NodeVersion<Group, Cluster>}: EKS refuses the pair. Pin a release of that minor (${NodeVersion<Group, Cluster>}.PATCH-DATE), or leave it out.`
    >
  | RefusedWhen<
      [
        HasElements<Written<Group, 'preload_images'>>,
        Either<[OlderThan<ClusterVersion<Cluster>, 35>, OlderThan<NodeVersion<Group, Cluster>, 35>]>,
      ],
      'preload_images',
      `GPU group "${Name}" has preload_images with Kubernetes ${NodeVersion<Group, Cluster>} in a cluster of ${ClusterVersion<Cluster>}: they are pulled as image volumes, which control plane and nodes have from 1.35 on. Upgrade both, or remove preload_images.`
    >
  | RefusedWhen<
      [HasElements<Written<Group, 'preload_images'>>, Is<Written<Group, 'user_data'>, 'none'>],
      'preload_images',
      `GPU group "${Name}" has preload_images with user_data = "none": the label that the DaemonSet selects comes by user data on images of your own. Remove one of the two, or pull the images in the image's own bootstrap.`
    >

type SameArch<Group> = Is<FirstFactsOf<Group>['arch'], AmiArchOf<Group>>

type AmiArchOf<Group> = AmiArch<AmiTypeOf<Group>>
type AmiArch<Type> = Type extends GpuAmiType ? GpuAmiFacts[Type]['arch'] : never
type AmiTypeText<Group> = Extract<AmiTypeOf<Group>, GpuAmiType>

/** A driver that does not drive the GPU, by the dated catalogue; newer branches than the AMI's own are not known to it. */
type Undriven<Name extends string, Group, AmiType> = [AmiType] extends [GpuAmiType]
  ? {
      [Type in KnownTypesOf<Group>]: RefusedWhen<
        [Is<AmiType, GpuInstanceFacts[Type]['undrivenBy']>],
        'instance_types',
        `GPU group "${Name}": ami_type "${AmiType}" has NVIDIA driver branch R${GpuAmiFacts[AmiType]['driverBranch']}, which cannot drive ${Type} (${GpuInstanceFacts[Type]['model']}: ${GpuInstanceFacts[Type]['driver']}). Use an AMI with that driver by ami_id, or other instance types.`
      >
    }[KnownTypesOf<Group>]
  : never

/** A text; any where it is not known. */
type TextOf<Value> = [Value] extends [string] ? Value : string

/** Instance types in a line: `g5.xlarge, g6.xlarge`. */
type Names<Types> = Types extends readonly [infer First, ...infer Rest]
  ? `${TextOf<First>}${Rest extends readonly [] ? '' : `, ${Names<Rest>}`}`
  : ''

/** Instance types with what the catalogue says of them: `g5.xlarge has 1, g5.12xlarge has 4`. */
export type Those<Types, Verb extends string, Fact extends 'arch' | 'gpus' | 'model'> = Types extends readonly [
  infer First,
  ...infer Rest,
]
  ? `${First extends GpuInstanceType ? `${First} ${Verb} ${FactText<GpuInstanceFacts[First][Fact]>}` : ''}${First extends GpuInstanceType ? (Rest extends readonly [] ? '' : ', ') : ''}${Those<Rest, Verb, Fact>}`
  : ''
type FactText<Fact> = Fact extends string | number ? `${Fact}` : '0'
