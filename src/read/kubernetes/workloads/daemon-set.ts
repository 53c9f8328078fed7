import { daemonPodTolerations, hostNetworkToleration } from '../../../cluster/daemon-pod.ts'
import { listAt, objectAt, textAt, valueAt } from '../json.ts'
import { selectingSpec } from '../pod-shape.ts'
import { writtenToleration } from '../written-toleration.ts'
import type { WorkloadKind } from './workload-kind.ts'

/**
 * DaemonSet: one pod on every node that fits it, so its number of pods is not known here. Its pods tolerate what the
 * controller makes them tolerate; that each is bound to its node by affinity is added where the node is known.
 */
export const daemonSet: WorkloadKind = {
  kind: 'DaemonSet',
  groups: ['apps'],
  spec: selectingSpec({}),
  parts: (object) => {
    const template = objectAt(object, 'spec', 'template')
    const spec = objectAt(template, 'spec')
    const added = [
      ...daemonPodTolerations,
      ...(valueAt(spec, 'hostNetwork') === true ? [hostNetworkToleration] : []),
    ].map(writtenToleration)
    return [
      {
        base: textAt(object, 'metadata', 'name') ?? '',
        template: { ...template, spec: { ...spec, tolerations: [...listAt(spec, 'tolerations'), ...added] } },
        replicas: 0,
      },
    ]
  },
}
