import { expect, test } from 'vitest'
import { AwsError } from './aws-error.ts'
import { startClock } from './clock.ts'
import { itemsAt, parseXml, textAt } from './parse-xml.ts'
import { keepScheduledActions } from './scheduled-actions.ts'

function opened() {
  const actions = keepScheduledActions(startClock(() => Date.parse('2026-11-23T12:00:00Z')))
  const ask = (Action: string, parameters: Record<string, string> = {}, region = 'us-east-1') => {
    const form = new URLSearchParams({ Action, ...parameters })
    expect(actions.handles(form)).toBe(true)
    return parseXml(actions.handle(region, '123456789012', form))
  }
  return { actions, ask }
}

const start = {
  AutoScalingGroupName: 'g',
  ScheduledActionName: 'start',
  StartTime: '2026-11-24T11:30:00Z',
  DesiredCapacity: '2',
}

test('keeps the actions of each group apart, in the order of their time', () => {
  const { actions, ask } = opened()
  ask('PutScheduledUpdateGroupAction', {
    ...start,
    ScheduledActionName: 'end',
    StartTime: '2026-11-26T10:45:00Z',
    DesiredCapacity: '0',
  })
  ask('PutScheduledUpdateGroupAction', { ...start, MinSize: '1', MaxSize: '3' })
  ask('PutScheduledUpdateGroupAction', { ...start, AutoScalingGroupName: 'other', StartTime: '2026-11-25T11:30:00Z' })
  ask('PutScheduledUpdateGroupAction', start, 'us-west-2')
  const listed = (parameters: Record<string, string>) =>
    itemsAt(ask('DescribeScheduledActions', parameters).children[0], 'ScheduledUpdateGroupActions').map((one) =>
      ['AutoScalingGroupName', 'ScheduledActionName', 'StartTime', 'MinSize', 'MaxSize', 'DesiredCapacity'].map(
        (name) => textAt(one, name),
      ),
    )
  const first = ['g', 'start', '2026-11-24T11:30:00.000Z', '1', '3', '2']
  const other = ['other', 'start', '2026-11-25T11:30:00.000Z', '', '', '2']
  const last = ['g', 'end', '2026-11-26T10:45:00.000Z', '', '', '0']
  expect(listed({})).toEqual([first, other, last])
  expect(listed({ AutoScalingGroupName: 'g' })).toEqual([first, last])
  expect(listed({ AutoScalingGroupName: 'g', 'ScheduledActionNames.member.1': 'end' })).toEqual([last])
  ask('DeleteScheduledAction', { AutoScalingGroupName: 'g', ScheduledActionName: 'end' })
  actions.forget('us-east-1', 'other')
  expect(listed({})).toEqual([first])
})

test.each([
  ['a moment in the past', { StartTime: '2026-11-23T12:00:00Z' }, 'ValidationError', 'Given start time is in the past'],
  [
    'no size',
    { DesiredCapacity: '' },
    'ValidationError',
    'At least one of MinSize, MaxSize or DesiredCapacity must be specified',
  ],
  [
    'a size below zero',
    { DesiredCapacity: '-1' },
    'ValidationError',
    'DesiredCapacity must be a whole number of at least 0',
  ],
  [
    'limits that cross',
    { MinSize: '3', MaxSize: '2' },
    'ValidationError',
    'Max bound, 2, must be greater than or equal to min bound, 3',
  ],
  ['no moment', { StartTime: '' }, 'ValidationError', 'Either StartTime or Recurrence must be specified'],
  [
    'a recurrence',
    { Recurrence: '0 8 * * *' },
    'ValidationError',
    'Recurring actions are not run by this stand-in: give StartTime alone',
  ],
  [
    'the moment of another action',
    { ScheduledActionName: 'also' },
    'AlreadyExists',
    'A scheduled action with this scheduled start time already exists: start',
  ],
] as const)('refuses %s', (_, more, code, says) => {
  const { ask } = opened()
  ask('PutScheduledUpdateGroupAction', start)
  const parameters = Object.fromEntries(Object.entries({ ...start, ...more }).filter(([, value]) => value !== ''))
  expect(() => ask('PutScheduledUpdateGroupAction', parameters)).toThrow(new AwsError(code, 400, says))
})

test('says so when there is no action of that name, and when it cannot take several at once', () => {
  const { ask } = opened()
  expect(() => ask('DeleteScheduledAction', start)).toThrow('Scheduled action name not found')
  expect(() => ask('BatchPutScheduledUpdateGroupAction', start)).toThrow(
    'BatchPutScheduledUpdateGroupAction is not answered by this stand-in: send the actions one by one',
  )
})
