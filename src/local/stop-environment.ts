import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning } from '../terraform/process-identity.ts'
import type { EnvironmentRecord } from './environment.ts'
import { environmentAnswers, requestStop } from './environment-control.ts'
import { readEnvironment } from './environment-file.ts'
import { endProcess } from './process-identity.ts'

/** How long the daemon may take to end everything it started, milliseconds. */
const stopTimeout = 20_000

/**
 * Ends an environment and removes its folder: by asking its daemon, and by the record where that does not answer or leaves something.
 * A recorded process id that belongs to another process by now is left alone. Returns the names of the processes that had to be ended.
 */
export async function stopEnvironment(record: EnvironmentRecord): Promise<readonly string[]> {
  // The daemon may have started more since the record was read.
  const current = (await readEnvironment(record.home)) ?? record
  if (await environmentAnswers(current)) {
    await requestStop(current).catch(() => undefined)
    const deadline = Date.now() + stopTimeout
    while (Date.now() < deadline && (await anyRunning(current))) await sleep(100)
  }
  const ended: string[] = []
  for (const process of current.processes) {
    if (!isRunning(process)) continue
    ended.push(process.name)
    await endProcess(process, 3000)
  }
  await rm(current.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  return ended
}

async function anyRunning(record: EnvironmentRecord): Promise<boolean> {
  for (const process of record.processes) if (isRunning(process)) return true
  return false
}
