import type { GpuInstanceFacts, MigGpuFacts, MigGpuNames } from '../../../catalog/catalog-names.generated.ts'
import type { FamilyOf, FirstFactsOf, KnownTypesOf, TypesOf } from './group-facts.ts'
import type { Those } from './image-refusals.ts'
import type { Fraction, Less, OutOf } from './order.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, HasKeys, Is, IsUnion, Not, Written } from './written.ts'

/** What the module refuses of how a group's GPUs are shared, in its words. */
export type SharingRefusals<Name extends string, Group> =
  Given<Written<Group, 'sharing'>> extends true
    ? WayRefusals<Name, Written<Group, 'sharing'>> | GpuRefusals<Name, Group> | MigRefusals<Name, Group>
    : never

/** Of the sharing alone. */
type WayRefusals<Name extends string, Sharing> =
  | RefusedWhen<
      [
        Either<
          [
            Is<EachOf<Sharing>, undefined>,
            Given<Written<Sharing, 'mps'>> extends true
              ? Either<[Given<Written<Sharing, 'time_slicing'>>, Given<Written<Sharing, 'mig'>>]>
              : false,
          ]
        >,
      ],
      'sharing',
      `sharing must hold time_slicing, mps or mig; of two together the device plugin takes time_slicing with mig only (MPS does not work on MIG devices). Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Either<
          [
            Less<Written<Written<Sharing, 'time_slicing'>, 'replicas'>, 2>,
            Fraction<Written<Written<Sharing, 'time_slicing'>, 'replicas'>>,
          ]
        >,
      ],
      'sharing',
      `sharing.time_slicing.replicas must be a whole number of at least 2: with 1 nothing is shared, so leave sharing out. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [OutOf<Written<Written<Sharing, 'mps'>, 'replicas'>, 2, 48>],
      'sharing',
      `sharing.mps.replicas must be a whole number from 2 to 48: an MPS server takes 48 clients, and with 1 nothing is shared. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Given<Written<Sharing, 'mig'>>, WrongDevices<DevicesOf<Sharing>>],
      'sharing',
      `sharing.mig.devices must name at least one MIG profile, each with how many of it every GPU becomes, such as { "1g.10gb" = 7 }. Wrong: ${Name}.`
    >

/** Of the GPUs that are shared. */
type GpuRefusals<Name extends string, Group> =
  | RefusedWhen<
      [Either<[Unknown<TypesOf<Group>>, Is<FirstFactsOf<Group>['gpus'], null> extends true ? HasFacts<Group> : false]>],
      'sharing',
      `GPU group "${Name}" shares GPUs of types that the catalogue does not know, so the autoscaler could not be told what their nodes offer. Use types of the catalogue, or remove sharing.`
    >
  | RefusedWhen<
      [IsUnion<KindsOf<Group>>],
      'sharing',
      `GPU group "${Name}" shares GPUs of several models: a share would be more on one node than on another. Make a group for each model.`
    >
  | RefusedWhen<
      [Renames<Written<Group, 'sharing'>, FamilyOf<Group>>, Given<Written<Written<Group, 'labels'>, AcceleratorLabel>>],
      'labels',
      `GPU group "${Name}" has the label k8s.amazonaws.com/accelerator with sharing that leaves no resource named nvidia.com/gpu: the autoscaler would take its nodes for unready for ever. Remove the label; pods can choose by another.`
    >
  | RefusedWhen<
      [
        Is<Written<Group, 'user_data'>, 'none'>,
        Either<[HasKeys<DevicesOf<Written<Group, 'sharing'>>>, Is<FamilyOf<Group>, 'bottlerocket'>]>,
      ],
      'sharing',
      `GPU group "${Name}" has user_data = "none" with sharing that is set up by user data (MIG, and all of it on Bottlerocket): nodes would offer whole GPUs. Remove user_data or sharing.`
    >

/** Of MIG on the GPU that the catalogue knows. */
type MigRefusals<Name extends string, Group> =
  HasKeys<DevicesOf<Written<Group, 'sharing'>>> extends true
    ? MigOn<Name, Group, DevicesOf<Written<Group, 'sharing'>>, FirstFactsOf<Group>['mig']>
    : never

type MigOn<Name extends string, Group, Devices, Gpu> = [Gpu] extends [never]
  ? never
  : [Gpu] extends [keyof MigGpuFacts]
    ? ProfileRefusals<Name, Group, Devices, Gpu>
    : RefusedWhen<
        [Is<Gpu, null>],
        'sharing',
        `GPU group "${Name}" divides GPUs by MIG that cannot be divided: ${Those<TypesOf<Group>, 'has', 'model'>}. MIG is for ${MigGpuNames}; share others by time_slicing or mps.`
      >

type ProfileRefusals<Name extends string, Group, Devices, Gpu extends keyof MigGpuFacts> =
  | {
      [Profile in Exclude<keyof Devices, keyof MigGpuFacts[Gpu]['profiles']> & string]: RefusedWhen<
        [true],
        'sharing',
        `GPU group "${Name}" names MIG profiles that ${Gpu} does not have: ${Profile}. It has ${MigGpuFacts[Gpu]['names']}.`
      >
    }[Exclude<keyof Devices, keyof MigGpuFacts[Gpu]['profiles']> & string]
  | RefusedWhen<
      [Is<StrategyOf<Written<Group, 'sharing'>, FamilyOf<Group>>, 'single'>, IsUnion<keyof Devices>],
      'sharing',
      `GPU group "${Name}" has MIG strategy "single" with several profiles: all of them would be nvidia.com/gpu, and the device plugin refuses that. Use strategy "mixed" (not on Bottlerocket), or one profile.`
    >
  | RefusedWhen<
      [
        Is<FamilyOf<Group>, 'bottlerocket'>,
        Either<
          [
            Is<MigGpuFacts[Gpu]['bottlerocket'], null>,
            Is<StrategyOf<Written<Group, 'sharing'>, 'bottlerocket'>, 'mixed'>,
            NotFull<Devices, Gpu>,
          ]
        >,
      ],
      'sharing',
      `GPU group "${Name}": Bottlerocket divides a GPU into as many devices of one plain profile as fit and calls them nvidia.com/gpu; ${MigGpuFacts[Gpu]['bottlerocket'] extends string
        ? `give the full count of one profile (${MigGpuFacts[Gpu]['bottlerocket']}) and leave strategy out`
        : `it has no setting for ${Gpu}`}. AL2023 takes any geometry.`
    >

type AcceleratorLabel = 'k8s.amazonaws.com/accelerator'

type EachOf<Sharing> = Written<Sharing, 'time_slicing'> | Written<Sharing, 'mps'> | Written<Sharing, 'mig'>
type DevicesOf<Sharing> = Written<Written<Sharing, 'mig'>, 'devices'>
/** Models of the GPUs with their memory: a share of one is another amount than of the other. */
type KindsOf<Group> = {
  [Type in KnownTypesOf<Group>]: `${GpuInstanceFacts[Type]['model']} ${GpuInstanceFacts[Type]['memoryMib']}`
}[KnownTypesOf<Group>]

/** Whether no device is named, or a count of one is none, for certain. */
type WrongDevices<Devices> =
  Given<Devices> extends true
    ? string extends keyof Devices
      ? false
      : Is<keyof Devices, never> extends true
        ? true
        : Either<
            [{ [Each in keyof Devices]: Either<[Less<Devices[Each], 1>, Fraction<Devices[Each]>]> }[keyof Devices]]
          >
    : false

/** Whether a profile is not plain, or not as many of it as fit, for certain. */
type NotFull<Devices, Gpu extends keyof MigGpuFacts> = Either<
  [
    {
      [Each in keyof Devices]: Each extends MigGpuFacts[Gpu]['plain']
        ? Each extends keyof MigGpuFacts[Gpu]['profiles']
          ? number extends Devices[Each]
            ? false
            : Is<Devices[Each], number> extends true
              ? Not<Is<Devices[Each], MigGpuFacts[Gpu]['profiles'][Each]>>
              : false
          : false
        : Each extends keyof MigGpuFacts[Gpu]['profiles']
          ? true
          : false
    }[keyof Devices],
  ]
>

/** Strategy of MIG that holds, given or by operating system. */
type StrategyOf<Sharing, Family> =
  HasKeys<DevicesOf<Sharing>> extends true
    ? Written<Written<Sharing, 'mig'>, 'strategy'> extends infer Strategy
      ? [Strategy] extends [undefined]
        ? Family extends 'bottlerocket'
          ? 'single'
          : Family extends 'al2023'
            ? 'mixed'
            : undefined
        : Strategy
      : never
    : 'none'

/** Whether pods find no resource that is called nvidia.com/gpu, for certain. */
type Renames<Sharing, Family> = Either<
  [
    Is<StrategyOf<Sharing, Family>, 'mixed'>,
    Is<Written<Written<Sharing, 'time_slicing'>, 'rename'>, true>,
    Is<Written<Written<Sharing, 'mps'>, 'rename'>, true>,
  ]
>

/** Whether a type is not in the catalogue, for certain. */
type Unknown<Types> = Types extends readonly [infer First, ...infer Rest]
  ? Is<Written<First, '$unlisted'>, undefined> extends true
    ? Unknown<Rest>
    : true
  : false
type HasFacts<Group> = Not<Is<FirstFactsOf<Group>, never>>
