import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProblemError } from '../../../cluster/problem.ts'

/** A running emulator. */
export type Moto = {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  readonly pid: number
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/**
 * Starts moto's server on a free port of 127.0.0.1 and waits until it answers (it loads the managed IAM policies, one to four seconds).
 * Its output goes to `moto.log` in `directory`. Throws {@link ProblemError} with the end of that file when it does not come up.
 */
export async function startMoto(program: string, directory: string, environment: NodeJS.ProcessEnv): Promise<Moto> {
  await mkdir(directory, { recursive: true })
  const port = await freePort()
  const logFile = join(directory, 'moto.log')
  const log = openSync(logFile, 'w')
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    cwd: directory,
    env: {
      ...environment,
      // boto3, which it is built on, would ask the machine that it runs on for credentials.
      AWS_EC2_METADATA_DISABLED: 'true',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      MOTO_LAMBDA_DATA_DIR: join(directory, 'lambda-data'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let exited = false
  let failure: Error | undefined
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      failure = error
      exited = true
      resolve()
    })
    child.once('exit', () => {
      exited = true
      resolve()
    })
  })
  const endpoint = `http://127.0.0.1:${port}`
  const deadline = Date.now() + 60_000
  while (!(await answers(endpoint))) {
    if (exited || Date.now() > deadline) {
      child.kill('SIGKILL')
      const lines = (await readFile(logFile, 'utf8').catch(() => '')).trimEnd().split('\n')
      throw new ProblemError({
        id: 'moto-did-not-start',
        what: `The AWS emulator (${program}) did not start.`,
        why: failure?.message ?? (exited ? 'It ended at once.' : 'It did not answer within 60 seconds.'),
        fix: `Read ${logFile}; a moto older than 5.0 or without its server extra does this: pip install 'moto[server]>=5'.`,
        detail: lines.slice(-10),
      })
    }
    await sleep(100)
  }
  return {
    endpoint,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      if (exited) return
      child.kill('SIGTERM')
      await Promise.race([ended, sleep(3000)])
      if (!exited) child.kill('SIGKILL')
      await ended
    },
  }
}

/** moto takes its port at start and cannot tell which one it chose, so we ask the system for one first. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port assigned')),
      )
    })
  })
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(`${endpoint}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ lambda: { use_docker: false } }),
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
