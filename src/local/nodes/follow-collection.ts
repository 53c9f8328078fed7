import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { KubernetesClient } from '../kubernetes/client.ts'

/** The objects of one kind as the API server has them, kept up to date by a watch. */
export type FollowedCollection<T> = {
  /** By `namespace/name`, or the name alone for kinds without namespace. */
  readonly objects: ReadonlyMap<string, T>
  /** Whether the first list has arrived. */
  readonly complete: boolean
  /** Takes the answer to one of our own writes, so that we need not wait for the watch to say it. */
  learn(object: unknown): void
}

const metadataSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    resourceVersion: z.string().default('0'),
  }),
})

const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().default('0') }).default({ resourceVersion: '0' }),
  items: z.array(z.unknown()).default([]),
})

/**
 * Lists and watches a collection until `signal` aborts; whatever breaks the watch (a dead API server, a version that is
 * too old) leads to a new list, after a pause that grows to 2 s. `onChange` is called after each change, `onTrouble` once
 * per outage with its reason.
 */
export function followCollection<T>(
  client: KubernetesClient,
  path: string,
  read: (object: unknown) => T | undefined,
  signal: AbortSignal,
  onChange: () => void,
  onTrouble: (reason: string) => void,
): FollowedCollection<T> {
  const objects = new Map<string, T>()
  const versions = new Map<string, number>()
  let complete = false

  const take = (object: unknown, removed: boolean): void => {
    const parsed = metadataSchema.safeParse(object)
    if (!parsed.success) return
    const { name, namespace, resourceVersion } = parsed.data.metadata
    const key = namespace === undefined ? name : `${namespace}/${name}`
    const version = Number(resourceVersion)
    if (version < (versions.get(key) ?? 0)) return
    versions.set(key, version)
    const value = removed ? undefined : read(object)
    if (value === undefined) objects.delete(key)
    else objects.set(key, value)
  }

  const list = async (): Promise<string> => {
    const { status, body } = await client.send('GET', path)
    const parsed = listSchema.safeParse(body)
    if (status !== 200 || !parsed.success) throw new Error(`GET ${path} answered ${status}`)
    objects.clear()
    versions.clear()
    for (const item of parsed.data.items) take(item, false)
    complete = true
    onChange()
    return parsed.data.metadata.resourceVersion
  }

  const follow = async (): Promise<void> => {
    let pauseMs = 100
    let inTrouble = false
    while (!signal.aborted) {
      try {
        const from = await list()
        inTrouble = false
        pauseMs = 100
        const broken = new AbortController()
        await client.watch(
          `${path}?watch=true&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(from)}`,
          ({ type, object }) => {
            if (type === 'BOOKMARK') return
            if (type === 'ERROR') {
              broken.abort()
              return
            }
            take(object, type === 'DELETED')
            onChange()
          },
          AbortSignal.any([signal, broken.signal]),
        )
      } catch (error) {
        if (signal.aborted) return
        if (!inTrouble) onTrouble(error instanceof Error ? error.message : String(error))
        inTrouble = true
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
      pauseMs = Math.min(2_000, pauseMs * 2)
    }
  }
  void follow()

  return {
    objects,
    get complete() {
      return complete
    },
    learn: (object) => take(object, false),
  }
}
