import type { AwsAccess } from '../read/live/installer-status.ts'
import { adoptOrphans, dropStaleLockInfo } from '../terraform/adopt/adopt-orphans.ts'
import { openAwsInventory } from '../terraform/adopt/aws-inventory.ts'
import { begunResources } from '../terraform/adopt/in-flight.ts'
import { forgetRun, readRunRecord, stillRuns } from '../terraform/run-record.ts'
import { followStream, readStream } from '../terraform/terraform-process.ts'
import { filesOf } from '../terraform/workspace.ts'
import type { HeldJob, OpenJob } from './open-job.ts'
import { type StepEnd, trackApply } from './steps.ts'

/** Waits for a Terraform process that an earlier eks-gpu left running on this directory. Comes before anything else. */
export async function awaitEarlierRun(job: HeldJob): Promise<StepEnd> {
  const { workspace, progress, stop } = job
  const record = readRunRecord(workspace)
  if (record === undefined || !stillRuns(record)) return 'done'
  stop.phase = 'changing'
  const files = filesOf(workspace)
  const step = progress.step(
    `Wait for Terraform (process ${record.process.pid}), which an earlier eks-gpu left at its ${record.operation}`,
  )
  const tracker = trackApply(step, 0)
  const outcome = await followStream(record.process, {
    stream: files.stream('apply'),
    errors: files.errors('apply'),
    onEvent: tracker.onEvent,
    stop,
  })
  if (outcome.ending.kind === 'left') {
    step.fail('left running')
    return 'left'
  }
  step.succeed('it has ended')
  return outcome.interrupted ? 'interrupted' : 'done'
}

/**
 * Puts right what a run that was killed left: the lock of a local state, and resources that it was creating when it ended.
 * Needs a directory that is initialised.
 */
export async function recoverStep(job: OpenJob, access: AwsAccess): Promise<void> {
  const { workspace, progress, providers } = job
  const record = readRunRecord(workspace)
  if (record === undefined) return
  dropStaleLockInfo(workspace)
  const begun = begunResources(readStream(filesOf(workspace).stream('apply')))
  if (begun.length > 0) {
    const step = progress.step('Look for what an earlier run, cut short, was creating')
    const aws = openAwsInventory(access)
    try {
      const { adopted, unclear } = await adoptOrphans(workspace, providers.env, aws, (text) => step.detail(text))
      step.succeed(adopted.length === 0 ? 'nothing was left unrecorded' : `${adopted.length} recorded`)
      for (const { address, id } of adopted) progress.say(`    adopted ${address} (${id})`)
      for (const { address, why } of unclear) progress.say(`    not looked up: ${address}: ${why}`)
    } finally {
      aws.close()
    }
  }
  forgetRun(workspace)
}
