import { isJsonObject, type JsonObject, listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'

/** Fills in what the API server fills into every pod spec. Source: pkg/apis/core/v1/defaults.go. */
export function defaultPodSpec(spec: JsonObject, restartPolicy = 'Always'): JsonObject {
  const serviceAccount = spec['serviceAccountName'] ?? spec['serviceAccount']
  return {
    restartPolicy,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    ...spec,
    ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount, serviceAccount }),
    ...(Array.isArray(spec['containers']) && { containers: spec['containers'].map(defaultContainer) }),
    ...(Array.isArray(spec['initContainers']) && { initContainers: spec['initContainers'].map(defaultContainer) }),
    ...(Array.isArray(spec['volumes']) && { volumes: spec['volumes'].map(defaultVolume) }),
  }
}

function defaultContainer(container: unknown): unknown {
  if (!isJsonObject(container)) return container
  const image = textAt(container, 'image') ?? ''
  const resources = objectAt(container, 'resources')
  return {
    imagePullPolicy: isLatest(image) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    ...container,
    ...(Array.isArray(container['ports']) && {
      ports: container['ports'].map((port) => (isJsonObject(port) ? { protocol: 'TCP', ...port } : port)),
    }),
    ...(Array.isArray(container['env']) && { env: container['env'].map(defaultEnvironmentVariable) }),
    ...Object.fromEntries(
      ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name) => {
        const probe = container[name]
        return isJsonObject(probe) ? [[name, defaultProbe(probe)]] : []
      }),
    ),
    resources,
  }
}

function isLatest(image: string): boolean {
  if (image.includes('@')) return false
  const tag = /:([^/:]+)$/.exec(image)?.[1]
  return tag === undefined || tag === 'latest'
}

/** A pod's containers request what they are limited to, where they do not say otherwise; in templates nothing is filled in. */
export function defaultRequests(spec: JsonObject): JsonObject {
  const withRequests = (container: unknown): unknown => {
    const resources = objectAt(container, 'resources')
    const requests = { ...objectAt(resources, 'limits'), ...objectAt(resources, 'requests') }
    if (!isJsonObject(container) || Object.keys(requests).length === 0) return container
    return { ...container, resources: { ...resources, requests } }
  }
  return {
    ...spec,
    containers: listAt(spec, 'containers').map(withRequests),
    ...(spec['initContainers'] !== undefined && { initContainers: listAt(spec, 'initContainers').map(withRequests) }),
  }
}

function defaultEnvironmentVariable(variable: unknown): unknown {
  const reference = objectAt(variable, 'valueFrom', 'fieldRef')
  if (!isJsonObject(variable) || reference['fieldPath'] === undefined) return variable
  return {
    ...variable,
    valueFrom: { ...objectAt(variable, 'valueFrom'), fieldRef: { apiVersion: 'v1', ...reference } },
  }
}

function defaultProbe(probe: JsonObject): JsonObject {
  const http = objectAt(probe, 'httpGet')
  return {
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
    ...probe,
    ...(probe['httpGet'] !== undefined && { httpGet: { path: '/', scheme: 'HTTP', ...http } }),
  }
}

function defaultVolume(volume: unknown): unknown {
  if (!isJsonObject(volume)) return volume
  const modes: JsonObject = Object.fromEntries(
    ['configMap', 'secret', 'downwardAPI', 'projected'].flatMap((name) => {
      const source = volume[name]
      return isJsonObject(source) ? [[name, { defaultMode: 420, ...source }]] : []
    }),
  )
  const hostPath = objectAt(volume, 'hostPath')
  return {
    ...volume,
    ...modes,
    ...(volume['hostPath'] !== undefined && { hostPath: { type: '', ...hostPath } }),
    ...(modes['projected'] !== undefined && { projected: defaultProjection(objectAt(modes, 'projected')) }),
  }
}

function defaultProjection(projected: JsonObject): JsonObject {
  return {
    ...projected,
    sources: listAt(projected, 'sources').map((source) =>
      isJsonObject(source) && isJsonObject(source['serviceAccountToken'])
        ? { ...source, serviceAccountToken: { expirationSeconds: 3600, ...source['serviceAccountToken'] } }
        : source,
    ),
  }
}
