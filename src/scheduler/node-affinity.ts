import { labelOf } from '../cluster/labels.ts'
import type { NodeIdentity, NodeSelectorTerm } from '../cluster/node-selector.ts'
import { matchesNodeSelectorTerm, matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import { normalizedCounts } from './count-score.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'

/** Node selector and required node affinity: both must match. Source: pkg/scheduler/framework/plugins/nodeaffinity. */
export const nodeAffinityFilter: FilterPlugin = {
  name: 'NodeAffinity',
  prepare(pod) {
    if (pod.requiredNodeTerms === undefined && Object.keys(pod.nodeSelector).length === 0) return { kind: 'skip' }
    const nodeNames = nodesNamedByAffinity(pod)
    if (nodeNames?.size === 0) {
      return { kind: 'rejected', rejection: { unresolvable: true, reasons: ['pod affinity terms conflict'] } }
    }
    return {
      kind: 'ready',
      ...(nodeNames !== undefined && { nodeNames }),
      filter: {
        rejectionOn: ({ node }) =>
          matchesRequiredNodeAffinity(pod, node)
            ? undefined
            : { unresolvable: true, reasons: ["node(s) didn't match Pod's node affinity/selector"] },
      },
    }
  },
}

/** Preferred node affinity: the sum of the weights that match, as a share of the largest such sum. */
export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  prepare: (pod) =>
    pod.preferredNodeTerms.length === 0
      ? undefined
      : {
          scoreOf: ({ node }) => preferredNodeWeight(pod, node),
          normalize: (raw) => normalizedCounts(raw, false),
        },
}

/** Whether node selector and required node affinity of the pod allow the node. */
export function matchesRequiredNodeAffinity(
  pod: Pick<Pod, 'nodeSelector' | 'requiredNodeTerms'>,
  node: NodeIdentity,
): boolean {
  for (const key of Object.keys(pod.nodeSelector)) {
    if (labelOf(node.labels, key) !== pod.nodeSelector[key]) return false
  }
  return pod.requiredNodeTerms === undefined || matchesNodeSelectorTerms(pod.requiredNodeTerms, node)
}

/** Sum of the weights of the pod's preferences that the node meets: the raw score of NodeAffinity. */
export function preferredNodeWeight(pod: Pick<Pod, 'preferredNodeTerms'>, node: NodeIdentity): number {
  return pod.preferredNodeTerms.reduce(
    (sum, { weight, preference }) => (matchesNodeSelectorTerm(preference, node) ? sum + weight : sum),
    0,
  )
}

/**
 * The nodes that a pod pins itself to by name, as a DaemonSet's pods do: kube-scheduler then looks at no other node.
 * `undefined` when some term leaves the name open; an empty set when the terms contradict each other.
 */
function nodesNamedByAffinity(pod: Pod): ReadonlySet<string> | undefined {
  if (pod.requiredNodeTerms === undefined || pod.requiredNodeTerms.length === 0) return undefined
  const names = new Set<string>()
  for (const term of pod.requiredNodeTerms) {
    const named = namesOfTerm(term)
    if (named === undefined) return undefined
    for (const name of named) names.add(name)
  }
  return names
}

function namesOfTerm(term: NodeSelectorTerm): readonly string[] | undefined {
  const lists = term.matchFields
    .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
    .map(({ values }) => values)
  const [first, ...others] = lists
  return first?.filter((name) => others.every((values) => values.includes(name)))
}
