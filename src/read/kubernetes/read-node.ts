import type { Node } from '../../cluster/node.ts'
import { toUnits, tryParseQuantity } from '../../cluster/quantity.ts'
import { isJsonObject, listAt, numberAt, objectAt, recordAt, scalarTextAt, textAt, textsAt, valueAt } from './json.ts'
import { readResources } from './read-resources.ts'
import { readTaints } from './read-taints.ts'

/** A Kubernetes Node object as the scheduler's model. Where it says only its capacity, that is allocatable as well. */
export function readNode(node: unknown): Node {
  const capacity = valueAt(node, 'status', 'capacity')
  const allocatable = objectAt(valueAt(node, 'status', 'allocatable') ?? capacity)
  const images = listAt(node, 'status', 'images').map((image) => ({
    names: textsAt(image, 'names'),
    bytes: numberAt(image, 'sizeBytes') ?? 0,
  }))
  return {
    name: textAt(node, 'metadata', 'name') ?? '',
    labels: recordAt(node, 'metadata', 'labels'),
    taints: readTaints(node),
    unschedulable: valueAt(node, 'spec', 'unschedulable') === true,
    allocatable: readResources(allocatable),
    allocatablePods: toUnits(tryParseQuantity(scalarTextAt(allocatable, 'pods') ?? '0') ?? 0n),
    ...(isJsonObject(capacity) && { capacity: readResources(capacity) }),
    ...(images.length > 0 && { images }),
  }
}
