import { labelOf } from './labels.ts'
import type { Node } from './node.ts'
import { matchesNodeSelectorTerms } from './node-selector.ts'
import type { Pod } from './pod.ts'
import type { Taint } from './taint.ts'
import { findUntoleratedTaint, type Toleration } from './toleration.ts'

const exists = { operator: 'Exists', value: '' } as const

/** What every pod of a DaemonSet bears. Source: pkg/controller/daemon/util `AddOrUpdateDaemonPodTolerations`. */
export const daemonPodTolerations: readonly Toleration[] = [
  { ...exists, key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  { ...exists, key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
  { ...exists, key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/pid-pressure', effect: 'NoSchedule' },
  { ...exists, key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
]

/** What those on the host's network bear besides. */
export const hostNetworkToleration: Toleration = {
  ...exists,
  key: 'node.kubernetes.io/network-unavailable',
  effect: 'NoSchedule',
}

/** A template's tolerations, with those of {@link daemonPodTolerations} that it lacks; a template may have been read with them. */
export function withDaemonPodTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const lacking = daemonPodTolerations.filter(
    ({ key, effect }) =>
      !tolerations.some((own) => own.operator === 'Exists' && own.key === key && own.effect === effect),
  )
  return lacking.length === 0 ? tolerations : [...tolerations, ...lacking]
}

/** Whether the DaemonSet made the pod. */
export function isPodOfDaemonSet(
  { namespace, owner }: Pod,
  daemonSet: { readonly namespace: string; readonly name: string },
): boolean {
  return owner?.kind === 'DaemonSet' && owner.name === daemonSet.name && namespace === daemonSet.namespace
}

/** What keeps a DaemonSet off a node. */
export type DaemonPodRefusal =
  | { readonly kind: 'node-name' }
  | { readonly kind: 'node-selector'; readonly key: string; readonly value: string }
  | { readonly kind: 'node-affinity' }
  | { readonly kind: 'taint'; readonly taint: Taint }

/**
 * What keeps a DaemonSet's pod off a node, or `undefined` when it belongs there; whether there is room has no part in it.
 * Source: pkg/controller/daemon `NodeShouldRunDaemonPod`, which the Cluster Autoscaler asks as well.
 */
export function daemonPodRefusal(template: Pod, node: Node): DaemonPodRefusal | undefined {
  if (template.nodeName !== undefined && template.nodeName !== node.name) return { kind: 'node-name' }
  for (const [key, value] of Object.entries(template.nodeSelector))
    if (labelOf(node.labels, key) !== value) return { kind: 'node-selector', key, value }
  if (template.requiredNodeTerms !== undefined && !matchesNodeSelectorTerms(template.requiredNodeTerms, node))
    return { kind: 'node-affinity' }
  const tolerations = withDaemonPodTolerations(template.tolerations)
  const taint = findUntoleratedTaint(node.taints, tolerations, ['NoSchedule', 'NoExecute'])
  return taint === undefined ? undefined : { kind: 'taint', taint }
}
