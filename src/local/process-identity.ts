import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, startTimeOf } from '../terraform/process-identity.ts'
import type { EnvironmentProcess } from './environment.ts'

/** A process as the record keeps it; `undefined` when it is gone already. */
export function identifyProcess(name: string, pid: number): EnvironmentProcess | undefined {
  const startedAt = startTimeOf(pid)
  return startedAt === undefined ? undefined : { name, pid, startedAt }
}

/** Asks a recorded process to end, waits `graceMs`, then ends it; does nothing when its id belongs to another process now. */
export async function endProcess(recorded: EnvironmentProcess, graceMs: number): Promise<void> {
  if (!isRunning(recorded)) return
  signal(recorded.pid, 'SIGTERM')
  const deadline = Date.now() + graceMs
  while (Date.now() < deadline) {
    if (!isRunning(recorded)) return
    await sleep(50)
  }
  if (isRunning(recorded)) signal(recorded.pid, 'SIGKILL')
  for (let tries = 0; tries < 40 && isRunning(recorded); tries += 1) await sleep(50)
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended between the look and the signal.
  }
}
