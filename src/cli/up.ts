import { costOf } from '../read/terraform/plan-cost.ts'
import { summarizePlan } from '../read/terraform/plan-summary.ts'
import { sizeConflicts } from '../read/terraform/size-conflicts.ts'
import { formatPlan } from '../report/plan-text.ts'
import { userStateFolder } from '../terraform/user-state-folder.ts'
import { ask } from './ask.ts'
import { type CliContext, type ExitCode, outPaint, print, runCommand } from './context.ts'
import { openJob, realFolder, startJob, variableArguments } from './open-job.ts'
import { applyStep, initializeStep, planStep, writeDiagnostic } from './steps.ts'
import type { UpFlags } from './up-flags.ts'

/** `eks-gpu up DIR`: plan, price, ask, apply, verify. */
export async function up(this: CliContext, flags: UpFlags, directory: string): Promise<void> {
  await runCommand(this, flags, () => bringUp(this, flags, directory))
}

async function bringUp(context: CliContext, flags: UpFlags, directory: string): Promise<ExitCode> {
  const variables = variableArguments(context, flags)
  const started = await startJob(context, directory, flags.quiet)
  const facts = { today: flags.asOf ?? new Date().toISOString().slice(0, 10), local: flags.local }
  const job = await openJob(started, {
    folder: realFolder(userStateFolder(context.process.env), started.root.directory),
    env: context.process.env,
    isolated: false,
    variables,
  })
  try {
    if ((await initializeStep(job, facts)) !== 'done') return 1
    const planned = await planStep(job, { destroy: false }, facts)
    if (planned.end !== 'done') return 1
    const summary = summarizePlan(planned.plan)
    const cost = costOf(summary, facts.today)
    print(context, formatPlan(summary, cost, sizeConflicts(summary.nodeGroups), outPaint(context)))
    for (const warning of planned.warnings) writeDiagnostic(job, warning, facts)
    if (planned.changes) {
      if (!flags.local && !flags.yes && !(await ask(context, 'Apply this plan?', job.stop.interrupt))) {
        job.progress.say('Nothing was changed.')
        return 1
      }
      const { counts } = summary
      const total = counts.create + counts.update + counts.replace * 2 + counts.delete
      if ((await applyStep(job, 'apply', total, facts)).end !== 'done') return 1
    }
    return 0
  } finally {
    job.close()
    job.progress.close()
    job.stop.close()
  }
}
