import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import { matchesNodeSelectorTerms } from '../cluster/node-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import { findUntoleratedTaint, type Toleration } from '../cluster/toleration.ts'

/** What the DaemonSet controller adds to its pods' tolerations. */
const added: readonly Toleration[] = [
  ...['not-ready', 'unreachable'].map(
    (condition): Toleration => ({
      key: `node.kubernetes.io/${condition}`,
      operator: 'Exists',
      value: '',
      effect: 'NoExecute',
    }),
  ),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable', 'network-unavailable'].map(
    (condition): Toleration => ({
      key: `node.kubernetes.io/${condition}`,
      operator: 'Exists',
      value: '',
      effect: 'NoSchedule',
    }),
  ),
]

/**
 * The pods that DaemonSets put on a node: those whose node selector, required node affinity and tolerations allow it;
 * whether there is room has no part in it. Source: cluster-autoscaler, utils/daemonset `GetDaemonSetPodsForNode`.
 */
export function daemonSetPodsOn(node: Node, daemonSets: readonly Pod[]): readonly Pod[] {
  return daemonSets.filter((pod) => {
    const { nodeSelector, requiredNodeTerms, tolerations } = pod
    return (
      (pod.nodeName === undefined || pod.nodeName === node.name) &&
      Object.entries(nodeSelector).every(([key, value]) => labelOf(node.labels, key) === value) &&
      (requiredNodeTerms === undefined || matchesNodeSelectorTerms(requiredNodeTerms, node)) &&
      findUntoleratedTaint(node.taints, [...tolerations, ...added], ['NoSchedule', 'NoExecute']) === undefined
    )
  })
}

/** Whether a DaemonSet keeps the pod, or it says that it is to be taken so. */
export function isDaemonSetPod({ owner, annotations }: Pod): boolean {
  return (
    owner?.kind === 'DaemonSet' || labelOf(annotations, 'cluster-autoscaler.kubernetes.io/daemonset-pod') === 'true'
  )
}

/** Whether the kubelet runs the pod from a file of its own. */
export function isMirrorPod({ annotations }: Pod): boolean {
  return labelOf(annotations, 'kubernetes.io/config.mirror') !== undefined
}
