import { isJsonObject, type JsonObject, listAt, objectAt } from './json.ts'

const podSpecFields = [
  'nodeName',
  'nodeSelector',
  'affinity',
  'tolerations',
  'topologySpreadConstraints',
  'schedulerName',
  'priority',
  'priorityClassName',
  'preemptionPolicy',
  'runtimeClassName',
  'overhead',
  'schedulingGates',
  'resources',
  'hostNetwork',
  'activeDeadlineSeconds',
]

/** What the scheduler looks at, and what holds the autoscaler from draining a node. */
const readVolumes = [
  'emptyDir',
  'hostPath',
  'persistentVolumeClaim',
  'ephemeral',
  'csi',
  'awsElasticBlockStore',
  'gcePersistentDisk',
  'iscsi',
  'rbd',
]

/**
 * A pod template or Pod without everything that has no part in where it runs (commands, environment, probes, mounts), so
 * that what is kept of a gigabyte of manifests is small and shares no text with it. `metadata.name` is left out.
 */
export function prunePod(pod: unknown): JsonObject {
  const spec = objectAt(pod, 'spec')
  const labels = objectAt(pod, 'metadata', 'labels')
  const annotations = Object.entries(objectAt(pod, 'metadata', 'annotations')).filter(([key]) =>
    /autoscal|^kubernetes\.io\/config\./.test(key),
  )
  return {
    metadata: {
      ...(Object.keys(labels).length > 0 && { labels }),
      ...(annotations.length > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      ...pick(spec, podSpecFields),
      ...mapped(spec, 'containers', pruneContainer),
      ...mapped(spec, 'initContainers', pruneContainer),
      ...mapped(spec, 'resourceClaims', (claim) => pick(claim, ['name'])),
      ...prunedVolumes(spec),
    },
  }
}

/** An object that makes no pods, without what the API server writes into it for itself. */
export function pruneObject(object: JsonObject): JsonObject {
  const { managedFields: _, ...metadata } = objectAt(object, 'metadata')
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...annotations } = objectAt(metadata, 'annotations')
  return { ...object, metadata: { ...metadata, annotations } }
}

function pruneContainer(container: JsonObject): JsonObject {
  const ports = listAt(container, 'ports')
  return {
    ...pick(container, ['name', 'image', 'restartPolicy', 'resources']),
    ...(ports.length > 0 && {
      ports: ports.map((port) => pick(objectAt(port), ['containerPort', 'hostPort', 'hostIP', 'protocol'])),
    }),
  }
}

function prunedVolumes(spec: JsonObject): JsonObject {
  const volumes = listAt(spec, 'volumes').flatMap((volume) => {
    const kept = pick(objectAt(volume), ['name', ...readVolumes])
    return Object.keys(kept).some((field) => field !== 'name') ? [kept] : []
  })
  return volumes.length > 0 ? { volumes } : {}
}

function mapped(object: JsonObject, field: string, of: (entry: JsonObject) => JsonObject): JsonObject {
  const list = object[field]
  return Array.isArray(list) ? { [field]: list.filter((entry) => isJsonObject(entry)).map(of) } : {}
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, unknown> = {}
  for (const name of names) if (object[name] !== undefined) picked[name] = object[name]
  return picked
}
