import type {
  GpuAmiFacts,
  GpuAmiType,
  GpuInstanceFacts,
  GpuInstanceType,
} from '../../../catalog/catalog-names.generated.ts'
import type { Ref } from '../reference.ts'
import type { Given, Is, Length, List, Written, WrittenOr } from './written.ts'

/** Instance types of a group, in their order; the default where none are named, {@link Ref} where the types do not tell. */
export type TypesOf<Group> = List<WrittenOr<Group, 'instance_types', readonly ['g5.xlarge']>>

/** Those that the catalogue has, as a union. */
export type KnownTypesOf<Group> =
  TypesOf<Group> extends infer Types extends readonly unknown[] ? Extract<Types[number], GpuInstanceType> : never

/** What the catalogue says of them, one for each. */
export type FactsOf<Group> = GpuInstanceFacts[KnownTypesOf<Group>]

/** The first that the catalogue has, by which the module derives what a group is. */
export type FirstFactsOf<Group> = FirstFacts<TypesOf<Group>>
type FirstFacts<Types> = Types extends readonly [infer First, ...infer Rest]
  ? First extends GpuInstanceType
    ? GpuInstanceFacts[First]
    : FirstFacts<Rest>
  : never

/** Operating system of a group: of its AMI type, or as it says; {@link Ref} where the types do not tell. */
export type FamilyOf<Group> =
  Written<Group, 'ami_type'> extends infer Type
    ? [Type] extends [GpuAmiType]
      ? GpuAmiFacts[Type]['family']
      : [Type] extends [undefined]
        ? WrittenOr<Group, 'ami_family', 'al2023'>
        : Ref
    : never

/** AMI type of a group, given or derived; `undefined` with an image of its own, {@link Ref} where the types do not tell. */
export type AmiTypeOf<Group> =
  Is<Written<Group, 'ami_id'> | Written<Group, 'user_data'>, undefined> extends true
    ? Written<Group, 'ami_type'> extends infer Type
      ? [Type] extends [undefined]
        ? DerivedAmiType<FamilyOf<Group>, FirstFactsOf<Group>['arch']>
        : Type
      : never
    : Given<Written<Group, 'ami_id'>> extends true
      ? undefined
      : Ref

type DerivedAmiType<Family, Arch extends string> = [Arch] extends [never]
  ? Family extends 'bottlerocket'
    ? 'BOTTLEROCKET_x86_64_NVIDIA'
    : 'AL2023_x86_64_NVIDIA'
  : Family extends 'al2023' | 'bottlerocket'
    ? `${Family extends 'al2023' ? 'AL2023' : 'BOTTLEROCKET'}_${Arch extends 'arm64' ? 'ARM_64' : 'x86_64'}_NVIDIA`
    : Ref

/** Whether the module makes the VPC; {@link Ref} where the types do not tell. */
export type CreatesVpc<Cluster> =
  Written<Cluster, 'create_vpc'> extends infer Said
    ? [Said] extends [boolean]
      ? Said
      : [Said] extends [undefined]
        ? Length<Written<Cluster, 'subnet_ids'>> extends infer Count
          ? Count extends 0
            ? true
            : Count extends number
              ? false
              : Ref
          : never
        : Ref
    : never

/** How many zones a created VPC spans; {@link Ref} where the types do not tell. */
export type ZoneCountOf<Cluster> =
  Length<Written<Cluster, 'availability_zones'>> extends infer Count
    ? Count extends 0
      ? Counted<WrittenOr<Cluster, 'availability_zone_count', 3>>
      : Count
    : never

type Counted<Value> = Value extends number ? (number extends Value ? Ref : Value) : Ref

/** In how many subnets a group is; {@link Ref} where the types do not tell. */
export type SubnetCountOf<Group, Cluster> =
  Length<Written<Group, 'subnet_ids'>> extends infer Own
    ? Own extends 0
      ? Length<Written<Group, 'availability_zones'>> extends infer Zones
        ? Zones extends 0
          ? CreatesVpc<Cluster> extends infer Created
            ? [Created] extends [true]
              ? ZoneCountOf<Cluster>
              : [Created] extends [false]
                ? Length<Written<Cluster, 'subnet_ids'>>
                : Ref
            : never
          : Zones
        : never
      : Own
    : never

/** Whether a group is in several subnets for certain, and how the module says so. */
export type Spread<Group, Cluster> =
  Is<Written<Group, 'per_zone'>, true> extends true
    ? { readonly certain: true; readonly words: 'with per_zone' }
    : SubnetCountOf<Group, Cluster> extends infer Count extends number
      ? Count extends 1
        ? { readonly certain: false; readonly words: '' }
        : { readonly certain: true; readonly words: `in ${Count} subnets` }
      : { readonly certain: false; readonly words: '' }

/** The attribute that gives a group one subnet. */
export type SubnetAttribute<Cluster> = Is<CreatesVpc<Cluster>, true> extends true ? 'availability_zones' : 'subnet_ids'
