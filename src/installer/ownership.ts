import { listAt, textAt, valueAt } from './json.ts'

/** Field manager of every server-side apply. */
export const fieldManager = 'eks-gpu-clusters'

/** Label on every object that the installer makes. */
export const ownLabel = { key: 'app.kubernetes.io/managed-by', value: 'eks-gpu-clusters' } as const

/** Whether a live object carries our label. */
export function hasOwnLabel(live: unknown): boolean {
  return textAt(live, 'metadata', 'labels', ownLabel.key) === ownLabel.value
}

/**
 * Whether a live object that an interrupted run meant to create was created by it: our label, and, where the server
 * keeps field managers, ours among them, so that a namesake which somebody else made in between is not taken for it.
 */
export function isOwnCreation(live: unknown): boolean {
  if (!hasOwnLabel(live)) return false
  if (valueAt(live, 'metadata', 'managedFields') === undefined) return true
  return listAt(live, 'metadata', 'managedFields').some((entry) => textAt(entry, 'manager') === fieldManager)
}
