import { labelOf } from '../../cluster/labels.ts'
import { hostnameLabel, isIncluded, type SpreadConstraint } from '../../scheduler/spread-constraint.ts'
import type { NodeShapes } from './node-shapes.ts'
import type { RequestClass } from './request-class.ts'

/** A constraint as the choice reads it. */
export type PlannedConstraint = {
  readonly maxSkew: number
  readonly perNode: boolean
  /** By domain: number of the label's value, that of a missing one included, and whether the node has the label. */
  readonly valueAt: Int32Array
  readonly hasKey: Uint8Array
  readonly values: number
  /** By shape: whether pods there are counted. */
  readonly included: Uint8Array
}

/** Soft constraints that all count the same pods, for one request class. */
export type SpreadPlan = {
  readonly constraints: readonly PlannedConstraint[]
  /** By domain: 1 where the node has not all the keys that a pod's own constraints need: it is left out. */
  readonly ignored: Uint8Array
  readonly domainOfShape: Int32Array
}

/** Makes what a choice needs of constraints; `spreadKeys` are those of the shapes' domains. */
export function spreadPlan(
  request: RequestClass,
  constraints: readonly SpreadConstraint[],
  needsAllKeys: boolean,
  shapes: NodeShapes,
): SpreadPlan {
  const examples = Array.from(
    { length: shapes.domainCount() },
    (_, domain) => shapes.list.find((shape) => shape.domain === domain)?.node,
  )
  return {
    domainOfShape: Int32Array.from(shapes.list, ({ domain }) => domain),
    ignored: Uint8Array.from(examples, (node) =>
      needsAllKeys && constraints.some(({ topologyKey }) => labelOf(node?.labels ?? {}, topologyKey) === undefined)
        ? 1
        : 0,
    ),
    constraints: constraints.map((constraint): PlannedConstraint => {
      const { topologyKey, maxSkew } = constraint
      const numbers = new Map<string, number>()
      const valueAt = Int32Array.from(examples, (node) => {
        const value = labelOf(node?.labels ?? {}, topologyKey) ?? ''
        const known = numbers.get(value)
        if (known !== undefined) return known
        numbers.set(value, numbers.size)
        return numbers.size - 1
      })
      return {
        maxSkew,
        perNode: topologyKey === hostnameLabel,
        valueAt,
        hasKey: Uint8Array.from(examples, (node) => (labelOf(node?.labels ?? {}, topologyKey) === undefined ? 0 : 1)),
        values: numbers.size,
        included: Uint8Array.from(shapes.list, ({ node }) => (isIncluded(constraint, request.pod, node) ? 1 : 0)),
      }
    }),
  }
}
