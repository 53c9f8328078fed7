import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { EnvironmentRecord } from './environment.ts'
import { environmentsFolder } from './state-folder.ts'

const recordSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  directory: z.string(),
  home: z.string(),
  asOf: z.string(),
  kubernetes: z.enum(['auto', 'embedded', 'real']),
  awsEndpoint: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  processes: z.array(z.object({ name: z.string(), pid: z.number().int(), startedAt: z.string() })),
  clusters: z.array(
    z.object({
      name: z.string(),
      region: z.string(),
      endpoint: z.string(),
      kubernetes: z.enum(['embedded', 'real']),
      kubeconfig: z.string(),
    }),
  ),
})

/** Path of an environment's record in its own folder. */
export function environmentFile(home: string): string {
  return join(home, 'environment.json')
}

/** Reads an environment's record from its folder; `undefined` when there is none, or none that can be read. */
export async function readEnvironment(home: string): Promise<EnvironmentRecord | undefined> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(environmentFile(home), 'utf8')))
  } catch {
    return undefined
  }
}

/** Writes a record so that a reader sees the old one or the new one, never a part; only the user may read it. */
export async function writeEnvironment(record: EnvironmentRecord): Promise<void> {
  const file = environmentFile(record.home)
  const staged = `${file}.${process.pid}.new`
  await writeFile(staged, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 })
  await rename(staged, file)
}

/** Folders of all environments of a state folder, with or without a readable record, sorted. */
export async function environmentFolders(home: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(environmentsFolder(home), { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(environmentsFolder(home), entry.name))
      .sort()
  } catch {
    return []
  }
}
