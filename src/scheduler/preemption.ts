import type { Pod } from '../cluster/pod.ts'
import { type NodeState, nodeState, withPod } from './node-state.ts'
import type { Rejection } from './plugin.ts'

/** What kube-scheduler's DefaultPreemption finds; `statuses` says per node why evicting pods there would not do. */
export type Preemption =
  | { readonly kind: 'possible'; readonly node: string; readonly victims: readonly Pod[] }
  | { readonly kind: 'never' }
  | { readonly kind: 'impossible'; readonly statuses: ReadonlyMap<NodeState, readonly string[]> }

/**
 * Looks for a node that would take the pod if pods of lower priority left it. Only nodes that a filter turned down as
 * resolvable are candidates. Chosen is the node with the lowest highest victim priority, then the lowest sum of
 * priorities, then the fewest victims, then the latest start of the most important victim, then the first in order.
 * Source: pkg/scheduler/framework/preemption and plugins/defaultpreemption.
 */
export function findPreemption(input: {
  readonly pod: Pod
  readonly rejections: ReadonlyMap<NodeState, Rejection>
  /** The filters' answer for the pod on a changed node. */
  readonly fits: (node: NodeState) => Rejection | undefined
}): Preemption {
  const { pod, rejections, fits } = input
  if (pod.preemptionPolicy === 'Never') return { kind: 'never' }

  const statuses = new Map<NodeState, readonly string[]>()
  const candidates: { readonly node: NodeState; readonly victims: readonly Pod[] }[] = []
  for (const [node, { unresolvable }] of rejections) {
    if (unresolvable) continue
    const lower = node.pods.filter(({ priority }) => priority < pod.priority)
    if (lower.length === 0) {
      statuses.set(node, ['No preemption victims found for incoming pod'])
      continue
    }
    const emptied = nodeState(
      node.node,
      node.pods.filter(({ priority }) => priority >= pod.priority),
    )
    const rejection = fits(emptied)
    if (rejection === undefined) candidates.push({ node, victims: leastVictims(emptied, lower, fits) })
    else statuses.set(node, rejection.reasons)
  }
  const [best] = candidates.sort((a, b) => compareVictims(a.victims, b.victims))
  if (best === undefined) return { kind: 'impossible', statuses }
  return { kind: 'possible', node: best.node.node.name, victims: best.victims }
}

/** Puts pods back, the most important first, as long as the new one still fits: the rest are the victims. */
function leastVictims(
  emptied: NodeState,
  lower: readonly Pod[],
  fits: (node: NodeState) => Rejection | undefined,
): readonly Pod[] {
  const victims: Pod[] = []
  let state = emptied
  for (const candidate of [...lower].sort(byImportance)) {
    const reprieved = withPod(state, candidate)
    if (fits(reprieved) === undefined) state = reprieved
    else victims.push(candidate)
  }
  return victims
}

/** The more important first: higher priority, then the one that runs longer. */
function byImportance(a: Pod, b: Pod): number {
  return b.priority - a.priority || a.createdAt - b.createdAt
}

function compareVictims(a: readonly Pod[], b: readonly Pod[]): number {
  const [topA, topB] = [a[0], b[0]]
  return (
    (topA?.priority ?? -Infinity) - (topB?.priority ?? -Infinity) ||
    sumOfPriorities(a) - sumOfPriorities(b) ||
    a.length - b.length ||
    (topB?.createdAt ?? 0) - (topA?.createdAt ?? 0)
  )
}

/** kube-scheduler shifts priorities by 2^31 so that each further victim costs, whatever its priority. */
function sumOfPriorities(pods: readonly Pod[]): number {
  return pods.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0)
}
