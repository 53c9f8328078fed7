import { expect, test } from 'vitest'
import { AwsError } from './aws-error.ts'
import { itemsAt, parseXml, textAt } from './parse-xml.ts'
import { keepPlacementGroups } from './placement-groups.ts'

test('keeps placement groups, available at once', () => {
  const groups = keepPlacementGroups()
  const ask = (parameters: Record<string, string>) => {
    const form = new URLSearchParams(parameters)
    expect(groups.handles(form)).toBe(true)
    return parseXml(groups.handle('us-east-1', '123456789012', form))
  }
  const created = ask({
    Action: 'CreatePlacementGroup',
    GroupName: 'efa',
    Strategy: 'cluster',
    'TagSpecification.1.Tag.1.Key': 'Name',
    'TagSpecification.1.Tag.1.Value': 'a & b',
  })
  const id = textAt(created, 'placementGroup', 'groupId')
  expect(textAt(created, 'placementGroup', 'state')).toBe('available')
  ask({ Action: 'CreateTags', 'ResourceId.1': id, 'Tag.1.Key': 'team', 'Tag.1.Value': 'x' })
  ask({ Action: 'DeleteTags', 'ResourceId.1': id, 'Tag.1.Key': 'Name' })
  const [found] = itemsAt(
    ask({ Action: 'DescribePlacementGroups', 'Filter.1.Name': 'group-name', 'Filter.1.Value.1': 'efa' }),
    'placementGroupSet',
  )
  expect(textAt(found, 'groupId')).toBe(id)
  expect(itemsAt(found, 'tagSet').map((tag) => [textAt(tag, 'key'), textAt(tag, 'value')])).toEqual([['team', 'x']])
  expect(() => ask({ Action: 'CreatePlacementGroup', GroupName: 'efa' })).toThrow(
    new AwsError('InvalidPlacementGroup.Duplicate', 400, "The Placement Group 'efa' already exists."),
  )
  ask({ Action: 'DeletePlacementGroup', GroupName: 'efa' })
  expect(() => ask({ Action: 'DescribePlacementGroups', 'GroupName.1': 'efa' })).toThrow(
    "The Placement Group 'efa' is unknown.",
  )
  expect(groups.all()).toEqual([])
})

test('leaves the tags of others to the emulator', () => {
  const form = new URLSearchParams({ Action: 'CreateTags', 'ResourceId.1': 'vpc-1' })
  expect(keepPlacementGroups().handles(form)).toBe(false)
})
