import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** A program that we keep running as a child process. */
export type ChildProgram = {
  readonly name: string
  /** Process id, or `undefined` while it is not running. */
  readonly pid: number | undefined
  readonly logFile: string
  /** How it ended by itself, e.g. `exit code 1`; `undefined` while it runs or when we ended it. */
  readonly ended: string | undefined
  /** Ends it with SIGTERM, with SIGKILL after `graceMs`; resolves once it is gone. */
  stop(graceMs?: number): Promise<void>
  /** Ends it as a crash would. */
  kill(): Promise<void>
}

/**
 * Starts a program whose output goes to `logFile` (appended). `onEnd` is called when it ends without having been asked to.
 * Rejects when the program cannot be started at all.
 */
export async function startProgram(options: {
  readonly name: string
  readonly path: string
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly onEnd: (how: string) => void
}): Promise<ChildProgram> {
  const log = openSync(options.logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(options.path, options.flags, { stdio: ['ignore', log, log], env: options.env })
  } finally {
    closeSync(log)
  }
  let ended: string | undefined
  let gone = false
  let asked = false
  const exit = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true
      if (!asked) {
        ended = signal === null ? `exit code ${code}` : `signal ${signal}`
        options.onEnd(ended)
      }
      resolve()
    })
  })
  // Either 'spawn' or 'error' comes first; `once` rejects on 'error'.
  await once(child, 'spawn')
  child.on('error', () => {})

  const end = async (signal: NodeJS.Signals, graceMs: number): Promise<void> => {
    asked = true
    if (gone) return
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await exit
    clearTimeout(timer)
  }
  return {
    name: options.name,
    logFile: options.logFile,
    get pid() {
      return gone ? undefined : child.pid
    },
    get ended() {
      return ended
    },
    stop: (graceMs = 5_000) => end('SIGTERM', graceMs),
    kill: () => end('SIGKILL', 0),
  }
}

/** The last `count` lines of a log; empty when there is none. Reads at most its last 64 KiB. */
export async function lastLogLines(logFile: string, count: number): Promise<readonly string[]> {
  try {
    const file = await open(logFile, 'r')
    try {
      const { size } = await file.stat()
      const length = Math.min(size, 64 * 1024)
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
      const lines = buffer.toString('utf8').split('\n')
      return lines.filter((line) => line.trim() !== '').slice(-count)
    } finally {
      await file.close()
    }
  } catch {
    return []
  }
}
