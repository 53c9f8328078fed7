import { summarizePlan } from '../read/terraform/plan-summary.ts'
import { formatCounts } from '../report/plan-text.ts'
import { userStateFolder } from '../terraform/user-state-folder.ts'
import { ask } from './ask.ts'
import { type CliContext, type ExitCode, outPaint, print, runCommand } from './context.ts'
import { openJob, realFolder, startJob, variableArguments } from './open-job.ts'
import { applyStep, initializeStep, planStep } from './steps.ts'
import type { DownFlags } from './up-flags.ts'

/** `eks-gpu down DIR`: says what would block, destroys, and says what is left. */
export async function down(this: CliContext, flags: DownFlags, directory: string): Promise<void> {
  await runCommand(this, flags, () => takeDown(this, flags, directory))
}

async function takeDown(context: CliContext, flags: DownFlags, directory: string): Promise<ExitCode> {
  const variables = variableArguments(context, flags)
  const started = await startJob(context, directory, flags.quiet)
  const facts = { today: new Date().toISOString().slice(0, 10), local: flags.local }
  const job = await openJob(started, {
    folder: realFolder(userStateFolder(context.process.env), started.root.directory),
    env: context.process.env,
    isolated: false,
    variables,
  })
  try {
    if ((await initializeStep(job, facts)) !== 'done') return 1
    const planned = await planStep(job, { destroy: true }, facts)
    if (planned.end !== 'done') return 1
    const { counts } = summarizePlan(planned.plan)
    print(context, formatCounts(counts, outPaint(context)))
    if (!planned.changes) return 0
    if (!flags.local && !flags.yes && !(await ask(context, 'Delete all of it?', job.stop.interrupt))) {
      job.progress.say('Nothing was changed.')
      return 1
    }
    return (await applyStep(job, 'destroy', counts.delete, facts)).end === 'done' ? 0 : 1
  } finally {
    job.close()
    job.progress.close()
    job.stop.close()
  }
}
