import type { Pod } from '../../src/cluster/pod.ts'
import {
  isJsonObject,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  recordAt,
  textAt,
  valueAt,
} from '../../src/read/kubernetes/json.ts'
import { readPod } from '../../src/read/kubernetes/read-pod.ts'

/** A controller of pods, or a single one. */
export type PodSource = {
  /** `Kind/name`. */
  readonly owner: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly replicas: number
  readonly object: JsonObject
  readonly podSpec: JsonObject
  readonly podMetadata: JsonObject
}

const controllers = ['Deployment', 'ReplicaSet', 'StatefulSet', 'Job', 'DaemonSet', 'ReplicationController', 'Pod']

/** Reads an object that makes pods; `undefined` for any other. */
export function podSource(object: JsonObject): PodSource | undefined {
  const kind = textAt(object, 'kind') ?? ''
  if (!controllers.includes(kind)) return undefined
  const name = textAt(object, 'metadata', 'name') ?? ''
  const isPod = kind === 'Pod'
  return {
    owner: `${kind}/${name}`,
    kind,
    namespace: textAt(object, 'metadata', 'namespace') ?? 'default',
    name,
    replicas: replicasOf(object, kind),
    object,
    podSpec: isPod ? objectAt(object, 'spec') : objectAt(object, 'spec', 'template', 'spec'),
    podMetadata: isPod ? objectAt(object, 'metadata') : objectAt(object, 'spec', 'template', 'metadata'),
  }
}

function replicasOf(object: JsonObject, kind: string): number {
  if (kind === 'Pod') return 1
  if (kind === 'DaemonSet') return 0
  if (kind !== 'Job') return numberAt(object, 'spec', 'replicas') ?? 1
  const parallelism = numberAt(object, 'spec', 'parallelism') ?? 1
  return Math.min(parallelism, numberAt(object, 'spec', 'completions') ?? parallelism)
}

/** How the recording names the source's pods: what is random in them is a star. */
export function shownPodName({ kind, name }: PodSource, index: number): string {
  if (kind === 'Pod') return name
  return kind === 'StatefulSet' ? `${name}-${index}` : `${name}-*`
}

/** The pod that the source makes, as the API server stores it. */
export function makePod(
  source: PodSource,
  index: number,
  priorities: ReadonlyMap<string, JsonObject>,
  onNode?: string,
): Pod {
  const { kind, namespace, name } = source
  const metadata = {
    ...source.podMetadata,
    name: kind === 'Pod' ? name : `${name}-${index}`,
    namespace,
    ...(kind !== 'Pod' && {
      ownerReferences: [
        {
          kind: kind === 'Deployment' ? 'ReplicaSet' : kind,
          name,
          uid: `${source.owner} ${namespace}`,
          controller: true,
        },
      ],
    }),
  }
  const labels = {
    ...recordAt(source.podMetadata, 'labels'),
    ...(kind === 'Deployment' && { 'pod-template-hash': 'hash' }),
    ...(kind === 'Job' && {
      'batch.kubernetes.io/job-name': name,
      'job-name': name,
      'controller-uid': name,
      'batch.kubernetes.io/controller-uid': name,
    }),
    ...(kind === 'StatefulSet' && { 'statefulset.kubernetes.io/pod-name': `${name}-${index}` }),
  }
  const spec = {
    ...withPriority(source.podSpec, priorities),
    ...(onNode !== undefined && daemonSetFields(source.podSpec, onNode)),
  }
  return readPod({ kind: 'Pod', metadata: { ...metadata, labels }, spec })
}

/** A DaemonSet's pod as its template says it, which is what the autoscaler reads: limits do not make requests there. */
export function templatePod(source: PodSource, priorities: ReadonlyMap<string, JsonObject>): Pod {
  const bare = (container: unknown): unknown => ({
    ...objectAt(container),
    resources: { requests: objectAt(container, 'resources', 'requests') },
  })
  const podSpec = {
    ...source.podSpec,
    containers: listAt(source.podSpec, 'containers').map(bare),
    initContainers: listAt(source.podSpec, 'initContainers').map(bare),
  }
  return makePod({ ...source, podSpec }, 0, priorities)
}

function withPriority(spec: JsonObject, priorities: ReadonlyMap<string, JsonObject>): JsonObject {
  const name = textAt(spec, 'priorityClassName')
  const found =
    name === undefined
      ? [...priorities.values()].find((candidate) => valueAt(candidate, 'globalDefault') === true)
      : priorities.get(name)
  const builtIn =
    name === 'system-node-critical' ? 2_000_001_000 : name === 'system-cluster-critical' ? 2_000_000_000 : 0
  const policy = textAt(found, 'preemptionPolicy')
  return {
    ...spec,
    priority: numberAt(spec, 'priority') ?? numberAt(found, 'value') ?? builtIn,
    ...(policy !== undefined && { preemptionPolicy: policy }),
  }
}

/** What the DaemonSet controller writes into its pod for one node. */
function daemonSetFields(spec: JsonObject, node: string): JsonObject {
  const onlyThisNode = { key: 'metadata.name', operator: 'In', values: [node] }
  const terms = listAt(
    spec,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  )
  const tolerated = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoSchedule',
  }))
  const lost = ['not-ready', 'unreachable'].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
  }))
  return {
    affinity: {
      ...objectAt(spec, 'affinity'),
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: (terms.length === 0 ? [{}] : terms).map((term) => ({
            ...(isJsonObject(term) ? term : {}),
            matchFields: [onlyThisNode],
          })),
        },
      },
    },
    tolerations: [...listAt(spec, 'tolerations'), ...lost, ...tolerated],
  }
}
