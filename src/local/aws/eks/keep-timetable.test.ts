import { expect, test } from 'vitest'
import { offerCapacityBlocks } from '../capacity-block-offerings.ts'
import { keepCapacityReservations } from '../capacity-reservations.ts'
import { startClock } from '../clock.ts'
import { openCredentialStore } from '../credentials.ts'
import { anywhere } from '../ec2.ts'
import { type MotoClient, openMotoClient } from '../moto/moto-client.ts'
import { findElement, parseXml, textAt } from '../parse-xml.ts'
import { keepPlacementGroups } from '../placement-groups.ts'
import { keepScheduledActions } from '../scheduled-actions.ts'
import { sampleCluster } from '../testing/sample-cluster.ts'
import { sampleNodeGroup } from '../testing/sample-node-group.ts'
import { clusterKey, type EksWorld } from './eks-world.ts'
import { keepTimetable } from './keep-timetable.ts'

/** An emulator with one Auto Scaling group, `g`, in one subnet. */
function emulator(): MotoClient {
  const sizes = { MinSize: 0, MaxSize: 4, DesiredCapacity: 0 }
  return {
    ...openMotoClient('http://127.0.0.1:9'),
    query: async (_, __, action, parameters = {}) => {
      for (const name of ['MinSize', 'MaxSize', 'DesiredCapacity'] as const)
        if (name in parameters) sizes[name] = Number(parameters[name])
      const members = Object.entries(sizes).map(([name, value]) => `<${name}>${value}</${name}>`)
      const instances = Array.from(
        { length: sizes.DesiredCapacity },
        (_one, index) => `<member><InstanceId>i-${index}</InstanceId></member>`,
      )
      switch (action) {
        case 'DescribeAutoScalingGroups':
          return parseXml(
            `<R><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>g</AutoScalingGroupName>${members.join('')}<VPCZoneIdentifier>subnet-1</VPCZoneIdentifier><Instances>${instances.join('')}</Instances></member></AutoScalingGroups></DescribeAutoScalingGroupsResult></R>`,
          )
        case 'DescribeSubnets':
          return parseXml(
            '<R><subnetSet><item><subnetId>subnet-1</subnetId><availabilityZone>us-east-1a</availabilityZone></item></subnetSet></R>',
          )
        default:
          return parseXml('<R/>')
      }
    },
  }
}

function opened() {
  const clock = startClock(() => Date.parse('2026-11-23T12:00:00Z'))
  const reservations = keepCapacityReservations(clock, offerCapacityBlocks(clock))
  const ec2 = (parameters: Record<string, string>) =>
    parseXml(reservations.handle('us-east-1', '123456789012', new URLSearchParams(parameters)))
  const offering = findElement(
    ec2({
      Action: 'DescribeCapacityBlockOfferings',
      InstanceType: 'p5.48xlarge',
      InstanceCount: '2',
      CapacityDurationHours: '24',
    }),
    'item',
  )
  const block = textAt(
    ec2({
      Action: 'PurchaseCapacityBlock',
      CapacityBlockOfferingId: textAt(offering, 'capacityBlockOfferingId'),
      InstancePlatform: 'Linux/UNIX',
    }),
    'capacityReservation',
    'capacityReservationId',
  )
  const group = sampleNodeGroup({
    capacityType: 'CAPACITY_BLOCK',
    launchedTypes: ['p5.48xlarge'],
    autoScalingGroup: 'g',
    launch: { ...anywhere, reservationId: block },
  })
  const cluster = sampleCluster({ nodeGroups: new Map([[group.name, group]]) })
  const world: EksWorld = {
    asOf: '2026-11-23',
    clock,
    account: '123456789012',
    moto: emulator(),
    credentials: openCredentialStore(),
    placementGroups: keepPlacementGroups(),
    reservations,
    scheduledActions: keepScheduledActions(clock),
    regions: new Set(),
    clusters: new Map([[clusterKey(cluster.region, cluster.name), cluster]]),
    startKubernetes: () => Promise.reject(new Error('not here')),
    onChange: async () => undefined,
    background: () => undefined,
  }
  const said: string[] = []
  const timetable = keepTimetable(world, (line) => said.push(line.replaceAll(block, 'BLOCK')))
  const schedule = (name: string, startAt: string, desiredCapacity: number, minSize?: number): void =>
    world.scheduledActions.put({
      region: 'us-east-1',
      group: 'g',
      name,
      startAt: new Date(startAt),
      desiredCapacity,
      ...(minSize !== undefined && { minSize }),
    })
  return { world, timetable, schedule, said }
}

test('runs what is scheduled once, in its order, each at its own time', async () => {
  const { world, timetable, schedule, said } = opened()
  schedule('end', '2026-11-25T10:45:00Z', 0)
  schedule('start', '2026-11-24T11:30:00Z', 2)
  await timetable.runUntil(new Date('2026-11-24T11:29:00Z'))
  expect(said).toEqual([])
  const both = new Date('2026-11-25T10:45:00Z')
  await Promise.all([timetable.runUntil(both), timetable.runUntil(both)])
  expect(said).toEqual([
    'scheduled action start: Auto Scaling group g goes from 0 to 2',
    'scheduled action end: Auto Scaling group g goes from 2 to 0',
  ])
  expect(world.clock.now()).toEqual(both)
  expect(world.scheduledActions.next()).toBeUndefined()
})

test('starts nothing before the block, and no more than it has', async () => {
  const { timetable, schedule, said } = opened()
  schedule('early', '2026-11-24T11:00:00Z', 1)
  schedule('many', '2026-11-24T12:00:00Z', 3)
  await timetable.runUntil(new Date('2026-11-24T12:00:00Z'))
  expect(said).toEqual([
    'scheduled action early: Auto Scaling group g goes from 0 to 1',
    'Auto Scaling group g starts no instance: InvalidCapacityReservationState: Capacity Block BLOCK is not active: it starts at 2026-11-24T11:30:00.000Z.',
    'scheduled action many: Auto Scaling group g goes from 0 to 3',
    'Auto Scaling group g starts no instance: ReservationCapacityExceeded: The requested capacity exceeds the available capacity of Capacity Reservation BLOCK.',
  ])
})

test('ends what is left in a block half an hour before its end', async () => {
  const { timetable, schedule, said } = opened()
  schedule('start', '2026-11-24T11:30:00Z', 1, 2)
  await timetable.runUntil(new Date('2026-11-25T12:00:00Z'))
  expect(said).toEqual([
    'scheduled action start: Auto Scaling group g goes from 0 to 2',
    'Capacity Block BLOCK is about to end: 2 instances of g end',
  ])
})
