import { expect, test } from 'vitest'
import { AwsError } from './aws-error.ts'
import { offerCapacityBlocks } from './capacity-block-offerings.ts'
import { keepCapacityReservations } from './capacity-reservations.ts'
import { startClock } from './clock.ts'
import { itemsAt, parseXml, textAt } from './parse-xml.ts'

/** Reservations at a moment that tests put forward. */
function opened() {
  const clock = startClock(() => Date.parse('2026-11-23T12:00:00Z'))
  const reservations = keepCapacityReservations(clock, offerCapacityBlocks(clock))
  const ask = (parameters: Record<string, string>) => {
    const form = new URLSearchParams(parameters)
    expect(reservations.handles(form)).toBe(true)
    return parseXml(reservations.handle('us-east-1', '123456789012', form))
  }
  return { clock, reservations, ask }
}

test('keeps capacity reservations until they are cancelled', () => {
  const { reservations, ask } = opened()
  const created = ask({
    Action: 'CreateCapacityReservation',
    InstanceType: 'p5.48xlarge',
    InstancePlatform: 'Linux/UNIX',
    AvailabilityZone: 'us-east-1a',
    InstanceCount: '2',
    InstanceMatchCriteria: 'targeted',
    'TagSpecifications.1.Tag.1.Key': 'team',
    'TagSpecifications.1.Tag.1.Value': 'a & b',
  })
  const id = textAt(created, 'capacityReservation', 'capacityReservationId')
  expect(reservations.find('us-east-1', id)).toMatchObject({ instanceType: 'p5.48xlarge', count: 2, state: 'active' })
  expect(reservations.find('us-west-2', id)).toBeUndefined()
  ask({ Action: 'ModifyCapacityReservation', CapacityReservationId: id, InstanceCount: '3' })
  ask({ Action: 'CreateTags', 'ResourceId.1': id, 'Tag.1.Key': 'owner', 'Tag.1.Value': 'me' })
  ask({ Action: 'DeleteTags', 'ResourceId.1': id, 'Tag.1.Key': 'team' })
  const [found] = itemsAt(
    ask({ Action: 'DescribeCapacityReservations', 'CapacityReservationId.1': id }),
    'capacityReservationSet',
  )
  expect([
    textAt(found, 'totalInstanceCount'),
    textAt(found, 'instanceMatchCriteria'),
    itemsAt(found, 'tagSet').map((tag) => textAt(tag, 'key')),
  ]).toEqual(['3', 'targeted', ['owner']])
  ask({ Action: 'CancelCapacityReservation', CapacityReservationId: id })
  expect(reservations.find('us-east-1', id)).toBeUndefined()
  expect(reservations.all()).toEqual([])
  const list = ask({ Action: 'DescribeCapacityReservations', 'Filter.1.Name': 'state', 'Filter.1.Value.1': 'active' })
  expect(itemsAt(list, 'capacityReservationSet')).toEqual([])
})

test('refuses what EC2 refuses', () => {
  const { ask } = opened()
  expect(() => ask({ Action: 'DescribeCapacityReservations', 'CapacityReservationId.1': 'cr-1' })).toThrow(
    new AwsError('InvalidCapacityReservationId.NotFound', 400, "The capacity reservation ID 'cr-1' does not exist"),
  )
  expect(() => ask({ Action: 'CreateCapacityReservation', InstanceType: 'p5.48xlarge' })).toThrow(
    new AwsError('MissingParameter', 400, 'The request must contain the parameter InstancePlatform'),
  )
})

const offerings = {
  Action: 'DescribeCapacityBlockOfferings',
  InstanceType: 'p5.48xlarge',
  InstanceCount: '2',
  CapacityDurationHours: '48',
}

test('sells Capacity Blocks, which are active in their hours and cannot be given back', () => {
  const { clock, reservations, ask } = opened()
  const found = itemsAt(ask({ ...offerings, EndDateRange: '2026-11-27T00:00:00Z' }), 'capacityBlockOfferingSet')
  expect(
    found.map((one) =>
      ['availabilityZone', 'startDate', 'endDate', 'upfrontFee', 'currencyCode'].map((name) => textAt(one, name)),
    ),
  ).toEqual([['us-east-1a', '2026-11-24T11:30:00.000Z', '2026-11-26T11:30:00.000Z', '5283.84', 'USD']])
  const bought = ask({
    Action: 'PurchaseCapacityBlock',
    CapacityBlockOfferingId: textAt(found[0], 'capacityBlockOfferingId'),
    InstancePlatform: 'Linux/UNIX',
  })
  const id = textAt(bought, 'capacityReservation', 'capacityReservationId')
  ask({
    Action: 'CreateCapacityReservation',
    InstanceType: 'g5.xlarge',
    InstancePlatform: 'Linux/UNIX',
    AvailabilityZone: 'us-east-1a',
    InstanceCount: '1',
  })
  const blocks = () =>
    itemsAt(
      ask({
        Action: 'DescribeCapacityReservations',
        'Filter.1.Name': 'reservation-type',
        'Filter.1.Value.1': 'capacity-block',
      }),
      'capacityReservationSet',
    ).map((one) =>
      ['capacityReservationId', 'state', 'availableInstanceCount', 'endDate'].map((name) => textAt(one, name)),
    )
  const seen = [...blocks()]
  for (const moment of ['2026-11-24T11:30:00Z', '2026-11-26T11:30:00Z']) {
    clock.putForward(new Date(moment))
    seen.push(...blocks())
  }
  expect(seen).toEqual([
    [id, 'scheduled', '0', '2026-11-26T11:30:00.000Z'],
    [id, 'active', '2', '2026-11-26T11:30:00.000Z'],
    [id, 'expired', '0', '2026-11-26T11:30:00.000Z'],
  ])
  expect(reservations.all().map(({ instanceType }) => instanceType)).toEqual(['g5.xlarge'])
  for (const action of ['CancelCapacityReservation', 'ModifyCapacityReservation'])
    expect(() => ask({ Action: action, CapacityReservationId: id })).toThrow(
      new AwsError('OperationNotPermitted', 400, `You can't modify or cancel a Capacity Block: ${id}`),
    )
})

test.each([
  [{ InstanceType: 'g5.xlarge' }, "The instance type 'g5.xlarge' is not supported for Capacity Blocks."],
  [{ InstanceCount: '3' }, 'InstanceCount must be one of 1, 2, 4, 8, 16, 32, 64.'],
  [
    { CapacityDurationHours: '360' },
    'CapacityDurationHours must be a multiple of 24 up to 336 (14 days), or of 168 up to 4368 (182 days).',
  ],
  [{ StartDateRange: 'soon' }, "Invalid value 'soon' for StartDateRange."],
])('offers no block for %j', (more, says) => {
  expect(() => opened().ask({ ...offerings, ...more })).toThrow(new AwsError('InvalidParameterValue', 400, says))
})

test('sells no block that was not offered, or has begun', () => {
  const { clock, ask } = opened()
  const buy = (id: string) =>
    ask({ Action: 'PurchaseCapacityBlock', CapacityBlockOfferingId: id, InstancePlatform: 'Linux/UNIX' })
  const refused = (id: string) =>
    new AwsError(
      'InvalidCapacityBlockOfferingId.NotFound',
      400,
      `The Capacity Block offering ID '${id}' does not exist`,
    )
  expect(() => buy('cb-1')).toThrow(refused('cb-1'))
  const [first] = itemsAt(ask(offerings), 'capacityBlockOfferingSet')
  const id = textAt(first, 'capacityBlockOfferingId')
  clock.putForward(new Date('2026-11-24T11:30:00Z'))
  expect(() => buy(id)).toThrow(refused(id))
})
