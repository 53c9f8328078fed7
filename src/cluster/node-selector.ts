import { type LabelRequirement, matchesLabelRequirement } from './label-selector.ts'
import { type Labels, labelOf } from './labels.ts'

/** One condition on a node's labels, or on its name (`matchFields`). */
export type NodeSelectorRequirement =
  | LabelRequirement
  | { readonly key: string; readonly operator: 'Gt' | 'Lt'; readonly values: readonly string[] }

/** Conditions that must all hold; a term without any matches no node. */
export type NodeSelectorTerm = {
  readonly matchExpressions: readonly NodeSelectorRequirement[]
  readonly matchFields: readonly NodeSelectorRequirement[]
}

/** What a node selector looks at. */
export type NodeIdentity = { readonly name: string; readonly labels: Labels }

/** Whether any of the terms matches; no terms match nothing. Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity. */
export function matchesNodeSelectorTerms(terms: readonly NodeSelectorTerm[], node: NodeIdentity): boolean {
  return terms.some((term) => matchesNodeSelectorTerm(term, node))
}

/**
 * Whether all conditions of the term hold; a term that has none matches nothing, and neither does one that is malformed:
 * the API server takes values that no label can have (`Gt` with `-4`), kube-scheduler drops the whole term for it.
 */
export function matchesNodeSelectorTerm(term: NodeSelectorTerm, node: NodeIdentity): boolean {
  return (
    isWellFormed(term) &&
    term.matchExpressions.every((requirement) => matchesNodeRequirement(requirement, node.labels)) &&
    term.matchFields.every((requirement) => matchesNodeRequirement(requirement, { 'metadata.name': node.name }))
  )
}

const wellFormed = new WeakMap<NodeSelectorTerm, boolean>()

/** Terms are asked about once per node, so the answer is kept. */
function isWellFormed(term: NodeSelectorTerm): boolean {
  let answer = wellFormed.get(term)
  if (answer === undefined) {
    answer =
      term.matchExpressions.length + term.matchFields.length > 0 &&
      term.matchExpressions.every(({ values }) => values.every(isLabelValue)) &&
      term.matchFields.every(
        ({ operator, values }) => (operator === 'In' || operator === 'NotIn') && values.length === 1,
      )
    wellFormed.set(term, answer)
  }
  return answer
}

/** Source: k8s.io/apimachinery/pkg/util/validation `IsValidLabelValue`. */
function isLabelValue(text: string): boolean {
  return text.length <= 63 && /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(text)
}

/** `Gt` and `Lt` compare 64-bit integers; a label or a value that is none never matches. */
function matchesNodeRequirement(requirement: NodeSelectorRequirement, labels: Labels): boolean {
  switch (requirement.operator) {
    case 'Gt':
    case 'Lt': {
      const actual = parseInteger(labelOf(labels, requirement.key))
      const bound = requirement.values.length === 1 ? parseInteger(requirement.values[0]) : undefined
      if (actual === undefined || bound === undefined) return false
      return requirement.operator === 'Gt' ? actual > bound : actual < bound
    }
    case 'In':
    case 'NotIn':
    case 'Exists':
    case 'DoesNotExist':
      return matchesLabelRequirement(requirement, labels)
  }
}

function parseInteger(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace(/^\+/, ''))
  return value === BigInt.asIntN(64, value) ? value : undefined
}
