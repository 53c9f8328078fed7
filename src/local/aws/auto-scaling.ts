import type { MotoClient } from './moto/moto-client.ts'
import { itemsAt, textAt } from './parse-xml.ts'

/** An Auto Scaling group as the EKS stand-in needs it. */
export type AutoScalingGroup = {
  readonly name: string
  readonly minSize: number
  readonly maxSize: number
  readonly desiredCapacity: number
  readonly subnets: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly instanceIds: readonly string[]
}

/** Auto Scaling groups by name, or all of a region. */
export async function describeAutoScalingGroups(
  moto: MotoClient,
  region: string,
  names?: readonly string[],
): Promise<readonly AutoScalingGroup[]> {
  const groups: AutoScalingGroup[] = []
  let token = ''
  do {
    const answer = await moto.query('autoscaling', region, 'DescribeAutoScalingGroups', {
      ...(names && { AutoScalingGroupNames: names }),
      ...(token && { NextToken: token }),
    })
    const result = answer.children.find(({ name }) => name === 'DescribeAutoScalingGroupsResult')
    for (const item of itemsAt(result, 'AutoScalingGroups'))
      groups.push({
        name: textAt(item, 'AutoScalingGroupName'),
        minSize: Number(textAt(item, 'MinSize')),
        maxSize: Number(textAt(item, 'MaxSize')),
        desiredCapacity: Number(textAt(item, 'DesiredCapacity')),
        subnets: textAt(item, 'VPCZoneIdentifier').split(',').filter(Boolean),
        tags: Object.fromEntries(itemsAt(item, 'Tags').map((tag) => [textAt(tag, 'Key'), textAt(tag, 'Value')])),
        instanceIds: itemsAt(item, 'Instances').map((instance) => textAt(instance, 'InstanceId')),
      })
    token = textAt(result, 'NextToken')
  } while (token !== '')
  return groups
}
