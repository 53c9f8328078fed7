import type { CapacityReservation } from '../capacity-reservations.ts'
import { releaseInterfaces } from '../mends/release-interfaces.ts'
import type { ScheduledAction } from '../scheduled-actions.ts'
import { findAutoScalingGroup } from '../spread-instances.ts'
import { type EksWorld, nodeGroupsIn } from './eks-world.ts'
import { reclaimTime } from './launch-refusal.ts'
import { startAndEndInstances } from './start-and-end-instances.ts'

type Say = (line: string) => void

/** Something that happens by the clock. */
type Event =
  | { readonly kind: 'action'; readonly at: Date; readonly action: ScheduledAction }
  | { readonly kind: 'reclaim'; readonly at: Date; readonly block: CapacityReservation }

/** What happens by the clock of an environment. */
export type Timetable = {
  /**
   * Lets time pass until a moment: scheduled actions run, and the instances of Capacity Blocks end, one after the other, each at its
   * own time. Afterwards the clock shows that moment, unless it was further already.
   */
  runUntil(to: Date): Promise<void>
}

/** Keeps what happens by the clock; calls wait for each other, so that nothing runs twice. */
export function keepTimetable(world: EksWorld, say: Say): Timetable {
  const reclaimed = new Set<string>()
  let inHand: Promise<void> = Promise.resolve()
  const run = async (to: Date): Promise<void> => {
    for (;;) {
      const event = nextEvent(world, reclaimed)
      if (event === undefined || event.at > to) break
      world.clock.putForward(event.at)
      switch (event.kind) {
        case 'action':
          await runAction(world, event.action, say)
          break
        case 'reclaim':
          reclaimed.add(event.block.id)
          await reclaim(world, event.block, say)
          break
      }
    }
    world.clock.putForward(to)
  }
  return {
    runUntil: (to) => {
      const work = inHand.then(() => run(to))
      inHand = work.catch(() => undefined)
      return work
    },
  }
}

function nextEvent(world: EksWorld, reclaimed: ReadonlySet<string>): Event | undefined {
  const action = world.scheduledActions.next()
  const events: readonly Event[] = [
    ...(action ? [{ kind: 'action' as const, at: action.startAt, action }] : []),
    ...world.reservations
      .blocks()
      .flatMap((block) =>
        block.block === undefined || reclaimed.has(block.id)
          ? []
          : [{ kind: 'reclaim' as const, at: reclaimTime(block.block.endAt, block.instanceType), block }],
      ),
  ]
  return events.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0]
}

/** As Auto Scaling does it: sizes first, and what is wanted is brought between them. */
async function runAction(world: EksWorld, action: ScheduledAction, say: Say): Promise<void> {
  const { region, name } = action
  world.scheduledActions.forget(region, action.group, name)
  const found = await findAutoScalingGroup(world.moto, region, action.group)
  if (found === undefined) return
  const minSize = action.minSize ?? found.minSize
  const maxSize = action.maxSize ?? found.maxSize
  const desired = Math.min(Math.max(action.desiredCapacity ?? found.desiredCapacity, minSize), maxSize)
  if (minSize !== found.minSize || maxSize !== found.maxSize)
    await world.moto.query('autoscaling', region, 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: action.group,
      MinSize: minSize,
      MaxSize: maxSize,
    })
  say(`scheduled action ${name}: Auto Scaling group ${action.group} goes from ${found.desiredCapacity} to ${desired}`)
  await startAndEndInstances(world, { region, group: { ...found, minSize, maxSize }, desired, say })
  await releaseInterfaces(world.moto, region)
}

/** EC2 ends what still runs in a block. Auto Scaling would try to start as many again and get nothing; here it stops wanting them. */
async function reclaim(world: EksWorld, block: CapacityReservation, say: Say): Promise<void> {
  const groups = nodeGroupsIn(world, block.region).filter(({ launch }) => launch.reservationId === block.id)
  for (const { autoScalingGroup } of groups) {
    const found = await findAutoScalingGroup(world.moto, block.region, autoScalingGroup ?? '')
    if (found === undefined || found.instanceIds.length === 0) continue
    say(`Capacity Block ${block.id} is about to end: ${found.instanceIds.length} instances of ${found.name} end`)
    await startAndEndInstances(world, { region: block.region, group: found, desired: 0, say })
  }
  await releaseInterfaces(world.moto, block.region)
}
