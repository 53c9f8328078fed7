import type { Less, NoShare, OutOf } from './order.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, Length, List, Written, WrittenOr } from './written.ts'

/** What the module refuses of numbers and of taints of a group, in its words. */
export type SizeRefusals<Name extends string, Group> =
  | RefusedWhen<
      [
        OutOf<
          Length<Written<Group, 'instance_types'>> extends 0
            ? TypesGiven<Group>
            : Length<Written<Group, 'instance_types'>>,
          1,
          20
        >,
      ],
      'instance_types',
      `instance_types must name 1 to 20 types (leave it out for g5.xlarge). Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Either<[Less<Min<Group>, 0>, Less<Max<Group>, 1>, Less<Max<Group>, Min<Group>>]>],
      SizeAttribute<Group>,
      `min_size must not be negative nor above max_size, and max_size (1 when left out) at least 1: raise max_size or lower min_size. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Either<[Less<Written<Group, 'desired_size'>, Min<Group>>, Less<Max<Group>, Written<Group, 'desired_size'>>]>],
      'desired_size',
      `desired_size must lie between min_size (0 when left out) and max_size (1 when left out): raise max_size or lower desired_size. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Valueless<List<Written<Group, 'taints'>>>],
      'taints',
      `A taint without a value is not seen by the Cluster Autoscaler at zero nodes, which then buys nodes that help nobody: give every taint a value, such as "true". Wrong: ${Name}.`
    >
  | RefusedWhen<
      [KeyTwice<List<Written<Group, 'taints'>>>],
      'taints',
      `A taint key occurs twice in one group; the Auto Scaling group's tag can hold one value and effect for each key, so keep one of them. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Either<[Less<Written<Group, 'metadata_hop_limit'>, 1>, Less<64, Written<Group, 'metadata_hop_limit'>>]>],
      'metadata_hop_limit',
      `metadata_hop_limit must lie between 1 and 64. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Either<[Less<Volume<Group, 'size_gib'>, 20>, Less<65536, Volume<Group, 'size_gib'>>]>],
      'root_volume',
      `root_volume.size_gib must lie between 20 and 65536. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Either<[Less<Volume<Group, 'throughput'>, 125>, Less<2000, Volume<Group, 'throughput'>>]>],
      'root_volume',
      `root_volume.throughput must lie between 125 and 2000 MiB/s, which is what a gp3 volume can have; above 1000 MiB/s hashicorp/aws 5 refuses it, and 6 takes it in releases since October 2025. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [Given<Written<Group, 'max_unavailable'>>, Given<Written<Group, 'max_unavailable_percentage'>>],
      'max_unavailable_percentage',
      `max_unavailable and max_unavailable_percentage are two ways to say the same: EKS takes one of them, so remove the other. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [OutOf<Written<Group, 'max_unavailable'>, 1, 100>],
      'max_unavailable',
      `max_unavailable must be a whole number from 1 to 100. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [OutOf<Written<Group, 'max_unavailable_percentage'>, 1, 100>],
      'max_unavailable_percentage',
      `max_unavailable_percentage must be a whole number from 1 to 100. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [
        Either<
          [
            NoShare<Written<Written<Group, 'scale_down'>, 'utilization_threshold'>>,
            NoShare<Written<Written<Group, 'scale_down'>, 'gpu_utilization_threshold'>>,
          ]
        >,
      ],
      'scale_down',
      `scale_down.utilization_threshold and gpu_utilization_threshold are shares from 0 to 1. Wrong: ${Name}.`
    >
  | RefusedWhen<
      [OutOf<Written<Group, 'max_pods'>, 8, 1000>],
      'max_pods',
      `max_pods must be a whole number from 8 (the pods of the cluster itself need some) to 1000. Wrong: ${Name}.`
    >

type Min<Group> = WrittenOr<Group, 'min_size', 0>
type Max<Group> = WrittenOr<Group, 'max_size', 1>
type SizeAttribute<Group> = Given<Written<Group, 'max_size'>> extends true ? 'max_size' : 'min_size'
type TypesGiven<Group> = Given<Written<Group, 'instance_types'>> extends true ? 0 : 1
type Volume<Group, Name extends string> = Written<Written<Group, 'root_volume'>, Name>

/** Whether a taint of a list has no value for certain. */
type Valueless<Taints> = Taints extends readonly [infer First, ...infer Rest]
  ? Written<First, 'value'> extends undefined | ''
    ? true
    : Valueless<Rest>
  : false

/** Whether a key of a list of taints occurs twice for certain. */
type KeyTwice<Taints, Seen = never> = Taints extends readonly [infer First, ...infer Rest]
  ? Written<First, 'key'> extends infer Key
    ? string extends Key
      ? KeyTwice<Rest, Seen>
      : Key extends Seen & string
        ? true
        : KeyTwice<Rest, Seen | Key>
    : never
  : false
