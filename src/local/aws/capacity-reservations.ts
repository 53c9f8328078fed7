import { randomBytes } from 'node:crypto'
import { AwsError } from './aws-error.ts'
import { ec2Answer, escapeXml, filtersOf, listed, numbered, retagged, tagSet } from './query-form.ts'

/** An On-Demand Capacity Reservation; moto knows none, so the front keeps them. */
export type CapacityReservation = {
  readonly region: string
  readonly id: string
  readonly instanceType: string
  readonly platform: string
  readonly zone: string
  readonly tenancy: string
  /** `open` or `targeted`. */
  readonly criteria: string
  readonly createdAt: string
  state: 'active' | 'cancelled'
  count: number
  endDateType: string
  endDate: string
  tags: Readonly<Record<string, string>>
}

/** Capacity reservations of EC2: created, described, changed, tagged and cancelled; active at once. */
export type CapacityReservations = {
  /** Whether an EC2 request is about them, by its action and the ids it names. */
  handles(form: URLSearchParams): boolean
  /** The XML answer. Throws {@link AwsError} as EC2 does. */
  handle(region: string, account: string, form: URLSearchParams): string
  /** An active one. */
  find(region: string, id: string): CapacityReservation | undefined
  /** All active ones. */
  all(): readonly CapacityReservation[]
}

/** Keeps capacity reservations in memory. */
export function keepCapacityReservations(): CapacityReservations {
  const reservations = new Map<string, CapacityReservation>()
  const active = (): readonly CapacityReservation[] =>
    [...reservations.values()].filter(({ state }) => state === 'active')
  const named = (region: string, id: string): CapacityReservation => {
    const found = reservations.get(id)
    if (found?.region !== region)
      throw new AwsError(
        'InvalidCapacityReservationId.NotFound',
        400,
        `The capacity reservation ID '${id}' does not exist`,
      )
    return found
  }
  return {
    all: active,
    find: (region, id) => active().find((one) => one.region === region && one.id === id),
    handles: (form) => {
      const action = form.get('Action') ?? ''
      if (/^(Create|Describe|Modify|Cancel)CapacityReservations?$/.test(action)) return true
      return (
        (action === 'CreateTags' || action === 'DeleteTags') && (form.get('ResourceId.1')?.startsWith('cr-') ?? false)
      )
    },
    handle: (region, account, form) => {
      const action = form.get('Action') ?? ''
      const id = form.get('CapacityReservationId') ?? ''
      switch (action) {
        case 'CreateCapacityReservation': {
          const made: CapacityReservation = {
            region,
            id: `cr-${randomBytes(9).toString('hex').slice(0, 17)}`,
            instanceType: required(form, 'InstanceType'),
            platform: required(form, 'InstancePlatform'),
            zone: required(form, 'AvailabilityZone'),
            tenancy: form.get('Tenancy') ?? 'default',
            criteria: form.get('InstanceMatchCriteria') ?? 'open',
            createdAt: new Date().toISOString(),
            state: 'active',
            count: Number(required(form, 'InstanceCount')),
            endDateType: form.get('EndDateType') ?? 'unlimited',
            endDate: form.get('EndDate') ?? '',
            tags: {
              ...numbered(form, 'TagSpecification.1.Tag', 'Key', 'Value'),
              ...numbered(form, 'TagSpecifications.1.Tag', 'Key', 'Value'),
            },
          }
          reservations.set(made.id, made)
          return ec2Answer(action, `<capacityReservation>${describe(made, account)}</capacityReservation>`)
        }
        case 'ModifyCapacityReservation': {
          const changed = named(region, id)
          changed.count = Number(form.get('InstanceCount') ?? changed.count)
          changed.endDateType = form.get('EndDateType') ?? changed.endDateType
          changed.endDate = form.get('EndDate') ?? changed.endDate
          return ec2Answer(action, '<return>true</return>')
        }
        case 'CancelCapacityReservation':
          named(region, id).state = 'cancelled'
          return ec2Answer(action, '<return>true</return>')
        case 'CreateTags':
        case 'DeleteTags':
          for (const one of listed(form, 'ResourceId').map((each) => named(region, each)))
            one.tags = retagged(one.tags, form)
          return ec2Answer(action, '<return>true</return>')
        default: {
          const ids = listed(form, 'CapacityReservationId')
          const filters = filtersOf(form)
          const found = (
            ids.length > 0
              ? ids.map((each) => named(region, each))
              : [...reservations.values()].filter((one) => one.region === region)
          ).filter((one) => filters.every(([filter, values]) => values.includes(filterValue(one, filter))))
          const items = found.map((one) => `<item>${describe(one, account)}</item>`).join('')
          return ec2Answer(action, `<capacityReservationSet>${items}</capacityReservationSet>`)
        }
      }
    },
  }
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name) ?? ''
  if (value === '') throw new AwsError('MissingParameter', 400, `The request must contain the parameter ${name}`)
  return value
}

function describe(one: CapacityReservation, account: string): string {
  return [
    `<capacityReservationId>${one.id}</capacityReservationId>`,
    `<ownerId>${account}</ownerId>`,
    `<capacityReservationArn>arn:aws:ec2:${one.region}:${account}:capacity-reservation/${one.id}</capacityReservationArn>`,
    `<instanceType>${escapeXml(one.instanceType)}</instanceType>`,
    `<instancePlatform>${escapeXml(one.platform)}</instancePlatform>`,
    `<availabilityZone>${escapeXml(one.zone)}</availabilityZone>`,
    `<tenancy>${escapeXml(one.tenancy)}</tenancy>`,
    `<totalInstanceCount>${one.count}</totalInstanceCount>`,
    `<availableInstanceCount>${one.count}</availableInstanceCount>`,
    '<ebsOptimized>false</ebsOptimized>',
    '<ephemeralStorage>false</ephemeralStorage>',
    `<state>${one.state}</state>`,
    `<startDate>${one.createdAt}</startDate>`,
    `<createDate>${one.createdAt}</createDate>`,
    `<endDateType>${escapeXml(one.endDateType)}</endDateType>`,
    one.endDate && `<endDate>${escapeXml(one.endDate)}</endDate>`,
    `<instanceMatchCriteria>${escapeXml(one.criteria)}</instanceMatchCriteria>`,
    tagSet(one.tags),
  ].join('')
}

function filterValue(one: CapacityReservation, filter: string): string {
  switch (filter) {
    case 'instance-type':
      return one.instanceType
    case 'availability-zone':
      return one.zone
    case 'state':
      return one.state
    default:
      return filter.startsWith('tag:') ? (one.tags[filter.slice(4)] ?? '') : ''
  }
}
