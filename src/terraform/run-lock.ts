import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { ProblemError } from '../cluster/problem.ts'
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts'

const holderSchema = z.object({ pid: z.number(), startedAt: z.string() })

/** Held by the one `eks-gpu` that works on a directory. */
export type RunLock = { release(): void }

/**
 * Takes the lock of a work folder, waiting while another live process holds it; a dead holder's lock is taken over.
 * Terraform's own state lock only guards single steps, so that a second `up` would apply a plan that the first made stale.
 * @param onWait called once when there is someone to wait for.
 * @param patienceMs how long to wait, milliseconds.
 * @throws ProblemError `directory-busy` when patience runs out.
 */
export async function takeRunLock(
  folder: string,
  onWait: (holder: ProcessIdentity) => void,
  patienceMs = 600_000,
  signal?: AbortSignal,
): Promise<RunLock> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'run.lock')
  const deadline = Date.now() + patienceMs
  let told = false
  for (;;) {
    if (tryTake(folder, path)) return { release: () => rmSync(path, { force: true }) }
    const holder = readHolder(path)
    if (holder === undefined || !isRunning(holder)) {
      if (!removeDead(folder, path)) await pause(50)
      continue
    }
    if (Date.now() > deadline)
      throw new ProblemError({
        id: 'directory-busy',
        what: `Another eks-gpu (process ${holder.pid}) has been working on this directory for ${Math.round(patienceMs / 60_000)} minutes.`,
        fix: 'wait until it has ended, or end it with Ctrl-C in its terminal, then run this command again',
      })
    if (!told) onWait(holder)
    told = true
    await pause(250, undefined, signal && { signal })
  }
}

function tryTake(folder: string, path: string): boolean {
  // Written aside and linked, so that nobody ever reads a half-written holder.
  const own = join(folder, `run.lock.${process.pid}`)
  writeFileSync(own, JSON.stringify(identityOf(process.pid)))
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/**
 * Removes the lock of a dead holder, one process at a time: otherwise the second of two that saw it dead would remove what
 * the first has just taken. False when somebody else is at it.
 */
function removeDead(folder: string, path: string): boolean {
  const gate = join(folder, 'run.lock.removal')
  try {
    mkdirSync(gate)
  } catch {
    // Whoever made it was killed within the few lines below.
    if (Date.now() - (statSync(gate, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 5_000)
      rmSync(gate, { recursive: true, force: true })
    return false
  }
  try {
    const holder = readHolder(path)
    if (holder === undefined || !isRunning(holder)) rmSync(path, { force: true })
    return true
  } finally {
    rmSync(gate, { recursive: true, force: true })
  }
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data
  } catch {
    return undefined
  }
}
