import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { awaitsGpu } from './gpu-nodes.ts'
import type { AutoscalerMemory } from './memory.ts'
import { isStartupTaint } from './passing-taints.ts'
import type { AutoscalerView, GroupView, NodeBucket } from './view.ts'

/** Seconds that a node may take from its creation until it is ready. */
const startupTime = 900
/** So many nodes may be missing or broken before their share counts, and the share, of all that there are. */
const tolerated = { count: 3, share: 0.45 } as const

/** How one group stands. */
export type GroupState = {
  readonly view: GroupView
  /** Nodes that are on their way by a request of this process. */
  readonly upcoming: number
  readonly isHealthy: boolean
  readonly isBackedOff: boolean
}

/** How the groups stand at the beginning of a loop, and what that changes. */
export type GroupStates = {
  readonly groups: readonly GroupState[]
  /** Nodes that are counted as not started while their group awaits nodes: templates stand in for them. */
  readonly notStarted: ReadonlySet<NodeBucket>
  /** Group → lower target size, because what was asked for did not come. */
  readonly corrections: ReadonlyMap<string, number>
  /** Instances that never became nodes, to be ended; each lowers its group's size by one. */
  readonly endedInstances: readonly string[]
  readonly isClusterHealthy: boolean
  /** Whether the loop ends here, since sizes were put right. */
  readonly endsLoop: boolean
  readonly memory: Pick<AutoscalerMemory, 'requests' | 'backoffs' | 'unregisteredSince' | 'wrongSizes'>
}

/** Whether the autoscaler takes the node for ready: not before its GPU is offered and its startup taints are gone. */
export function isReady({ ready, state: { node } }: NodeBucket, settings: AutoscalerSettings): boolean {
  return ready && !awaitsGpu(node) && !node.taints.some((taint) => isStartupTaint(taint, settings))
}

type Counts = {
  registered: number
  ready: number
  unready: number
  notStarted: number
  longUnregistered: number
  unregistered: number
}

/**
 * Counts nodes and instances, ends requests that are fulfilled or timed out, and finds sizes that stayed wrong.
 * Source: cluster-autoscaler 1.36.1, clusterstate/clusterstate.go; core/static_autoscaler.go `fixNodeGroupSize`,
 * `removeOldUnregisteredNodes`.
 */
export function groupStates(
  groups: readonly GroupView[],
  view: AutoscalerView,
  settings: AutoscalerSettings,
  memory: AutoscalerMemory,
): GroupStates {
  const { now } = view
  const { maxNodeProvisionTime } = settings
  const counts = new Map(
    groups.map(({ group }) => [
      group.name,
      { registered: 0, ready: 0, unready: 0, notStarted: 0, longUnregistered: 0, unregistered: 0 } satisfies Counts,
    ]),
  )
  const starting = new Map<string, NodeBucket[]>()
  let unreadyInAll = 0
  let nodesInAll = 0
  for (const bucket of view.nodes) {
    const count = bucket.names.length
    nodesInAll += count
    const of = bucket.group === undefined ? undefined : counts.get(bucket.group)
    const isStarting = (bucket.createdAt ?? bucket.readySince) + startupTime > now
    const isUp = isReady(bucket, settings)
    if (!isUp && !isStarting && bucket.toBeDeleted !== true) unreadyInAll += count
    if (of === undefined || bucket.group === undefined) continue
    of.registered += count
    if (bucket.toBeDeleted === true) continue
    if (isUp) of.ready += count
    else if (!isStarting) of.unready += count
    else {
      of.notStarted += count
      starting.set(bucket.group, [...(starting.get(bucket.group) ?? []), bucket])
    }
  }

  const unregisteredSince = new Map<string, number>()
  const overdue = new Map<string, string[]>()
  for (const { group, unregistered = [] } of groups) {
    const of = counts.get(group.name)
    for (const id of unregistered) {
      const since = memory.unregisteredSince.get(id) ?? now
      unregisteredSince.set(id, since)
      const isLong = since + maxNodeProvisionTime < now
      if (of !== undefined) of[isLong ? 'longUnregistered' : 'unregistered'] += 1
      if (isLong) overdue.set(group.name, [...(overdue.get(group.name) ?? []), id])
    }
  }

  const requests = new Map<string, { increase: number; since: number; until: number }>()
  const backoffs = new Map(
    [...memory.backoffs].filter(([, { failedAt }]) => failedAt + settings.nodeGroupBackoffReset >= now),
  )
  const corrections = new Map<string, number>()
  const awaited = ({ group, targetSize }: GroupView): number => {
    const of = counts.get(group.name)
    return of === undefined ? 0 : targetSize - of.ready - of.unready - of.longUnregistered
  }
  for (const group of groups) {
    const { name } = group.group
    const request = memory.requests.get(name)
    if (request === undefined || awaited(group) <= 0) continue
    if (request.until >= now) {
      requests.set(name, request)
      continue
    }
    backoffs.set(name, backedOff(backoffs.get(name), now, settings))
    // The cloud refuses to go below the instances that there are.
    const of = counts.get(name)
    const lowered = group.targetSize - request.increase
    if (of !== undefined && lowered >= of.registered + of.unregistered + of.longUnregistered) {
      corrections.set(name, lowered)
    }
  }

  const endedInstances: string[] = []
  for (const { group, targetSize } of groups) {
    const ended = (overdue.get(group.name) ?? []).slice(0, Math.max(0, targetSize - group.minSize))
    endedInstances.push(...ended)
  }

  const wrongSizes = new Map<string, { registered: number; target: number; since: number }>()
  let endsLoop = false
  for (const { group, targetSize } of groups) {
    const of = counts.get(group.name)
    if (of === undefined || of.registered + of.unregistered + of.longUnregistered === 0) continue
    const isWrong = of.registered > targetSize || of.registered < targetSize - of.unregistered - of.longUnregistered
    if (!isWrong) continue
    const before = memory.wrongSizes.get(group.name)
    const since =
      before !== undefined && before.registered === of.registered && before.target === targetSize ? before.since : now
    wrongSizes.set(group.name, { registered: of.registered, target: targetSize, since })
    if (since + maxNodeProvisionTime < now && of.registered < targetSize) {
      corrections.set(group.name, of.registered + of.unregistered + of.longUnregistered)
      endsLoop = true
    }
  }

  const notStarted = new Set<NodeBucket>()
  const states = groups.map((group): GroupState => {
    const { name } = group.group
    const isBackedOff = (backoffs.get(name)?.until ?? Number.NEGATIVE_INFINITY) > now
    const upcoming = requests.has(name) && !isBackedOff ? Math.max(0, awaited(group)) : 0
    if (upcoming > 0) for (const bucket of starting.get(name) ?? []) notStarted.add(bucket)
    return { view: group, upcoming, isBackedOff, isHealthy: isHealthy(group, counts.get(name), requests.get(name)) }
  })
  return {
    groups: states,
    notStarted,
    corrections,
    endedInstances,
    isClusterHealthy: unreadyInAll <= tolerated.count || unreadyInAll <= tolerated.share * nodesInAll,
    endsLoop,
    memory: { requests, backoffs, unregisteredSince, wrongSizes },
  }
}

/** Whether not too many of the nodes that should be there are missing. */
function isHealthy(
  { targetSize }: GroupView,
  counts: Counts | undefined,
  request: { increase: number } | undefined,
): boolean {
  const expected = targetSize - (counts?.longUnregistered ?? 0) - (request?.increase ?? 0)
  const known = counts === undefined ? 0 : counts.registered + counts.unregistered + counts.longUnregistered
  if (counts === undefined || known === 0) return targetSize === 0 || expected <= 0
  const missing = Math.max(0, expected - counts.ready)
  return missing <= tolerated.count || missing <= tolerated.share * (counts.ready + counts.unready + counts.notStarted)
}

/** The next pause of a group: twice the last one when that is over, and never longer than the longest. */
function backedOff(
  before: { readonly until: number; readonly duration: number } | undefined,
  now: number,
  settings: AutoscalerSettings,
): { until: number; duration: number; failedAt: number } {
  const { initialNodeGroupBackoff, maxNodeGroupBackoff } = settings
  const duration =
    before === undefined
      ? initialNodeGroupBackoff
      : before.until < now
        ? Math.min(before.duration * 2, maxNodeGroupBackoff)
        : before.duration
  return { until: now + duration, duration, failedAt: now }
}
