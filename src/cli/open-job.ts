import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { ProblemError } from '../cluster/problem.ts'
import { readRootModule, type TerraformModule } from '../read/terraform/root-module.ts'
import { openProgress, type Progress, quietProgress } from '../report/progress.ts'
import { findTerraform } from '../terraform/find-terraform.ts'
import { layOverlay, liftOverlay } from '../terraform/overlay.ts'
import { chooseProviderSource, type ProviderSource } from '../terraform/provider-source.ts'
import { takeRunLock } from '../terraform/run-lock.ts'
import type { Workspace } from '../terraform/workspace.ts'
import { type CliContext, errPaint, homeOf } from './context.ts'
import { type KeyboardStop, listenForStop } from './keyboard-stop.ts'

/** Everything that `up` and `down` work with once the directory is known to be good. */
export type Job = {
  readonly context: CliContext
  readonly root: TerraformModule
  readonly progress: Progress
  readonly stop: KeyboardStop
}

/** A job that holds its directory: nobody else works on it until `close`. */
export type OpenJob = Job & {
  readonly workspace: Workspace
  readonly providers: ProviderSource
  close(): void
}

/** Starts a job: reads the directory, opens progress, listens for Ctrl-C. @throws ProblemError for a bad directory. */
export async function startJob(context: CliContext, directory: string, quiet: boolean): Promise<Job> {
  const root = await readRootModule(resolve(context.process.cwd(), directory))
  const progress = quiet
    ? quietProgress(context.process.stderr)
    : openProgress(context.process.stderr, errPaint(context))
  return { context, root, progress, stop: listenForStop(context.process, (text) => progress.say(text)) }
}

/** Input variables as Terraform takes them. @throws ProblemError `var-file-missing`. */
export function variableArguments(
  context: CliContext,
  flags: { readonly var?: readonly string[]; readonly varFile?: readonly string[] },
): readonly string[] {
  const files = (flags.varFile ?? []).map((name) => {
    const path = resolve(context.process.cwd(), name)
    if (!existsSync(path))
      throw new ProblemError({
        id: 'var-file-missing',
        what: `There is no file ${name} for --var-file.`,
        fix: 'name a .tfvars file; the path is relative to where you are',
      })
    return `-var-file=${path}`
  })
  return [...files, ...(flags.var ?? []).map((assignment) => `-var=${assignment}`)]
}

/** Where a job's Terraform works. */
export type JobPlace = {
  /** Absolute path of our own folder for the directory. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  readonly isolated: boolean
  /** Folder for what several directories may share, such as downloaded providers. */
  readonly cache?: string
  readonly variables: readonly string[]
}

/** Finds Terraform, takes the directory's lock, and prepares the directory and the source of providers. */
export async function openJob(job: Job, place: JobPlace): Promise<OpenJob> {
  const { context, root, progress, stop } = job
  const terraform = await findTerraform(context.process.env)
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const workspace: Workspace = { terraform, directory: root.directory, ...place }
  const lock = await takeRunLock(
    place.folder,
    (holder) => progress.say(`Waiting for another eks-gpu (process ${holder.pid}) that works on this directory.`),
    undefined,
    stop.interrupt,
  )
  try {
    if (place.isolated) layOverlay(workspace, root.hasBackend)
    const providers = await chooseProviderSource(workspace, homeOf(context), place.cache)
    return {
      ...job,
      workspace,
      providers,
      close: () => {
        if (place.isolated) liftOverlay(workspace)
        lock.release()
      },
    }
  } catch (error) {
    if (place.isolated) liftOverlay(workspace)
    lock.release()
    throw error
  }
}

/** Folder name for a directory: its own name, and six digits of a hash of its path. */
export function folderName(directory: string): string {
  const digits = createHash('sha256').update(directory).digest('hex').slice(0, 6)
  return `${basename(directory).replace(/[^A-Za-z0-9._-]/g, '-') || 'root'}-${digits}`
}

/** Folder for runs against real AWS. */
export function realFolder(stateFolder: string, directory: string): string {
  return join(stateFolder, 'runs', folderName(directory))
}
