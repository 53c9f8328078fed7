import type { BundleObject } from './bundle.ts'
import { objectPath, type ResourceLocation } from './discovery.ts'
import { failed, readable, refused } from './installer-error.ts'
import { type Inventory, type InventoryEntry, readInventory, writeInventory } from './inventory.ts'
import { isRecord, listAt, textAt, valueAt } from './json.ts'
import { isKept } from './kinds.ts'
import { ApiError } from './kubernetes-api.ts'
import { deleteByUid, readSettled } from './live-object.ts'
import { identityOf, nameObject } from './object-reference.ts'
import { fieldManager, hasOwnLabel, ownLabel } from './ownership.ts'
import { removeEntries } from './remove.ts'
import { noteDaemonSets, waitForAutoscaler } from './rollout.ts'
import type { Run, RunResult } from './run.ts'

const pollMs = 1_000

/** An object of the bundle, where it goes and what is there now. */
type Placed = {
  readonly object: BundleObject
  /** `undefined` as long as only a CustomResourceDefinition of the same bundle will serve it. */
  readonly location: ResourceLocation | undefined
  /** UID of the object that is there already, or `''`. */
  readonly uid: string
}

/**
 * Makes the cluster hold exactly this bundle of ours: applies its objects in order, waits for the autoscaler, then
 * deletes what an earlier bundle had beyond it. Safe to repeat after any failure: before the first object is created
 * the inventory names all of them, so none is ever forgotten.
 *
 * Refuses, before anything is changed, a bundle that names an object which exists and is not ours: server-side apply
 * with force would take its fields over, and a later destroy would delete it.
 */
export async function applyBundle(run: Run, objects: readonly BundleObject[], digest: string): Promise<RunResult> {
  const before = await readInventory(run)
  const placed: Placed[] = []
  for (const object of objects) placed.push(await place(run, object, objects, before))

  const wanted = new Set(objects.map(identityOf))
  const dropped = before.entries.filter((entry) => !wanted.has(identityOf(entry)))
  let inventory = await writeInventory(run, before, digest, [
    ...dropped,
    ...placed.map(({ object, uid }) => entryOf(object, uid)),
  ])

  const notes: string[] = []
  const uids = new Map(placed.map(({ object, uid }) => [identityOf(object), uid]))
  const recorded = () => placed.map(({ object }) => entryOf(object, uids.get(identityOf(object)) ?? ''))
  try {
    for (const target of placed) {
      const { uid, note } = await applyObject(run, target, async () => {
        uids.set(identityOf(target.object), '')
        inventory = await writeInventory(run, inventory, digest, [...dropped, ...recorded()])
      })
      uids.set(identityOf(target.object), uid)
      if (note !== undefined) notes.push(note)
    }
  } catch (error) {
    // What was created keeps its UID on record; should this fail too, the next run finds it by label and field manager.
    await writeInventory(run, inventory, digest, [...dropped, ...recorded()]).catch((again: unknown) =>
      run.log('inventory', { error: String(again) }),
    )
    throw error
  }
  inventory = await writeInventory(run, inventory, digest, [...dropped, ...recorded()])

  notes.push(...(await waitForAutoscaler(run, objects)))
  const removal = await removeEntries(run, dropped)
  await writeInventory(run, inventory, digest, [...removal.remaining.map(({ entry }) => entry), ...recorded()])
  if (removal.remaining.length > 0) {
    throw failed(
      `The bundle is applied, but not all that it no longer contains could be deleted: ${removal.remaining.map(({ why }) => why).join(' ')} The next apply tries again.`,
    )
  }
  notes.push(...removal.notes, ...(await noteDaemonSets(run, objects)))
  return { ok: true, applied: placed.length, pruned: removal.deleted, notes }
}

function entryOf({ apiVersion, kind, namespace, name }: BundleObject, uid: string): InventoryEntry {
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }
}

async function place(
  run: Run,
  object: BundleObject,
  bundle: readonly BundleObject[],
  inventory: Inventory,
): Promise<Placed> {
  const title = nameObject(object)
  const location = await run.discovery.locate(object.apiVersion, object.kind)
  if (location === undefined) {
    if (bundle.some(({ manifest }) => defines(manifest, object.apiVersion, object.kind)))
      return { object, location, uid: '' }
    throw refused(
      `The bundle has ${title} of ${object.apiVersion}, which this cluster does not serve, and no CustomResourceDefinition for it.`,
    )
  }
  checkScope(object, location)

  const live = await readSettled(run, location, object)
  if (live === undefined) return { object, location, uid: '' }
  const uid = textAt(live, 'metadata', 'uid')
  const recorded = inventory.entries.some((entry) => entry.uid === uid && identityOf(entry) === identityOf(object))
  if (!recorded && !hasOwnLabel(live)) throw foreign(title)
  return { object, location, uid }
}

function foreign(title: string): Error {
  return refused(
    `${title} exists already and was not made by this module (no label ${ownLabel.key}=${ownLabel.value}, not in the inventory). Remove what installed it, or delete it, then apply again; to hand it over as it is, give it that label.`,
  )
}

function checkScope(object: BundleObject, location: ResourceLocation): void {
  if (location.namespaced === (object.namespace !== undefined)) return
  throw refused(
    location.namespaced
      ? `The bundle has ${nameObject(object)} without a namespace.`
      : `The bundle has ${nameObject(object)} with a namespace, which its kind does not have.`,
  )
}

/** Whether a manifest is a CustomResourceDefinition that serves this version of a kind. */
function defines(manifest: unknown, apiVersion: string, kind: string): boolean {
  if (textAt(manifest, 'kind') !== 'CustomResourceDefinition') return false
  return textAt(manifest, 'spec', 'names', 'kind') === kind && servedVersions(manifest).includes(apiVersion)
}

function servedVersions(definition: unknown): readonly string[] {
  const group = textAt(definition, 'spec', 'group')
  return listAt(definition, 'spec', 'versions')
    .filter((version) => valueAt(version, 'served') === true)
    .map((version) => `${group}/${textAt(version, 'name')}`)
}

/** `intend` records that an object which had a UID is about to be created, with a UID yet unknown. */
async function applyObject(
  run: Run,
  target: Placed,
  intend: () => Promise<void>,
): Promise<{ readonly uid: string; readonly note?: string }> {
  const { object } = target
  const title = nameObject(object)
  const location = target.location ?? (await run.discovery.locate(object.apiVersion, object.kind, true))
  if (location === undefined)
    throw failed(`Could not apply ${title}: the cluster does not serve ${object.apiVersion} ${object.kind}.`)
  checkScope(object, location)
  if (target.location === undefined) {
    const live = await readSettled(run, location, object)
    if (live !== undefined && !hasOwnLabel(live)) throw foreign(title)
  }

  let note: string | undefined
  let uid = target.uid
  for (;;) {
    const answer = await serverSideApply(run, location, object, uid)
    if (answer.status < 300) {
      run.log('apply', { object: title, outcome: answer.status === 201 ? 'created' : 'applied' })
      if (object.kind === 'CustomResourceDefinition') await waitUntilServed(run, object)
      return { uid: textAt(answer.body, 'metadata', 'uid'), ...(note === undefined ? {} : { note }) }
    }
    if (answer.status === 409) {
      // The object was deleted or replaced since we looked.
      const live = await readSettled(run, location, object)
      if (live !== undefined && !hasOwnLabel(live)) throw foreign(title)
      if (live === undefined && uid !== '') await intend()
      uid = textAt(live, 'metadata', 'uid')
      run.log('apply', { object: title, conflict: textAt(answer.body, 'message') })
      await run.clock.sleep(pollMs)
      continue
    }
    const why = textAt(answer.body, 'message') || `${answer.status}`
    if (
      note !== undefined ||
      uid === '' ||
      isKept(object.apiVersion, object.kind) ||
      !/immutable|may not be changed|cannot change roleRef/i.test(why)
    ) {
      throw new ApiError(
        `Could not apply ${title}: the Kubernetes API answered ${answer.status} ${textAt(answer.body, 'reason')}: ${why}.`,
        answer.status,
      )
    }
    const live = await readSettled(run, location, object)
    await intend()
    if (textAt(live, 'metadata', 'uid') === uid) await deleteByUid(run, location, object, uid)
    const successor = await readSettled(run, location, object)
    if (successor !== undefined && !hasOwnLabel(successor)) throw foreign(title)
    note = readable(
      `${title} was deleted and made anew, because Kubernetes does not change such a field in place: ${why}`,
    )
    run.log('apply', { object: title, replaced: why })
    uid = ''
  }
}

function serverSideApply(run: Run, location: ResourceLocation, object: BundleObject, uid: string) {
  const metadata = valueAt(object.manifest, 'metadata')
  return run.api.send({
    method: 'PATCH',
    path: `${objectPath(location, object)}?fieldManager=${fieldManager}&force=true`,
    what: `apply ${nameObject(object)}`,
    contentType: 'application/apply-patch+yaml',
    // With the UID that was looked at, so that a namesake which took its place meanwhile is not taken over.
    body: { ...object.manifest, metadata: { ...(isRecord(metadata) ? metadata : {}), ...(uid === '' ? {} : { uid }) } },
    accept: [409, 422],
  })
}

async function waitUntilServed(run: Run, definition: BundleObject): Promise<void> {
  const kind = textAt(definition.manifest, 'spec', 'names', 'kind')
  for (const apiVersion of servedVersions(definition.manifest)) {
    while ((await run.discovery.locate(apiVersion, kind, true)) === undefined) {
      run.log('wait', { for: `${apiVersion} ${kind} to be served` })
      await run.clock.sleep(pollMs)
    }
  }
}
