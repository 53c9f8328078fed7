import { expect, test } from 'vitest'
import { findInstanceType } from '../../../catalog/instance-types.ts'
import type { CapacityReservation } from '../capacity-reservations.ts'
import { anywhere } from '../ec2.ts'
import type { PlacementGroup } from '../placement-groups.ts'
import { type LaunchAttempt, launchRefusal } from './launch-refusal.ts'

const typeOf = (name: string): LaunchAttempt['type'] => {
  const type = findInstanceType(name)
  if (type === undefined) throw new Error(`no ${name}`)
  return type
}
const primary = { card: 0, device: 0, type: 'interface' }
const efa = (card: number, device = 0) => ({ card, device, type: 'efa-only' })
const attempt = (more: Partial<LaunchAttempt> = {}): LaunchAttempt => ({
  launch: anywhere,
  type: typeOf('p4d.24xlarge'),
  zones: ['us-east-1a'],
  size: 1,
  placementGroup: undefined,
  reservation: undefined,
  inBlock: false,
  now: new Date('2026-11-25T12:00:00Z'),
  ...more,
})
const interfaces = (...list: readonly (typeof primary)[]) => ({ launch: { ...anywhere, interfaces: list } })
const placed = { launch: { ...anywhere, placementGroup: 'close' } }
const cluster: PlacementGroup = {
  region: 'us-east-1',
  groupId: 'pg-1',
  groupName: 'close',
  strategy: 'cluster',
  partitionCount: '',
  spreadLevel: '',
  tags: {},
}
const reserved = { launch: { ...anywhere, reservationId: 'cr-1' } }
const reservation: CapacityReservation = {
  region: 'us-east-1',
  id: 'cr-1',
  instanceType: 'p4d.24xlarge',
  platform: 'Linux/UNIX',
  zone: 'us-east-1a',
  tenancy: 'default',
  criteria: 'targeted',
  createdAt: '2026-11-23T00:00:00Z',
  block: undefined,
  state: 'active',
  count: 2,
  endDateType: 'unlimited',
  endDate: '',
  tags: {},
}
const block: CapacityReservation = {
  ...reservation,
  block: { startAt: new Date('2026-11-25T11:30:00Z'), endAt: new Date('2026-11-26T11:30:00Z') },
}

test.each([
  ['nothing special', {}],
  ['all cards', interfaces(primary, efa(0, 1), efa(1), efa(2), efa(3))],
  ['a card 0 without EFA', { ...interfaces(primary, efa(1), efa(16)), type: typeOf('p6-b300.48xlarge') }],
  ['a placement group in one zone', { ...placed, placementGroup: cluster }],
  [
    'a partition group over zones',
    { ...placed, placementGroup: { ...cluster, strategy: 'partition' }, zones: ['us-east-1a', 'us-east-1b'] },
  ],
  ['a reservation with room', { ...reserved, reservation, size: 2 }],
  ['a block in its hours', { ...reserved, reservation: block, inBlock: true, size: 2 }],
] as const)('takes %s', (_, more) => {
  expect(launchRefusal(attempt(more))).toBeUndefined()
})

test.each([
  [
    'no primary interface',
    interfaces(efa(0)),
    'InvalidParameterCombination: The primary network interface (network card index 0, device index 0) must be an ENA interface or an EFA interface with ENA.',
  ],
  [
    'a card too many',
    interfaces(primary, efa(4)),
    "InvalidParameterValue: The specified number '4' for the network card index exceeds the maximum number of network cards supported by p4d.24xlarge. Specify a number from 0 to 3, and try again.",
  ],
  [
    'EFA on a type without',
    { ...interfaces(primary, efa(0, 1)), type: typeOf('g5.xlarge') },
    'AttachmentLimitExceeded: EFA interfaces are not supported on g5.xlarge.',
  ],
  [
    'EFA on a card without',
    { ...interfaces(primary, efa(0, 1)), type: typeOf('p6-b300.48xlarge') },
    'AttachmentLimitExceeded: p6-b300.48xlarge takes 16 EFA interfaces, none of them on network card 0.',
  ],
  [
    'a placement group that is not there',
    placed,
    "InvalidPlacementGroup.Unknown: The Placement Group 'close' is unknown.",
  ],
  [
    'a cluster placement group over zones',
    { ...placed, placementGroup: cluster, zones: ['us-east-1a', 'us-east-1b'] },
    "InvalidParameterValue: Instances in the Placement Group 'close' must be launched in the us-east-1a Availability Zone. Specify the us-east-1a Availability Zone and try again.",
  ],
  [
    'a reservation that is not there',
    reserved,
    "InvalidCapacityReservationId.NotFound: The capacity reservation ID 'cr-1' does not exist",
  ],
  [
    'a reservation of another zone',
    { ...reserved, reservation, zones: ['us-east-1b'] },
    'InvalidParameterValue: Capacity Reservation cr-1 is for p4d.24xlarge in us-east-1a, not for p4d.24xlarge in us-east-1b.',
  ],
  [
    'a reservation that is used up',
    { ...reserved, reservation, size: 3 },
    'ReservationCapacityExceeded: The requested capacity exceeds the available capacity of Capacity Reservation cr-1.',
  ],
  [
    'a block of another market',
    { ...reserved, reservation: block },
    'InvalidParameterValue: Capacity Reservation cr-1 is a Capacity Block: use it with the market type capacity-block.',
  ],
  [
    'a reservation that is no block in the market of blocks',
    { ...reserved, reservation, inBlock: true },
    'InvalidParameterValue: The market type capacity-block takes a Capacity Block, and Capacity Reservation cr-1 is none.',
  ],
  [
    'a block before it starts',
    { ...reserved, reservation: block, inBlock: true, now: new Date('2026-11-25T11:29:59Z') },
    'InvalidCapacityReservationState: Capacity Block cr-1 is not active: it starts at 2026-11-25T11:30:00.000Z.',
  ],
  [
    'a block in its last half hour',
    { ...reserved, reservation: block, inBlock: true, now: new Date('2026-11-26T11:00:00Z') },
    'InvalidCapacityReservationState: Capacity Block cr-1 takes no instance any more: it ends at 2026-11-26T11:30:00.000Z.',
  ],
] as const)('refuses %s', (_, more, says) => {
  const refusal = launchRefusal(attempt(more))
  expect(`${refusal?.code}: ${refusal?.message}`).toBe(says)
})
