import { isJsonObject, listAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { ObjectStore } from './object-store.ts'
import { kindNamed } from './resource-kind.ts'

/** The uid of the controller that an object belongs to. */
function controllerOf(object: KubernetesObject): string | undefined {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(
    (reference) => isJsonObject(reference) && reference['controller'] === true,
  )
  return textAt(owner, 'uid')
}

/** The objects of a kind that a controller made, in its namespace. */
export function ownedObjects(store: ObjectStore, kind: string, owner: KubernetesObject): readonly KubernetesObject[] {
  return store
    .list(kindNamed(kind), owner.metadata.namespace)
    .filter((object) => controllerOf(object) === owner.metadata.uid)
}

/** The owner reference that a controller puts on what it makes. */
export function ownerReference(owner: KubernetesObject): Readonly<Record<string, unknown>> {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** Whether the object's deletion has begun. */
export function isTerminating(object: KubernetesObject): boolean {
  return object.metadata['deletionTimestamp'] !== undefined
}

/** Whether a pod still runs or will. */
export function isActivePod(pod: KubernetesObject): boolean {
  return !isTerminating(pod) && !isFinishedPod(pod)
}

/** Whether a pod has ended. */
export function isFinishedPod(pod: KubernetesObject): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '')
}

/** Whether a pod's Ready condition holds. */
export function isReadyPod(pod: KubernetesObject): boolean {
  return listAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
  )
}
