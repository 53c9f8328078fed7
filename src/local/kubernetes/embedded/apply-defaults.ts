import { isJsonObject, type JsonObject, listAt, objectAt, recordAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { defaultPodSpec, defaultRequests } from './default-pod-spec.ts'
import { serviceAddress } from './service-address.ts'

/** Fills in what the API server would, for the kinds that have defaults; services get an address of `serviceCidr`. Source: pkg/apis/<group>/v1/defaults.go. */
export function applyDefaults(object: KubernetesObject, serviceCidr: string): KubernetesObject {
  const spec = objectAt(object, 'spec')
  switch (object.kind) {
    case 'Pod':
      return { ...object, spec: defaultRequests({ enableServiceLinks: true, ...defaultPodSpec(spec) }) }
    case 'Deployment':
      return {
        ...object,
        spec: {
          progressDeadlineSeconds: 600,
          replicas: 1,
          revisionHistoryLimit: 10,
          ...spec,
          strategy: defaultStrategy(objectAt(spec, 'strategy'), { maxSurge: '25%', maxUnavailable: '25%' }),
          template: defaultTemplate(spec),
        },
      }
    case 'ReplicaSet':
      return { ...object, spec: { replicas: 1, ...spec, template: defaultTemplate(spec) } }
    case 'DaemonSet':
      return {
        ...object,
        spec: {
          revisionHistoryLimit: 10,
          ...spec,
          updateStrategy: defaultStrategy(objectAt(spec, 'updateStrategy'), { maxSurge: 0, maxUnavailable: 1 }),
          template: defaultTemplate(spec),
        },
      }
    case 'Job': {
      const withDefaults = defaultJobSpec(object, spec)
      const { labels } = object.metadata
      return {
        ...object,
        metadata: {
          ...object.metadata,
          labels: labels ?? recordAt(withDefaults, 'template', 'metadata', 'labels'),
        },
        spec: withDefaults,
      }
    }
    case 'Service':
      return { ...object, spec: defaultServiceSpec(object, spec, serviceCidr) }
    case 'Secret':
      return {
        type: 'Opaque',
        ...object,
        ...(object['stringData'] !== undefined && {
          stringData: undefined,
          data: { ...objectAt(object, 'data'), ...encodeAll(objectAt(object, 'stringData')) },
        }),
      }
    case 'Namespace':
      return {
        ...object,
        metadata: {
          ...object.metadata,
          labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name ?? '' },
        },
        spec: { finalizers: ['kubernetes'], ...spec },
        status: { phase: 'Active', ...objectAt(object, 'status') },
      }
    case 'PriorityClass':
      return { preemptionPolicy: 'PreemptLowerPriority', ...object }
    case 'Node':
      return { ...object, spec, status: defaultNodeStatus(objectAt(object, 'status')) }
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return { ...object, subjects: listAt(object, 'subjects').map(defaultSubject), roleRef: defaultRoleRef(object) }
    default:
      return object
  }
}

function defaultTemplate(spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template')
  return {
    ...template,
    metadata: objectAt(template, 'metadata'),
    spec: defaultPodSpec(objectAt(template, 'spec')),
  }
}

function defaultStrategy(strategy: JsonObject, rolling: JsonObject): JsonObject {
  const type = textAt(strategy, 'type') ?? 'RollingUpdate'
  if (type !== 'RollingUpdate') return { ...strategy, type }
  return { ...strategy, type, rollingUpdate: { ...rolling, ...objectAt(strategy, 'rollingUpdate') } }
}

/** A job's selector and pod labels carry its uid, unless it brings its own. Source: pkg/registry/batch/job/strategy.go. */
function defaultJobSpec(object: KubernetesObject, spec: JsonObject): JsonObject {
  const template = objectAt(spec, 'template')
  const uid = object.metadata.uid ?? ''
  const labels = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': object.metadata.name ?? '',
    'controller-uid': uid,
    'job-name': object.metadata.name ?? '',
  }
  const parallelism = spec['parallelism'] ?? 1
  const own = spec['manualSelector'] === true
  return {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    manualSelector: false,
    parallelism,
    podReplacementPolicy: 'TerminatingOrFailed',
    suspend: false,
    ...(spec['parallelism'] === undefined && spec['completions'] === undefined && { completions: 1 }),
    ...(!own && { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } } }),
    ...spec,
    template: {
      ...template,
      metadata: {
        ...objectAt(template, 'metadata'),
        ...(!own && { labels: { ...objectAt(template, 'metadata', 'labels'), ...labels } }),
      },
      spec: defaultPodSpec(objectAt(template, 'spec')),
    },
  }
}

function defaultServiceSpec(object: KubernetesObject, spec: JsonObject, serviceCidr: string): JsonObject {
  const type = textAt(spec, 'type') ?? 'ClusterIP'
  const address = serviceAddress(serviceCidr, object.metadata.namespace ?? '', object.metadata.name ?? '')
  const ports = listAt(spec, 'ports').map((port) =>
    isJsonObject(port) ? { protocol: 'TCP', targetPort: port['port'], ...port } : port,
  )
  return {
    internalTrafficPolicy: 'Cluster',
    ipFamilyPolicy: 'SingleStack',
    ipFamilies: ['IPv4'],
    sessionAffinity: 'None',
    ...spec,
    type,
    ...(ports.length > 0 && { ports }),
    ...(type !== 'ExternalName' && spec['clusterIP'] === undefined && { clusterIP: address, clusterIPs: [address] }),
    ...(spec['clusterIP'] === 'None' && { clusterIPs: ['None'] }),
  }
}

function defaultNodeStatus(status: JsonObject): JsonObject {
  return {
    ...status,
    ...(status['capacity'] !== undefined && { allocatable: status['capacity'], ...status }),
    daemonEndpoints: { kubeletEndpoint: { Port: 0 }, ...objectAt(status, 'daemonEndpoints') },
  }
}

function defaultSubject(subject: unknown): unknown {
  if (!isJsonObject(subject) || subject['apiGroup'] !== undefined) return subject
  return subject['kind'] === 'ServiceAccount' ? subject : { ...subject, apiGroup: 'rbac.authorization.k8s.io' }
}

function defaultRoleRef(object: KubernetesObject): JsonObject {
  return { apiGroup: 'rbac.authorization.k8s.io', ...objectAt(object, 'roleRef') }
}

function encodeAll(texts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, Buffer.from(String(text), 'utf8').toString('base64')]),
  )
}
