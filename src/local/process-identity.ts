import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { platform } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { EnvironmentProcess } from './environment.ts'

const exec = promisify(execFile)

/**
 * When a process started, as text that no other process with the same id has: clock ticks since boot on Linux, the start time as
 * `ps` tells it elsewhere. `undefined` when there is no such process, or only its unreaped end.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (platform() === 'linux') {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // The name, in parentheses, may hold spaces and parentheses itself.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields[0] === 'Z' ? undefined : fields[19]
    } catch {
      return undefined
    }
  }
  try {
    const { stdout } = await exec('ps', ['-o', 'lstart=', '-p', String(pid)])
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}

/** A process as the record keeps it; `undefined` when it is gone already. */
export async function identifyProcess(name: string, pid: number): Promise<EnvironmentProcess | undefined> {
  const startedAt = await processStart(pid)
  return startedAt === undefined ? undefined : { name, pid, startedAt }
}

/** Whether a recorded process still runs: the same id and the same start. */
export async function isRunning(process: EnvironmentProcess): Promise<boolean> {
  return (await processStart(process.pid)) === process.startedAt
}

/** Asks a recorded process to end, waits `graceMs`, then ends it; does nothing when its id belongs to another process now. */
export async function endProcess(recorded: EnvironmentProcess, graceMs: number): Promise<void> {
  if (!(await isRunning(recorded))) return
  signal(recorded.pid, 'SIGTERM')
  const deadline = Date.now() + graceMs
  while (Date.now() < deadline) {
    if (!(await isRunning(recorded))) return
    await sleep(50)
  }
  if (await isRunning(recorded)) signal(recorded.pid, 'SIGKILL')
  for (let tries = 0; tries < 40 && (await isRunning(recorded)); tries += 1) await sleep(50)
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It ended between the look and the signal.
  }
}
