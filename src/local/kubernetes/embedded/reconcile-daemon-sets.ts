import { daemonPodTolerations, hostNetworkToleration } from '../../../cluster/daemon-pod.ts'
import { findUntoleratedTaint } from '../../../cluster/toleration.ts'
import { listAt, numberAt, objectAt, recordAt, scalarTextAt, textAt } from '../../../read/kubernetes/json.ts'
import { readNode } from '../../../read/kubernetes/read-node.ts'
import { readPod } from '../../../read/kubernetes/read-pod.ts'
import { writtenToleration } from '../../../read/kubernetes/written-toleration.ts'
import { matchesRequiredNodeAffinity } from '../../../scheduler/node-affinity.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { createOwnedPod, deleteOwnedPod } from './create-owned-pod.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { isActivePod, isFinishedPod, isReadyPod, isTerminating, ownedObjects } from './owned-objects.ts'
import { kindNamed } from './resource-kind.ts'
import { templateHash } from './template-hash.ts'
import { updateStatus } from './update-status.ts'

const component = 'daemonset-controller'
const hashLabel = 'controller-revision-hash'

/** Keeps one pod of each DaemonSet on every node that it matches. Source: pkg/controller/daemon. */
export async function reconcileDaemonSets(api: EmbeddedApi): Promise<void> {
  for (const daemonSet of api.store.list(kindNamed('DaemonSet'))) {
    if (!isTerminating(daemonSet)) await reconcile(api, daemonSet)
  }
}

async function reconcile(api: EmbeddedApi, daemonSet: KubernetesObject): Promise<void> {
  const hash = templateHash(objectAt(daemonSet, 'spec', 'template'))
  const nodes = api.store.list(kindNamed('Node')).map((node) => ({
    name: node.metadata.name ?? '',
    ...fitOf(daemonSet, node),
  }))
  for (const { name, runs, stays } of nodes) {
    const [kept, ...surplus] = podsOn(api, daemonSet, name)
    for (const pod of kept !== undefined && !stays ? [kept, ...surplus] : surplus) {
      if (!isTerminating(pod)) deleteOwnedPod(api, daemonSet, pod, component)
    }
    if (kept === undefined && runs) {
      await createOwnedPod(api, daemonSet, {
        component,
        labels: {
          [hashLabel]: hash,
          'pod-template-generation': scalarTextAt(daemonSet, 'metadata', 'generation') ?? '1',
        },
        spec: podSpecFor(daemonSet, name),
      })
    } else if (kept !== undefined && isFinishedPod(kept) && !isTerminating(kept)) {
      deleteOwnedPod(api, daemonSet, kept, component)
    }
  }
  const running = nodes.filter(({ runs }) => runs).map(({ name }) => name)
  replaceOutdated(api, daemonSet, hash, running)
  reportStatus(api, daemonSet, hash, nodes)
}

/** A node's pods, the one to keep first: a running one before one that still waits, the older before the younger. */
function podsOn(api: EmbeddedApi, daemonSet: KubernetesObject, node: string): readonly KubernetesObject[] {
  return ownedObjects(api.store, 'Pod', daemonSet)
    .filter((pod) => targetOf(pod) === node)
    .sort(
      (a, b) => Number(isTerminating(a)) - Number(isTerminating(b)) || Number(isReadyPod(b)) - Number(isReadyPod(a)),
    )
}

/** Its node, or the one that it is made for. */
function targetOf(pod: KubernetesObject): string | undefined {
  const nodeName = textAt(pod, 'spec', 'nodeName') ?? ''
  if (nodeName !== '') return nodeName
  const field = ['spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'] as const
  return textAt(pod, ...field, 'nodeSelectorTerms', 0, 'matchFields', 0, 'values', 0)
}

function fitOf(
  daemonSet: KubernetesObject,
  node: KubernetesObject,
): { readonly runs: boolean; readonly stays: boolean } {
  const template = objectAt(daemonSet, 'spec', 'template')
  const spec = { ...objectAt(template, 'spec'), tolerations: tolerationsOf(daemonSet) }
  const pod = readPod({ ...template, spec })
  const target = readNode(node)
  const selected = matchesRequiredNodeAffinity(pod, target)
  const expelled = findUntoleratedTaint(target.taints, pod.tolerations, ['NoExecute']) !== undefined
  const repelled = findUntoleratedTaint(target.taints, pod.tolerations, ['NoSchedule', 'NoExecute']) !== undefined
  return { runs: selected && !repelled, stays: selected && !expelled }
}

function tolerationsOf(daemonSet: KubernetesObject): readonly unknown[] {
  const spec = objectAt(daemonSet, 'spec', 'template', 'spec')
  return [
    ...listAt(spec, 'tolerations'),
    ...[...daemonPodTolerations, ...(spec['hostNetwork'] === true ? [hostNetworkToleration] : [])].map(
      writtenToleration,
    ),
  ]
}

function podSpecFor(daemonSet: KubernetesObject, node: string): Readonly<Record<string, unknown>> {
  const affinity = objectAt(daemonSet, 'spec', 'template', 'spec', 'affinity')
  return {
    tolerations: tolerationsOf(daemonSet),
    affinity: {
      ...affinity,
      nodeAffinity: {
        ...objectAt(affinity, 'nodeAffinity'),
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
        },
      },
    },
  }
}

/** Takes away pods of an older template, as many at a time as may be unavailable. */
function replaceOutdated(api: EmbeddedApi, daemonSet: KubernetesObject, hash: string, nodes: readonly string[]): void {
  if (textAt(daemonSet, 'spec', 'updateStrategy', 'type') === 'OnDelete') return
  const limit = objectAt(daemonSet, 'spec', 'updateStrategy', 'rollingUpdate')['maxUnavailable']
  const allowed =
    typeof limit === 'string'
      ? Math.ceil((Number.parseFloat(limit) * nodes.length) / 100)
      : typeof limit === 'number'
        ? limit
        : 1
  const pods = nodes.flatMap((node) => podsOn(api, daemonSet, node).slice(0, 1))
  const outdated = pods.filter((pod) => pod.metadata.labels?.[hashLabel] !== hash && !isTerminating(pod))
  const unready = outdated.filter((pod) => !isReadyPod(pod))
  const missing = nodes.length - pods.filter((pod) => isReadyPod(pod) && !isTerminating(pod)).length
  const ready = outdated.filter(isReadyPod).slice(0, Math.max(0, Math.max(1, allowed) - missing))
  for (const pod of [...unready, ...ready]) deleteOwnedPod(api, daemonSet, pod, component)
}

function reportStatus(
  api: EmbeddedApi,
  daemonSet: KubernetesObject,
  hash: string,
  nodes: readonly { readonly name: string; readonly runs: boolean }[],
): void {
  const placed = nodes.map(({ name, runs }) => {
    const [pod] = podsOn(api, daemonSet, name).filter(isActivePod)
    return { runs, pod }
  })
  const wanted = placed.filter(({ runs }) => runs)
  const pods = wanted.flatMap(({ pod }) => (pod === undefined ? [] : [pod]))
  const ready = pods.filter(isReadyPod).length
  const updated = pods.filter((pod) => recordAt(pod, 'metadata', 'labels')[hashLabel] === hash).length
  updateStatus(api.store, daemonSet, {
    currentNumberScheduled: pods.length,
    numberMisscheduled: placed.filter(({ runs, pod }) => !runs && pod !== undefined).length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready,
    observedGeneration: numberAt(daemonSet, 'metadata', 'generation') ?? 1,
    ...(updated > 0 && { updatedNumberScheduled: updated }),
    ...(ready > 0 && { numberAvailable: ready }),
    ...(wanted.length > ready && { numberUnavailable: wanted.length - ready }),
  })
}
