import { join } from 'node:path'
import type { EnvironmentRecord } from '../local/environment.ts'
import { requestStop } from '../local/environment-control.ts'
import { environmentVariables } from '../local/environment-variables.ts'
import { environmentState, findEnvironment } from '../local/find-environment.ts'
import { startEnvironment } from '../local/start-environment.ts'
import { stateFolder } from '../local/state-folder.ts'
import { stopEnvironment } from '../local/stop-environment.ts'
import { userCacheFolder } from '../local/user-cache-folder.ts'
import { liftOverlay } from '../terraform/overlay.ts'
import { readRunRecord, stillRuns } from '../terraform/run-record.ts'
import type { CliContext } from './context.ts'
import type { Job } from './open-job.ts'
import type { Place } from './place.ts'
import type { UpFlags } from './up-flags.ts'

/** The environment of a directory, as far as a command needs it. */
export type LocalEnvironment = {
  readonly record: EnvironmentRecord
  readonly place: Place
  /** Whether it answers: only then is there something for Terraform to work on. */
  readonly answers: boolean
}

/** Starts the local environment of a job's directory, or takes the one that runs. */
export async function localPlace(job: Job, flags: Pick<UpFlags, 'asOf' | 'kubernetes'>): Promise<Place> {
  const { context, root, progress } = job
  const { env } = context.process
  const home = stateFolder(env)
  const existing = await findLocalEnvironment(context, root.directory)
  if (existing !== undefined && !existing.answers) endOrphans(existing)
  const running = existing?.answers === true ? existing.record : undefined
  const step = progress.step('Start AWS and Kubernetes on this machine')
  try {
    const record = await startEnvironment({
      home,
      directory: root.directory,
      // What runs was settled when it started; without a flag it is taken as it is.
      asOf: flags.asOf ?? running?.asOf ?? new Date().toISOString().slice(0, 10),
      kubernetes: flags.kubernetes ?? running?.kubernetes ?? 'auto',
      environment: env,
      onProgress: (line) => step.detail(line),
    })
    step.succeed(running === undefined ? undefined : 'they run already')
    return placeOf(context, record)
  } catch (error) {
    step.fail()
    throw error
  }
}

/** The local environment of a directory, running or not; `undefined` when there is none. */
export async function findLocalEnvironment(
  context: CliContext,
  directory: string,
): Promise<LocalEnvironment | undefined> {
  const record = await findEnvironment(stateFolder(context.process.env), directory)
  if (record === undefined) return undefined
  return { record, place: placeOf(context, record), answers: (await environmentState(record)) === 'running' }
}

/** Asks an environment to end what runs in it, and does not wait; its folder stays until {@link endLocalEnvironment}. */
export async function beginEnding({ record }: LocalEnvironment): Promise<void> {
  await requestStop(record)
}

/** Ends an environment with everything that runs in it, and removes its folder. */
export async function endLocalEnvironment(environment: LocalEnvironment): Promise<void> {
  endOrphans(environment)
  await stopEnvironment(environment.record)
}

/** Our own folder for Terraform inside an environment's. */
export function terraformFolder(record: Pick<EnvironmentRecord, 'home'>): string {
  return join(record.home, 'terraform')
}

/** Takes out of the directory what an isolated run laid there, and ends a Terraform that works on an AWS that is gone. */
function endOrphans({ record, place }: LocalEnvironment): void {
  const run = readRunRecord(place)
  if (run !== undefined && stillRuns(run)) {
    try {
      process.kill(run.process.pid, 'SIGKILL')
    } catch {
      // It ended in this very moment.
    }
  }
  liftOverlay({ folder: place.folder, directory: record.directory })
}

function placeOf(context: CliContext, record: EnvironmentRecord): Place {
  const { env } = context.process
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1'
  // Nothing of the user's own AWS settings may reach a tool that is meant for the stand-in.
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')))
  const { accessKeyId, secretAccessKey } = record.credentials
  return {
    folder: terraformFolder(record),
    env: { ...clean, ...environmentVariables(record, { region }) },
    isolated: true,
    cache: userCacheFolder(env),
    aws: { endpoint: record.awsEndpoint, region, credentials: { accessKeyId, secretAccessKey } },
    today: record.asOf,
    local: {
      variables: {
        AWS_ENDPOINT_URL: record.awsEndpoint,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      },
      kubeconfigOf: async (cluster) => {
        const now = await findEnvironment(stateFolder(env), record.directory)
        return now?.clusters.find(({ name }) => name === cluster)?.kubeconfig
      },
    },
  }
}
