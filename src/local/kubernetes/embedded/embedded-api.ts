import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { EksGate, KubernetesObject } from '../control-plane.ts'
import { admitPod } from './admit-pod.ts'
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound, staleObject } from './api-error.ts'
import { applyDefaults } from './apply-defaults.ts'
import type { ObjectStore } from './object-store.ts'
import { randomSuffix } from './random-suffix.ts'
import { apiVersionOf, kindNamed, type ResourceKind } from './resource-kind.ts'
import { recordUpdate, serverSideApply } from './server-side-apply.ts'
import { timestamp } from './timestamp.ts'
import { validateObject, validateUpdate } from './validate-object.ts'

/** Who writes, and whether it is only a try. */
export type WriteOptions = { readonly manager: string; readonly dryRun: boolean }

/** How an object is to be deleted. */
export type DeleteRequest = {
  readonly uid?: string
  readonly resourceVersion?: string
  readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan'
  /** Seconds; only pods on a node wait for their kubelet. */
  readonly gracePeriodSeconds?: number
  readonly dryRun: boolean
}

/** The verbs of the API, behind HTTP and for the controllers alike: defaults, admission, validation, concurrency. */
export type EmbeddedApi = {
  readonly store: ObjectStore
  /** Throws an {@link ApiError} 404. */
  get(resource: ResourceKind, namespace: string, name: string): KubernetesObject
  /** Throws an {@link ApiError} 403, 404, 409 or 422. */
  create(resource: ResourceKind, object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject>
  /** Replaces an object, or only its status; throws an {@link ApiError} 404, 409 or 422. */
  update(
    resource: ResourceKind,
    object: KubernetesObject,
    subresource: '' | 'status',
    options: WriteOptions,
  ): KubernetesObject
  /** Server-side apply: creates or changes. `created` says which. */
  apply(
    resource: ResourceKind,
    object: KubernetesObject,
    subresource: '' | 'status',
    options: WriteOptions,
  ): Promise<{ readonly object: KubernetesObject; readonly created: boolean }>
  /** Deletes or starts to; `undefined` once it is gone, else the object that waits for finalizers or its kubelet. */
  remove(
    resource: ResourceKind,
    namespace: string,
    name: string,
    request: DeleteRequest,
  ): { readonly last: KubernetesObject; readonly gone: boolean }
}

/** Ends an object's life at once, its dependents in the background. */
export const deleteNow: DeleteRequest = { propagationPolicy: 'Background', gracePeriodSeconds: 0, dryRun: false }

/** The API over a store. */
export function createEmbeddedApi(
  store: ObjectStore,
  gate: EksGate,
  options: { readonly serviceCidr: string; readonly now?: () => Date },
): EmbeddedApi {
  const { serviceCidr, now = () => new Date() } = options
  const currentTime = (): string => timestamp(now())

  function get(resource: ResourceKind, namespace: string, name: string): KubernetesObject {
    const object = store.get(resource, namespace, name)
    if (object === undefined) throw notFound(resource, name)
    return object
  }

  async function create(
    resource: ResourceKind,
    given: KubernetesObject,
    options: WriteOptions,
  ): Promise<KubernetesObject> {
    const named = withIdentity(resource, given, currentTime())
    const name = named.metadata.name ?? ''
    const namespace = named.metadata.namespace ?? ''
    if (resource.namespaced) requireNamespace(resource, namespace, name)
    if (store.get(resource, namespace, name) !== undefined) throw alreadyExists(resource, name)

    const defaulted = applyDefaults(named, serviceCidr)
    const fresh = withoutStatusOf(resource, defaulted)
    const admitted =
      resource.kind === 'Pod'
        ? await admitPod(refuseInvalid(resource, fresh), store, gate)
        : resource.kind === 'Node'
          ? withNotReadyTaint(fresh)
          : resource.kind === 'PriorityClass'
            ? refusePriorityClass(resource, fresh)
            : fresh
    refuseInvalid(resource, admitted)
    // Admission may have taken its time: someone else can have been faster.
    if (store.get(resource, namespace, name) !== undefined) throw alreadyExists(resource, name)
    const object =
      listAt(admitted, 'metadata', 'managedFields').length > 0 ? admitted : managed(admitted, given, options)
    if (options.dryRun) return object
    const stored = store.put(resource, object)
    if (resource.kind === 'Namespace') furnishNamespace(name)
    return stored
  }

  function managed(object: KubernetesObject, given: KubernetesObject, options: WriteOptions): KubernetesObject {
    const recorded = recordUpdate(object, options.manager, '', given, currentTime())
    return { ...object, metadata: objectAt(recorded, 'metadata') }
  }

  function requireNamespace(resource: ResourceKind, namespace: string, name: string): void {
    const found = get(kindNamed('Namespace'), '', namespace)
    if (found.metadata['deletionTimestamp'] === undefined) return
    throw forbidden(
      resource,
      name,
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    )
  }

  function refuseInvalid(resource: ResourceKind, object: KubernetesObject): KubernetesObject {
    const causes = validateObject(object)
    if (causes.length > 0) throw invalid(resource, object.metadata.name ?? '', causes)
    return object
  }

  function refusePriorityClass(resource: ResourceKind, object: KubernetesObject): KubernetesObject {
    const other = store.list(resource).find((existing) => existing['globalDefault'] === true)
    if (object['globalDefault'] !== true || other === undefined) return object
    throw forbidden(
      resource,
      object.metadata.name ?? '',
      `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    )
  }

  /** What the service account and root CA controllers put into every namespace. */
  function furnishNamespace(namespace: string): void {
    const furniture: readonly KubernetesObject[] = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace },
        data: { 'ca.crt': '' },
      },
    ]
    for (const object of furniture) {
      const resource = kindNamed(object.kind)
      store.put(resource, withIdentity(resource, object, currentTime()))
    }
  }

  function update(
    resource: ResourceKind,
    given: KubernetesObject,
    subresource: '' | 'status',
    options: WriteOptions,
  ): KubernetesObject {
    const name = given.metadata.name ?? ''
    const current = get(resource, given.metadata.namespace ?? '', name)
    const { uid, resourceVersion } = given.metadata
    if (uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
      )
    }
    if (
      resourceVersion !== undefined &&
      resourceVersion !== '' &&
      resourceVersion !== current.metadata.resourceVersion
    ) {
      throw conflict(resource, name, staleObject)
    }
    const next = nextVersion(resource, given, current, subresource, serviceCidr)
    if (sameContent(next, current)) return current
    if (subresource === '') {
      const causes = [...validateObject(next), ...validateUpdate(next, current)]
      if (causes.length > 0) throw invalid(resource, name, causes)
    }
    if (options.dryRun) return next
    const finalizers = listAt(next, 'metadata', 'finalizers')
    if (next.metadata['deletionTimestamp'] !== undefined && finalizers.length === 0 && !waitsForKubelet(next)) {
      return store.remove(resource, next)
    }
    return store.put(resource, next)
  }

  async function apply(
    resource: ResourceKind,
    given: KubernetesObject,
    subresource: '' | 'status',
    options: WriteOptions,
  ): Promise<{ readonly object: KubernetesObject; readonly created: boolean }> {
    const name = given.metadata.name ?? ''
    const live = store.get(resource, given.metadata.namespace ?? '', name)
    if (listAt(given, 'metadata', 'managedFields').length > 0) {
      throw badRequest('metadata.managedFields must be nil')
    }
    if (live === undefined && subresource !== '') throw notFound(resource, name)
    if (live === undefined && given.metadata.uid !== undefined) {
      throw conflict(
        resource,
        name,
        `uid mismatch: the provided object specified uid ${given.metadata.uid}, and no existing object was found`,
      )
    }
    const merged = serverSideApply({
      live,
      applied: given,
      manager: options.manager,
      subresource,
      now: currentTime(),
    })
    const object: KubernetesObject = { ...given, ...merged, metadata: objectAt(merged, 'metadata') }
    if (live === undefined) return { object: await create(resource, object, options), created: true }
    return { object: update(resource, object, subresource, options), created: false }
  }

  function remove(
    resource: ResourceKind,
    namespace: string,
    name: string,
    request: DeleteRequest,
  ): { readonly last: KubernetesObject; readonly gone: boolean } {
    const current = get(resource, namespace, name)
    if (request.uid !== undefined && request.uid !== current.metadata.uid) {
      throw conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${request.uid}, UID in object meta: ${current.metadata.uid}`,
      )
    }
    if (request.resourceVersion !== undefined && request.resourceVersion !== current.metadata.resourceVersion) {
      throw conflict(
        resource,
        name,
        `Precondition failed: ResourceVersion in precondition: ${request.resourceVersion}, ResourceVersion in object meta: ${current.metadata.resourceVersion}`,
      )
    }
    if (resource.kind === 'Namespace' && ['default', 'kube-system', 'kube-public'].includes(name)) {
      throw forbidden(resource, name, 'this namespace may not be deleted')
    }
    if (request.dryRun) return { last: current, gone: true }

    const grace = resource.kind === 'Pod' ? graceOf(current, request) : 0
    const finalizers = [
      ...listAt(current, 'metadata', 'finalizers'),
      ...(request.propagationPolicy === 'Foreground' ? ['foregroundDeletion'] : []),
      ...(request.propagationPolicy === 'Orphan' ? ['orphan'] : []),
    ]
    const waits = finalizers.length > 0 || resource.kind === 'Namespace' || grace > 0
    if (!waits) return { last: store.remove(resource, current), gone: true }

    const started = current.metadata['deletionTimestamp'] !== undefined
    const known = listAt(current, 'metadata', 'finalizers')
    if (started && finalizers.every((finalizer) => known.includes(finalizer))) return { last: current, gone: false }
    const terminating: KubernetesObject = {
      ...current,
      metadata: {
        ...current.metadata,
        ...(finalizers.length > 0 && { finalizers: [...new Set(finalizers)] }),
        ...(!started && {
          deletionTimestamp: timestamp(new Date(now().getTime() + grace * 1000)),
          deletionGracePeriodSeconds: grace,
          ...(resource.countsGenerations && { generation: generationOf(current) + 1 }),
        }),
      },
      ...(resource.kind === 'Namespace' && { status: { ...objectAt(current, 'status'), phase: 'Terminating' } }),
    }
    return { last: store.put(resource, terminating), gone: false }
  }

  return { store, get, create, update, apply, remove }
}

function withIdentity(resource: ResourceKind, given: KubernetesObject, now: string): KubernetesObject {
  const { resourceVersion: _, uid: _uid, selfLink: _link, ...metadata } = given.metadata
  if (given.metadata.resourceVersion !== undefined && given.metadata.resourceVersion !== '') {
    throw badRequest('resourceVersion should not be set on objects to be created')
  }
  const generated = metadata.generateName === undefined ? undefined : `${metadata.generateName}${randomSuffix()}`
  const name = metadata.name === undefined || metadata.name === '' ? generated : metadata.name
  return {
    ...given,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...metadata,
      ...(name !== undefined && { name }),
      uid: randomUUID(),
      creationTimestamp: now,
      ...(resource.countsGenerations && { generation: 1 }),
    },
  }
}

/** Clients cannot create an object with a status of their own, except nodes and what keeps no separate status. */
function withoutStatusOf(resource: ResourceKind, object: KubernetesObject): KubernetesObject {
  const separate = resource.subresources.some(({ name }) => name === 'status')
  if (!separate || resource.kind === 'Node' || resource.kind === 'Namespace') return object
  return { ...object, status: resource.kind === 'Service' ? { loadBalancer: {} } : {} }
}

/** A new node takes no pods until it is seen to be ready. Source: plugin/pkg/admission/nodetaint. */
function withNotReadyTaint(node: KubernetesObject): KubernetesObject {
  const spec = objectAt(node, 'spec')
  const key = 'node.kubernetes.io/not-ready'
  const taints = listAt(spec, 'taints')
  if (taints.some((taint) => textAt(taint, 'key') === key && textAt(taint, 'effect') === 'NoSchedule')) return node
  return { ...node, spec: { ...spec, taints: [...taints, { key, effect: 'NoSchedule' }] } }
}

function nextVersion(
  resource: ResourceKind,
  given: KubernetesObject,
  current: KubernetesObject,
  subresource: '' | 'status',
  serviceCidr: string,
): KubernetesObject {
  const fixed: JsonObject = {
    name: current.metadata.name,
    namespace: current.metadata.namespace,
    uid: current.metadata.uid,
    resourceVersion: current.metadata.resourceVersion,
    generateName: current.metadata.generateName,
    creationTimestamp: current.metadata['creationTimestamp'],
    deletionTimestamp: current.metadata['deletionTimestamp'],
    deletionGracePeriodSeconds: current.metadata['deletionGracePeriodSeconds'],
    generation: current.metadata['generation'],
    // Who sends none does not mean that nobody ever wrote.
    managedFields: given.metadata['managedFields'] ?? current.metadata['managedFields'],
  }
  const { selfLink: _, ...metadata } = given.metadata
  const kept = Object.fromEntries(Object.entries({ ...metadata, ...fixed }).filter(([, value]) => value !== undefined))
  if (subresource === 'status') return { ...current, metadata: kept, status: given['status'] }
  const separate = resource.subresources.some(({ name }) => name === 'status')
  const defaulted = applyDefaults({ ...given, metadata: kept }, serviceCidr)
  const next: KubernetesObject = {
    ...defaulted,
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    ...(separate && { status: current['status'] }),
  }
  if (!resource.countsGenerations || isDeepStrictEqual(plain(next['spec']), plain(current['spec']))) return next
  return { ...next, metadata: { ...next.metadata, generation: generationOf(current) + 1 } }
}

function generationOf(object: KubernetesObject): number {
  const generation = object.metadata['generation']
  return typeof generation === 'number' ? generation : 1
}

/** Equal but for the times at which managers last wrote. */
function sameContent(next: KubernetesObject, current: KubernetesObject): boolean {
  const timeless = (object: KubernetesObject): unknown => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: listAt(object, 'metadata', 'managedFields').map((entry) => ({
        ...objectAt(entry),
        time: undefined,
      })),
    },
  })
  return isDeepStrictEqual(plain(timeless(next)), plain(timeless(current)))
}

/** Without fields that are `undefined`, which JSON does not know. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** A pod on a node stays until its kubelet lets it go. */
function waitsForKubelet(object: KubernetesObject): boolean {
  const grace = object.metadata['deletionGracePeriodSeconds']
  return object.kind === 'Pod' && typeof grace === 'number' && grace > 0
}

function graceOf(pod: KubernetesObject, request: DeleteRequest): number {
  if ((textAt(pod, 'spec', 'nodeName') ?? '') === '') return 0
  if (['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '')) return 0
  const own = objectAt(pod, 'spec')['terminationGracePeriodSeconds']
  return request.gracePeriodSeconds ?? (typeof own === 'number' ? own : 30)
}
