import type { GpuInstanceFacts, GpuInstanceType } from '../../../catalog/catalog-names.generated.ts'
import type { CreatesVpc, FactsOf, Spread, SubnetAttribute, TypesOf } from './group-facts.ts'
import type { Less } from './order.ts'
import type { Either, RefusedWhen } from './refusal.ts'
import type { Given, HasElements, Is, IsLiteral, IsUnion, Length, List, Not, Written, WrittenOr } from './written.ts'

/** What the module refuses of where a group's capacity comes from and where its nodes are, in its words. */
export type CapacityRefusals<Name extends string, Group, Cluster> =
  | ReservationRefusals<Name, Group>
  | BlockRefusals<Name, Group, Cluster>
  | ScheduleRefusals<Name, Group>
  | PlaceRefusals<Name, Group, Cluster>
  | EfaRefusals<Name, Group, Cluster>

type CapacityType<Group> = WrittenOr<Group, 'capacity_type', 'ON_DEMAND'>
type IsBlock<Group> = Is<CapacityType<Group>, 'CAPACITY_BLOCK'>
type Reservation<Group> = Written<Group, 'capacity_reservation'>
type Preference<Group> = Written<Reservation<Group>, 'preference'>

type ReservationRefusals<Name extends string, Group> =
  | RefusedWhen<
      [Given<Reservation<Group>>, Is<CapacityType<Group>, 'SPOT'>],
      'capacity_reservation',
      `GPU group "${Name}" has capacity_type = "SPOT" and a capacity_reservation: reservations hold On-Demand capacity. Set capacity_type = "ON_DEMAND", or remove capacity_reservation.`
    >
  | RefusedWhen<
      [Given<Reservation<Group>>, WrongReservation<Reservation<Group>>],
      'capacity_reservation',
      `GPU group "${Name}" has a capacity_reservation that EC2 refuses: give id, or resource_group_arn (alone, or with preference = "capacity-reservations-only"), or a preference alone.`
    >

type WrongReservation<Of> =
  Is<Written<Of, 'preference'>, undefined> extends true
    ? Either<
        [
          Is<Written<Of, 'id'> | Written<Of, 'resource_group_arn'>, undefined>,
          Given<Written<Of, 'id'>> extends true ? Given<Written<Of, 'resource_group_arn'>> : false,
        ]
      >
    : Given<Written<Of, 'preference'>> extends true
      ? Either<
          [
            Given<Written<Of, 'id'>>,
            Is<Written<Of, 'preference'>, 'open' | 'none'> extends true
              ? Given<Written<Of, 'resource_group_arn'>>
              : false,
          ]
        >
      : false

type BlockRefusals<Name extends string, Group, Cluster> =
  IsBlock<Group> extends true
    ?
        | RefusedWhen<
            [Either<[Is<Reservation<Group>, undefined>, Given<Preference<Group>>]>],
            'capacity_type',
            `GPU group "${Name}" has capacity_type = "CAPACITY_BLOCK" without the reservation of its block: set capacity_reservation = { id = "cr-..." }, without a preference.`
          >
        | RefusedWhen<
            [Given<Written<Reservation<Group>, 'resource_group_arn'>>],
            'capacity_reservation',
            `GPU group "${Name}" has capacity_type = "CAPACITY_BLOCK" and a resource_group_arn: EKS takes the id of one block. Set capacity_reservation = { id = "cr-..." }.`
          >
        | RefusedWhen<
            [Less<1, Length<TypesOf<Group>>>],
            'instance_types',
            `GPU group "${Name}" has capacity_type = "CAPACITY_BLOCK" and ${TextOf<Length<TypesOf<Group>>>} instance types: a block has exactly one, so name that.`
          >
        | RefusedWhen<
            [Spread<Group, Cluster>['certain']],
            'capacity_type',
            `GPU group "${Name}" has capacity_type = "CAPACITY_BLOCK" ${Spread<Group, Cluster>['words']}: a block is in one zone, so give the group the one subnet of that zone by ${SubnetAttribute<Cluster>}, without per_zone.`
          >
        | RefusedWhen<
            [Less<0, Written<Group, 'min_size'>>],
            'min_size',
            `GPU group "${Name}" has capacity_type = "CAPACITY_BLOCK" and min_size ${TextOf<Written<Group, 'min_size'>>}: outside the block's hours there are no nodes to be had. Set min_size = 0; schedule starts the nodes when the block does.`
          >
    : never

type ScheduleRefusals<Name extends string, Group> =
  Given<Written<Group, 'schedule'>> extends true
    ?
        | RefusedWhen<
            [Is<CapacityType<Group>, 'ON_DEMAND' | 'SPOT'>],
            'schedule',
            `GPU group "${Name}" has a schedule and capacity_type = "${TextOf<CapacityType<Group>>}": a schedule is the hours of a Capacity Block. Set capacity_type = "CAPACITY_BLOCK" with its capacity_reservation, or remove schedule; the autoscaler starts and ends the nodes of other groups.`
          >
        | RefusedWhen<
            [Given<Written<Group, 'desired_size'>>],
            'desired_size',
            `GPU group "${Name}" has a schedule and desired_size: the schedule says how many nodes there are and when. Remove desired_size; schedule.size is the block's.`
          >
        | RefusedWhen<
            [Either<[Less<BlockSize<Group>, 1>, Less<WrittenOr<Group, 'max_size', 1>, BlockSize<Group>>]>],
            'schedule',
            `GPU group "${Name}" has schedule.size ${TextOf<BlockSize<Group>>} and max_size ${TextOf<WrittenOr<Group, 'max_size', 1>>}: it must lie between 1 and max_size.`
          >
    : never

type BlockSize<Group> = WrittenOr<Written<Group, 'schedule'>, 'size', WrittenOr<Group, 'max_size', 1>>

type PlaceRefusals<Name extends string, Group, Cluster> =
  | RefusedWhen<
      [
        HasElements<Written<Group, 'availability_zones'>>,
        Is<CreatesVpc<Cluster>, true>,
        HasElements<Written<Group, 'subnet_ids'>>,
      ],
      'availability_zones',
      `GPU group "${Name}" names availability_zones, which choose among the subnets of a created VPC: its subnet_ids choose already, so remove one of the two.`
    >
  | RefusedWhen<
      [HasElements<Written<Group, 'availability_zones'>>, Is<CreatesVpc<Cluster>, false>],
      'availability_zones',
      `GPU group "${Name}" names availability_zones, which choose among the subnets of a created VPC: with a VPC of your own, give the group's subnets as subnet_ids.`
    >
  | ForeignZone<
      Name,
      List<Written<Group, 'availability_zones'>>,
      List<Written<Cluster, 'availability_zones'>>,
      CreatesVpc<Cluster>
    >
  | (Is<Written<Group, 'placement_group'>, true> extends true
      ?
          | RefusedWhen<
              [Spread<Group, Cluster>['certain']],
              'placement_group',
              `GPU group "${Name}" has placement_group ${Spread<Group, Cluster>['words']}: a cluster placement group is in one zone. Give the group one subnet by ${SubnetAttribute<Cluster>}, without per_zone, or remove placement_group.`
            >
          | RefusedWhen<
              [
                Not<IsBlock<Group>>,
                Is<CapacityType<Group>, 'ON_DEMAND' | 'SPOT'>,
                Given<Reservation<Group>>,
                Targeted<Group>,
              ],
              'placement_group',
              `GPU group "${Name}" has placement_group and a capacity_reservation: the reservation was made outside the new placement group, so EC2 would launch nothing in it. Remove placement_group.`
            >
          | RefusedWhen<
              [IsBlock<Group>],
              'placement_group',
              `GPU group "${Name}" has placement_group and capacity_type = "CAPACITY_BLOCK": EC2 places a block's instances close together by itself and takes no placement group. Remove placement_group.`
            >
      : never)

/** Whether a reservation is aimed at, rather than a preference said. */
type Targeted<Group> = Either<
  [
    Is<Preference<Group>, undefined>,
    Is<Preference<Group>, 'capacity-reservations-only'> extends true
      ? Given<Written<Reservation<Group>, 'resource_group_arn'>>
      : false,
  ]
>

type ForeignZone<Name extends string, Own, Spanned, Created> = Own extends readonly unknown[]
  ? Spanned extends readonly [unknown, ...unknown[]]
    ? {
        [Zone in Exclude<Own[number], Spanned[number]> & string]: RefusedWhen<
          [Is<Created, true>, IsLiteral<Zone>, IsLiteral<Spanned[number]>],
          'availability_zones',
          `GPU group "${Name}" names availability zones that the created VPC does not span: ${Zone}. It spans ${Joined<Spanned>}; add them to availability_zones of the module.`
        >
      }[Exclude<Own[number], Spanned[number]> & string]
    : never
  : never

type EfaRefusals<Name extends string, Group, Cluster> =
  Is<Written<Group, 'efa'>, true> extends true
    ?
        | WithoutEfa<Name, TypesOf<Group>>
        | RefusedWhen<
            [IsUnion<FactsOf<Group>['cards']>],
            'efa',
            `GPU group "${Name}" has efa with types whose network cards differ: one launch template lists the interfaces of all, so make a group for each.`
          >
        | RefusedWhen<
            [Spread<Group, Cluster>['certain']],
            'efa',
            `GPU group "${Name}" has efa ${Spread<Group, Cluster>['words']}: EFA's traffic stays in one subnet, and nodes elsewhere would fall back to TCP. Give the group one subnet by ${SubnetAttribute<Cluster>}, without per_zone.`
          >
    : never

type WithoutEfa<Name extends string, Types> = Types extends readonly [infer First, ...infer Rest]
  ?
      | RefusedWhen<
          [First extends GpuInstanceType ? Is<GpuInstanceFacts[First]['efa'], 0> : Given<Written<First, '$unlisted'>>],
          'efa',
          `GPU group "${Name}" has efa with types that have none: ${First extends GpuInstanceType ? First : TextOf<Written<First, '$unlisted'>>}. Use types with EFA, such as g6e.48xlarge, p4d.24xlarge or p5.48xlarge, or remove efa.`
        >
      | WithoutEfa<Name, Rest>
  : never

/** A text or number as text; any where it is not known. */
type TextOf<Value> = Value extends string | number ? `${Value}` : string

type Joined<Texts> = Texts extends readonly [infer First extends string, ...infer Rest]
  ? `${First}${Rest extends readonly [] ? '' : `, ${Joined<Rest>}`}`
  : ''
