import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { type NodeRejection, prepareFilters } from '../scheduler/prepare-filters.ts'
import type { Run } from './run-clock.ts'

/** Nodes of one group that turn a pod down alike. */
export type NodeVerdict = {
  readonly group: string | null
  readonly count: number
  /** One of them, the first by name. */
  readonly example: NodeState
  /** Absent: the pod fits. */
  readonly rejection?: NodeRejection
}

/** Up to so many nodes, counts over all pods (spreading, affinity) are exact; beyond, each kind of node is looked at once. */
const mostWholeNodes = 2000

/** What the scheduler's filters make of a pod on every node as it is at the end, alike ones together, in order of groups. */
export function nodeVerdicts(
  pod: Pod,
  { engine, merged, fleet }: Pick<Run, 'engine' | 'merged' | 'fleet'>,
): readonly NodeVerdict[] {
  const buckets = fleet.alike()
  const nodes = engine.nodeCount <= mostWholeNodes ? engine.states() : buckets.map(({ state }) => state)
  const filters = prepareFilters(pod, { version: merged.version, nodes, objects: engine.objects })
  const verdicts = new Map<string, NodeVerdict>()
  for (const { state, group, count } of buckets) {
    const rejection = filters.rejectionOn(state)
    const key = JSON.stringify([group, rejection?.plugin, rejection?.reasons])
    const known = verdicts.get(key)
    verdicts.set(key, {
      group,
      count: count + (known?.count ?? 0),
      example: known?.example ?? state,
      ...(rejection === undefined ? {} : { rejection }),
    })
  }
  const order = new Map<string | null, number>(merged.groups.map(({ name }, index) => [name, index]))
  const positionOf = ({ group }: NodeVerdict): number => order.get(group) ?? merged.groups.length
  return [...verdicts.values()].toSorted((a, b) => positionOf(a) - positionOf(b))
}
