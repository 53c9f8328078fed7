import { createHash, randomUUID } from 'node:crypto'
import { numberAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { ObjectStore } from './object-store.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'

/** Records an event about an object; the same event again only counts up. */
export function recordEvent(
  store: ObjectStore,
  about: KubernetesObject,
  event: {
    readonly type: 'Normal' | 'Warning'
    readonly reason: string
    readonly message: string
    readonly component: string
  },
): void {
  const resource = kindNamed('Event')
  const digest = createHash('sha256')
    .update(JSON.stringify([about.metadata.uid, event.type, event.reason, event.message]))
    .digest('hex')
    .slice(0, 16)
  const namespace = about.metadata.namespace ?? 'default'
  const name = `${about.metadata.name}.${digest}`
  const now = timestamp()
  const earlier = store.get(resource, namespace, name)
  store.put(resource, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: earlier?.metadata ?? { name, namespace, uid: randomUUID(), creationTimestamp: now },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      namespace: about.metadata.namespace,
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
    },
    type: event.type,
    reason: event.reason,
    message: event.message,
    source: { component: event.component },
    reportingComponent: event.component,
    reportingInstance: '',
    firstTimestamp: earlier?.['firstTimestamp'] ?? now,
    lastTimestamp: now,
    eventTime: null,
    count: (numberAt(earlier, 'count') ?? 0) + 1,
  })
}
