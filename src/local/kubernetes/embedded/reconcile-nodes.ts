import { isDeepStrictEqual } from 'node:util'
import { findUntoleratedTaint, toleratesTaint } from '../../../cluster/toleration.ts'
import { listAt, objectAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import { readTaints, readTolerations } from '../../../read/kubernetes/read-taints.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { isTerminating } from './owned-objects.ts'
import { recordEvent } from './record-event.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'

const lifecycleKeys: ReadonlySet<string> = new Set([
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/network-unavailable',
  'node.kubernetes.io/unschedulable',
])

/**
 * Taints each node by its conditions, and evicts pods that do not bear a `NoExecute` taint. A node is as ready as it says:
 * nobody watches for heartbeats that stay away. Source: pkg/controller/nodelifecycle, pkg/controller/tainteviction.
 */
export function reconcileNodes(api: EmbeddedApi): void {
  for (const node of api.store.list(kindNamed('Node'))) evict(api, taint(api, node))
}

function taint(api: EmbeddedApi, node: KubernetesObject): KubernetesObject {
  const current = listAt(node, 'spec', 'taints')
  const own = current.filter((entry) => !lifecycleKeys.has(textAt(entry, 'key') ?? ''))
  const wanted = wantedTaints(node).map(({ key, effect }) => {
    const before = current.find((entry) => textAt(entry, 'key') === key && textAt(entry, 'effect') === effect)
    return before ?? { key, effect, ...(effect === 'NoExecute' && { timeAdded: timestamp() }) }
  })
  const taints = [...own, ...wanted]
  if (isDeepStrictEqual(taints, current)) return node
  const { taints: _, ...spec } = objectAt(node, 'spec')
  return api.store.put(kindNamed('Node'), { ...node, spec: { ...spec, ...(taints.length > 0 && { taints }) } })
}

function wantedTaints(node: KubernetesObject): readonly { readonly key: string; readonly effect: string }[] {
  const status = (type: string): string | undefined =>
    textAt(
      listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type),
      'status',
    )
  const pressures = { MemoryPressure: 'memory-pressure', DiskPressure: 'disk-pressure', PIDPressure: 'pid-pressure' }
  const ready = status('Ready')
  const lost = ready === 'True' ? undefined : ready === 'False' || ready === undefined ? 'not-ready' : 'unreachable'
  return [
    ...(lost === undefined
      ? []
      : [
          { key: `node.kubernetes.io/${lost}`, effect: 'NoSchedule' },
          // A node that has never reported is kept free, but nobody is driven off it.
          ...(ready === undefined ? [] : [{ key: `node.kubernetes.io/${lost}`, effect: 'NoExecute' }]),
        ]),
    ...Object.entries(pressures)
      .filter(([type]) => status(type) === 'True')
      .map(([, name]) => ({ key: `node.kubernetes.io/${name}`, effect: 'NoSchedule' })),
    ...(status('NetworkUnavailable') === 'True'
      ? [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }]
      : []),
    ...(valueAt(node, 'spec', 'unschedulable') === true
      ? [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]
      : []),
  ]
}

/** Pods with a limited toleration go once it has run out; the next round after that sees to it. */
function evict(api: EmbeddedApi, node: KubernetesObject): void {
  const taints = readTaints(node).filter(({ effect }) => effect === 'NoExecute')
  if (taints.length === 0) return
  const pods = api.store
    .list(kindNamed('Pod'))
    .filter((pod) => textAt(pod, 'spec', 'nodeName') === node.metadata.name && !isTerminating(pod))
  for (const pod of pods) {
    const tolerations = readTolerations(objectAt(pod, 'spec'))
    const intolerable = findUntoleratedTaint(taints, tolerations, ['NoExecute']) !== undefined
    const expired = taints.some((entry) => {
      const limits = tolerations
        .filter((toleration) => toleratesTaint(toleration, entry))
        .map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY)
      return limits.length > 0 && Math.min(...limits) * 1000 <= Date.now() - addedAt(node, entry.key)
    })
    if (!intolerable && !expired) continue
    recordEvent(api.store, pod, {
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`,
      component: 'taint-eviction-controller',
    })
    api.remove(kindNamed('Pod'), pod.metadata.namespace ?? '', pod.metadata.name ?? '', {
      propagationPolicy: 'Background',
      dryRun: false,
    })
  }
}

function addedAt(node: KubernetesObject, key: string): number {
  const entry = listAt(node, 'spec', 'taints').find(
    (candidate) => textAt(candidate, 'key') === key && textAt(candidate, 'effect') === 'NoExecute',
  )
  return Date.parse(textAt(entry, 'timeAdded') ?? '') || Date.now()
}
