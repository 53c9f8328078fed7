import { toleratesTaint } from '../../../cluster/toleration.ts'
import { type JsonObject, listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import { readTolerations } from '../../../read/kubernetes/read-taints.ts'
import type { EksGate, KubernetesObject } from '../control-plane.ts'
import { forbidden } from './api-error.ts'
import type { ObjectStore } from './object-store.ts'
import { randomSuffix } from './random-suffix.ts'
import { kindNamed } from './resource-kind.ts'

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * What admission adds to a new pod: service account and its token volume, priority, the tolerations for lost nodes, and
 * what the gate adds (Pod Identity). Throws an {@link ApiError} 403 when the service account or priority class is missing.
 * Source: plugin/pkg/admission/{serviceaccount,priority,defaulttolerationseconds}.
 */
export async function admitPod(pod: KubernetesObject, store: ObjectStore, gate: EksGate): Promise<KubernetesObject> {
  const withAccount = admitServiceAccount(pod, store)
  const withPriority = admitPriority(withAccount, store)
  const admitted = await gate.admitPod(admitTolerations(withPriority))
  return { ...admitted, status: { phase: 'Pending', qosClass: qosClass(admitted) } }
}

function admitServiceAccount(pod: KubernetesObject, store: ObjectStore): KubernetesObject {
  const spec = objectAt(pod, 'spec')
  const namespace = pod.metadata.namespace ?? ''
  const name = textAt(spec, 'serviceAccountName') ?? 'default'
  const account = store.get(kindNamed('ServiceAccount'), namespace, name)
  if (account === undefined) {
    throw forbidden(
      kindNamed('Pod'),
      pod.metadata.name ?? '',
      `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
    )
  }
  const withName = { ...spec, serviceAccountName: name, serviceAccount: name }
  const automount = spec['automountServiceAccountToken'] ?? account['automountServiceAccountToken'] ?? true
  return { ...pod, spec: automount === false ? withName : mountToken(withName) }
}

function mountToken(spec: JsonObject): JsonObject {
  const volume = `kube-api-access-${randomSuffix()}`
  const mount = (container: unknown): unknown => {
    const mounts = listAt(container, 'volumeMounts')
    if (mounts.some((existing) => textAt(existing, 'mountPath') === tokenPath)) return container
    return {
      ...objectAt(container),
      volumeMounts: [...mounts, { name: volume, readOnly: true, mountPath: tokenPath }],
    }
  }
  return {
    ...spec,
    containers: listAt(spec, 'containers').map(mount),
    ...(spec['initContainers'] !== undefined && { initContainers: listAt(spec, 'initContainers').map(mount) }),
    volumes: [
      ...listAt(spec, 'volumes'),
      {
        name: volume,
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            {
              downwardAPI: {
                items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
              },
            },
          ],
        },
      },
    ],
  }
}

function admitPriority(pod: KubernetesObject, store: ObjectStore): KubernetesObject {
  const spec = objectAt(pod, 'spec')
  const name = textAt(spec, 'priorityClassName') ?? ''
  const classes = store.list(kindNamed('PriorityClass'))
  const found =
    name === ''
      ? classes.find((candidate) => candidate['globalDefault'] === true)
      : classes.find((candidate) => candidate.metadata.name === name)
  if (found === undefined && name !== '') {
    throw forbidden(kindNamed('Pod'), pod.metadata.name ?? '', `no PriorityClass with name ${name} was found`)
  }
  return {
    ...pod,
    spec: {
      ...spec,
      ...(found !== undefined && { priorityClassName: found.metadata.name }),
      priority: found?.['value'] ?? 0,
      preemptionPolicy: spec['preemptionPolicy'] ?? found?.['preemptionPolicy'] ?? 'PreemptLowerPriority',
    },
  }
}

/** Pods stay five minutes on a node that is lost, unless they say otherwise. */
function admitTolerations(pod: KubernetesObject): KubernetesObject {
  const spec = objectAt(pod, 'spec')
  const own = readTolerations(spec)
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) => !own.some((toleration) => toleratesTaint(toleration, { key, value: '', effect: 'NoExecute' })),
  )
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }))
  const tolerations = [...listAt(spec, 'tolerations'), ...added]
  return { ...pod, spec: { ...spec, ...(tolerations.length > 0 && { tolerations }) } }
}

/** Guaranteed, Burstable or BestEffort. Source: pkg/apis/core/v1/helper/qos. */
function qosClass(pod: KubernetesObject): string {
  const containers = [...listAt(pod, 'spec', 'containers'), ...listAt(pod, 'spec', 'initContainers')]
  const amounts = containers.map((container) => ({
    requests: objectAt(container, 'resources', 'requests'),
    limits: objectAt(container, 'resources', 'limits'),
  }))
  const names = ['cpu', 'memory']
  if (amounts.every(({ requests, limits }) => names.every((name) => !(name in requests) && !(name in limits)))) {
    return 'BestEffort'
  }
  const guaranteed = amounts.every(({ requests, limits }) =>
    names.every((name) => limits[name] !== undefined && requests[name] === limits[name]),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
