import { listAt, numberAt, textAt, valueAt } from '../json.ts'
import { fields, integer, listOf, mapOf, oneOf, quantity, type Shape, text } from '../manifest-shape.ts'
import { metadata, selectingSpec } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** The spec of a PersistentVolumeClaim. */
export const claimSpec: Shape = fields({
  accessModes: listOf(oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod')),
  storageClassName: text,
  volumeName: text,
  volumeMode: oneOf('Filesystem', 'Block'),
  resources: fields({ requests: mapOf(quantity) }),
})

/** StatefulSet: numbered pods, each with a claim of its own per claim template. */
export const statefulSet: WorkloadKind = {
  kind: 'StatefulSet',
  groups: ['apps'],
  spec: selectingSpec({
    replicas: integer(0),
    ordinals: fields({ start: integer(0) }),
    podManagementPolicy: oneOf('OrderedReady', 'Parallel'),
    volumeClaimTemplates: listOf(fields({ metadata, spec: claimSpec }, ['metadata', 'spec'])),
  }),
  parts: (object) => {
    const firstIndex = numberAt(object, 'spec', 'ordinals', 'start') ?? 0
    return [
      {
        base: textAt(object, 'metadata', 'name') ?? '',
        template: valueAt(object, 'spec', 'template'),
        replicas: numberAt(object, 'spec', 'replicas') ?? 1,
        ...(firstIndex > 0 && { firstIndex }),
        claimTemplates: listAt(object, 'spec', 'volumeClaimTemplates'),
      },
    ]
  },
  notSimulated: (object) =>
    textAt(object, 'spec', 'podManagementPolicy') === 'Parallel' || (numberAt(object, 'spec', 'replicas') ?? 1) < 2
      ? []
      : [
          {
            what: 'order of a StatefulSet (OrderedReady)',
            why: 'its pods are queued all at once; in a cluster each waits until the one before it is Ready',
          },
        ],
  spreads: 'StatefulSet',
}
