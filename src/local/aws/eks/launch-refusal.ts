import type { InstanceType } from '../../../catalog/instance-types.ts'
import { AwsError } from '../aws-error.ts'
import type { CapacityReservation } from '../capacity-reservations.ts'
import type { LaunchPlacement } from '../ec2.ts'
import type { PlacementGroup } from '../placement-groups.ts'
import type { EksNodeGroup, HealthIssue } from './eks-cluster.ts'

/** What EC2 looks at when a group wants more instances. */
export type LaunchAttempt = {
  readonly launch: LaunchPlacement
  readonly type: Pick<InstanceType, 'name' | 'networkCards' | 'efaInterfaces' | 'efaOnCardZero'>
  /** Zones of the group's subnets. */
  readonly zones: readonly string[]
  /** Instances that there would be. */
  readonly size: number
  readonly placementGroup: PlacementGroup | undefined
  readonly reservation: CapacityReservation | undefined
  /** Whether the launch template's market is that of Capacity Blocks. */
  readonly inBlock: boolean
  readonly now: Date
}

/**
 * Why EC2 would start no instance, if it would not: interfaces that the type does not have, a placement group over zones, a
 * reservation that is not there, is for something else, or is used up. Codes are EC2's; where its text is not known it is ours.
 */
export function launchRefusal(attempt: LaunchAttempt): AwsError | undefined {
  return interfaceRefusal(attempt) ?? placementRefusal(attempt) ?? reservationRefusal(attempt)
}

function interfaceRefusal({ launch: { interfaces }, type }: LaunchAttempt): AwsError | undefined {
  if (interfaces.length === 0) return undefined
  const primary = interfaces.find(({ card, device }) => card === 0 && device === 0)
  if (primary === undefined || primary.type === 'efa-only')
    return new AwsError(
      'InvalidParameterCombination',
      400,
      'The primary network interface (network card index 0, device index 0) must be an ENA interface or an EFA interface with ENA.',
    )
  const cards = type.networkCards ?? 1
  const beyond = interfaces.find(({ card }) => card >= cards)
  if (beyond !== undefined)
    return new AwsError(
      'InvalidParameterValue',
      400,
      `The specified number '${beyond.card}' for the network card index exceeds the maximum number of network cards supported by ${type.name}. Specify a number from 0 to ${cards - 1}, and try again.`,
    )
  const efa = interfaces.filter(({ type: kind }) => kind.startsWith('efa'))
  if (efa.length > type.efaInterfaces || (!type.efaOnCardZero && efa.some(({ card }) => card === 0)))
    return new AwsError(
      'AttachmentLimitExceeded',
      400,
      type.efaInterfaces === 0
        ? `EFA interfaces are not supported on ${type.name}.`
        : `${type.name} takes ${type.efaInterfaces} EFA interfaces${type.efaOnCardZero ? '' : ', none of them on network card 0'}.`,
    )
  return undefined
}

function placementRefusal({ launch, zones, placementGroup }: LaunchAttempt): AwsError | undefined {
  if (launch.placementGroup === '') return undefined
  if (placementGroup === undefined)
    return new AwsError(
      'InvalidPlacementGroup.Unknown',
      400,
      `The Placement Group '${launch.placementGroup}' is unknown.`,
    )
  const [first = '', second] = zones
  if (placementGroup.strategy !== 'cluster' || second === undefined) return undefined
  return new AwsError(
    'InvalidParameterValue',
    400,
    `Instances in the Placement Group '${launch.placementGroup}' must be launched in the ${first} Availability Zone. Specify the ${first} Availability Zone and try again.`,
  )
}

function reservationRefusal(attempt: LaunchAttempt): AwsError | undefined {
  const { launch, type, zones, size, reservation } = attempt
  if (launch.reservationId === '') return undefined
  if (reservation === undefined)
    return new AwsError(
      'InvalidCapacityReservationId.NotFound',
      400,
      `The capacity reservation ID '${launch.reservationId}' does not exist`,
    )
  if (attempt.inBlock !== (reservation.block !== undefined))
    return new AwsError(
      'InvalidParameterValue',
      400,
      attempt.inBlock
        ? `The market type capacity-block takes a Capacity Block, and Capacity Reservation ${reservation.id} is none.`
        : `Capacity Reservation ${reservation.id} is a Capacity Block: use it with the market type capacity-block.`,
    )
  if (reservation.block && attempt.now < reservation.block.startAt)
    return new AwsError(
      'InvalidCapacityReservationState',
      400,
      `Capacity Block ${reservation.id} is not active: it starts at ${reservation.block.startAt.toISOString()}.`,
    )
  if (reservation.block && attempt.now >= reclaimTime(reservation.block.endAt, reservation.instanceType))
    return new AwsError(
      'InvalidCapacityReservationState',
      400,
      `Capacity Block ${reservation.id} takes no instance any more: it ends at ${reservation.block.endAt.toISOString()}.`,
    )
  if (reservation.instanceType !== type.name || !zones.includes(reservation.zone))
    return new AwsError(
      'InvalidParameterValue',
      400,
      `Capacity Reservation ${reservation.id} is for ${reservation.instanceType} in ${reservation.zone}, not for ${type.name} in ${zones.join(', ')}.`,
    )
  if (size > reservation.count)
    return new AwsError(
      'ReservationCapacityExceeded',
      400,
      `The requested capacity exceeds the available capacity of Capacity Reservation ${reservation.id}.`,
    )
  return undefined
}

/**
 * When EC2 begins to end the instances of a block: 30 minutes before its end, 60 for UltraServers. Source:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-blocks-using.html
 */
export function reclaimTime(endAt: Date, instanceType: string): Date {
  return new Date(endAt.getTime() - (instanceType.startsWith('p6e-') ? 60 : 30) * 60_000)
}

/** What EKS says of a node group whose instances could not be started. */
export function launchFailure(error: unknown, group: EksNodeGroup): HealthIssue {
  return {
    code: 'AsgInstanceLaunchFailures',
    message: error instanceof Error ? error.message : String(error),
    resourceIds: group.autoScalingGroup === undefined ? [] : [group.autoScalingGroup],
  }
}
