import { type ClusterObjects, noObjects, type SpreadingController } from '../../../cluster/cluster-objects.ts'
import type { Workload } from '../../../cluster/workload.ts'
import { type JsonObject, listAt, numberAt, objectAt, textAt, valueAt } from '../../kubernetes/json.ts'
import { readClusterObjects } from '../../kubernetes/read-cluster-objects.ts'
import { readLabelSelector } from '../../kubernetes/read-label-selector.ts'
import { readPod } from '../../kubernetes/read-pod.ts'

/** What runs in a cluster by itself. */
export type SystemObjects = {
  readonly workloads: readonly Workload[]
  readonly daemonSets: readonly Workload[]
  readonly objects: ClusterObjects
}

/** Priorities that every cluster has. Source: k8s.io/kubernetes/pkg/apis/scheduling. */
const systemPriorities: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

/** Deployments, StatefulSets, DaemonSets and the objects around them, in the model. Other kinds are left out. */
export function readSystemObjects(objects: readonly unknown[]): SystemObjects {
  const ofKind = (kind: string): readonly unknown[] => objects.filter((object) => textAt(object, 'kind') === kind)
  const classes = new Map<string, number>(Object.entries(systemPriorities))
  for (const each of ofKind('PriorityClass'))
    classes.set(textAt(each, 'metadata', 'name') ?? '', numberAt(each, 'value') ?? 0)
  const read = (kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'): readonly Workload[] =>
    ofKind(kind).map((object) => workloadOf(kind, object, classes))
  const workloads = [...read('Deployment'), ...read('StatefulSet')]
  const counted = workloads.map(({ template, namespace, replicas }) => ({
    namespace,
    labels: template.labels,
    count: replicas,
  }))
  const around = objects.length === 0 ? noObjects : readClusterObjects(objects, counted)
  return {
    workloads,
    daemonSets: read('DaemonSet'),
    objects: { ...around, controllers: [...around.controllers, ...ofKind('Deployment').map(replicaSetOf)] },
  }
}

function workloadOf(
  kind: 'Deployment' | 'StatefulSet' | 'DaemonSet',
  object: unknown,
  classes: ReadonlyMap<string, number>,
): Workload {
  const name = textAt(object, 'metadata', 'name') ?? ''
  const namespace = textAt(object, 'metadata', 'namespace') ?? 'default'
  const spec = objectAt(object, 'spec', 'template', 'spec')
  const priority = numberAt(spec, 'priority') ?? classes.get(textAt(spec, 'priorityClassName') ?? '') ?? 0
  const controller = kind === 'Deployment' ? 'ReplicaSet' : kind
  const pod: JsonObject = {
    metadata: {
      ...objectAt(object, 'spec', 'template', 'metadata'),
      name,
      namespace,
      ownerReferences: [{ controller: true, kind: controller, name, uid: `${controller}/${namespace}/${name}` }],
    },
    spec: { ...spec, priority },
  }
  return {
    kind,
    namespace,
    name,
    template: readPod(pod),
    replicas: kind === 'DaemonSet' ? 0 : (numberAt(object, 'spec', 'replicas') ?? 1),
  }
}

/** The ReplicaSet that a Deployment makes; its hash is left out of the name. */
function replicaSetOf(deployment: unknown): SpreadingController {
  return {
    kind: 'ReplicaSet',
    namespace: textAt(deployment, 'metadata', 'namespace') ?? 'default',
    name: textAt(deployment, 'metadata', 'name') ?? '',
    selector: readLabelSelector(valueAt(deployment, 'spec', 'selector')),
  }
}

/** All command line words of an object's containers: commands, then arguments. */
export function wordsOf(workload: unknown): readonly string[] {
  return listAt(workload, 'spec', 'template', 'spec', 'containers').flatMap((container) =>
    [...listAt(container, 'command'), ...listAt(container, 'args')].filter((word) => typeof word === 'string'),
  )
}

/** Images of an object's containers. */
export function imagesOf(workload: unknown): readonly string[] {
  return listAt(workload, 'spec', 'template', 'spec', 'containers').flatMap(
    (container) => textAt(container, 'image') ?? [],
  )
}

/** Whether an object is the Cluster Autoscaler's Deployment: by its image. */
export function isAutoscaler(object: unknown): boolean {
  return (
    textAt(object, 'kind') === 'Deployment' &&
    imagesOf(object).some((image) => /(?:^|\/)cluster-autoscaler(?:-[a-z0-9]+)?(?:[:@]|$)/.test(image))
  )
}
