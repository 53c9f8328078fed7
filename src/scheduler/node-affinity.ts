import { labelOf } from '../cluster/labels.ts'
import type { NodeSelectorTerm } from '../cluster/node-selector.ts'
import { matchesNodeSelectorTerm, matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'

/** Node selector and required node affinity: both must match. Source: pkg/scheduler/framework/plugins/nodeaffinity. */
export const nodeAffinity: FilterPlugin = {
  name: 'NodeAffinity',
  filter(pod, { node }) {
    const selected = Object.entries(pod.nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value)
    const required = pod.requiredNodeTerms === undefined || matchesNodeSelectorTerms(pod.requiredNodeTerms, node)
    if (selected && required) return undefined
    return { unresolvable: true, reasons: ["node(s) didn't match Pod's node affinity/selector"] }
  },
}

/** Preferred node affinity: the sum of the weights that match, as a share of the largest such sum. */
export const nodeAffinityScore: ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  score(pod, nodes) {
    if (pod.preferredNodeTerms.length === 0) return undefined
    const sums = nodes.map(({ node }) =>
      pod.preferredNodeTerms.reduce(
        (sum, { weight, preference }) => (matchesNodeSelectorTerm(preference, node) ? sum + weight : sum),
        0,
      ),
    )
    const most = Math.max(0, ...sums)
    return most === 0 ? sums : sums.map((sum) => Math.floor((100 * sum) / most))
  },
}

/**
 * The nodes that a pod pins itself to by name, as a DaemonSet's pods do: kube-scheduler then looks at no other node.
 * `undefined` when some term leaves the name open; an empty set when the terms contradict each other.
 */
export function nodesNamedByAffinity(pod: Pod): ReadonlySet<string> | undefined {
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
