import { numberAt, textAt, valueAt } from '../json.ts'
import { fields, integer, mapOf, text } from '../manifest-shape.ts'
import { podTemplate } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** ReplicationController: one pod per replica. */
export const replicationController: WorkloadKind = {
  kind: 'ReplicationController',
  groups: [''],
  spec: fields({ replicas: integer(0), selector: mapOf(text), template: podTemplate }, ['template']),
  parts: (object) => [
    {
      base: textAt(object, 'metadata', 'name') ?? '',
      template: valueAt(object, 'spec', 'template'),
      replicas: numberAt(object, 'spec', 'replicas') ?? 1,
    },
  ],
  spreads: 'ReplicationController',
}
