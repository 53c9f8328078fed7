import { expect, test } from 'vitest'
import { AwsError } from './aws-error.ts'
import { keepCapacityReservations } from './capacity-reservations.ts'
import { itemsAt, parseXml, textAt } from './parse-xml.ts'

test('keeps capacity reservations until they are cancelled', () => {
  const reservations = keepCapacityReservations()
  const ask = (parameters: Record<string, string>) => {
    const form = new URLSearchParams(parameters)
    expect(reservations.handles(form)).toBe(true)
    return parseXml(reservations.handle('us-east-1', '123456789012', form))
  }
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
  const reservations = keepCapacityReservations()
  const ask = (parameters: Record<string, string>) =>
    reservations.handle('us-east-1', '123456789012', new URLSearchParams(parameters))
  expect(() => ask({ Action: 'DescribeCapacityReservations', 'CapacityReservationId.1': 'cr-1' })).toThrow(
    new AwsError('InvalidCapacityReservationId.NotFound', 400, "The capacity reservation ID 'cr-1' does not exist"),
  )
  expect(() => ask({ Action: 'CreateCapacityReservation', InstanceType: 'p5.48xlarge' })).toThrow(
    new AwsError('MissingParameter', 400, 'The request must contain the parameter InstancePlatform'),
  )
})
