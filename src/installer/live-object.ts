import { objectPath, type ResourceLocation } from './discovery.ts'
import { textAt } from './json.ts'
import { nameObject, type ObjectReference } from './object-reference.ts'
import type { Run } from './run.ts'

const pollMs = 2_000

/** Reads an object as it is in the cluster; `undefined` when there is none. */
export async function readLive(run: Run, location: ResourceLocation, of: ObjectReference): Promise<unknown> {
  const answer = await run.api.send({
    method: 'GET',
    path: objectPath(location, of),
    what: `read ${nameObject(of)}`,
    accept: [404],
  })
  return answer.status === 404 ? undefined : answer.body
}

/**
 * Reads an object, but waits while it is being deleted: what is applied to it then would vanish with it. Ends at the
 * run's deadline, with the error of the request that no longer fits in.
 */
export async function readSettled(run: Run, location: ResourceLocation, of: ObjectReference): Promise<unknown> {
  for (let announced = false; ; announced = true) {
    const live = await readLive(run, location, of)
    if (textAt(live, 'metadata', 'deletionTimestamp') === '') return live
    if (!announced) run.log('wait', { for: `${nameObject(of)} is being deleted` })
    await run.clock.sleep(pollMs)
  }
}

/** Deletes the object with this UID, in the background; one that is gone, or another by now, is not touched. */
export async function deleteByUid(
  run: Run,
  location: ResourceLocation,
  of: ObjectReference,
  uid: string,
): Promise<'deleted' | 'replaced'> {
  const answer = await run.api.send({
    method: 'DELETE',
    path: objectPath(location, of),
    what: `delete ${nameObject(of)}`,
    body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid } },
    accept: [404, 409],
  })
  // 404: it went between our look and our delete, or by our own delete whose answer was lost.
  return answer.status === 409 ? 'replaced' : 'deleted'
}
