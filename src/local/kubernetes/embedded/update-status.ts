import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { ObjectStore } from './object-store.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'

/** A condition before its times are known. */
export type Condition = {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/** Stores a new status when it says something new; returns the object as it is then. */
export function updateStatus(store: ObjectStore, object: KubernetesObject, status: JsonObject): KubernetesObject {
  const resource = kindNamed(object.kind)
  const current = store.get(resource, object.metadata.namespace ?? '', object.metadata.name ?? '')
  if (current === undefined || current.metadata.uid !== object.metadata.uid) return object
  const next = withoutUndefined(status)
  if (isDeepStrictEqual(objectAt(current, 'status'), next)) return current
  return store.put(resource, { ...current, status: next })
}

/** The object's conditions with these in place of those of the same type; a time changes only with the status. */
export function withConditions(object: KubernetesObject, conditions: readonly Condition[]): readonly JsonObject[] {
  const now = timestamp()
  const existing = listAt(object, 'status', 'conditions').map((condition) => objectAt(condition))
  const types = new Set(conditions.map(({ type }) => type))
  return [
    ...existing.filter((condition) => !types.has(textAt(condition, 'type') ?? '')),
    ...conditions.map((condition) => {
      const before = existing.find((candidate) => candidate['type'] === condition.type)
      const same = before?.['status'] === condition.status
      const unchanged = same && before['reason'] === condition.reason && before['message'] === condition.message
      return {
        ...condition,
        lastUpdateTime: unchanged ? (before['lastUpdateTime'] ?? now) : now,
        lastTransitionTime: same ? (before['lastTransitionTime'] ?? now) : now,
      }
    }),
  ]
}

function withoutUndefined(status: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined))
}
