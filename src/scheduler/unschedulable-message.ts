import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'
import type { Rejection } from './plugin.ts'
import type { Preemption } from './preemption.ts'

/** The reason of nodes that a plugin left out before the filters ran; printed from 1.32 on. */
const leftOut = "node(s) didn't satisfy plugin(s) [NodeAffinity]"
const notHelpful = 'Preemption is not helpful for scheduling'

/**
 * The FailedScheduling text, word for word. Nodes without a rejection were left out before the filters ran. Without
 * `preemption` (it succeeded) the text ends after the filters' part; with a `preFilterMessage` no node was looked at.
 * Source: pkg/scheduler/framework/types.go `FitError.Error`; pkg/scheduler/framework/preemption.
 */
export function unschedulableMessage(input: {
  readonly pod: Pod
  readonly version: KubernetesVersion
  readonly nodes: readonly NodeState[]
  readonly rejections?: ReadonlyMap<NodeState, Rejection>
  readonly preemption?: Exclude<Preemption, { kind: 'possible' }>
  readonly preFilterMessage?: string
}): string {
  const { pod, version, nodes, rejections = new Map<NodeState, Rejection>(), preFilterMessage } = input
  const countsLeftOut = isAtLeast(version, 32)

  const filters =
    preFilterMessage ??
    histogram(nodes.flatMap((node) => rejections.get(node)?.reasons ?? (countsLeftOut ? [leftOut] : [])))
  const head = `0/${nodes.length} nodes are available:${filters === '' ? '' : ` ${filters}.`}`

  const preemption =
    input.preemption ??
    (preFilterMessage === undefined
      ? undefined
      : ({ kind: pod.preemptionPolicy === 'Never' ? 'never' : 'impossible', statuses: new Map() } as const))
  if (preemption === undefined) return head
  return `${head} ${isAtLeast(version, 34) ? 'no new claims to deallocate, ' : ''}preemption: ${preemptionPart()}`

  function preemptionPart(): string {
    if (preemption?.kind !== 'impossible') return 'not eligible due to preemptionPolicy=Never.'
    const { statuses } = preemption
    const looked =
      countsLeftOut || preFilterMessage !== undefined ? nodes : nodes.filter((node) => rejections.has(node))
    const reasons = looked.flatMap((node) => statuses.get(node) ?? [notHelpful])
    return `0/${looked.length} nodes are available: ${histogram(reasons)}.`
  }
}

/** `count reason` for each reason, sorted as text: `10 x` stands before `2 y`. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join(', ')
}
