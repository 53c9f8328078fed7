import { listAt, objectAt } from '../../read/kubernetes/json.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'

/** Every kind that the autoscaler looks at, with its path. */
const kinds: readonly (readonly [kind: string, path: string])[] = [
  ['Node', '/api/v1/nodes'],
  ['Pod', '/api/v1/pods'],
  ['Service', '/api/v1/services'],
  ['Namespace', '/api/v1/namespaces'],
  ['PersistentVolumeClaim', '/api/v1/persistentvolumeclaims'],
  ['PersistentVolume', '/api/v1/persistentvolumes'],
  ['ReplicationController', '/api/v1/replicationcontrollers'],
  ['DaemonSet', '/apis/apps/v1/daemonsets'],
  ['ReplicaSet', '/apis/apps/v1/replicasets'],
  ['StatefulSet', '/apis/apps/v1/statefulsets'],
  ['Job', '/apis/batch/v1/jobs'],
  ['PodDisruptionBudget', '/apis/policy/v1/poddisruptionbudgets'],
  ['StorageClass', '/apis/storage.k8s.io/v1/storageclasses'],
  ['CSINode', '/apis/storage.k8s.io/v1/csinodes'],
]

/**
 * Everything that one loop of the autoscaler sees, as Kubernetes objects with their `kind`; a kind that the API server
 * does not have is left out. Throws when the API server does not answer.
 */
export async function readClusterState(client: KubernetesClient): Promise<readonly unknown[]> {
  return (await Promise.all(kinds.map(([kind, path]) => list(client, kind, path)))).flat()
}

/** The pods of the namespace that an autoscaler runs in: a small question, for while there is none. */
export function readSystemPods(client: KubernetesClient): Promise<readonly unknown[]> {
  return list(client, 'Pod', '/api/v1/namespaces/kube-system/pods')
}

async function list(client: KubernetesClient, kind: string, path: string): Promise<readonly unknown[]> {
  const { status, body } = await client.send('GET', path)
  if (status === 404) return []
  if (status !== 200) throw new Error(`GET ${path} answered ${status}`)
  // Items of a list carry no kind of their own.
  return listAt(body, 'items').map((item) => ({ ...objectAt(item), kind }))
}
