import { InstallerError } from './installer-error.ts'
import type { InventoryEntry } from './inventory.ts'
import { textAt } from './json.ts'
import { applyOrder, isKept } from './kinds.ts'
import { ApiError } from './kubernetes-api.ts'
import { deleteByUid, readLive } from './live-object.ts'
import { nameObject } from './object-reference.ts'
import { hasOwnLabel, isOwnCreation } from './ownership.ts'
import type { Run } from './run.ts'

/** What became of objects that were to go. */
export type Removal = {
  /** Deleted, as messages name them. */
  readonly deleted: readonly string[]
  /** What was left alone, and why. */
  readonly notes: readonly string[]
  /** Entries that could not be deleted this time and stay in the inventory, with the reason. */
  readonly remaining: readonly { readonly entry: InventoryEntry; readonly why: string }[]
}

/**
 * Deletes inventory entries, what depends on others first. An object goes only when it has our label and the UID that
 * the inventory names (an entry whose creation was never recorded: when it is our own creation by label and field
 * manager). Everything else under such a name is somebody else's and is left alone and named. Namespaces and
 * CustomResourceDefinitions are left too: others' objects would go with them. Goes on when one cannot be deleted;
 * throws only when the API is out of reach.
 */
export async function removeEntries(run: Run, entries: readonly InventoryEntry[]): Promise<Removal> {
  const deleted: string[] = []
  const notes: string[] = []
  const remaining: { readonly entry: InventoryEntry; readonly why: string }[] = []
  const ordered = [...entries].sort(
    (a, b) => applyOrder(b.apiVersion, b.kind) - applyOrder(a.apiVersion, a.kind) || (a.name < b.name ? -1 : 1),
  )
  for (const entry of ordered) {
    const title = nameObject(entry)
    try {
      const outcome = await removeEntry(run, entry)
      if (outcome.kind === 'deleted') deleted.push(title)
      if (outcome.kind === 'left') notes.push(`${title} was left alone: ${outcome.why}.`)
      run.log('remove', { object: title, outcome: outcome.kind })
    } catch (error) {
      if (!(error instanceof InstallerError) || (error instanceof ApiError && error.unreachable)) throw error
      run.log('remove', { object: title, error: error.message })
      remaining.push({ entry, why: error.message })
    }
  }
  return { deleted, notes, remaining }
}

type Outcome = { readonly kind: 'deleted' | 'gone' } | { readonly kind: 'left'; readonly why: string }

async function removeEntry(run: Run, entry: InventoryEntry): Promise<Outcome> {
  if (applyOrder(entry.apiVersion, entry.kind) === -1) return left('it is of a kind that the installer does not handle')
  const location = await run.discovery.locateAnyVersion(entry.apiVersion, entry.kind)
  if (location === undefined) return { kind: 'gone' }
  if (location.namespaced !== (entry.namespace !== undefined)) return left('the inventory names it wrongly')
  const live = await readLive(run, location, entry)
  if (live === undefined) return { kind: 'gone' }

  const uid = textAt(live, 'metadata', 'uid')
  const made = entry.uid === '' ? isOwnCreation(live) : uid === entry.uid
  if (!made) return left('it is not the one that the installer made')
  if (!hasOwnLabel(live)) return left("it no longer has the installer's label")
  if (isKept(entry.apiVersion, entry.kind)) return left("others' objects would be deleted with it")
  if (textAt(live, 'metadata', 'deletionTimestamp') !== '') return { kind: 'gone' }
  const outcome = await deleteByUid(run, location, entry, uid)
  return outcome === 'replaced' ? left('it was replaced by another meanwhile') : { kind: 'deleted' }
}

function left(why: string): Outcome {
  return { kind: 'left', why }
}
