import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ProblemError } from '../cluster/problem.ts'
import { environmentLeftovers } from '../local/environment-control.ts'
import { findDestroyBlockers } from '../read/live/destroy-blockers.ts'
import { interfacesIn } from '../read/live/leftovers.ts'
import { appliedClusters } from '../read/terraform/applied-cluster.ts'
import type { StateJson } from '../read/terraform/plan-json.ts'
import { summarizePlan } from '../read/terraform/plan-summary.ts'
import { formatBlockers, formatLeftovers } from '../report/destroy-text.ts'
import { formatCounts } from '../report/plan-text.ts'
import { findTerraform } from '../terraform/find-terraform.ts'
import { readState } from '../terraform/read-state.ts'
import { forgetRun } from '../terraform/run-record.ts'
import { ask } from './ask.ts'
import { commandLine } from './command-line.ts'
import { type CliContext, complain, type ExitCode, errPaint, outPaint, print, runCommand } from './context.ts'
import { endLocalEnvironment, findLocalEnvironment, type LocalEnvironment } from './local-place.ts'
import {
  endJob,
  type HeldJob,
  holdJob,
  type Job,
  lockDirectory,
  type OpenJob,
  openJob,
  readVariables,
  startJob,
  type Variables,
} from './open-job.ts'
import { type Place, realPlace } from './place.ts'
import { awaitEarlierRun, recoverStep } from './recover-step.ts'
import { madeRootOf } from './root-of.ts'
import { applyStep, initializeStep, planStep, type RunFacts, readPlan, tellStateLeft } from './steps.ts'
import type { DownFlags } from './up-flags.ts'
import { accessTo } from './verify-step.ts'

/** `eks-gpu down DIR`: says what would block, destroys, and says what is left. */
export async function down(this: CliContext, flags: DownFlags, source: string): Promise<void> {
  const directory = madeRootOf(this, source)
  await runCommand(this, flags, () =>
    flags.local ? takeDownLocal(this, flags, directory) : takeDownReal(this, flags, directory),
  )
}

async function takeDownReal(context: CliContext, flags: DownFlags, directory: string): Promise<ExitCode> {
  const variables = readVariables(context, flags)
  const job = await startJob(context, directory, flags.quiet)
  try {
    return await destroy(job, realPlace(context, job.root.directory), flags, directory, variables)
  } finally {
    endJob(job)
  }
}

/** The environment goes in any case: whatever Terraform cannot delete goes with it. */
async function takeDownLocal(context: CliContext, flags: DownFlags, directory: string): Promise<ExitCode> {
  const environment = await findLocalEnvironment(context, resolve(context.process.cwd(), directory))
  if (environment === undefined) {
    print(context, `Nothing of ${directory} runs on this machine.`)
    return 0
  }
  const end = environment.answers ? await destroyLocal(context, environment, flags, directory) : 'nothing-to-destroy'
  if (end === 'interrupted') return 1
  await endLocalEnvironment(environment)
  print(
    context,
    end === 'clean'
      ? 'Everything is deleted; the stand-ins have ended and their folder is removed.'
      : 'The stand-ins have ended with everything in them, and their folder is removed.',
  )
  return end === 'failed' ? 1 : end === 'leftovers' ? 2 : 0
}

type LocalEnd = 'clean' | 'leftovers' | 'failed' | 'interrupted' | 'nothing-to-destroy'

async function destroyLocal(
  context: CliContext,
  { record, place }: LocalEnvironment,
  flags: DownFlags,
  directory: string,
): Promise<LocalEnd> {
  if (!existsSync(record.directory)) return 'nothing-to-destroy'
  const job = await startJob(context, directory, flags.quiet)
  try {
    const code = await destroy(job, place, flags, directory, readVariables(context, flags))
    if (job.stop.interrupt.aborted) return 'interrupted'
    if (code !== 0) return 'failed'
    const left = await environmentLeftovers(record)
    if (left.length === 0) return 'clean'
    const lines = left.map(({ kind, id, region }) => ({ id, what: `${kind}, ${region}` }))
    context.process.stderr.write(
      `${formatLeftovers(lines, 'the destroy left these in the local AWS', errPaint(context))}\n`,
    )
    return 'leftovers'
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    complain(context, error.problem)
    return 'failed'
  } finally {
    endJob(job)
  }
}

async function destroy(
  started: Job,
  place: Place,
  flags: DownFlags,
  directory: string,
  variables: Variables,
): Promise<ExitCode> {
  const terraform = await findTerraform(started.context.process.env)
  const lock = await lockDirectory(started)
  try {
    const held = holdJob(started, place, terraform, variables)
    try {
      return await destroyHeld(held, flags, directory)
    } finally {
      held.close()
    }
  } finally {
    lock.release()
  }
}

async function destroyHeld(held: HeldJob, flags: DownFlags, directory: string): Promise<ExitCode> {
  const { place } = held
  const command = commandLine('down', directory, flags)
  const facts: RunFacts = {
    today: place.today,
    local: flags.local,
    written: { calls: [], groups: [] },
    again: command,
    down: command,
  }
  if ((await awaitEarlierRun(held)) !== 'done') return 1
  const job = await openJob(held)
  if ((await initializeStep(job, facts)) !== 'done') return 1
  await recoverStep(job, place.aws)
  const state = await readState(job.workspace, job.providers.env)
  if (!flags.local) await warnOfBlockers(job, state)
  const planned = await planStep(job, { destroy: true }, facts)
  if (planned.end !== 'done') return 1
  // A destroy only deletes; an older Terraform or OpenTofu may not say how much.
  const counts =
    planned.counts === undefined
      ? summarizePlan(await readPlan(job)).counts
      : { create: 0, update: 0, replace: 0, delete: planned.counts.remove, import: 0 }
  print(job.context, formatCounts(counts, outPaint(job.context)))
  if (!planned.changes) {
    forgetRun(job.workspace)
    return 0
  }
  if (!flags.local && !flags.yes && !(await ask(job.context, 'Delete all of it?', job.stop.interrupt))) {
    forgetRun(job.workspace)
    job.progress.say('Nothing was changed.')
    return 1
  }
  const applied = await applyStep(job, 'destroy', counts.delete, facts)
  tellStateLeft(job, applied, counts.delete, facts)
  const { end } = applied
  if (end === 'failed') await tellWhatBlocks(job, state)
  return end === 'done' ? 0 : 1
}

async function warnOfBlockers(job: OpenJob, state: StateJson): Promise<void> {
  for (const cluster of appliedClusters(state)) {
    const access = await accessTo(job, cluster, await job.place.local?.kubeconfigOf(cluster.name))
    if (access.kubectl === undefined) {
      job.progress.say(`Not checked what would block: kubectl does not reach ${cluster.name} from here.`)
      continue
    }
    const blockers = await findDestroyBlockers(access.kubectl)
    if (blockers.length > 0) job.progress.say(formatBlockers(blockers, errPaint(job.context)))
  }
}

async function tellWhatBlocks(job: OpenJob, state: StateJson): Promise<void> {
  for (const { type, values } of state.resources) {
    if (type !== 'aws_vpc' || typeof values['id'] !== 'string') continue
    const left = await interfacesIn(values['id'], { ...regionOf(state), ...job.place.aws })
    if (left.length > 0)
      job.progress.say(
        formatLeftovers(left, `these network interfaces still hang in VPC ${values['id']}`, errPaint(job.context)),
      )
  }
}

function regionOf(state: StateJson): { readonly region?: string } {
  const region = appliedClusters(state)[0]?.region
  return region === undefined || region === '' ? {} : { region }
}
