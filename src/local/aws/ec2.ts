import type { MotoClient } from './moto/moto-client.ts'
import { childAt, itemsAt, textAt, type XmlElement } from './parse-xml.ts'

/** A subnet as the EKS stand-in needs it. */
export type Ec2Subnet = {
  readonly id: string
  readonly vpcId: string
  readonly zone: string
  readonly freeAddresses: number
}

/** Where instances of a launch template start, and with which network interfaces. */
export type LaunchPlacement = {
  /** Those that it lists; EC2 takes a plain one where there is none. */
  readonly interfaces: readonly { readonly card: number; readonly device: number; readonly type: string }[]
  /** Name; empty without. */
  readonly placementGroup: string
  /** Id and ARN of the reservation that is targeted; empty without. */
  readonly reservationId: string
  readonly reservationGroup: string
}

/** Of a group without a launch template. */
export const anywhere: LaunchPlacement = {
  interfaces: [],
  placementGroup: '',
  reservationId: '',
  reservationGroup: '',
}

/** What a launch template's version says, as far as EKS looks at it. */
export type LaunchTemplateData = {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly latestVersion: string
  readonly imageId: string
  readonly instanceType: string
  readonly userData: string
  readonly securityGroupIds: readonly string[]
  readonly hasSubnet: boolean
  readonly hasInstanceProfile: boolean
  readonly hasShutdownBehavior: boolean
  readonly hasHibernation: boolean
  readonly marketType: string
  readonly launch: LaunchPlacement
  /** Sizes of its volumes by device name, GiB. */
  readonly volumes: Readonly<Record<string, number>>
}

export type Ec2Instance = {
  readonly id: string
  readonly type: string
  readonly state: string
  readonly zone: string
  readonly subnetId: string
  readonly privateIpAddress: string
  readonly privateDnsName: string
}

/** Subnets by id; those that do not exist are left out. */
export async function describeSubnets(moto: MotoClient, region: string, ids: readonly string[]): Promise<Ec2Subnet[]> {
  if (ids.length === 0) return []
  const answer = await moto.query('ec2', region, 'DescribeSubnets', { Filter: [{ Name: 'subnet-id', Value: ids }] })
  return itemsAt(answer, 'subnetSet').map((item) => ({
    id: textAt(item, 'subnetId'),
    vpcId: textAt(item, 'vpcId'),
    zone: textAt(item, 'availabilityZone'),
    freeAddresses: Number(textAt(item, 'availableIpAddressCount')),
  }))
}

/** One version of a launch template (`$Default`, `$Latest` or a number). Throws EC2's own error when there is none. */
export async function describeLaunchTemplate(
  moto: MotoClient,
  region: string,
  reference: {
    readonly id?: string | undefined
    readonly name?: string | undefined
    readonly version?: string | undefined
  },
): Promise<LaunchTemplateData> {
  const which = reference.id ? { LaunchTemplateId: reference.id } : { LaunchTemplateName: reference.name }
  const versions = await moto.query('ec2', region, 'DescribeLaunchTemplateVersions', which)
  const all = itemsAt(versions, 'launchTemplateVersionSet')
  const numbers = all.map((item) => Number(textAt(item, 'versionNumber')))
  const latest = Math.max(...numbers)
  const wanted = reference.version ?? '$Default'
  const item = all.find((candidate) =>
    wanted === '$Latest'
      ? Number(textAt(candidate, 'versionNumber')) === latest
      : wanted === '$Default'
        ? textAt(candidate, 'defaultVersion') === 'true'
        : textAt(candidate, 'versionNumber') === wanted,
  )
  const data = childAt(item, 'launchTemplateData')
  const interfaces = itemsAt(data, 'networkInterfaceSet')
  const groups = [
    ...itemsAt(data, 'securityGroupIdSet').map(({ text }) => text),
    ...interfaces.flatMap((one) => [...itemsAt(one, 'groupSet'), ...itemsAt(one, 'securityGroupIdSet')].map(idOfGroup)),
  ]
  return {
    id: textAt(item, 'launchTemplateId'),
    name: textAt(item, 'launchTemplateName'),
    version: textAt(item, 'versionNumber'),
    latestVersion: String(latest),
    imageId: textAt(data, 'imageId'),
    instanceType: textAt(data, 'instanceType'),
    userData: Buffer.from(textAt(data, 'userData'), 'base64').toString('utf8'),
    securityGroupIds: [...new Set(groups.filter((id) => id !== ''))],
    hasSubnet: interfaces.some((one) => textAt(one, 'subnetId') !== ''),
    hasInstanceProfile:
      textAt(data, 'iamInstanceProfile', 'arn') !== '' || textAt(data, 'iamInstanceProfile', 'name') !== '',
    hasShutdownBehavior: textAt(data, 'instanceInitiatedShutdownBehavior') !== '',
    hasHibernation: textAt(data, 'hibernationOptions', 'configured') === 'true',
    marketType: textAt(data, 'instanceMarketOptions', 'marketType'),
    launch: {
      interfaces: interfaces.map((one) => ({
        card: Number(textAt(one, 'networkCardIndex') || 0),
        device: Number(textAt(one, 'deviceIndex') || 0),
        type: textAt(one, 'interfaceType') || 'interface',
      })),
      placementGroup: textAt(data, 'placement', 'groupName'),
      reservationId: textAt(
        data,
        'capacityReservationSpecification',
        'capacityReservationTarget',
        'capacityReservationId',
      ),
      reservationGroup: textAt(
        data,
        'capacityReservationSpecification',
        'capacityReservationTarget',
        'capacityReservationResourceGroupArn',
      ),
    },
    volumes: Object.fromEntries(
      itemsAt(data, 'blockDeviceMappingSet')
        .map((one) => [textAt(one, 'deviceName'), Number(textAt(one, 'ebs', 'volumeSize'))] as const)
        .filter(([, size]) => size > 0),
    ),
  }
}

/** Instances by id that have not been terminated. */
export async function describeInstances(
  moto: MotoClient,
  region: string,
  ids: readonly string[],
): Promise<readonly Ec2Instance[]> {
  if (ids.length === 0) return []
  const answer = await moto.query('ec2', region, 'DescribeInstances', { Filter: [{ Name: 'instance-id', Value: ids }] })
  return itemsAt(answer, 'reservationSet')
    .flatMap((reservation) => itemsAt(reservation, 'instancesSet'))
    .map((item) => ({
      id: textAt(item, 'instanceId'),
      type: textAt(item, 'instanceType'),
      state: textAt(item, 'instanceState', 'name'),
      zone: textAt(item, 'placement', 'availabilityZone'),
      subnetId: textAt(item, 'subnetId'),
      privateIpAddress: textAt(item, 'privateIpAddress'),
      privateDnsName: textAt(item, 'privateDnsName'),
    }))
    .filter(({ state }) => state === 'running' || state === 'pending')
}

function idOfGroup(item: XmlElement): string {
  return textAt(item, 'groupId') || item.text
}
