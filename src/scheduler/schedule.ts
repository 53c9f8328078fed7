import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import { filterPlugins, scorePlugins } from './default-profile.ts'
import { nodesNamedByAffinity } from './node-affinity.ts'
import type { NodeState } from './node-state.ts'
import type { Rejection } from './plugin.ts'
import { findPreemption } from './preemption.ts'
import { unschedulableMessage } from './unschedulable-message.ts'

/** What one scheduling cycle decides. */
export type ScheduleOutcome =
  | { readonly kind: 'placed'; readonly node: string; readonly tied: number }
  | {
      readonly kind: 'unschedulable'
      /** The text of the FailedScheduling event and of the PodScheduled condition. */
      readonly message: string
      /** Pods to evict from `node` so that this one fits there later. */
      readonly preemption?: { readonly node: string; readonly victims: readonly Pod[] }
    }

/**
 * One cycle of kube-scheduler's default profile over all nodes: filters, scores, choice. The highest score wins; among
 * equals the name that sorts first by bytes (kube-scheduler picks one at random), and `tied` says how many there were.
 */
export function schedule(pod: Pod, nodes: readonly NodeState[], version: KubernetesVersion): ScheduleOutcome {
  if (nodes.length === 0) return { kind: 'unschedulable', message: 'no nodes available to schedule pods' }

  const named = nodesNamedByAffinity(pod)
  if (named?.size === 0) {
    return {
      kind: 'unschedulable',
      message: unschedulableMessage({ pod, version, nodes, preFilterMessage: 'pod affinity terms conflict' }),
    }
  }
  const visited = named === undefined ? nodes : nodes.filter(({ node }) => named.has(node.name))
  const rejections = new Map<NodeState, Rejection>()
  const feasible: NodeState[] = []
  for (const node of visited) {
    const rejection = firstRejection(pod, node, version)
    if (rejection === undefined) feasible.push(node)
    else rejections.set(node, rejection)
  }
  if (feasible.length > 0) return choose(pod, feasible, version)

  const preemption = findPreemption({ pod, rejections, fits: (node) => firstRejection(pod, node, version) })
  if (preemption.kind === 'possible') {
    return {
      kind: 'unschedulable',
      message: unschedulableMessage({ pod, version, nodes, rejections }),
      preemption: { node: preemption.node, victims: preemption.victims },
    }
  }
  return {
    kind: 'unschedulable',
    message: unschedulableMessage({ pod, version, nodes, rejections, preemption }),
  }
}

/** The first filter's rejection, in the profile's order, or `undefined` when the pod fits. */
function firstRejection(pod: Pod, node: NodeState, version: KubernetesVersion): Rejection | undefined {
  for (const plugin of filterPlugins) {
    const rejection = plugin.filter(pod, node, version)
    if (rejection !== undefined) return rejection
  }
  return undefined
}

function choose(pod: Pod, feasible: readonly NodeState[], version: KubernetesVersion): ScheduleOutcome {
  const totals = feasible.map(() => 0)
  for (const plugin of scorePlugins) {
    plugin.score(pod, feasible, version)?.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + plugin.weight * score
    })
  }
  const best = Math.max(...totals)
  const tied = feasible.filter((_, index) => totals[index] === best).map(({ node }) => node.name)
  // Node names are ASCII: sorting by code units is sorting by bytes.
  const [node = ''] = tied.toSorted()
  return { kind: 'placed', node, tied: tied.length }
}
