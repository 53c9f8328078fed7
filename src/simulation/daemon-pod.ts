import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import { findUntoleratedTaint, type Toleration } from '../cluster/toleration.ts'

const exists = { operator: 'Exists', value: '' } as const

const whatEveryDaemonPodTolerates: readonly Toleration[] = [
  { ...exists, key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  { ...exists, key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
  { ...exists, key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
]

/** Whether the DaemonSet controller wants a pod of this template on the node. Source: pkg/controller/daemon `NodeShouldRunDaemonPod`. */
export function wantsDaemonPod(template: Pod, node: Node): boolean {
  return daemonPodRefusal(template, node) === undefined
}

/** What keeps a DaemonSet off a node, in words; `undefined` when its pod belongs there. */
export function daemonPodRefusal(template: Pod, node: Node): string | undefined {
  for (const [key, value] of Object.entries(template.nodeSelector))
    if (labelOf(node.labels, key) !== value) return `it selects ${key}=${value}`
  if (template.requiredNodeTerms !== undefined && !matchesNodeSelectorTerms(template.requiredNodeTerms, node))
    return 'its node affinity leaves them out'
  const tolerations = [...template.tolerations, ...whatEveryDaemonPodTolerates]
  const taint = findUntoleratedTaint(node.taints, tolerations, ['NoSchedule', 'NoExecute'])
  return taint === undefined ? undefined : `it does not tolerate ${taint.key}=${taint.value}:${taint.effect}`
}

/** The pod that a DaemonSet makes for one node: it names the node by affinity, and the scheduler binds it. */
export function daemonPod(template: Pod, nodeName: string): Pod {
  return {
    ...template,
    name: daemonPodName(template, nodeName),
    tolerations: [...template.tolerations, ...whatEveryDaemonPodTolerates],
    requiredNodeTerms: [
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] },
    ],
  }
}

/** What a DaemonSet's pod on a node is called here; the real one has a random end. */
export function daemonPodName({ name }: Pick<Pod, 'name'>, nodeName: string): string {
  return `${name}-${nodeName}`
}
