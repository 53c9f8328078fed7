import { numberAt, textAt, valueAt } from '../json.ts'
import { integer } from '../manifest-shape.ts'
import { selectingSpec } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** ReplicaSet: one pod per replica. */
export const replicaSet: WorkloadKind = {
  kind: 'ReplicaSet',
  groups: ['apps'],
  spec: selectingSpec({ replicas: integer(0) }),
  parts: (object) => [
    {
      base: textAt(object, 'metadata', 'name') ?? '',
      template: valueAt(object, 'spec', 'template'),
      replicas: numberAt(object, 'spec', 'replicas') ?? 1,
    },
  ],
  spreads: 'ReplicaSet',
}
