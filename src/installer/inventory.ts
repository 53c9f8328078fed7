import { failed, refused } from './installer-error.ts'
import { parseJson, textAt, valueAt } from './json.ts'
import { identityOf, type ObjectReference, readReference } from './object-reference.ts'
import { inventoryName, systemNamespace } from './own-names.ts'
import { hasOwnLabel, ownLabel } from './ownership.ts'
import type { Run } from './run.ts'

/** One object of ours. `uid` is `''` from the moment it is about to be created until its creation is recorded. */
export type InventoryEntry = ObjectReference & { readonly uid: string }

/** The inventory as stored. */
export type Inventory = {
  /** Digest of the bundle that it was last written for; `''` before the first. */
  readonly digest: string
  readonly entries: readonly InventoryEntry[]
  /** Of the stored ConfigMap; `undefined` when there is none. */
  readonly stored: { readonly uid: string; readonly resourceVersion: string } | undefined
}

const collection = `/api/v1/namespaces/${systemNamespace}/configmaps`
const path = `${collection}/${inventoryName}`
const title = `ConfigMap ${systemNamespace}/${inventoryName}`

/** Reads the inventory. Throws when its ConfigMap is not ours or cannot be understood: guessing could orphan objects. */
export async function readInventory(run: Run): Promise<Inventory> {
  const answer = await run.api.send({ method: 'GET', path, what: 'read the inventory', accept: [404] })
  if (answer.status === 404) return { digest: '', entries: [], stored: undefined }
  if (!hasOwnLabel(answer.body)) {
    throw refused(
      `${title} exists without the label ${ownLabel.key}=${ownLabel.value}, so it is not the installer's own. Delete or rename it, then apply again.`,
    )
  }
  const list = parseJson(textAt(answer.body, 'data', 'objects'))
  const entries = Array.isArray(list) ? list.map(readEntry) : [undefined]
  if (!entries.every((entry) => entry !== undefined)) {
    throw failed(
      `${title} cannot be read as an inventory; it has been changed by hand. Restore it, or delete it and apply again: objects of the present bundle are taken over by their label, others that an earlier bundle left stay behind.`,
    )
  }
  return {
    digest: textAt(answer.body, 'data', 'digest'),
    entries,
    stored: {
      uid: textAt(answer.body, 'metadata', 'uid'),
      resourceVersion: textAt(answer.body, 'metadata', 'resourceVersion'),
    },
  }
}

/**
 * Writes the inventory and returns it as stored. The resource version must be the one last read: a run that has lost its
 * lease to another cannot write over what that one recorded.
 */
export async function writeInventory(
  run: Run,
  before: Inventory,
  digest: string,
  entries: readonly InventoryEntry[],
): Promise<Inventory> {
  const sorted = [...entries].sort((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1))
  const data = { digest, objects: JSON.stringify(sorted.map(writeEntry), undefined, 1) }
  const same =
    before.stored !== undefined &&
    before.digest === digest &&
    JSON.stringify(before.entries.map(writeEntry)) === JSON.stringify(sorted.map(writeEntry))
  if (same) return before

  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: inventoryName,
      namespace: systemNamespace,
      labels: { [ownLabel.key]: ownLabel.value },
      ...(before.stored === undefined
        ? {}
        : { resourceVersion: before.stored.resourceVersion, uid: before.stored.uid }),
    },
    data,
  }
  const answer =
    before.stored === undefined
      ? await run.api.send({ method: 'POST', path: collection, what: 'write the inventory', body, accept: [409] })
      : await run.api.send({ method: 'PUT', path, what: 'write the inventory', body, accept: [404, 409] })
  let stored = answer.body
  if (answer.status === 404 || answer.status === 409) {
    // Our own write may have arrived although its answer was lost.
    const now = await run.api.send({ method: 'GET', path, what: 'read the inventory again', accept: [404] })
    if (textAt(now.body, 'data', 'objects') !== data.objects || textAt(now.body, 'data', 'digest') !== digest) {
      throw failed(`${title} was changed by another run meanwhile. Apply again.`)
    }
    stored = now.body
  }
  run.log('inventory', { objects: sorted.length, pending: sorted.filter(({ uid }) => uid === '').length })
  return {
    digest,
    entries: sorted,
    stored: {
      uid: textAt(stored, 'metadata', 'uid'),
      resourceVersion: textAt(stored, 'metadata', 'resourceVersion'),
    },
  }
}

/** Deletes the inventory itself, if it still is the one that was read. */
export async function deleteInventory(run: Run, inventory: Inventory): Promise<void> {
  if (inventory.stored === undefined) return
  await run.api.send({
    method: 'DELETE',
    path,
    what: 'delete the inventory',
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: inventory.stored.uid } },
    accept: [404, 409],
  })
}

function readEntry(value: unknown): InventoryEntry | undefined {
  const reference = readReference({
    apiVersion: valueAt(value, 'apiVersion'),
    kind: valueAt(value, 'kind'),
    metadata: { name: valueAt(value, 'name'), namespace: valueAt(value, 'namespace') },
  })
  return reference && { ...reference, uid: textAt(value, 'uid') }
}

function writeEntry({ apiVersion, kind, namespace, name, uid }: InventoryEntry): Record<string, string> {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }
}
