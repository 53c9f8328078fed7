import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { ProblemError } from '../cluster/problem.ts'
import { isRunning } from '../terraform/process-identity.ts'
import { identifyProcess } from './process-identity.ts'

const holderSchema = z.object({ name: z.string(), pid: z.number().int(), startedAt: z.string() })

/**
 * Does work while no other process holds the same lock file; waits for one that does, and takes over from one that is gone.
 * Throws {@link ProblemError} when the other still holds it after `timeoutMs`; `what` says what the other is doing.
 */
export async function holdLock<T>(
  file: string,
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true })
  const deadline = Date.now() + timeoutMs
  while (!(await take(file))) {
    if (await isAbandoned(file)) await rm(file, { force: true })
    else if (Date.now() > deadline)
      throw new ProblemError({
        id: 'lock-held',
        what: `Another eks-gpu is ${what}, and does not come to an end.`,
        why: `It holds ${file}.`,
        fix: 'Wait for it, or end it.',
      })
    else await sleep(100)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(JSON.stringify(identifyProcess('eks-gpu', process.pid)))
    } finally {
      await handle.close()
    }
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  // Its holder writes right after it makes it; a file that stays empty has lost its holder in between.
  for (let tries = 0; tries < 20; tries += 1) {
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch {
      return false
    }
    if (text !== '') {
      const holder = parse(text)
      return holder === undefined || !isRunning(holder)
    }
    await sleep(50)
  }
  return true
}

function parse(text: string): z.output<typeof holderSchema> | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
