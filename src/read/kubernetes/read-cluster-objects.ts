import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import { recordAt, textAt } from './json.ts'
import { type PodCount, readDisruptionBudget } from './read-disruption-budget.ts'
import { readSpreadingController } from './read-spreading-controller.ts'
import { readCsiNode, readPersistentVolume, readPersistentVolumeClaim, readStorageClass } from './read-storage.ts'

/**
 * Everything beside nodes and pods that decides where pods run, out of Kubernetes objects of any kind and in their order;
 * other kinds are left out. Every namespace has the label `kubernetes.io/metadata.name`, as the API server gives it.
 * @param pods the pods that budgets without a status are computed for; without it, the Pod objects themselves.
 */
export function readClusterObjects(objects: readonly unknown[], pods?: readonly PodCount[]): ClusterObjects {
  const of = (kind: string): readonly unknown[] => objects.filter((object) => textAt(object, 'kind') === kind)
  const counted = pods ?? of('Pod').map(countPod)
  return {
    services: of('Service').map((service) => ({
      namespace: textAt(service, 'metadata', 'namespace') ?? 'default',
      name: textAt(service, 'metadata', 'name') ?? '',
      selector: recordAt(service, 'spec', 'selector'),
    })),
    controllers: (['ReplicaSet', 'StatefulSet', 'ReplicationController'] as const).flatMap((kind) =>
      of(kind).map((controller) => readSpreadingController(kind, controller)),
    ),
    namespaces: of('Namespace').map((namespace) => {
      const name = textAt(namespace, 'metadata', 'name') ?? ''
      return { name, labels: { ...recordAt(namespace, 'metadata', 'labels'), 'kubernetes.io/metadata.name': name } }
    }),
    disruptionBudgets: of('PodDisruptionBudget').map((budget) => readDisruptionBudget(budget, counted)),
    persistentVolumes: of('PersistentVolume').map(readPersistentVolume),
    persistentVolumeClaims: of('PersistentVolumeClaim').map(readPersistentVolumeClaim),
    storageClasses: of('StorageClass').map(readStorageClass),
    csiNodes: of('CSINode').map(readCsiNode),
  }
}

function countPod(pod: unknown): PodCount {
  return {
    namespace: textAt(pod, 'metadata', 'namespace') ?? 'default',
    labels: recordAt(pod, 'metadata', 'labels'),
    count: 1,
  }
}
