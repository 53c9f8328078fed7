import { AwsError } from './aws-error.ts'
import type { AwsClock } from './clock.ts'
import { autoScalingAnswer, escapeXml, listed } from './query-form.ts'

/** A scheduled action of an Auto Scaling group: sizes that the group takes at one moment. */
export type ScheduledAction = {
  readonly region: string
  readonly group: string
  readonly name: string
  readonly startAt: Date
  /** A size that is left out stays as it is. */
  readonly minSize?: number
  readonly maxSize?: number
  readonly desiredCapacity?: number
}

/** Scheduled actions of all Auto Scaling groups. The emulator keeps them by name alone and never runs one, so the front keeps them. */
export type ScheduledActions = {
  /** Whether a request of Auto Scaling is about them. */
  handles(form: URLSearchParams): boolean
  /** The XML answer; the caller has seen that the group exists. Throws {@link AwsError} as Auto Scaling does. */
  handle(region: string, account: string, form: URLSearchParams): string
  /** Puts an action in the place of one of the same name. Throws as `PutScheduledUpdateGroupAction` does. */
  put(action: ScheduledAction): void
  /** Drops a group's actions, or the one of that name; Auto Scaling does so when an action has run or its group is gone. */
  forget(region: string, group: string, name?: string): void
  /** The one that runs next. */
  next(): ScheduledAction | undefined
}

const actions = /^(Put|BatchPut|Delete|BatchDelete|Describe)Scheduled(UpdateGroup)?Actions?$/

/** Keeps scheduled actions in memory. */
export function keepScheduledActions(clock: AwsClock): ScheduledActions {
  const kept = new Map<string, ScheduledAction>()
  const keyOf = (region: string, group: string, name: string): string => JSON.stringify([region, group, name])
  const put: ScheduledActions['put'] = (action) => {
    const { region, group, name, startAt, minSize, maxSize } = action
    if (minSize !== undefined && maxSize !== undefined && minSize > maxSize)
      throw invalid(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`)
    if (startAt.getTime() <= clock.now().getTime()) throw invalid('Given start time is in the past')
    const same = [...kept.values()].find(
      (one) =>
        one.region === region &&
        one.group === group &&
        one.name !== name &&
        one.startAt.getTime() === startAt.getTime(),
    )
    if (same)
      throw new AwsError(
        'AlreadyExists',
        400,
        `A scheduled action with this scheduled start time already exists: ${same.name}`,
      )
    kept.set(keyOf(region, group, name), action)
  }
  return {
    put,
    handles: (form) => actions.test(form.get('Action') ?? ''),
    forget: (region, group, name) => {
      for (const [key, one] of kept)
        if (one.region === region && one.group === group && (name === undefined || one.name === name)) kept.delete(key)
    },
    next: () => [...kept.values()].toSorted(byTime)[0],
    handle: (region, account, form) => {
      const action = form.get('Action') ?? ''
      const group = form.get('AutoScalingGroupName') ?? ''
      const name = form.get('ScheduledActionName') ?? ''
      switch (action) {
        case 'PutScheduledUpdateGroupAction':
          put(asked(region, group, name, form))
          return autoScalingAnswer(action, '')
        case 'DeleteScheduledAction':
          if (!kept.delete(keyOf(region, group, name))) throw invalid('Scheduled action name not found')
          return autoScalingAnswer(action, '')
        case 'DescribeScheduledActions': {
          const names = listed(form, 'ScheduledActionNames.member')
          const found = [...kept.values()]
            .filter(
              (one) =>
                one.region === region &&
                (group === '' || one.group === group) &&
                (names.length === 0 || names.includes(one.name)),
            )
            .toSorted(byTime)
            .map((one) => `<member>${describe(one, account)}</member>`)
          return autoScalingAnswer(
            action,
            `<ScheduledUpdateGroupActions>${found.join('')}</ScheduledUpdateGroupActions>`,
          )
        }
        default:
          throw invalid(`${action} is not answered by this stand-in: send the actions one by one`)
      }
    },
  }
}

function asked(region: string, group: string, name: string, form: URLSearchParams): ScheduledAction {
  if (form.has('Recurrence') || form.has('EndTime'))
    throw invalid('Recurring actions are not run by this stand-in: give StartTime alone')
  const startAt = new Date(form.get('StartTime') ?? form.get('Time') ?? '')
  if (Number.isNaN(startAt.getTime())) throw invalid('Either StartTime or Recurrence must be specified')
  const sizes = {
    ...size(form, 'MinSize', 'minSize'),
    ...size(form, 'MaxSize', 'maxSize'),
    ...size(form, 'DesiredCapacity', 'desiredCapacity'),
  }
  if (Object.keys(sizes).length === 0)
    throw invalid('At least one of MinSize, MaxSize or DesiredCapacity must be specified')
  return { region, group, name, startAt, ...sizes }
}

function size<K extends string>(form: URLSearchParams, parameter: string, key: K): { readonly [P in K]?: number } {
  const text = form.get(parameter)
  if (text === null) return {}
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw invalid(`${parameter} must be a whole number of at least 0`)
  const found: { [P in K]?: number } = {}
  found[key] = value
  return found
}

function describe(one: ScheduledAction, account: string): string {
  const member = (name: string, value: string | number | undefined): string =>
    value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`
  const arn = `arn:aws:autoscaling:${one.region}:${account}:scheduledUpdateGroupAction:00000000-0000-4000-8000-000000000000:autoScalingGroupName/${one.group}:scheduledActionName/${one.name}`
  return [
    member('AutoScalingGroupName', one.group),
    member('ScheduledActionName', one.name),
    member('ScheduledActionARN', arn),
    member('Time', one.startAt.toISOString()),
    member('StartTime', one.startAt.toISOString()),
    member('MinSize', one.minSize),
    member('MaxSize', one.maxSize),
    member('DesiredCapacity', one.desiredCapacity),
  ].join('')
}

function byTime(a: ScheduledAction, b: ScheduledAction): number {
  return a.startAt.getTime() - b.startAt.getTime()
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', 400, message)
}
