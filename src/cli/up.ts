import { type AppliedCluster, appliedClusters } from '../read/terraform/applied-cluster.ts'
import { costOf } from '../read/terraform/plan-cost.ts'
import { type PlanSummary, summarizePlan } from '../read/terraform/plan-summary.ts'
import { sizeConflicts } from '../read/terraform/size-conflicts.ts'
import { subnetNeeds } from '../read/terraform/subnet-needs.ts'
import type { ModuleCallFindings } from '../read/terraform/unknown-attributes.ts'
import { formatPlan } from '../report/plan-text.ts'
import { intentOf, keepIntent } from '../terraform/adopt/intent.ts'
import { findTerraform } from '../terraform/find-terraform.ts'
import { readState } from '../terraform/read-state.ts'
import { forgetRun } from '../terraform/run-record.ts'
import { ask } from './ask.ts'
import { checkAttributes } from './check-step.ts'
import { checkSubnets } from './check-subnets.ts'
import { commandLine } from './command-line.ts'
import { type CliContext, type ExitCode, outPaint, print, runCommand } from './context.ts'
import { localPlace } from './local-place.ts'
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
import { rootOf } from './root-of.ts'
import {
  applyStep,
  initializeStep,
  planStep,
  type RunFacts,
  readPlan,
  tellStateLeft,
  writeDiagnostic,
} from './steps.ts'
import type { UpFlags } from './up-flags.ts'
import { type ClusterReport, type Planned, reportCluster, resultJson, writeNextSteps } from './up-result.ts'

/** `eks-gpu up DIR`: plan, price, ask, apply, verify. */
export async function up(this: CliContext, flags: UpFlags, source: string): Promise<void> {
  await runCommand(this, flags, async () => {
    const directory = await rootOf(this, source)
    if (directory === undefined) return 1
    const variables = readVariables(this, flags)
    const job = await startJob(this, directory, flags.quiet)
    try {
      return await bringUp(job, flags, directory, variables)
    } finally {
      endJob(job)
    }
  })
}

async function bringUp(job: Job, flags: UpFlags, directory: string, variables: Variables): Promise<ExitCode> {
  const terraform = await findTerraform(job.context.process.env)
  const calls = await checkAttributes(job, variables)
  if (calls.unknown.length > 0) return 2
  const lock = await lockDirectory(job)
  try {
    const place = flags.local ? await localPlace(job, flags) : realPlace(job.context, job.root.directory)
    const held = holdJob(job, place, terraform, variables)
    try {
      return await work(held, place, flags, directory, calls)
    } finally {
      held.close()
    }
  } finally {
    lock.release()
  }
}

async function work(
  held: HeldJob,
  place: Place,
  flags: UpFlags,
  directory: string,
  written: ModuleCallFindings,
): Promise<ExitCode> {
  const facts: RunFacts = {
    today: place.today,
    local: flags.local,
    written,
    again: commandLine('up', directory, flags),
    down: commandLine('down', directory, flags),
  }
  if ((await awaitEarlierRun(held)) !== 'done') return 1
  const job = await openJob(held)
  const { context } = job
  if ((await initializeStep(job, facts)) !== 'done') return 1
  await recoverStep(job, place.aws)
  const planned = await planStep(job, { destroy: false }, facts)
  if (planned.end !== 'done') return 1
  const plan = await readPlan(job)
  const summary = withRegion(summarizePlan(plan), place.env)
  const cost = costOf(summary, facts.today)
  const conflicts = sizeConflicts(summary.nodeGroups)
  if (flags.format === 'human') print(context, `\n${formatPlan(summary, cost, conflicts, outPaint(context))}\n`)
  for (const warning of planned.warnings) writeDiagnostic(job, warning, facts)
  const crowded = await checkSubnets(job, subnetNeeds(plan, summary), summary)
  if (planned.changes) {
    if (!flags.local && !flags.yes && !(await ask(context, 'Apply this plan?', job.stop.interrupt))) {
      forgetRun(job.workspace)
      job.progress.say('Nothing was changed.')
      return 1
    }
    keepIntent(job.workspace, intentOf(plan))
    const { counts } = summary
    const total = counts.create + counts.update + counts.replace * 2 + counts.delete
    const applied = await applyStep(job, 'apply', total, facts)
    tellStateLeft(job, applied, total, facts)
    if (applied.end !== 'done') return 1
  } else forgetRun(job.workspace)
  return finish(job, flags, facts, { summary, cost, conflicts, crowded })
}

/** A provider without a region takes it from the environment, which a plan does not say. */
function withRegion(summary: PlanSummary, env: NodeJS.ProcessEnv): PlanSummary {
  const region = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || null
  return { ...summary, clusters: summary.clusters.map((cluster) => ({ ...cluster, region: cluster.region ?? region })) }
}

async function finish(job: OpenJob, flags: UpFlags, facts: RunFacts, planned: Planned): Promise<ExitCode> {
  const clusters: readonly AppliedCluster[] = appliedClusters(await readState(job.workspace, job.providers.env))
  const reports: ClusterReport[] = []
  for (const cluster of clusters) reports.push(await reportCluster(job, cluster, flags))
  if (flags.format === 'json') print(job.context, JSON.stringify(resultJson(planned, reports), undefined, 2))
  else writeNextSteps(job, facts, reports)
  return reports.every(({ ok }) => ok) ? 0 : 2
}
