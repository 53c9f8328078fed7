import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { CertificateAuthority } from '../certificates.ts'
import type { KubernetesObject } from '../control-plane.ts'
import type { StoreSnapshot } from './object-store.ts'

/** What the embedded control plane keeps in its folder: a later start with the same folder goes on from there. */
export type SavedState = { readonly authority: CertificateAuthority; readonly snapshot: StoreSnapshot }

const objectSchema: z.ZodType<KubernetesObject> = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({}),
})
const schema = z.object({
  authority: z.object({ certificate: z.string(), key: z.string() }),
  snapshot: z.object({
    revision: z.number().int(),
    objects: z.array(z.object({ resource: z.string(), object: objectSchema })),
  }),
})

/** Reads the state in a folder; `undefined` when there is none, or none that can be read. */
export async function readSavedState(directory: string): Promise<SavedState | undefined> {
  const text = await readFile(fileIn(directory), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    // A file that is damaged is worth no more than none: the cluster starts empty.
    return undefined
  }
}

/** Writes the state into a folder, for its owner only; a reader sees the old or the new one, never a part. */
export async function writeSavedState(directory: string, state: SavedState): Promise<void> {
  const file = fileIn(directory)
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

function fileIn(directory: string): string {
  return join(directory, 'embedded.json')
}
