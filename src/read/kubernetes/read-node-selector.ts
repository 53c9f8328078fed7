import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../cluster/node-selector.ts'
import { listAt, textAt, textsAt } from './json.ts'

/** A `NodeSelectorTerm` of the Kubernetes API. */
export function readNodeSelectorTerm(term: unknown): NodeSelectorTerm {
  return {
    matchExpressions: listAt(term, 'matchExpressions').map(readRequirement),
    matchFields: listAt(term, 'matchFields').map(readRequirement),
  }
}

function readRequirement(requirement: unknown): NodeSelectorRequirement {
  const key = textAt(requirement, 'key') ?? ''
  const operator = textAt(requirement, 'operator') ?? ''
  const values = textsAt(requirement, 'values')
  // An operator that validation lets through only by mistake must match nothing.
  return isOperator(operator) ? { key, operator, values } : { key, operator: 'In', values: [] }
}

function isOperator(text: string): text is NodeSelectorRequirement['operator'] {
  return ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'].includes(text)
}
