import type { LabelRequirement, LabelSelector } from '../../cluster/label-selector.ts'
import { listAt, recordAt, textAt, textsAt } from './json.ts'

const operators: ReadonlySet<string> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist'])

/** A `LabelSelector` of the Kubernetes API (`matchLabels`, `matchExpressions`). */
export function readLabelSelector(selector: unknown): LabelSelector {
  return {
    matchLabels: recordAt(selector, 'matchLabels'),
    matchExpressions: listAt(selector, 'matchExpressions').map(readLabelRequirement),
  }
}

function readLabelRequirement(requirement: unknown): LabelRequirement {
  const operator = textAt(requirement, 'operator') ?? ''
  return {
    key: textAt(requirement, 'key') ?? '',
    // An operator that validation lets through only by mistake must match nothing.
    ...(isOperator(operator)
      ? { operator, values: textsAt(requirement, 'values') }
      : { operator: 'In' as const, values: [] }),
  }
}

function isOperator(text: string): text is LabelRequirement['operator'] {
  return operators.has(text)
}
