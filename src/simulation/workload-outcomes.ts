import { type Workload, workloadId } from '../cluster/workload.ts'
import { daemonPod } from './daemon-pod.ts'
import type { FleetNode } from './fleet.ts'
import { gangGroups } from './gang-groups.ts'
import { groupBy } from './group-by.ts'
import { lonelyMessage } from './lonely-message.ts'
import type { PendingReason, Placement, WorkloadOutcome } from './outcome.ts'
import { rejectionWords } from './rejection-words.ts'
import type { Run, RunWorkload } from './run-clock.ts'

/** Pods of one workload that failed with one text. */
export type PendingClass = { readonly entry: RunWorkload; readonly pods: number; readonly message: string }

/** Text of pods that had no cycle since they lost their node. */
const notTriedAgain = 'preempted, and not tried again'

/** The pods that wait at the end, by workload and text, in the order in which the last pass tried them. */
export function pendingClasses(run: Run): readonly PendingClass[] {
  const perWorkload = new Map<number, Map<string, number>>()
  for (const { workload, count, message } of run.failures()) {
    const counts = perWorkload.get(workload) ?? new Map<string, number>()
    perWorkload.set(workload, counts)
    counts.set(message, (counts.get(message) ?? 0) + count)
  }
  return run.workloads.flatMap((entry): readonly PendingClass[] => {
    const waiting = pendingOf(run, entry)
    if (waiting === 0) return []
    const counts = perWorkload.get(entry.index) ?? new Map<string, number>()
    const tried = [...counts].map(([message, pods]) => ({ entry, pods, message }))
    const untried = waiting - tried.reduce((sum, { pods }) => sum + pods, 0)
    return untried > 0 ? [...tried, { entry, pods: untried, message: notTriedAgain }] : tried
  })
}

/** How many pods of a workload wait at the end. */
export function pendingOf({ engine }: Run, { gated, workload, index, evicted }: RunWorkload): number {
  return gated ? 0 : workload.replicas - engine.placedOf(index) - evicted
}

/** What became of one workload. `reasons`: of its pending pods. */
export function workloadOutcome(run: Run, entry: RunWorkload, reasons: readonly PendingReason[]): WorkloadOutcome {
  const { workload, placedAt } = entry
  const running = run.engine.placedOf(entry.index)
  const pending = pendingOf(run, entry)
  return {
    id: workloadId(workload),
    namespace: workload.namespace,
    ...(workload.at === undefined ? {} : { at: workload.at }),
    ...(entry.system ? { system: true as const } : {}),
    pods: workload.replicas,
    running,
    pending,
    gated: entry.gated ? workload.replicas : 0,
    evicted: entry.evicted,
    placements: placementsOf(run, entry),
    reasons,
    ...(placedAt === undefined || running === 0 ? {} : { runningAfter: placedAt }),
    ...(workload.gang === undefined ? {} : { gang: gangOutcome(run, entry, workload.gang) }),
  }
}

function gangOutcome(
  run: Run,
  entry: RunWorkload,
  { name, size, perGroup }: NonNullable<Workload['gang']>,
): NonNullable<WorkloadOutcome['gang']> {
  const { count, complete } = gangGroups(run, entry)
  return { name, size, complete: complete === count, ...(perGroup !== undefined && { groups: { count, complete } }) }
}

function placementsOf({ merged, fleet }: Run, { nodeOf }: RunWorkload): readonly Placement[] {
  const perGroup = new Map<string | null, { pods: number; nodes: Set<number> }>()
  for (const id of nodeOf) {
    const node = fleet.all[id]
    if (node === undefined) continue
    const there = perGroup.get(node.group) ?? { pods: 0, nodes: new Set<number>() }
    perGroup.set(node.group, there)
    there.pods += 1
    there.nodes.add(id)
  }
  const order = new Map<string | null, number>(merged.groups.map(({ name }, index) => [name, index]))
  return [...perGroup]
    .toSorted(([a], [b]) => (order.get(a) ?? order.size) - (order.get(b) ?? order.size))
    .map(([group, { pods, nodes }]) => {
      const [first] = nodes
      const only = nodes.size === 1 && first !== undefined ? fleet.all[first] : undefined
      return { group, ...(only === undefined ? {} : { node: only.node.name }), pods, nodes: nodes.size }
    })
}

/** What became of the DaemonSets: one pod for each node that they belong on. */
export function daemonSetOutcomes(run: Run): readonly WorkloadOutcome[] {
  const nodes = [...run.fleet.nodes()]
  return run.merged.daemonSets.map(({ workload, system }, index): WorkloadOutcome => {
    const running = nodes.filter(({ daemons }) => daemons.running.includes(index))
    const waiting = nodes.filter(({ daemons }) => daemons.waiting.includes(index))
    const since = running.map(({ readySince }) => Math.max(0, readySince))
    const ends = since.reduce(({ first, last }, at) => ({ first: Math.min(first, at), last: Math.max(last, at) }), {
      first: Infinity,
      last: 0,
    })
    return {
      id: workloadId(workload),
      namespace: workload.namespace,
      ...(workload.at === undefined ? {} : { at: workload.at }),
      ...(system ? { system: true as const } : {}),
      pods: running.length + waiting.length,
      running: running.length,
      pending: waiting.length,
      gated: 0,
      evicted: 0,
      placements: daemonPlacements(running),
      reasons: daemonReasons(run, index, waiting),
      ...(running.length === 0 ? {} : { runningAfter: ends }),
    }
  })
}

function daemonPlacements(nodes: readonly FleetNode[]): readonly Placement[] {
  const perGroup = groupBy(nodes, ({ group }) => group)
  return [...perGroup].map(([group, there]) => {
    const [first] = there
    const name = there.length === 1 && first !== undefined ? { node: first.node.name } : {}
    return { group, ...name, pods: there.length, nodes: there.length }
  })
}

function daemonReasons(run: Run, index: number, waiting: readonly FleetNode[]): readonly PendingReason[] {
  const template = run.merged.daemonSets[index]?.workload.template
  if (template === undefined) return []
  const reasons = new Map<string, { readonly pods: number; readonly explanation: string }>()
  for (const [group, there] of groupBy(waiting, (node) => node.group)) {
    const [first] = there
    const state = first === undefined ? undefined : run.engine.stateOf(first.node.name)
    if (first === undefined || state === undefined) continue
    const message = lonelyMessage(daemonPod(template, first.node.name), first.node.name, run)
    const words = rejectionWords(template, state, { plugin: 'NodeResourcesFit', reasons: [message] })
    const where = group === null ? `Node ${first.node.name}` : `Group ${group}`
    const known = reasons.get(message)
    reasons.set(message, {
      pods: there.length + (known?.pods ?? 0),
      explanation: known?.explanation ?? `A DaemonSet's pod belongs on one node alone. ${where}: ${words}.`,
    })
  }
  return [...reasons].map(([message, reason]) => ({ ...reason, message }))
}
