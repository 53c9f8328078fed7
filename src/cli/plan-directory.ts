import { ProblemError } from '../cluster/problem.ts'
import type { PlanJson } from '../read/terraform/plan-json.ts'
import { findTerraform } from '../terraform/find-terraform.ts'
import { forgetRun } from '../terraform/run-record.ts'
import { checkAttributes } from './check-step.ts'
import { shellWord } from './command-line.ts'
import type { CliContext } from './context.ts'
import { beginEnding, endLocalEnvironment, findLocalEnvironment, localPlace } from './local-place.ts'
import {
  endJob,
  type HeldJob,
  holdJob,
  type Job,
  lockDirectory,
  openJob,
  readVariables,
  startJob,
  type Variables,
} from './open-job.ts'
import type { Place } from './place.ts'
import { awaitEarlierRun, recoverStep } from './recover-step.ts'
import { initializeStep, planStep, type RunFacts, readPlan, type StepEnd } from './steps.ts'

/** Flags of planning a directory. */
export type PlanDirectoryFlags = {
  readonly varFile?: readonly string[]
  readonly var?: readonly string[]
  /** Day of the local AWS, `YYYY-MM-DD`; today without. */
  readonly asOf?: string
  readonly quiet: boolean
}

/**
 * Plans a Terraform directory against the AWS stand-in of this machine, so that no credentials are needed: takes the
 * local environment that runs for it (and its state), else starts one and ends it again. Applies nothing; progress and
 * Terraform's own errors go to standard error.
 * @param name of it in messages.
 * @throws ProblemError for a bad directory, a missing Terraform, and `plan-failed` when Terraform could not plan.
 */
export async function planDirectory(
  context: CliContext,
  directory: string,
  flags: PlanDirectoryFlags,
  command: 'simulate' | 'images',
  name: string = directory,
): Promise<PlanJson> {
  const variables = readVariables(context, flags)
  const job = await startJob(context, directory, flags.quiet)
  try {
    const [terraform, written] = await Promise.all([
      findTerraform(context.process.env),
      checkAttributes(job, variables),
    ])
    if (written.unknown.length > 0) throw planFailed(name, 'failed')
    const lock = await lockDirectory(job)
    try {
      const running = (await findLocalEnvironment(context, job.root.directory))?.answers === true
      // Nothing is applied, so no control plane starts; the small one asks for no programs.
      const place = await localPlace(job, { ...flags, ...(!running && { kubernetes: 'embedded' }) })
      try {
        const facts = { today: place.today, local: true, written, again: `eks-gpu ${command} ${shellWord(name)}` }
        const onPlanned = (): void => {
          if (!running) beginEndingOf(job).catch(() => undefined)
        }
        return await planIn(job, place, terraform, variables, name, { ...facts, down: facts.again }, onPlanned)
      } finally {
        if (!running) await endEnvironment(job)
      }
    } finally {
      lock.release()
    }
  } finally {
    endJob(job)
  }
}

async function planIn(
  job: Job,
  place: Place,
  terraform: HeldJob['workspace']['terraform'],
  variables: Variables,
  name: string,
  facts: RunFacts,
  onPlanned: () => void,
): Promise<PlanJson> {
  const held = holdJob(job, place, terraform, variables)
  try {
    const earlier = await awaitEarlierRun(held)
    if (earlier !== 'done') throw planFailed(name, earlier)
    const open = await openJob(held)
    const prepared = await initializeStep(open, facts)
    if (prepared !== 'done') throw planFailed(name, prepared)
    await recoverStep(open, place.aws)
    const planned = await planStep(open, { destroy: false }, facts)
    if (planned.end !== 'done') throw planFailed(name, planned.end)
    onPlanned()
    try {
      return await readPlan(open)
    } finally {
      forgetRun(open.workspace)
    }
  } finally {
    held.close()
  }
}

/** It ends while Terraform reads the plan, which needs no AWS. What did not hear is ended after that. */
async function beginEndingOf(job: Job): Promise<void> {
  const environment = await findLocalEnvironment(job.context, job.root.directory)
  if (environment !== undefined) await beginEnding(environment)
}

async function endEnvironment(job: Job): Promise<void> {
  const environment = await findLocalEnvironment(job.context, job.root.directory)
  if (environment !== undefined) await endLocalEnvironment(environment)
}

/** That something could not be planned. What Terraform and the checks had to say stands on standard error already. */
export function planFailed(name: string, end: Exclude<StepEnd, 'done'>): ProblemError {
  return new ProblemError({
    id: 'plan-failed',
    what: end === 'failed' ? `${name} cannot be planned, for the reasons above.` : `Planning ${name} was stopped.`,
    ...(end === 'failed' && {
      fix: 'put them right, or name a plan with --plan: terraform show -json PLAN > plan.json',
    }),
  })
}
