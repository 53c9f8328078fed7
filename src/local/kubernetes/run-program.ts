import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RunProgram } from './install-kubernetes.ts'

/**
 * Runs a program with this process's environment and tells each line of its output, both streams. An aborted signal ends
 * it and whatever it has started. Rejects when it cannot be started.
 */
export const runProgram: RunProgram = (command, args, { onLine, signal }) =>
  new Promise((resolve, reject) => {
    // A group of its own, so that the compilers go with the script that started them.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
      } catch {
        child.kill()
      }
    }
    signal?.addEventListener('abort', end, { once: true })
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
    child.on('error', reject)
    child.on('close', (code) => {
      signal?.removeEventListener('abort', end)
      resolve({ exitCode: code ?? 1 })
    })
    if (signal?.aborted) end()
  })
