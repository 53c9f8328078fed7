import { isRecord, listAt, textAt, valueAt } from '../json.ts'
import { podIdentityVariable } from '../rollout.ts'

/** A request as the fake sees it. */
type FakeRequest = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly contentType: string
  readonly authorization: string
}

export type FakeResponse = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What a test does to a request: answer it, fail it before (`refuse`) or after (`lose`) it took effect, or never answer. */
export type Interference = FakeResponse | 'refuse' | 'lose' | 'hang' | undefined

type Json = { [key: string]: unknown }

const kinds: readonly (readonly [groupVersion: string, kind: string, plural: string, namespaced: boolean])[] = [
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'Node', 'nodes', false],
  ['v1', 'Pod', 'pods', true],
  ['v1', 'Event', 'events', true],
  ['v1', 'ServiceAccount', 'serviceaccounts', true],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'Service', 'services', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['apps/v1', 'DaemonSet', 'daemonsets', true],
  ['apps/v1', 'ReplicaSet', 'replicasets', true],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', 'clusterroles', false],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'clusterrolebindings', false],
  ['rbac.authorization.k8s.io/v1', 'Role', 'roles', true],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'rolebindings', true],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets', true],
  ['scheduling.k8s.io/v1', 'PriorityClass', 'priorityclasses', false],
  ['coordination.k8s.io/v1', 'Lease', 'leases', true],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
]

/** An API server in memory with as much of Kubernetes as the installer touches, and levers for what goes wrong. */
export type FakeApi = {
  handle(request: FakeRequest): FakeResponse
  /** Looked at before each request. */
  interfere: (request: FakeRequest) => Interference
  /** Every request so far, as `METHOD path`. */
  readonly requests: string[]
  /** The object at a path such as `/api/v1/namespaces/kube-system/configmaps/x`. */
  get(path: string): unknown
  /** Puts an object there as somebody else would. */
  put(path: string, object: unknown): void
  delete(path: string): void
  paths(): readonly string[]
  /** Objects that stay for this many reads after their deletion. */
  readonly lingering: Map<string, number>
  /** How many rollouts of a Deployment start pods without credentials first; Infinity for all. */
  podsWithoutCredentials: number
  /** What the Deployment controller makes of new pods. */
  podStatus: Json
  /** Discovery reads until a new CustomResourceDefinition is served. */
  readsUntilServed: number
}

/** Starts empty, with namespace kube-system, pods that become ready at once and carry Pod Identity credentials. */
export function createFakeApi(now: () => number): FakeApi {
  const objects = new Map<string, Json>()
  const applied = new Map<string, unknown>()
  const rollouts = new Map<string, { template: string; revision: number }>()
  let counter = 0

  const stamp = (object: Json, before: Json | undefined): Json => {
    counter += 1
    const metadata = record(object['metadata'])
    const old = record(before?.['metadata'])
    const generation =
      before !== undefined && same(before['spec'], object['spec'])
        ? old['generation']
        : ((old['generation'] as number | undefined) ?? 0) + 1
    return {
      ...object,
      metadata: {
        ...metadata,
        uid: old['uid'] ?? `uid-${counter}`,
        creationTimestamp: old['creationTimestamp'] ?? new Date(now()).toISOString(),
        resourceVersion: String(counter),
        generation,
      },
    }
  }

  const api: FakeApi = {
    interfere: () => undefined,
    requests: [],
    lingering: new Map(),
    podsWithoutCredentials: 0,
    podStatus: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    readsUntilServed: 0,
    get: (path) => objects.get(path),
    put(path, object) {
      objects.set(path, stamp(record(object), objects.get(path)))
      runControllers(path)
    },
    delete(path) {
      objects.delete(path)
      rollouts.delete(path)
      for (const key of applied.keys()) if (key.startsWith(`${path} `)) applied.delete(key)
    },
    paths: () => [...objects.keys()].sort(),
    handle(request) {
      api.requests.push(`${request.method} ${request.path}`)
      const wanted = api.interfere(request)
      if (wanted === 'refuse')
        throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' })
      if (wanted === 'hang') throw new Error('hang')
      if (wanted !== undefined && wanted !== 'lose') return wanted
      const answer = answerTo(request)
      if (wanted === 'lose') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
      return answer
    },
  }
  api.put('/api/v1/namespaces/kube-system', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } })

  function served(): typeof kinds {
    const custom = [...objects.values()]
      .filter(
        (object) =>
          object['kind'] === 'CustomResourceDefinition' && ((object['countdown'] as number | undefined) ?? 0) <= 0,
      )
      .flatMap((definition) =>
        listAt(definition, 'spec', 'versions').map((version) => {
          const group = textAt(definition, 'spec', 'group')
          const names = valueAt(definition, 'spec', 'names')
          return [
            `${group}/${textAt(version, 'name')}`,
            textAt(names, 'kind'),
            textAt(names, 'plural'),
            textAt(definition, 'spec', 'scope') === 'Namespaced',
          ] as const
        }),
      )
    return [...kinds, ...custom]
  }

  function answerTo(request: FakeRequest): FakeResponse {
    const { method, path } = request
    if (path === '/apis') return groups()
    const discovery = /^\/(?:api\/(v1)|apis\/([^/]+\/v\w+))$/.exec(path)
    if (discovery !== null) return resources(discovery[1] ?? discovery[2] ?? '')
    const log = /^(.*\/pods\/[^/]+)\/log$/.exec(path)
    if (log !== null) return { status: 200, body: textAt(objects.get(log[1] ?? ''), 'log') }
    const kind = served().find(([groupVersion, , plural]) =>
      new RegExp(`^/apis?/${groupVersion}(/namespaces/[^/]+)?/${plural}(/[^/]+)?$`).test(path),
    )
    if (kind === undefined) return status(404, 'NotFound', 'the server could not find the requested resource')
    const isCollection = path.endsWith(`/${kind[2]}`) && !(kind[2] === 'namespaces' && path !== '/api/v1/namespaces')
    if (isCollection) return method === 'POST' ? create(path, request.body) : list(path, request.query)
    switch (method) {
      case 'GET':
        return read(path)
      case 'PUT':
        return replace(path, request.body)
      case 'PATCH':
        return request.contentType === 'application/apply-patch+yaml' ? apply(path, request) : merge(path, request.body)
      case 'DELETE':
        return remove(path, request.body)
      default:
        return status(405, 'MethodNotAllowed', method)
    }
  }

  function groups(): FakeResponse {
    const versions = [...new Set(served().map(([groupVersion]) => groupVersion))].filter((name) => name.includes('/'))
    return {
      status: 200,
      body: {
        groups: versions.map((groupVersion) => ({ name: groupVersion.split('/')[0], versions: [{ groupVersion }] })),
      },
    }
  }

  function resources(groupVersion: string): FakeResponse {
    for (const object of objects.values()) {
      if (typeof object['countdown'] === 'number') object['countdown'] -= 1
    }
    const found = served().filter(([name]) => name === groupVersion)
    if (found.length === 0) return status(404, 'NotFound', 'the server could not find the requested resource')
    const list = found.flatMap(([, kind, name, namespaced]) => [
      { name, kind, namespaced },
      { name: `${name}/status`, kind, namespaced },
    ])
    return { status: 200, body: { kind: 'APIResourceList', groupVersion, resources: list } }
  }

  function read(path: string): FakeResponse {
    const object = objects.get(path)
    if (object === undefined) return status(404, 'NotFound', `${path} not found`)
    if (textAt(object, 'metadata', 'deletionTimestamp') !== '') {
      const left = (api.lingering.get(path) ?? 0) - 1
      api.lingering.set(path, left)
      if (left < 0) {
        api.delete(path)
        return status(404, 'NotFound', `${path} not found`)
      }
    }
    return { status: 200, body: object }
  }

  function list(path: string, query: URLSearchParams): FakeResponse {
    const labels = (query.get('labelSelector') ?? '').split(',').filter((pair) => pair !== '')
    const field = (query.get('fieldSelector') ?? '').split('=')
    const items = [...objects.entries()]
      .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
      .map(([, object]) => object)
      .filter((object) =>
        labels.every((pair) => textAt(object, 'metadata', 'labels', pair.split('=')[0] ?? '') === pair.split('=')[1]),
      )
      .filter((object) => field.length < 2 || textAt(object, ...(field[0] ?? '').split('.')) === field[1])
    const from = Number(query.get('continue') ?? 0)
    const limit = Number(query.get('limit') ?? items.length)
    const more = from + limit < items.length ? { continue: String(from + limit) } : {}
    return { status: 200, body: { kind: 'List', metadata: more, items: items.slice(from, from + limit) } }
  }

  function create(path: string, body: unknown): FakeResponse {
    const target = `${path}/${textAt(body, 'metadata', 'name')}`
    if (objects.has(target)) return status(409, 'AlreadyExists', `${target} already exists`)
    api.put(target, body)
    return { status: 201, body: objects.get(target) }
  }

  function replace(path: string, body: unknown): FakeResponse {
    const before = objects.get(path)
    if (before === undefined) return status(404, 'NotFound', `${path} not found`)
    const conflict = conflictWith(before, valueAt(body, 'metadata'))
    if (conflict !== undefined) return conflict
    api.put(path, body)
    return { status: 200, body: objects.get(path) }
  }

  function apply(path: string, request: FakeRequest): FakeResponse {
    const manager = `${path} ${request.query.get('fieldManager')}`
    const before = objects.get(path)
    const namespace = /^\/.*\/namespaces\/([^/]+)\/[^/]+\/[^/]+$/.exec(path)?.[1]
    if (namespace !== undefined && !objects.has(`/api/v1/namespaces/${namespace}`)) {
      return status(404, 'NotFound', `namespaces "${namespace}" not found`)
    }
    const uid = textAt(request.body, 'metadata', 'uid')
    if (before === undefined && uid !== '')
      return status(
        409,
        'Conflict',
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      )
    if (before !== undefined) {
      const conflict = conflictWith(before, valueAt(request.body, 'metadata'))
      if (conflict !== undefined) return conflict
      for (const field of [['roleRef'], ['spec', 'selector']]) {
        const wanted = valueAt(request.body, ...field)
        const immutable = field[0] === 'roleRef' || textAt(before, 'apiVersion') === 'apps/v1'
        if (immutable && wanted !== undefined && !same(wanted, valueAt(before, ...field))) {
          const words = field[0] === 'roleRef' ? 'cannot change roleRef' : 'field is immutable'
          return status(422, 'Invalid', `${field.join('.')}: Invalid value: ${words}`)
        }
      }
    }
    const merged = mergeApplied(before ?? {}, applied.get(manager), request.body)
    if (before === undefined && merged['kind'] === 'CustomResourceDefinition')
      merged['countdown'] = api.readsUntilServed
    applied.set(manager, request.body)
    const managers = new Set([
      ...listAt(before, 'metadata', 'managedFields').map((entry) => textAt(entry, 'manager')),
      request.query.get('fieldManager'),
    ])
    const managedFields = [...managers].map((name) => ({ manager: name, operation: 'Apply' }))
    api.put(path, { ...merged, metadata: { ...record(merged['metadata']), managedFields } })
    return { status: before === undefined ? 201 : 200, body: objects.get(path) }
  }

  function merge(path: string, body: unknown): FakeResponse {
    const before = objects.get(path)
    if (before === undefined) return status(404, 'NotFound', `${path} not found`)
    api.put(path, deepMerge(before, body))
    return { status: 200, body: objects.get(path) }
  }

  function remove(path: string, body: unknown): FakeResponse {
    const before = objects.get(path)
    if (before === undefined) return status(404, 'NotFound', `${path} not found`)
    const conflict = conflictWith(before, valueAt(body, 'preconditions'))
    if (conflict !== undefined) return conflict
    if (api.lingering.has(path)) {
      objects.set(path, { ...before, metadata: { ...record(before['metadata']), deletionTimestamp: 'now' } })
    } else {
      api.delete(path)
      if (before['kind'] === 'Deployment') dropPods(path)
    }
    return { status: 200, body: { kind: 'Status', status: 'Success' } }
  }

  /** The Deployment and DaemonSet controllers, as far as the installer looks at them. */
  function runControllers(path: string): void {
    const object = objects.get(path)
    if (object?.['kind'] !== 'Deployment') return
    const template = valueAt(object, 'spec', 'template')
    const known = rollouts.get(path)
    const revision = known?.template === JSON.stringify(template) ? known.revision : (known?.revision ?? 0) + 1
    if (known?.revision !== revision) {
      rollouts.set(path, { template: JSON.stringify(template), revision })
      dropPods(path)
      const bare = api.podsWithoutCredentials > 0
      api.podsWithoutCredentials -= 1
      startPod(path, object, template, revision, bare)
    }
    const ready = listAt(api.podStatus, 'conditions').some(
      (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
    )
    const metadata = record(object['metadata'])
    objects.set(path, {
      ...object,
      metadata: {
        ...metadata,
        annotations: { ...record(metadata['annotations']), 'deployment.kubernetes.io/revision': String(revision) },
      },
      status: {
        observedGeneration: metadata['generation'],
        replicas: 1,
        updatedReplicas: 1,
        availableReplicas: ready ? 1 : 0,
      },
    })
  }

  function dropPods(path: string): void {
    const name = path.slice(path.lastIndexOf('/') + 1)
    for (const key of objects.keys()) {
      if (key.includes(`/pods/${name}-`) || key.includes(`/replicasets/${name}-`)) objects.delete(key)
    }
  }

  function startPod(path: string, deployment: Json, template: unknown, revision: number, bare: boolean): void {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const namespace = textAt(deployment, 'metadata', 'namespace')
    const labels = { ...record(valueAt(template, 'metadata', 'labels')), 'pod-template-hash': `hash${revision}` }
    api.put(`/apis/apps/v1/namespaces/${namespace}/replicasets/${name}-hash${revision}`, {
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-hash${revision}`,
        namespace,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
        ownerReferences: [{ uid: textAt(deployment, 'metadata', 'uid') }],
      },
    })
    api.put(`/api/v1/namespaces/${namespace}/pods/${name}-hash${revision}-x`, {
      kind: 'Pod',
      metadata: { name: `${name}-hash${revision}-x`, namespace, labels },
      spec: {
        containers: [
          {
            name,
            ...(bare ? {} : { env: [{ name: podIdentityVariable, value: 'http://169.254.170.23/v1/credentials' }] }),
          },
        ],
      },
      status: api.podStatus,
      log: 'one\ntwo\n',
    })
  }

  return api
}

function conflictWith(before: unknown, wanted: unknown): FakeResponse | undefined {
  for (const field of ['uid', 'resourceVersion']) {
    const value = textAt(wanted, field)
    if (value !== '' && value !== textAt(before, 'metadata', field)) {
      return status(
        409,
        'Conflict',
        `Precondition failed: ${field} in precondition: ${value}, ${field} in object meta: ${textAt(before, 'metadata', field)}`,
      )
    }
  }
  return undefined
}

/** A Kubernetes Status. */
export function status(code: number, reason: string, message: string): FakeResponse {
  return { status: code, body: { kind: 'Status', status: 'Failure', code, reason, message } }
}

function record(value: unknown): Json {
  return isRecord(value) ? { ...value } : {}
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Server-side apply without conflicts: takes away what this manager applied before and no longer does, then merges. */
function mergeApplied(live: unknown, last: unknown, next: unknown): Json {
  const result = record(live)
  if (isRecord(last)) {
    for (const key of Object.keys(last)) {
      if (isRecord(next) && Object.hasOwn(next, key)) continue
      if (isRecord(last[key]) && isRecord(result[key])) result[key] = mergeApplied(result[key], last[key], {})
      else delete result[key]
    }
  }
  for (const [key, value] of Object.entries(record(next))) {
    result[key] = isRecord(value) ? mergeApplied(result[key], isRecord(last) ? last[key] : undefined, value) : value
  }
  return result
}

function deepMerge(live: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const result = record(live)
  for (const [key, value] of Object.entries(patch)) result[key] = deepMerge(result[key], value)
  return result
}
