import { AwsError } from '../aws-error.ts'
import type { MotoClient } from '../moto/moto-client.ts'
import { itemsAt, textAt } from '../parse-xml.ts'

/**
 * moto keeps the network interfaces of instances that are terminated and of NAT gateways that are deleted; EC2 removes them, and nobody
 * else can know of them. Removes those whose owner is gone.
 */
export async function releaseInterfaces(moto: MotoClient, region: string): Promise<void> {
  const interfaces = itemsAt(await moto.query('ec2', region, 'DescribeNetworkInterfaces'), 'networkInterfaceSet')
  if (interfaces.length === 0) return
  const gone = new Set<string>()
  const instances = await moto.query('ec2', region, 'DescribeInstances')
  for (const instance of itemsAt(instances, 'reservationSet').flatMap((one) => itemsAt(one, 'instancesSet')))
    if (textAt(instance, 'instanceState', 'name') === 'terminated') gone.add(textAt(instance, 'instanceId'))
  const orphaned = new Set<string>()
  for (const gateway of itemsAt(await moto.query('ec2', region, 'DescribeNatGateways'), 'natGatewaySet'))
    if (textAt(gateway, 'state') === 'deleted')
      for (const address of itemsAt(gateway, 'natGatewayAddressSet'))
        orphaned.add(textAt(address, 'networkInterfaceId'))
  for (const item of interfaces) {
    const id = textAt(item, 'networkInterfaceId')
    const attachment = textAt(item, 'attachment', 'attachmentId')
    const ofInstance = gone.has(textAt(item, 'attachment', 'instanceId'))
    if (!ofInstance && !orphaned.has(id)) continue
    if (ofInstance && attachment !== '')
      await unlessGone(() =>
        moto.query('ec2', region, 'DetachNetworkInterface', { AttachmentId: attachment, Force: true }),
      )
    await unlessGone(() => moto.query('ec2', region, 'DeleteNetworkInterface', { NetworkInterfaceId: id }))
  }
}

/** Actions after which an interface may have lost its owner. */
export const interfaceActions: ReadonlySet<string> = new Set([
  'TerminateInstances',
  'DeleteNatGateway',
  'DeleteAutoScalingGroup',
  'TerminateInstanceInAutoScalingGroup',
  'SetDesiredCapacity',
  'UpdateAutoScalingGroup',
])

async function unlessGone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AwsError && error.status < 500)) throw error
  }
}
