import type { AutoScalingGroup } from '../auto-scaling.ts'
import { AwsError } from '../aws-error.ts'
import { setDesiredCapacity } from '../spread-instances.ts'
import { type EksWorld, nodeGroupsIn } from './eks-world.ts'
import { checkLaunch } from './node-group-resources.ts'

/** A size that an Auto Scaling group has taken. */
export type TakenSize = {
  readonly region: string
  readonly group: AutoScalingGroup
  readonly desired: number
  readonly say: (line: string) => void
}

/**
 * Starts and ends instances until there are as many as a group wants. Auto Scaling takes a size that EC2 then starts nothing for; a
 * scaling activity would say why, here the log does.
 */
export async function startAndEndInstances(world: EksWorld, taken: TakenSize): Promise<void> {
  const { region, group, desired } = taken
  if (desired > group.instanceIds.length && !(await mayStart(world, taken))) return
  await setDesiredCapacity(world.moto, region, group, desired)
}

async function mayStart(world: EksWorld, { region, group, desired, say }: TakenSize): Promise<boolean> {
  const nodeGroup = nodeGroupsIn(world, region).find(({ autoScalingGroup }) => autoScalingGroup === group.name)
  if (nodeGroup === undefined) return true
  try {
    await checkLaunch(world, { region }, nodeGroup, desired)
    return true
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    say(`Auto Scaling group ${group.name} starts no instance: ${error.code}: ${error.message}`)
    return false
  }
}
