import { randomBytes } from 'node:crypto'
import { findInstanceType } from '../../catalog/instance-types.ts'
import { AwsError } from './aws-error.ts'
import type { AwsClock } from './clock.ts'
import { ec2Answer, requiredParameter } from './query-form.ts'

/** A Capacity Block that can be bought. */
export type CapacityBlockOffering = {
  readonly id: string
  readonly instanceType: string
  readonly zone: string
  readonly count: number
  readonly startAt: Date
  readonly endAt: Date
  /** USD for the whole block. What AWS asks for one changes by the day, so here it is the On-Demand price of the same hours. */
  readonly upfrontFee: number
}

/** Offerings of EC2 Capacity Blocks for ML. */
export type CapacityBlockOfferings = {
  /** The XML answer to `DescribeCapacityBlockOfferings`. Throws {@link AwsError} as EC2 does. */
  describe(region: string, form: URLSearchParams): string
  /** One that was described in the region, and is still to come. */
  find(region: string, id: string): CapacityBlockOffering | undefined
}

// Types, durations and sizes: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html (2026-11-23).
const offeredTypes = /^p(4d|4de|5|5e|5en|6-b200|6-b300)\./
const sizes: readonly number[] = [1, 2, 4, 8, 16, 32, 64]
const mostDaysAhead = 56
const mostOfferings = 3

const hour = 3_600_000
const day = 24 * hour

/** Offers blocks from tomorrow on, each from 11:30 UTC to 11:30 UTC as EC2's are, in the region's first zone. */
export function offerCapacityBlocks(clock: AwsClock): CapacityBlockOfferings {
  const offered = new Map<string, CapacityBlockOffering & { readonly region: string }>()
  return {
    find: (region, id) => {
      const found = offered.get(id)
      return found?.region === region && found.startAt.getTime() > clock.now().getTime() ? found : undefined
    },
    describe: (region, form) => {
      const instanceType = requiredParameter(form, 'InstanceType')
      const usdPerHour = findInstanceType(instanceType)?.usdPerHour ?? null
      if (!offeredTypes.test(instanceType) || usdPerHour === null)
        throw invalid(`The instance type '${instanceType}' is not supported for Capacity Blocks.`)
      const count = Number(requiredParameter(form, 'InstanceCount'))
      if (!sizes.includes(count)) throw invalid(`InstanceCount must be one of ${sizes.join(', ')}.`)
      const hours = Number(requiredParameter(form, 'CapacityDurationHours'))
      if (!isDuration(hours))
        throw invalid(
          'CapacityDurationHours must be a multiple of 24 up to 336 (14 days), or of 168 up to 4368 (182 days).',
        )
      const now = clock.now().getTime()
      const earliest = Math.max(moment(form, 'StartDateRange') ?? now, now)
      const latest = moment(form, 'EndDateRange') ?? Number.POSITIVE_INFINITY
      const items: string[] = []
      for (let ahead = 1; ahead <= mostDaysAhead && items.length < mostOfferings; ahead += 1) {
        const startAt = new Date(Math.floor(now / day) * day + ahead * day + 11.5 * hour)
        const endAt = new Date(startAt.getTime() + hours * hour)
        if (startAt.getTime() < earliest || endAt.getTime() > latest) continue
        const offering = {
          region,
          id: `cb-${randomBytes(9).toString('hex').slice(0, 17)}`,
          instanceType,
          zone: `${region}a`,
          count,
          startAt,
          endAt,
          upfrontFee: Math.round(usdPerHour * hours * count * 100) / 100,
        }
        offered.set(offering.id, offering)
        items.push(`<item>${item(offering, hours)}</item>`)
      }
      return ec2Answer(
        'DescribeCapacityBlockOfferings',
        `<capacityBlockOfferingSet>${items.join('')}</capacityBlockOfferingSet>`,
      )
    },
  }
}

function isDuration(hours: number): boolean {
  const days = hours / 24
  return Number.isInteger(days) && days >= 1 && (days <= 14 || (days % 7 === 0 && days <= 182))
}

/** Milliseconds, or `undefined` when the parameter is left out. */
function moment(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name)
  if (text === null) return undefined
  const value = Date.parse(text)
  if (Number.isNaN(value)) throw invalid(`Invalid value '${text}' for ${name}.`)
  return value
}

function item(offering: CapacityBlockOffering, hours: number): string {
  return [
    `<capacityBlockOfferingId>${offering.id}</capacityBlockOfferingId>`,
    `<instanceType>${offering.instanceType}</instanceType>`,
    `<availabilityZone>${offering.zone}</availabilityZone>`,
    `<instanceCount>${offering.count}</instanceCount>`,
    `<startDate>${offering.startAt.toISOString()}</startDate>`,
    `<endDate>${offering.endAt.toISOString()}</endDate>`,
    `<capacityBlockDurationHours>${hours}</capacityBlockDurationHours>`,
    `<capacityBlockDurationMinutes>0</capacityBlockDurationMinutes>`,
    `<upfrontFee>${offering.upfrontFee.toFixed(2)}</upfrontFee>`,
    '<currencyCode>USD</currencyCode>',
    '<tenancy>default</tenancy>',
  ].join('')
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', 400, message)
}
