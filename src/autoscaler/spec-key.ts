import type { Pod } from '../cluster/pod.ts'

/** What is a pod's own, not its template's. */
const ownFields: ReadonlySet<string> = new Set([
  'name',
  'annotations',
  'owner',
  'createdAt',
  'startedAt',
  'nodeName',
  'nominatedNodeName',
  'terminating',
  'preempted',
])
const keyOf = new WeakMap<object, string>()

/**
 * Equal for pods with equal namespaces, labels and specs; a pod's name, times and node are no part of it. Pods of one
 * template share their fields' objects, so that each of these is written down once.
 */
export function specKey(pod: Pod): string {
  const known = keyOf.get(pod)
  if (known !== undefined) return known
  const fields = Object.entries(pod).filter(([name]) => !ownFields.has(name))
  const key = sorted(fields)
    .map(([name, value]) => `${name}=${fieldKey(value)}`)
    .join()
  keyOf.set(pod, key)
  return key
}

function fieldKey(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const known = keyOf.get(value)
  if (known !== undefined) return known
  const key = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(sorted(Object.entries(part)))
      : part,
  )
  keyOf.set(value, key)
  return key
}

function sorted(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1))
}
