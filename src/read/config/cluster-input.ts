import type { GpuAmiTypesByFamily, GpuInstanceTypesAlike } from '../../catalog/catalog-names.generated.ts'
import type { GpuNodeGroup as AnyGpuNodeGroup, GpuNodeGroupTaint, ModuleInputs } from './module-inputs.generated.ts'
import type { Ref } from './reference.ts'
import type { Unlisted } from './unlisted.ts'

type Kind = keyof GpuInstanceTypesAlike

/** Types of one architecture and one number of GPUs: the module refuses to mix them in a group. */
type InstanceTypes<Kinds extends Kind> = {
  readonly [Each in Kinds]: readonly (GpuInstanceTypesAlike[Each] | Unlisted)[]
}[Kinds]

/** Fields of a group with another type; `readonly`, `?` and the docstring stay. */
type Retyped<Names extends keyof AnyGpuNodeGroup, Type> = RetypedIn<AnyGpuNodeGroup, Names, Type>
type RetypedIn<Of, Names extends keyof Of, Type> = { [Name in Names]: Type }

/** A group whose image is made by somebody else: EKS takes neither a type nor a release for it. */
type OwnImage = { readonly ami_id: string | Ref } & Pick<AnyGpuNodeGroup, 'user_data' | 'ami_family'> &
  Retyped<'ami_type' | 'release_version', undefined> &
  Retyped<'instance_types', InstanceTypes<Kind> | undefined>

/** A group whose AMI type follows from its operating system and its instance types. */
type DerivedImage = Retyped<'ami_id' | 'user_data' | 'ami_type', undefined> &
  Pick<AnyGpuNodeGroup, 'ami_family' | 'release_version'> &
  Retyped<'instance_types', InstanceTypes<Kind> | undefined>

/** A group with an AMI type of its own: instance types and operating system must be those of the type. */
type ChosenImage = {
  readonly [Family in keyof GpuAmiTypesByFamily]: Family extends `${infer System} ${infer Arch}`
    ? { readonly ami_type: GpuAmiTypesByFamily[Family] } & Retyped<'ami_id' | 'user_data', undefined> &
        Retyped<'ami_family', System | undefined> &
        Pick<AnyGpuNodeGroup, 'release_version'> &
        // g5.xlarge, the default, is x86_64.
        (Arch extends 'x86_64'
          ? Retyped<'instance_types', InstanceTypes<Extract<Kind, `${Arch},${string}`>> | undefined>
          : { readonly instance_types: InstanceTypes<Extract<Kind, `${Arch},${string}`>> })
    : never
}[keyof GpuAmiTypesByFamily]

/** A taint of a GPU group; the Cluster Autoscaler does not see one without a value at zero nodes. */
export type Taint = Omit<GpuNodeGroupTaint, 'value'> & { readonly value: string | Ref }

/**
 * A GPU node group. What contradicts itself does not compile: GPU counts or architectures that are mixed, an AMI type for
 * another architecture, `ami_id` together with `ami_type` or `release_version`, `user_data` without `ami_id`, a taint without value.
 */
export type GpuNodeGroup = Omit<
  AnyGpuNodeGroup,
  'instance_types' | 'ami_id' | 'ami_family' | 'ami_type' | 'user_data' | 'release_version' | 'taints'
> &
  Retyped<'taints', readonly Taint[] | undefined> &
  (OwnImage | DerivedImage | ChosenImage)

/** The module makes a VPC. */
type CreatedVpc = {
  readonly create_vpc?: true | undefined
  readonly vpc_id?: undefined
  readonly subnet_ids?: undefined
}

/** A VPC that is there already, whole: with its private subnets. */
type ExistingVpc = {
  readonly create_vpc?: false | Ref | undefined
  readonly vpc_id: string | Ref
  readonly subnet_ids: readonly (string | Ref)[] | Ref
}

/** The arguments that every module call of Terraform may have. */
export type CallArguments = {
  /** Where the module is; left out, the one that is packed with `eks-gpu`, by its path. */
  readonly source?: string | undefined
  /** Version of the module, where `source` is a registry. */
  readonly version?: string | undefined
  /** The AWS provider to use, where `providers` of the configuration has several. */
  readonly providers?: { readonly aws: 'aws' | `aws.${string}` } | undefined
  /** What must be there before: resources and modules of `.tf` files beside the generated ones. */
  readonly depends_on?: readonly string[] | undefined
}

/** One cluster: the inputs of the module, under the module's own names, and the arguments of the call. */
export type ClusterInput = Omit<ModuleInputs, 'gpu_node_groups' | 'create_vpc' | 'vpc_id' | 'subnet_ids'> &
  CallArguments & {
    /** GPU node groups by name. Every attribute is optional. */
    readonly gpu_node_groups?: Readonly<Record<string, GpuNodeGroup>> | undefined
  } & (CreatedVpc | ExistingVpc)
