import { failed } from './installer-error.ts'
import { deleteInventory, readInventory, writeInventory } from './inventory.ts'
import { removeEntries } from './remove.ts'
import type { Run, RunResult } from './run.ts'

/**
 * Deletes what the inventory names and is ours, then the inventory. Does not wait until the objects are gone: garbage
 * collection goes on in the background, or ends with the cluster. Throws `InstallerFailed` when something of ours could
 * not be deleted; it stays in the inventory.
 */
export async function uninstall(run: Run): Promise<RunResult> {
  const inventory = await readInventory(run)
  if (inventory.stored === undefined) {
    return {
      ok: true,
      applied: 0,
      pruned: [],
      notes: ['There is no inventory: nothing was installed, or it is gone already.'],
    }
  }
  const removal = await removeEntries(run, inventory.entries)
  if (removal.remaining.length > 0) {
    await writeInventory(
      run,
      inventory,
      inventory.digest,
      removal.remaining.map(({ entry }) => entry),
    )
    throw failed(
      `Not everything could be deleted: ${removal.remaining.map(({ why }) => why).join(' ')} Run destroy again.`,
    )
  }
  await deleteInventory(run, inventory)
  return { ok: true, applied: 0, pruned: removal.deleted, notes: removal.notes }
}
