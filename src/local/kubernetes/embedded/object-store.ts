import type { KubernetesObject } from '../control-plane.ts'
import { findByPlural, qualifiedName, type ResourceKind } from './resource-kind.ts'

/** One change, as watches replay it. `previous` is what the object was before. */
export type Change = {
  readonly revision: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly resource: ResourceKind
  readonly object: KubernetesObject
  readonly previous?: KubernetesObject
}

/** Everything that survives `interrupt` and `resume`. */
export type StoreSnapshot = {
  readonly revision: number
  readonly objects: readonly { readonly resource: string; readonly object: KubernetesObject }[]
}

/** Objects by kind, namespace and name, with one growing revision and the latest changes. */
export type ObjectStore = {
  readonly revision: number
  /** The oldest revision from which a watch can still replay. */
  readonly oldestRevision: number
  get(resource: ResourceKind, namespace: string, name: string): KubernetesObject | undefined
  /** Sorted by namespace and name, as etcd's keys are. */
  list(resource: ResourceKind, namespace?: string): readonly KubernetesObject[]
  /** Stores the object under a new revision, which it gets as `metadata.resourceVersion`. */
  put(resource: ResourceKind, object: KubernetesObject): KubernetesObject
  /** Removes the object; the change carries `last` (or what was stored) under a new revision. */
  remove(resource: ResourceKind, object: KubernetesObject): KubernetesObject
  changesSince(revision: number): readonly Change[]
  /** Calls `listener` for each later change; returns the function that ends it. */
  subscribe(listener: (change: Change) => void): () => void
  snapshot(): StoreSnapshot
}

/** How many changes are kept for watches that come back. */
const keptChanges = 5_000

/** Opens a store, empty or as it was. */
export function openObjectStore(from?: StoreSnapshot): ObjectStore {
  const byResource = new Map<string, Map<string, KubernetesObject>>()
  const listeners = new Set<(change: Change) => void>()
  let changes: Change[] = []
  let revision = from?.revision ?? 1
  let oldestRevision = revision

  for (const { resource, object } of from?.objects ?? []) {
    const [version = '', plural = '', ...group] = resource.split('/')
    const kind = findByPlural(group.join('/'), version, plural)
    if (kind !== undefined) collection(kind).set(keyOf(object), object)
  }

  function collection(resource: ResourceKind): Map<string, KubernetesObject> {
    const name = qualifiedName(resource)
    const existing = byResource.get(name)
    if (existing !== undefined) return existing
    const created = new Map<string, KubernetesObject>()
    byResource.set(name, created)
    return created
  }

  function record(change: Change): void {
    changes.push(change)
    if (changes.length > 2 * keptChanges) {
      changes = changes.slice(-keptChanges)
      oldestRevision = (changes[0]?.revision ?? revision) - 1
    }
    for (const listener of listeners) listener(change)
  }

  function stamped(object: KubernetesObject): KubernetesObject {
    revision += 1
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } }
  }

  return {
    get revision() {
      return revision
    },
    get oldestRevision() {
      return oldestRevision
    },
    get: (resource, namespace, name) => collection(resource).get(`${namespace}/${name}`),
    list: (resource, namespace) =>
      [...collection(resource)]
        .filter(([key]) => namespace === undefined || key.startsWith(`${namespace}/`))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, object]) => object),
    put(resource, object) {
      const objects = collection(resource)
      const previous = objects.get(keyOf(object))
      const stored = stamped(object)
      objects.set(keyOf(stored), stored)
      record({
        revision,
        type: previous === undefined ? 'ADDED' : 'MODIFIED',
        resource,
        object: stored,
        ...(previous !== undefined && { previous }),
      })
      return stored
    },
    remove(resource, object) {
      const objects = collection(resource)
      const previous = objects.get(keyOf(object))
      objects.delete(keyOf(object))
      const last = stamped(object)
      record({ revision, type: 'DELETED', resource, object: last, previous: previous ?? object })
      return last
    },
    changesSince: (since) => changes.filter((change) => change.revision > since),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => ({
      revision,
      objects: [...byResource].flatMap(([name, objects]) => {
        const [plural = '', ...group] = name.split('.')
        return [...objects.values()].map((object) => ({
          resource: `${object.apiVersion.split('/').at(-1)}/${plural}/${group.join('.')}`,
          object,
        }))
      }),
    }),
  }
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
}
