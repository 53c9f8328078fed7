import { isJsonObject, listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { deleteNow, type EmbeddedApi } from './embedded-api.ts'
import { isTerminating } from './owned-objects.ts'
import { kindNamed, type ResourceKind, resourceKinds } from './resource-kind.ts'

type Entry = { readonly resource: ResourceKind; readonly object: KubernetesObject }

const kept = resourceKinds.filter(({ verbs }) => verbs.length > 1)

/** In milliseconds. Source: kube-apiserver `--event-ttl`. */
const eventLifetime = 3_600_000

/**
 * Takes away what nobody owns any more: dependents of deleted owners, the content of namespaces that end, pods of nodes
 * that are gone. Source: pkg/controller/{garbagecollector,namespace,podgc}.
 */
export function collectGarbage(api: EmbeddedApi): void {
  const everything = (): readonly Entry[] =>
    kept.flatMap((resource) => api.store.list(resource).map((object) => ({ resource, object })))
  deleteOrphans(api, everything())
  finishOwners(api, everything())
  emptyNamespaces(api, everything())
  deletePodsOfGoneNodes(api)
  forgetEvents(api)
}

/** Events are kept for an hour, as by the API server. */
function forgetEvents(api: EmbeddedApi): void {
  const events = kindNamed('Event')
  for (const event of api.store.list(events)) {
    const last = Date.parse(textAt(event, 'lastTimestamp') ?? textAt(event, 'metadata', 'creationTimestamp') ?? '')
    if (Date.now() - last > eventLifetime) api.store.remove(events, event)
  }
}

function ownersOf(object: KubernetesObject): readonly string[] {
  return listAt(object, 'metadata', 'ownerReferences').flatMap((reference) => textAt(reference, 'uid') ?? [])
}

function deleteOrphans(api: EmbeddedApi, entries: readonly Entry[]): void {
  const living = new Set(entries.map(({ object }) => object.metadata.uid))
  for (const { resource, object } of entries) {
    const owners = ownersOf(object)
    if (owners.length === 0 || isTerminating(object) || owners.some((uid) => living.has(uid))) continue
    remove(api, resource, object)
  }
}

/** Owners that wait for their dependents (foreground) or let them go (orphan). */
function finishOwners(api: EmbeddedApi, entries: readonly Entry[]): void {
  for (const { resource, object } of entries) {
    const finalizers = listAt(object, 'metadata', 'finalizers')
    if (!isTerminating(object)) continue
    const dependents = entries.filter((entry) => ownersOf(entry.object).includes(object.metadata.uid ?? ''))
    if (finalizers.includes('orphan')) {
      for (const dependent of dependents) disown(api, dependent, object.metadata.uid ?? '')
      release(api, resource, object, 'orphan')
    } else if (finalizers.includes('foregroundDeletion')) {
      for (const dependent of dependents) {
        if (!isTerminating(dependent.object)) remove(api, dependent.resource, dependent.object)
      }
      const blocked = dependents.some(
        (dependent) =>
          api.store.get(
            dependent.resource,
            dependent.object.metadata.namespace ?? '',
            dependent.object.metadata.name ?? '',
          ) !== undefined,
      )
      if (!blocked) release(api, resource, object, 'foregroundDeletion')
    }
  }
}

function disown(api: EmbeddedApi, { resource, object }: Entry, owner: string): void {
  const ownerReferences = listAt(object, 'metadata', 'ownerReferences').filter(
    (reference) => !isJsonObject(reference) || reference['uid'] !== owner,
  )
  api.store.put(resource, { ...object, metadata: { ...object.metadata, ownerReferences } })
}

function release(api: EmbeddedApi, resource: ResourceKind, object: KubernetesObject, finalizer: string): void {
  const finalizers = listAt(object, 'metadata', 'finalizers').filter((entry) => entry !== finalizer)
  const next = { ...object, metadata: { ...object.metadata, finalizers } }
  if (finalizers.length === 0) api.store.remove(resource, next)
  else api.store.put(resource, next)
}

function emptyNamespaces(api: EmbeddedApi, entries: readonly Entry[]): void {
  for (const namespace of api.store.list(kindNamed('Namespace')).filter(isTerminating)) {
    const content = entries.filter(({ object }) => object.metadata.namespace === namespace.metadata.name)
    for (const { resource, object } of content) {
      if (!isTerminating(object)) remove(api, resource, object)
    }
    const left = kept.some(
      (resource) => resource.namespaced && api.store.list(resource, namespace.metadata.name).length > 0,
    )
    if (left) continue
    api.store.remove(kindNamed('Namespace'), { ...namespace, spec: { ...objectAt(namespace, 'spec'), finalizers: [] } })
  }
}

function deletePodsOfGoneNodes(api: EmbeddedApi): void {
  const nodes = new Set(api.store.list(kindNamed('Node')).map(({ metadata }) => metadata.name))
  for (const pod of api.store.list(kindNamed('Pod'))) {
    const node = textAt(pod, 'spec', 'nodeName') ?? ''
    if (node !== '' && !nodes.has(node)) {
      api.remove(kindNamed('Pod'), pod.metadata.namespace ?? '', pod.metadata.name ?? '', deleteNow)
    }
  }
}

/** Pods get their time to end; everything else goes at once. */
function remove(api: EmbeddedApi, resource: ResourceKind, object: KubernetesObject): void {
  api.remove(resource, object.metadata.namespace ?? '', object.metadata.name ?? '', {
    propagationPolicy: 'Background',
    dryRun: false,
  })
}
