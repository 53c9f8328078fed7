import { daemonPodRefusal } from '../cluster/daemon-pod.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'

/** The pods that DaemonSets put on a node. Source: cluster-autoscaler, utils/daemonset `GetDaemonSetPodsForNode`. */
export function daemonSetPodsOn(node: Node, daemonSets: readonly Pod[]): readonly Pod[] {
  return daemonSets.filter((pod) => daemonPodRefusal(pod, node) === undefined)
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
