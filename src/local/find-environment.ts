import { join } from 'node:path'
import { isRunning } from '../terraform/process-identity.ts'
import type { EnvironmentRecord } from './environment.ts'
import { environmentAnswers } from './environment-control.ts'
import { readEnvironment } from './environment-file.ts'
import { environmentName, environmentsFolder } from './state-folder.ts'

/** What became of an environment: it answers, a process of it is left without an answer, or nothing runs. */
export type EnvironmentState = 'running' | 'broken' | 'stopped'

/** The record of the environment of a Terraform directory, running or not; `undefined` when there never was one. */
export async function findEnvironment(home: string, directory: string): Promise<EnvironmentRecord | undefined> {
  return readEnvironment(join(environmentsFolder(home), environmentName(directory)))
}

/** Looks whether an environment runs. */
export async function environmentState(record: EnvironmentRecord): Promise<EnvironmentState> {
  if (await environmentAnswers(record)) return 'running'
  for (const process of record.processes) if (isRunning(process)) return 'broken'
  return 'stopped'
}
