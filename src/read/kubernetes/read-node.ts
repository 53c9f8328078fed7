import type { Node } from '../../cluster/node.ts'
import { toUnits, tryParseQuantity } from '../../cluster/quantity.ts'
import { objectAt, recordAt, scalarTextAt, textAt, valueAt } from './json.ts'
import { readResources } from './read-resources.ts'
import { readTaints } from './read-taints.ts'

/** A Kubernetes Node object as the scheduler's model. */
export function readNode(node: unknown): Node {
  const allocatable = objectAt(node, 'status', 'allocatable')
  return {
    name: textAt(node, 'metadata', 'name') ?? '',
    labels: recordAt(node, 'metadata', 'labels'),
    taints: readTaints(node),
    unschedulable: valueAt(node, 'spec', 'unschedulable') === true,
    allocatable: readResources(allocatable),
    allocatablePods: toUnits(tryParseQuantity(scalarTextAt(allocatable, 'pods') ?? '0') ?? 0n),
  }
}
