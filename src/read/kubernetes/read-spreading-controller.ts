import type { SpreadingController } from '../../cluster/cluster-objects.ts'
import { recordAt, textAt, valueAt } from './json.ts'
import { readLabelSelector } from './read-label-selector.ts'

/**
 * A ReplicaSet, StatefulSet or ReplicationController object as the source of its pods' default spreading. A replication
 * controller selects by plain labels, and by those of its pods where it names none.
 */
export function readSpreadingController(kind: SpreadingController['kind'], controller: unknown): SpreadingController {
  const selector = valueAt(controller, 'spec', 'selector')
  const names = {
    kind,
    namespace: textAt(controller, 'metadata', 'namespace') ?? 'default',
    name: textAt(controller, 'metadata', 'name') ?? '',
  }
  if (kind !== 'ReplicationController') return { ...names, selector: readLabelSelector(selector) }
  const labels = recordAt(selector)
  const matchLabels =
    Object.keys(labels).length > 0 ? labels : recordAt(controller, 'spec', 'template', 'metadata', 'labels')
  return { ...names, selector: { matchLabels, matchExpressions: [] } }
}
