import { listAt, numberAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { createOwnedPod, deleteOwnedPod } from './create-owned-pod.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { isActivePod, isReadyPod, isTerminating, ownedObjects } from './owned-objects.ts'
import { kindNamed } from './resource-kind.ts'
import { updateStatus, withConditions } from './update-status.ts'

const component = 'replicaset-controller'

/** Keeps as many pods of each ReplicaSet as it asks for. Source: pkg/controller/replicaset. */
export async function reconcileReplicaSets(api: EmbeddedApi): Promise<void> {
  for (const replicaSet of api.store.list(kindNamed('ReplicaSet'))) {
    if (!isTerminating(replicaSet)) await reconcile(api, replicaSet)
  }
}

async function reconcile(api: EmbeddedApi, replicaSet: KubernetesObject): Promise<void> {
  const pods = (): readonly KubernetesObject[] => ownedObjects(api.store, 'Pod', replicaSet).filter(isActivePod)
  const wanted = numberAt(replicaSet, 'spec', 'replicas') ?? 1
  const before = pods()
  let refusal: string | undefined
  for (let missing = wanted - before.length; missing > 0 && refusal === undefined; missing -= 1) {
    refusal = await createOwnedPod(api, replicaSet, { component })
  }
  for (const pod of [...before].sort(byDispensability).slice(0, Math.max(0, before.length - wanted))) {
    deleteOwnedPod(api, replicaSet, pod, component)
  }

  const now = pods()
  const ready = now.filter(isReadyPod).length
  const conditions =
    refusal === undefined
      ? listAt(replicaSet, 'status', 'conditions').filter((entry) => textAt(entry, 'type') !== 'ReplicaFailure')
      : withConditions(replicaSet, [
          { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal },
        ])
  updateStatus(api.store, replicaSet, {
    replicas: now.length,
    ...(now.length > 0 && { fullyLabeledReplicas: now.length }),
    ...(ready > 0 && { readyReplicas: ready, availableReplicas: ready }),
    observedGeneration: replicaSet.metadata['generation'],
    ...(conditions.length > 0 && { conditions }),
  })
}

/** First what has no node, then what is not ready, then the youngest. Source: pkg/controller/controller_utils.go `ActivePods`. */
function byDispensability(a: KubernetesObject, b: KubernetesObject): number {
  const rank = (pod: KubernetesObject): number =>
    (textAt(pod, 'spec', 'nodeName') ?? '') === '' ? 0 : isReadyPod(pod) ? 2 : 1
  const born = (pod: KubernetesObject): number => Date.parse(textAt(pod, 'metadata', 'creationTimestamp') ?? '')
  return rank(a) - rank(b) || born(b) - born(a)
}
