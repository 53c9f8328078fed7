import type { EnvironmentRecord } from './environment.ts'
import { environmentFolders, readEnvironment } from './environment-file.ts'
import { type EnvironmentState, environmentState } from './find-environment.ts'

/** An environment with what became of it. */
export type ListedEnvironment = { readonly record: EnvironmentRecord; readonly state: EnvironmentState }

/** Every environment of a state folder, by name. */
export async function listEnvironments(home: string): Promise<readonly ListedEnvironment[]> {
  const listed: ListedEnvironment[] = []
  for (const folder of await environmentFolders(home)) {
    const record = await readEnvironment(folder)
    if (record) listed.push({ record, state: await environmentState(record) })
  }
  return listed
}
