import { type AutoScalingGroup, describeAutoScalingGroups } from './auto-scaling.ts'
import { describeInstances } from './ec2.ts'
import type { MotoClient } from './moto/moto-client.ts'

/**
 * Sets a group's desired capacity. The emulator starts all instances of a group in its first subnet; here they are added one
 * by one, each into the subnet that has the fewest of the group, as EC2 Auto Scaling balances zones. Sizes are not checked.
 */
export async function setDesiredCapacity(
  moto: MotoClient,
  region: string,
  group: AutoScalingGroup,
  desired: number,
): Promise<void> {
  const { name, subnets } = group
  let current = group.instanceIds.length
  if (desired > current && subnets.length > 1) {
    const counts = new Map(subnets.map((subnet) => [subnet, 0]))
    for (const { subnetId } of await describeInstances(moto, region, group.instanceIds))
      counts.set(subnetId, (counts.get(subnetId) ?? 0) + 1)
    while (current < desired) {
      const ordered = subnets.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
      current += 1
      await moto.query('autoscaling', region, 'UpdateAutoScalingGroup', {
        AutoScalingGroupName: name,
        VPCZoneIdentifier: ordered.join(','),
        DesiredCapacity: current,
      })
      const [chosen = ''] = ordered
      counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
    }
    await moto.query('autoscaling', region, 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: name,
      VPCZoneIdentifier: subnets.join(','),
    })
    return
  }
  await moto.query('autoscaling', region, 'SetDesiredCapacity', {
    AutoScalingGroupName: name,
    DesiredCapacity: desired,
  })
}

/** A group by name, or `undefined`. */
export async function findAutoScalingGroup(
  moto: MotoClient,
  region: string,
  name: string,
): Promise<AutoScalingGroup | undefined> {
  const [group] = await describeAutoScalingGroups(moto, region, [name])
  return group
}
