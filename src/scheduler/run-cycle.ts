import { isAtLeast } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'
import type { NodeStatuses } from './node-statuses.ts'
import { filterWithNominated, type NodeFilter } from './nominated-pods.ts'
import { findPreemption, type Preemption } from './preemption.ts'
import { type NodeRejection, type PreparedFilters, prepareFilters } from './prepare-filters.ts'
import { reasonHistogram } from './reason-histogram.ts'
import { type ScoredNodes, scoreNodes } from './score-nodes.ts'
import type { Snapshot } from './snapshot.ts'

/** What a cycle may be told besides the pod and the cluster. */
export type CycleOptions = {
  /**
   * kube-scheduler's setting of that name, 1–100, or 0 for its own choice by cluster size: from 100 nodes on, a cycle
   * stops when it has found enough. Here nodes are visited one after another; kube-scheduler visits 16 at a time, and
   * which of them are found first is chance. Absent: all nodes are looked at.
   */
  readonly percentageOfNodesToScore?: number
  /** Index of the node at which to begin; the next cycle begins `visited` further on, modulo the number of nodes. */
  readonly startIndex?: number
}

/** All that one cycle finds out. */
export type Cycle = {
  /** How many nodes were asked about. */
  readonly visited: number
  readonly statuses: NodeStatuses
} & (
  | {
      readonly kind: 'feasible'
      /** In the order of the snapshot. Never empty. */
      readonly feasible: readonly NodeState[]
      /** Absent when there is only one feasible node: it is taken unscored. */
      readonly scored?: ScoredNodes
      /** All nodes with the highest total. */
      readonly best: readonly NodeState[]
    }
  | {
      readonly kind: 'unschedulable'
      /** The text of the FailedScheduling event and of the PodScheduled condition. */
      readonly message: string
      /** What PreFilter said against the pod as a whole. */
      readonly preFilter?: NodeRejection
      /** What preemption found; absent when it was not asked. */
      readonly preemption?: Preemption
    }
)

/** One cycle of kube-scheduler's default profile. Source: pkg/scheduler/schedule_one.go. */
export function runCycle(pod: Pod, snapshot: Snapshot, options: CycleOptions = {}): Cycle {
  if (snapshot.nodes.length === 0) {
    const statuses = { explicit: new Map(), absent: { unresolvable: true, reasons: [] } }
    return { kind: 'unschedulable', visited: 0, statuses, message: 'no nodes available to schedule pods' }
  }
  const prepared = prepareFilters(pod, snapshot)
  const filter = filterWithNominated(pod, snapshot)
  if (prepared.rejection !== undefined) {
    const statuses = { explicit: new Map(), absent: prepared.rejection }
    return { visited: 0, ...fail({ pod, snapshot, prepared, filter, statuses }) }
  }
  const { feasible, statuses } = findFeasible(pod, snapshot, prepared, filter, options)
  const visited = feasible.length + statuses.explicit.size
  if (feasible.length === 0) return { visited, ...fail({ pod, snapshot, prepared, filter, statuses }) }
  if (feasible.length === 1) return { kind: 'feasible', visited, statuses, feasible, best: feasible }
  const scored = scoreNodes(pod, feasible, snapshot)
  const highest = scored.totals.reduce((most, total) => Math.max(most, total), -Infinity)
  const best = feasible.filter((_, index) => scored.totals[index] === highest)
  return { kind: 'feasible', visited, statuses, feasible, scored, best }
}

function findFeasible(
  pod: Pod,
  { version, nodes }: Snapshot,
  prepared: PreparedFilters,
  filter: NodeFilter,
  { percentageOfNodesToScore, startIndex = 0 }: CycleOptions,
): { readonly feasible: readonly NodeState[]; readonly statuses: NodeStatuses } {
  const { only } = prepared
  const explicit = new Map<NodeState, NodeRejection>()
  const absent = {
    unresolvable: true,
    // Older versions do not count these nodes in the message.
    reasons:
      only !== undefined && isAtLeast(version, 32)
        ? [`node(s) didn't satisfy plugin(s) [${only.plugins.join(' ')}]`]
        : [],
  }
  const statuses = { explicit, absent }
  const nominated =
    pod.nominatedNodeName === undefined ? undefined : nodes.find(({ node }) => node.name === pod.nominatedNodeName)
  if (nominated !== undefined) {
    const rejection = filter(prepared, nominated)
    if (rejection === undefined) return { feasible: [nominated], statuses }
    explicit.set(nominated, rejection)
  }
  const candidates = only === undefined ? nodes : nodes.filter(({ node }) => only.names.has(node.name))
  const enough =
    percentageOfNodesToScore === undefined ? Infinity : nodesToFind(candidates.length, percentageOfNodesToScore)
  const feasible: NodeState[] = []
  for (let visited = 0; visited < candidates.length; visited++) {
    const state = candidates[(startIndex + visited) % candidates.length]
    if (state === undefined) break
    const rejection = filter(prepared, state)
    if (rejection !== undefined) explicit.set(state, rejection)
    // One feasible node more than needed is what ends the search.
    else if (feasible.length >= enough) break
    else feasible.push(state)
  }
  return { feasible, statuses }
}

/** How many feasible nodes are enough. Source: schedule_one.go `numFeasibleNodesToFind`. */
function nodesToFind(nodes: number, percentage: number): number {
  if (nodes < 100) return nodes
  const share = percentage === 0 ? Math.max(5, 50 - Math.trunc(nodes / 125)) : percentage
  return Math.max(100, Math.trunc((nodes * share) / 100))
}

function fail(input: {
  readonly pod: Pod
  readonly snapshot: Snapshot
  readonly prepared: PreparedFilters
  readonly filter: NodeFilter
  readonly statuses: NodeStatuses
}): Omit<Extract<Cycle, { kind: 'unschedulable' }>, 'visited'> {
  const { snapshot, statuses } = input
  const { version, nodes } = snapshot
  const { rejection: preFilter } = input.prepared
  const reasons =
    preFilter === undefined ? reasonHistogram(reasonsOf(snapshot, statuses)) : ` ${preFilter.reasons.join(', ')}.`
  const head = `0/${nodes.length} nodes are available:${reasons}`
  const common = { kind: 'unschedulable', statuses, ...(preFilter !== undefined && { preFilter }) } as const

  // DynamicResources asks for what its PreFilter noted; that did not run when an earlier plugin ended PreFilter.
  if (isAtLeast(version, 34) && preFilter?.unresolvable === true) return { ...common, message: `${head} not found` }
  const preemption = findPreemption(input)
  if (preemption.kind === 'possible') return { ...common, message: head, preemption }
  const claims = isAtLeast(version, 34) ? 'no new claims to deallocate, ' : ''
  return { ...common, message: `${head} ${claims}preemption: ${preemption.text}`, preemption }
}

function* reasonsOf({ nodes }: Snapshot, { explicit, absent }: NodeStatuses): Iterable<readonly string[]> {
  for (const node of nodes) yield (explicit.get(node) ?? absent).reasons
}
