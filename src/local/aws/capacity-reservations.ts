import { randomBytes } from 'node:crypto'
import { AwsError } from './aws-error.ts'
import type { CapacityBlockOffering, CapacityBlockOfferings } from './capacity-block-offerings.ts'
import type { AwsClock } from './clock.ts'
import { ec2Answer, escapeXml, filtersOf, listed, numbered, requiredParameter, retagged, tagSet } from './query-form.ts'

/** An On-Demand Capacity Reservation, or one that is a Capacity Block; moto knows none, so the front keeps them. */
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
  /** When it begins and ends: of a Capacity Block. */
  readonly block: { readonly startAt: Date; readonly endAt: Date } | undefined
  state: 'scheduled' | 'active' | 'expired' | 'cancelled'
  count: number
  endDateType: string
  endDate: string
  tags: Readonly<Record<string, string>>
}

/** Capacity reservations of EC2: created, described, changed, tagged and cancelled; active at once. Blocks are bought, and active in their hours. */
export type CapacityReservations = {
  /** Whether an EC2 request is about them, by its action and the ids it names. */
  handles(form: URLSearchParams): boolean
  /** The XML answer. Throws {@link AwsError} as EC2 does. */
  handle(region: string, account: string, form: URLSearchParams): string
  /** One that was not cancelled; `state` is that of now. */
  find(region: string, id: string): CapacityReservation | undefined
  /** Those that somebody could cancel and has not; a Capacity Block cannot be. */
  all(): readonly CapacityReservation[]
  /** Blocks whose end is still to come. */
  blocks(): readonly CapacityReservation[]
}

/** Keeps capacity reservations in memory. */
export function keepCapacityReservations(clock: AwsClock, offerings: CapacityBlockOfferings): CapacityReservations {
  const reservations = new Map<string, CapacityReservation>()
  const all = (): readonly CapacityReservation[] => {
    for (const one of reservations.values()) if (one.block) one.state = stateOf(one.block, clock.now())
    return [...reservations.values()]
  }
  const named = (region: string, id: string): CapacityReservation => {
    const found = all().find((one) => one.id === id)
    if (found?.region !== region)
      throw new AwsError(
        'InvalidCapacityReservationId.NotFound',
        400,
        `The capacity reservation ID '${id}' does not exist`,
      )
    return found
  }
  return {
    all: () => all().filter(({ state, block }) => state === 'active' && block === undefined),
    blocks: () => all().filter(({ state, block }) => block !== undefined && state !== 'expired'),
    find: (region, id) => all().find((one) => one.region === region && one.id === id && one.state !== 'cancelled'),
    handles: (form) => {
      const action = form.get('Action') ?? ''
      if (/^(Create|Describe|Modify|Cancel)CapacityReservations?$/.test(action)) return true
      if (action === 'DescribeCapacityBlockOfferings' || action === 'PurchaseCapacityBlock') return true
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
            id: newId(),
            instanceType: requiredParameter(form, 'InstanceType'),
            platform: requiredParameter(form, 'InstancePlatform'),
            zone: requiredParameter(form, 'AvailabilityZone'),
            tenancy: form.get('Tenancy') ?? 'default',
            criteria: form.get('InstanceMatchCriteria') ?? 'open',
            createdAt: clock.now().toISOString(),
            block: undefined,
            state: 'active',
            count: Number(requiredParameter(form, 'InstanceCount')),
            endDateType: form.get('EndDateType') ?? 'unlimited',
            endDate: form.get('EndDate') ?? '',
            tags: tagsOf(form),
          }
          reservations.set(made.id, made)
          return ec2Answer(action, `<capacityReservation>${describe(made, account)}</capacityReservation>`)
        }
        case 'DescribeCapacityBlockOfferings':
          return offerings.describe(region, form)
        case 'PurchaseCapacityBlock': {
          const offeringId = requiredParameter(form, 'CapacityBlockOfferingId')
          const platform = requiredParameter(form, 'InstancePlatform')
          const offering = offerings.find(region, offeringId)
          if (offering === undefined)
            throw new AwsError(
              'InvalidCapacityBlockOfferingId.NotFound',
              400,
              `The Capacity Block offering ID '${offeringId}' does not exist`,
            )
          const bought = blockOf(offering, { region, platform, now: clock.now(), tags: tagsOf(form) })
          reservations.set(bought.id, bought)
          return ec2Answer(action, `<capacityReservation>${describe(bought, account)}</capacityReservation>`)
        }
        case 'ModifyCapacityReservation': {
          const changed = changeable(named(region, id))
          changed.count = Number(form.get('InstanceCount') ?? changed.count)
          changed.endDateType = form.get('EndDateType') ?? changed.endDateType
          changed.endDate = form.get('EndDate') ?? changed.endDate
          return ec2Answer(action, '<return>true</return>')
        }
        case 'CancelCapacityReservation':
          changeable(named(region, id)).state = 'cancelled'
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
            ids.length > 0 ? ids.map((each) => named(region, each)) : all().filter((one) => one.region === region)
          ).filter((one) => filters.every(([filter, values]) => values.includes(filterValue(one, filter))))
          const items = found.map((one) => `<item>${describe(one, account)}</item>`).join('')
          return ec2Answer(action, `<capacityReservationSet>${items}</capacityReservationSet>`)
        }
      }
    },
  }
}

function blockOf(
  offering: CapacityBlockOffering,
  bought: {
    readonly region: string
    readonly platform: string
    readonly now: Date
    readonly tags: CapacityReservation['tags']
  },
): CapacityReservation {
  const { startAt, endAt } = offering
  return {
    region: bought.region,
    id: newId(),
    instanceType: offering.instanceType,
    platform: bought.platform,
    zone: offering.zone,
    tenancy: 'default',
    criteria: 'targeted',
    createdAt: bought.now.toISOString(),
    block: { startAt, endAt },
    state: stateOf({ startAt, endAt }, bought.now),
    count: offering.count,
    endDateType: 'limited',
    endDate: endAt.toISOString(),
    tags: bought.tags,
  }
}

function stateOf(
  { startAt, endAt }: NonNullable<CapacityReservation['block']>,
  now: Date,
): CapacityReservation['state'] {
  if (now < startAt) return 'scheduled'
  return now < endAt ? 'active' : 'expired'
}

function changeable(one: CapacityReservation): CapacityReservation {
  if (one.block)
    throw new AwsError('OperationNotPermitted', 400, `You can't modify or cancel a Capacity Block: ${one.id}`)
  return one
}

function newId(): string {
  return `cr-${randomBytes(9).toString('hex').slice(0, 17)}`
}

function tagsOf(form: URLSearchParams): CapacityReservation['tags'] {
  return {
    ...numbered(form, 'TagSpecification.1.Tag', 'Key', 'Value'),
    ...numbered(form, 'TagSpecifications.1.Tag', 'Key', 'Value'),
  }
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
    `<availableInstanceCount>${one.state === 'active' ? one.count : 0}</availableInstanceCount>`,
    '<ebsOptimized>false</ebsOptimized>',
    '<ephemeralStorage>false</ephemeralStorage>',
    `<state>${one.state}</state>`,
    `<reservationType>${one.block ? 'capacity-block' : 'default'}</reservationType>`,
    `<startDate>${one.block?.startAt.toISOString() ?? one.createdAt}</startDate>`,
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
    case 'reservation-type':
      return one.block ? 'capacity-block' : 'default'
    default:
      if (filter.startsWith('tag:')) return one.tags[filter.slice(4)] ?? ''
      throw new AwsError('InvalidParameterValue', 400, `The filter '${filter}' is invalid`)
  }
}
