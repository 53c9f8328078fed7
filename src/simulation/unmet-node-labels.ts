import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { matchesNodeSelectorTerm } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'

/** A label that a pod wants of a node and that this node does not have so. */
export type UnmetNodeLabel = {
  readonly key: string
  /** The value that would do, where one alone is named. */
  readonly value?: string
  /** What the node has. */
  readonly actual?: string
}

/** The labels of its node selector and required node affinity that keep a pod off a node. */
export function unmetNodeLabels(pod: Pod, node: Node): readonly UnmetNodeLabel[] {
  const selected = Object.entries(pod.nodeSelector)
    .filter(([key, value]) => labelOf(node.labels, key) !== value)
    .map(([key, value]) => unmet(node, key, value))
  const terms = pod.requiredNodeTerms ?? []
  if (pod.requiredNodeTerms === undefined || terms.some((term) => matchesNodeSelectorTerm(term, node))) return selected
  // Of several terms one would do: the first is the one that people mean.
  const expressions = (terms[0]?.matchExpressions ?? [])
    .filter((requirement) => !matchesNodeSelectorTerm({ matchExpressions: [requirement], matchFields: [] }, node))
    .map(({ key, operator, values }) => unmet(node, key, operator === 'In' ? values[0] : undefined))
  return [...selected, ...expressions]
}

function unmet(node: Node, key: string, value: string | undefined): UnmetNodeLabel {
  const actual = labelOf(node.labels, key)
  return { key, ...(value === undefined ? {} : { value }), ...(actual === undefined ? {} : { actual }) }
}
