import { listAt, objectAt, textAt, valueAt } from '../json.ts'
import { selectingSpec } from '../pod-shape.ts'
import type { WorkloadKind } from './workload-kind.ts'

/** What the controller makes every pod tolerate. Source: pkg/controller/daemon/util `AddOrUpdateDaemonPodTolerations`. */
const ownTolerations = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
]
const networkToleration = { key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }

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
    const added = [...ownTolerations, ...(valueAt(spec, 'hostNetwork') === true ? [networkToleration] : [])]
    return [
      {
        base: textAt(object, 'metadata', 'name') ?? '',
        template: { ...template, spec: { ...spec, tolerations: [...listAt(spec, 'tolerations'), ...added] } },
        replicas: 0,
      },
    ]
  },
}
