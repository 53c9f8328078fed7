import { numberAt, textAt, valueAt } from '../json.ts'
import { fields, integer, integerOrPercent } from '../manifest-shape.ts'
import { selectingSpec } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** Deployment: one pod per replica, through a ReplicaSet of its name. */
export const deployment: WorkloadKind = {
  kind: 'Deployment',
  groups: ['apps'],
  spec: selectingSpec({
    replicas: integer(0),
    strategy: fields({ rollingUpdate: fields({ maxSurge: integerOrPercent, maxUnavailable: integerOrPercent }) }),
  }),
  parts: (object) => [
    {
      base: textAt(object, 'metadata', 'name') ?? '',
      template: valueAt(object, 'spec', 'template'),
      replicas: numberAt(object, 'spec', 'replicas') ?? 1,
      owner: { kind: 'ReplicaSet', name: textAt(object, 'metadata', 'name') ?? '' },
    },
  ],
  spreads: 'ReplicaSet',
}
