import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesClient } from '../../src/local/kubernetes/client.ts'
import { isJsonObject, type JsonObject, listAt, textAt } from '../../src/read/kubernetes/json.ts'

/** A real cluster's API, as far as a replay needs it. */
export type ClusterApi = {
  /** Creates an object in a collection. Throws when it is refused. */
  create(path: string, object: JsonObject): Promise<JsonObject>
  /** As `create`; `undefined` when the API server finds the object invalid. */
  createIfValid(path: string, object: JsonObject): Promise<JsonObject | undefined>
  get(path: string): Promise<JsonObject>
  list(path: string): Promise<readonly JsonObject[]>
  patch(path: string, change: JsonObject): Promise<JsonObject>
  remove(path: string): Promise<void>
}

/** Opens the API over a client. */
export function openClusterApi(client: KubernetesClient): ClusterApi {
  const send = async (method: string, path: string, body?: unknown, type?: string): Promise<JsonObject> => {
    const answer = await client.send(method, path, body, type)
    if (answer.status >= 300 && !(method === 'DELETE' && answer.status === 404)) {
      throw new Error(`${method} ${path}: ${answer.status} ${textAt(answer.body, 'message') ?? ''}`)
    }
    return isJsonObject(answer.body) ? answer.body : {}
  }
  return {
    create: (path, object) => send('POST', path, object),
    async createIfValid(path, object) {
      const answer = await client.send('POST', path, object)
      if (answer.status === 422) return undefined
      if (answer.status >= 300)
        throw new Error(`POST ${path}: ${answer.status} ${textAt(answer.body, 'message') ?? ''}`)
      return isJsonObject(answer.body) ? answer.body : {}
    },
    get: (path) => send('GET', path),
    list: async (path) => listAt(await send('GET', path), 'items').filter(isJsonObject),
    patch: (path, change) => send('PATCH', path, change, 'application/merge-patch+json'),
    async remove(path) {
      await send('DELETE', path, { gracePeriodSeconds: 0, propagationPolicy: 'Background' })
    },
  }
}

/** Reads until there is something; throws after a minute with what was waited for. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; ; await sleep(15)) {
    const value = await read()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`waited a minute for ${what}`)
  }
}
