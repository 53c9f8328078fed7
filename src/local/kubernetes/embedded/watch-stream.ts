import type { ServerResponse } from 'node:http'
import type { KubernetesObject } from '../control-plane.ts'
import { isTrue } from './access.ts'
import type { Change, ObjectStore } from './object-store.ts'
import { apiVersionOf, type ResourceKind } from './resource-kind.ts'

/** What a watch sees, and how it is written. */
export type WatchRequest = {
  readonly resource: ResourceKind
  readonly namespace: string | undefined
  readonly selects: (object: KubernetesObject) => boolean
  readonly query: URLSearchParams
  /** Turns an object into what the event carries: itself, or a table. */
  readonly render: (object: KubernetesObject, first: boolean) => unknown
}

/** Between two bookmarks, in milliseconds. */
const bookmarkInterval = 10_000

/**
 * Streams changes as JSON lines until the client leaves, `timeoutSeconds` pass or `stopped` fires. Starts with what is
 * there (no or `0` as resourceVersion, or `sendInitialEvents`), else with what changed since; too old gets a 410.
 */
export function streamWatch(
  store: ObjectStore,
  response: ServerResponse,
  request: WatchRequest,
  stopped: AbortSignal,
): void {
  const { resource, namespace, selects, query, render } = request
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  let first = true

  const send = (type: string, object: unknown): void => {
    response.write(`${JSON.stringify({ type, object })}\n`)
  }
  const sendObject = (type: string, object: KubernetesObject): void => {
    send(type, render(object, first))
    first = false
  }
  const bookmark = (annotations?: Readonly<Record<string, string>>): void => {
    send('BOOKMARK', {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: {
        resourceVersion: String(store.revision),
        creationTimestamp: null,
        ...(annotations !== undefined && { annotations }),
      },
    })
  }
  // An object that begins or ceases to match appears or goes, for this watch.
  const pass = (change: Change): void => {
    if (change.resource !== resource) return
    if (namespace !== undefined && change.object.metadata.namespace !== namespace) return
    const before = change.previous !== undefined && selects(change.previous)
    const after = change.type !== 'DELETED' && selects(change.object)
    if (after) sendObject(before ? 'MODIFIED' : 'ADDED', change.object)
    else if (before) sendObject('DELETED', change.object)
  }

  const asked = query.get('resourceVersion') ?? ''
  const initial = query.get('sendInitialEvents')
  const since = Number(asked)
  if (initial === null ? asked === '' || asked === '0' : isTrue(initial)) {
    for (const object of store.list(resource, namespace)) if (selects(object)) sendObject('ADDED', object)
    if (initial !== null && isTrue(query.get('allowWatchBookmarks'))) {
      bookmark({ 'k8s.io/initial-events-end': 'true' })
    }
  } else if (since < store.oldestRevision) {
    send('ERROR', {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `too old resource version: ${asked} (${store.oldestRevision})`,
      reason: 'Expired',
      code: 410,
    })
    response.end()
    return
  } else {
    for (const change of store.changesSince(since)) pass(change)
  }

  const unsubscribe = store.subscribe(pass)
  const bookmarks = isTrue(query.get('allowWatchBookmarks')) ? setInterval(bookmark, bookmarkInterval) : undefined
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  const timeout = seconds > 0 ? setTimeout(() => response.end(), seconds * 1000) : undefined
  const end = (): void => {
    unsubscribe()
    clearInterval(bookmarks)
    clearTimeout(timeout)
    stopped.removeEventListener('abort', stop)
  }
  const stop = (): void => {
    response.destroy()
  }
  stopped.addEventListener('abort', stop)
  response.on('close', end)
}
