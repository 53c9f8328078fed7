import { type Labels, labelOf } from './labels.ts'

/** One condition of a label selector. */
export type LabelRequirement = {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values: readonly string[]
}

/** A label selector: every label and every expression must hold; an empty one matches everything. */
export type LabelSelector = {
  readonly matchLabels: Labels
  readonly matchExpressions: readonly LabelRequirement[]
}

/** Whether the labels satisfy the selector. Source: k8s.io/apimachinery/pkg/labels. */
export function matchesLabelSelector(selector: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => labelOf(labels, key) === value) &&
    selector.matchExpressions.every((requirement) => matchesLabelRequirement(requirement, labels))
  )
}

/** Whether the labels satisfy one condition. `NotIn` also holds where the label is absent. */
export function matchesLabelRequirement(requirement: LabelRequirement, labels: Labels): boolean {
  const value = labelOf(labels, requirement.key)
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value)
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}
