import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ProblemError } from '../cluster/problem.ts'
import { findEnvironment } from '../local/find-environment.ts'
import { stateFolder } from '../local/state-folder.ts'
import { readRootModule, type TerraformModule } from '../read/terraform/root-module.ts'
import { openProgress, type Progress, quietProgress } from '../report/progress.ts'
import type { Terraform } from '../terraform/find-terraform.ts'
import { layOverlay, liftOverlay, removeOverride } from '../terraform/overlay.ts'
import { chooseProviderSource, type ProviderSource } from '../terraform/provider-source.ts'
import { type RunLock, takeRunLock } from '../terraform/run-lock.ts'
import type { Workspace } from '../terraform/workspace.ts'
import { type CliContext, errPaint, homeOf } from './context.ts'
import { type KeyboardStop, listenForStop } from './keyboard-stop.ts'
import { lockFolder, type Place } from './place.ts'

/** Everything that `up` and `down` work with once the directory is known to be good. */
export type Job = {
  readonly context: CliContext
  readonly root: TerraformModule
  readonly progress: Progress
  readonly stop: KeyboardStop
}

/** A job that holds its directory: nobody else works on it until `close`. */
export type HeldJob = Job & { readonly workspace: Workspace; readonly place: Place; close(): void }

/** A held job whose directory is ready for Terraform. */
export type OpenJob = HeldJob & { readonly providers: ProviderSource }

/** Starts a job: reads the directory, opens progress, listens for Ctrl-C. @throws ProblemError for a bad directory. */
export async function startJob(context: CliContext, directory: string, quiet: boolean): Promise<Job> {
  const root = await readRootModule(resolve(context.process.cwd(), directory))
  const progress = quiet
    ? quietProgress(context.process.stderr)
    : openProgress(context.process.stderr, errPaint(context))
  return { context, root, progress, stop: listenForStop(context.process, (text) => progress.say(text)) }
}

/** Input variables of the command line, read and ready for Terraform. */
export type Variables = {
  readonly arguments: readonly string[]
  /** Absolute paths of the files among them. */
  readonly files: readonly string[]
}

/** Reads `--var` and `--var-file`. @throws ProblemError `var-file-missing`. */
export function readVariables(
  context: CliContext,
  flags: { readonly var?: readonly string[]; readonly varFile?: readonly string[] },
): Variables {
  const files = (flags.varFile ?? []).map((name) => {
    const path = resolve(context.process.cwd(), name)
    if (!existsSync(path))
      throw new ProblemError({
        id: 'var-file-missing',
        what: `There is no file ${name}, which --var-file names.`,
        fix: 'name a .tfvars file; its path is relative to where you are, not to the directory of the configuration',
      })
    return path
  })
  const assignments = (flags.var ?? []).map((assignment) => `-var=${assignment}`)
  return { files, arguments: [...files.map((path) => `-var-file=${path}`), ...assignments] }
}

/** Takes the directory's lock, waiting for another eks-gpu that holds it. */
export function lockDirectory(job: Job): Promise<RunLock> {
  return takeRunLock(
    lockFolder(job.context, job.root.directory),
    (holder) => job.progress.say(`Waiting for another eks-gpu (process ${holder.pid}) that works on this directory.`),
    undefined,
    job.stop.interrupt,
  )
}

/** Gives a job whose directory is locked the place it works in. */
export function holdJob(job: Job, place: Place, terraform: Terraform, variables: Variables): HeldJob {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const workspace: Workspace = {
    terraform,
    directory: job.root.directory,
    folder: place.folder,
    env: place.env,
    isolated: place.isolated,
    variables: variables.arguments,
  }
  return { ...job, workspace, place, close: () => (place.isolated ? liftOverlay(workspace) : undefined) }
}

/** Prepares the directory of a held job and decides where providers come from. */
export async function openJob(held: HeldJob): Promise<OpenJob> {
  const { workspace, place, context, root } = held
  if (place.isolated) layOverlay(workspace, root.hasBackend)
  else await clearLocalOverlay(context, root.directory)
  return { ...held, providers: await chooseProviderSource(workspace, homeOf(context), place.cache) }
}

/** A local run that was killed may have left its override here: with it, real state would not be found. */
async function clearLocalOverlay(context: CliContext, directory: string): Promise<void> {
  const record = await findEnvironment(stateFolder(context.process.env), directory)
  if (record !== undefined) liftOverlay({ folder: join(record.home, 'terraform'), directory })
  removeOverride(directory)
}

/** Ends what {@link startJob} began. */
export function endJob(job: Job): void {
  job.progress.close()
  job.stop.close()
}
