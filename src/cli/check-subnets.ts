import { type CrowdedSubnet, crowdedSubnets, readSubnetRooms } from '../read/live/crowded-subnets.ts'
import type { PlanSummary } from '../read/terraform/plan-summary.ts'
import type { SubnetNeeds } from '../read/terraform/subnet-needs.ts'
import { formatCrowdedSubnet } from '../report/subnet-text.ts'
import { errPaint } from './context.ts'
import type { OpenJob } from './open-job.ts'

/** Asks AWS, read-only, whether subnets that are there already have room for a plan, and warns of those that have not. */
export async function checkSubnets(
  job: OpenJob,
  needs: SubnetNeeds,
  { clusters }: Pick<PlanSummary, 'clusters'>,
): Promise<readonly CrowdedSubnet[] | null> {
  const { context, place, progress } = job
  const region = place.aws.region ?? clusters.find((cluster) => cluster.region !== null)?.region ?? undefined
  const answer = await readSubnetRooms(needs, { ...place.aws, ...(region !== undefined && { region }) })
  if ('failed' in answer) {
    progress.say(`Not checked whether the subnets have room: ${answer.failed}`)
    return null
  }
  const crowded = crowdedSubnets(needs, answer.rooms)
  for (const subnet of crowded) context.process.stderr.write(`\n${formatCrowdedSubnet(subnet, errPaint(context))}\n`)
  return crowded
}
