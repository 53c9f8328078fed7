import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type HclValue, unknownValue } from './hcl-value.ts'
import { moduleRefusals } from './module-refusals.ts'
import { readModuleSource } from './module-source.ts'

const module = await readModuleSource(fileURLToPath(new URL('../../../../modules/eks-gpu-cluster', import.meta.url)))
const block = {
  instance_types: ['p5.48xlarge'],
  capacity_type: 'CAPACITY_BLOCK',
  availability_zones: ['us-east-1a'],
  capacity_reservation: { id: 'cr-1' },
}
const hours = { start: '2099-01-01T11:30:00Z', end: '2099-01-02T11:30:00Z' }
const says = (group: HclValue) =>
  moduleRefusals(module, {
    cluster_name: 'x',
    availability_zones: ['us-east-1a', 'us-east-1b'],
    gpu_node_groups: { training: group },
  })

test.each<readonly [string, HclValue, string]>([
  [
    'a block without its id',
    { ...block, capacity_reservation: null },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" without the reservation of its block: set capacity_reservation = { id = "cr-..." }, without a preference.',
  ],
  [
    'a block of a resource group',
    { ...block, capacity_reservation: { resource_group_arn: 'arn:x' } },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" and a resource_group_arn: EKS takes the id of one block. Set capacity_reservation = { id = "cr-..." }.',
  ],
  [
    'a block of two types',
    { ...block, instance_types: ['p5.48xlarge', 'p5e.48xlarge'] },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" and 2 instance types (p5.48xlarge, p5e.48xlarge): a block has exactly one, so name that.',
  ],
  [
    'a block over zones',
    { ...block, availability_zones: [] },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" in 2 subnets: a block is in one zone, so give the group the one subnet of that zone by availability_zones, without per_zone.',
  ],
  [
    'a block per zone',
    { ...block, per_zone: true },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" with per_zone: a block is in one zone, so give the group the one subnet of that zone by availability_zones, without per_zone.',
  ],
  [
    'a block that is never empty',
    { ...block, min_size: 1 },
    'GPU group "training" has capacity_type = "CAPACITY_BLOCK" and min_size 1: outside the block\'s hours there are no nodes to be had. Set min_size = 0; schedule starts the nodes when the block does.',
  ],
  [
    'a block with a desired size',
    { ...block, desired_size: 1, schedule: hours },
    'GPU group "training" has a schedule and desired_size: the schedule says how many nodes there are and when. Remove desired_size; schedule.size is the block\'s.',
  ],
  [
    'a block larger than the group',
    { ...block, schedule: { ...hours, size: 2 } },
    'GPU group "training" has schedule.size 2 and max_size 1: it must lie between 1 and max_size.',
  ],
  [
    'a block that is too short',
    { ...block, schedule: { start: '2099-01-02T11:00:00Z', end: '2099-01-02T11:30:00Z' } },
    'GPU group "training" has a schedule without time for work: it starts at 2099-01-02T11:00:00Z, and the nodes go at 2099-01-02T10:45:00Z, before EC2 ends them ahead of the block\'s end. Set schedule.start and schedule.end as the reservation says.',
  ],
  [
    'an UltraServer block that is too short',
    {
      ...block,
      instance_types: ['p6e-gb200.36xlarge'],
      schedule: { start: '2099-01-02T10:30:00Z', end: '2099-01-02T11:30:00Z' },
    },
    'GPU group "training" has a schedule without time for work: it starts at 2099-01-02T10:30:00Z, and the nodes go at 2099-01-02T10:15:00Z, before EC2 ends them ahead of the block\'s end. Set schedule.start and schedule.end as the reservation says.',
  ],
  [
    'a block in a placement group',
    { ...block, placement_group: true },
    'GPU group "training" has placement_group and capacity_type = "CAPACITY_BLOCK": EC2 places a block\'s instances close together by itself and takes no placement group. Remove placement_group.',
  ],
  [
    'a schedule without a block',
    { schedule: hours },
    'GPU group "training" has a schedule and capacity_type = "ON_DEMAND": a schedule is the hours of a Capacity Block. Set capacity_type = "CAPACITY_BLOCK" with its capacity_reservation, or remove schedule; the autoscaler starts and ends the nodes of other groups.',
  ],
  [
    'Spot in a reservation',
    { capacity_type: 'SPOT', capacity_reservation: { id: 'cr-1' } },
    'GPU group "training" has capacity_type = "SPOT" and a capacity_reservation: reservations hold On-Demand capacity. Set capacity_type = "ON_DEMAND", or remove capacity_reservation.',
  ],
  [
    'a reservation of two kinds',
    { capacity_reservation: { id: 'cr-1', resource_group_arn: 'arn:x' } },
    'GPU group "training" has a capacity_reservation that EC2 refuses: give id, or resource_group_arn (alone, or with preference = "capacity-reservations-only"), or a preference alone.',
  ],
  [
    'a placement group over zones',
    { placement_group: true },
    'GPU group "training" has placement_group in 2 subnets: a cluster placement group is in one zone. Give the group one subnet by availability_zones, without per_zone, or remove placement_group.',
  ],
  [
    'a placement group with a reservation',
    {
      placement_group: true,
      availability_zones: ['us-east-1a'],
      capacity_reservation: { id: 'cr-1' },
    },
    'GPU group "training" has placement_group and a capacity_reservation: the reservation was made outside the new placement group, so EC2 would launch nothing in it. Remove placement_group.',
  ],
  [
    'EFA on a type without',
    { efa: true, availability_zones: ['us-east-1a'] },
    'GPU group "training" has efa with types that have none: g5.xlarge. Use types with EFA, such as g6e.48xlarge, p4d.24xlarge or p5.48xlarge, or remove efa.',
  ],
  [
    'EFA on types with other cards',
    {
      instance_types: ['p5.48xlarge', 'p5en.48xlarge'],
      efa: true,
      availability_zones: ['us-east-1a'],
    },
    'GPU group "training" has efa with types whose network cards differ (p5.48xlarge has 32 EFA interfaces, p5en.48xlarge has 16 EFA interfaces): one launch template lists the interfaces of all, so make a group for each.',
  ],
  [
    'EFA over zones',
    { instance_types: ['p5.48xlarge'], efa: true },
    'GPU group "training" has efa in 2 subnets: EFA\'s traffic stays in one subnet, and nodes elsewhere would fall back to TCP. Give the group one subnet by availability_zones, without per_zone.',
  ],
  [
    'hours in local time',
    { ...block, schedule: { start: '2099-01-01 11:30', end: '2099-01-02T11:30:00+09:00' } },
    'schedule.start and schedule.end must be moments in UTC such as "2030-01-07T11:30:00Z". Wrong: training (start 2099-01-01 11:30, end 2099-01-02T11:30:00+09:00).',
  ],
  [
    'a preference that is none',
    { capacity_reservation: { preference: 'all' } },
    'capacity_reservation.preference must be "open", "none" or "capacity-reservations-only", or left out with an id or a resource_group_arn. Wrong: training.',
  ],
])('refuses %s', (_, group, message) => {
  const { refusals, unchecked } = says(group)
  expect({ refusals: refusals.map((each) => each.message), unchecked }).toEqual({ refusals: [message], unchecked: [] })
})

test.each<readonly [string, HclValue]>([
  ['a block with hours and EFA', { ...block, max_size: 2, efa: true, schedule: hours }],
  [
    'EFA in a placement group',
    { instance_types: ['p4d.24xlarge'], efa: true, placement_group: true, availability_zones: ['us-east-1a'] },
  ],
  ['a reservation whose id only the apply knows', { capacity_reservation: { id: unknownValue } }],
])('takes %s', (_, group) => {
  expect(says(group)).toMatchObject({ refusals: [], unchecked: [] })
})
