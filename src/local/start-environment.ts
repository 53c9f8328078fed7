import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ProblemError } from '../cluster/problem.ts'
import type { EnvironmentRecord } from './environment.ts'
import { environmentFile, readEnvironment, writeEnvironment } from './environment-file.ts'
import { emptyAwsFile } from './environment-variables.ts'
import { environmentState, findEnvironment } from './find-environment.ts'
import { holdLock } from './hold-lock.ts'
import { programArguments } from './program-arguments.ts'
import { environmentName, environmentsFolder } from './state-folder.ts'
import { stopEnvironment } from './stop-environment.ts'

export type StartEnvironmentOptions = {
  /** The state folder. */
  readonly home: string
  /** The Terraform directory the environment is for. */
  readonly directory: string
  /** The emulator's calendar, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly kubernetes: EnvironmentRecord['kubernetes']
  /** One line for each step worth telling. */
  readonly onProgress: (line: string) => void
  /** Environment of the daemon; this process's when left out. */
  readonly environment?: NodeJS.ProcessEnv
}

/**
 * Starts the local environment of a Terraform directory, or takes the one that runs. What a crash left of an earlier one is ended
 * first. Throws {@link ProblemError} when it cannot start, or runs already with another calendar or control plane.
 */
export async function startEnvironment(options: StartEnvironmentOptions): Promise<EnvironmentRecord> {
  const name = environmentName(options.directory)
  // Two starts for one directory at once would each find nothing, and one daemon would be lost.
  const lock = join(environmentsFolder(options.home), `${name}.lock`)
  const other = { timeoutMs: startTimeout, what: `starting the local environment of ${options.directory}` }
  return holdLock(lock, other, () => start(name, options))
}

async function start(name: string, options: StartEnvironmentOptions): Promise<EnvironmentRecord> {
  const directory = resolve(options.directory)
  const existing = await findEnvironment(options.home, directory)
  if (existing) {
    if ((await environmentState(existing)) === 'running') {
      checkSame(existing, options)
      return existing
    }
    options.onProgress(`Cleaning up what is left of the local environment ${existing.name}`)
    await stopEnvironment(existing)
  }
  const home = join(environmentsFolder(options.home), name)
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeFile(emptyAwsFile(home), '')
  await writeEnvironment({
    version: 1,
    name,
    directory,
    home,
    asOf: options.asOf,
    kubernetes: options.kubernetes,
    awsEndpoint: '',
    credentials: { accessKeyId: '', secretAccessKey: '' },
    processes: [],
    clusters: [],
  })
  try {
    await runDaemon(home, options)
    const record = await readEnvironment(home)
    if (record) return record
    throw new Error('it wrote no record')
  } catch (error) {
    const left = await readEnvironment(home)
    if (left) await stopEnvironment(left)
    else await rm(home, { recursive: true, force: true })
    if (error instanceof ProblemError) throw error
    throw new ProblemError(
      {
        id: 'environment-did-not-start',
        what: 'The local environment did not start.',
        why: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    )
  }
}

/** How long another start for the same directory may take, milliseconds; with an installation of moto it takes a minute. */
const startTimeout = 300_000

type DaemonMessage =
  | { readonly progress: string }
  | { readonly ready: true }
  | { readonly problem: ProblemError['problem'] }

/** Starts the daemon apart from us, so that it outlives the command, and follows it until it is ready. */
async function runDaemon(home: string, options: StartEnvironmentOptions): Promise<void> {
  const logFile = join(home, 'daemon.log')
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(
    process.execPath,
    [...programArguments('./daemon', import.meta.url), '--record', environmentFile(home)],
    {
      cwd: home,
      detached: true,
      env: options.environment ?? process.env,
      stdio: ['ignore', log, log, 'ipc'],
    },
  )
  closeSync(log)
  try {
    await new Promise<void>((done, reject) => {
      child.on('message', (message: DaemonMessage) => {
        if ('progress' in message) options.onProgress(message.progress)
        else if ('ready' in message) done()
        else reject(new ProblemError(message.problem))
      })
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        void readFile(logFile, 'utf8')
          .catch(() => '')
          .then((text) =>
            reject(
              new ProblemError({
                id: 'environment-did-not-start',
                what: 'The local environment ended while it was starting.',
                why: `Its process ended with ${signal ?? `code ${code}`}.`,
                detail: text.trimEnd().split('\n').slice(-15),
              }),
            ),
          )
      })
    })
  } finally {
    child.removeAllListeners()
    if (child.connected) child.disconnect()
    child.unref()
  }
}

function checkSame(running: EnvironmentRecord, options: StartEnvironmentOptions): void {
  const differs =
    running.asOf !== options.asOf
      ? `with the calendar at ${running.asOf}, not ${options.asOf}`
      : running.kubernetes !== options.kubernetes
        ? `with Kubernetes "${running.kubernetes}", not "${options.kubernetes}"`
        : undefined
  if (differs === undefined) return
  throw new ProblemError({
    id: 'environment-differs',
    what: `The local environment of ${running.directory} runs already, ${differs}.`,
    why: 'Both are settled when it starts.',
    fix: 'Take it down first (eks-gpu down DIR --local), or leave the option out.',
  })
}
