import { type PlanJson, readPlanJson } from '../read/terraform/plan-json.ts'
import type { ModuleCallFindings } from '../read/terraform/unknown-attributes.ts'
import { formatDiagnostic } from '../report/diagnostic.ts'
import { explainDiagnostic } from '../report/known-errors.ts'
import type { Step } from '../report/progress.ts'
import { isCancellation } from '../terraform/adopt/in-flight.ts'
import { apply, initialize, plan, showPlan } from '../terraform/commands.ts'
import { forgetRun, writeRunRecord } from '../terraform/run-record.ts'
import type { StreamOutcome } from '../terraform/terraform-process.ts'
import type { ChangeCounts, Diagnostic, UiEvent } from '../terraform/ui-events.ts'
import { complain, errPaint } from './context.ts'
import type { OpenJob } from './open-job.ts'
import { pointAtCaller } from './point-at-caller.ts'

/** What messages of a run may say about its day and place. */
export type RunFacts = {
  /** Day, `YYYY-MM-DD`, as the AWS at hand sees it. */
  readonly today: string
  readonly local: boolean
  /** Where the module is called and GPU groups are written, so that what the module says points there. */
  readonly written: Pick<ModuleCallFindings, 'calls' | 'groups'>
  /** Command line that does the same again. */
  readonly again: string
  /** Command line that takes everything down. */
  readonly down: string
}

/** How a step of Terraform ended. */
export type StepEnd = 'done' | 'failed' | 'interrupted' | 'left'

/** Prepares the directory: providers, modules, backend. */
export async function initializeStep(job: OpenJob, facts: RunFacts): Promise<StepEnd> {
  const { progress, workspace, providers, stop } = job
  stop.phase = 'reading'
  if (providers.mirrors.length > 0)
    progress.say(
      `${workspace.terraform.registry} does not answer; providers come from ${providers.mirrors.map(({ path }) => path).join(', ')}` +
        (providers.userConfig === undefined ? '.' : `, beside your settings in ${providers.userConfig}.`),
    )
  const step = progress.step(`Prepare Terraform ${workspace.terraform.version}`)
  const outcome = await initialize(workspace, providers.env, { onEvent: () => undefined, stop })
  return endStep(job, step, outcome, facts, 'terraform-init-failed', 'could not prepare the directory')
}

/** What came of planning, or how it ended; {@link readPlan} reads the plan itself. */
export type PlanEnd =
  | {
      readonly end: 'done'
      readonly changes: boolean
      /** Resources by what happens to them, as far as Terraform has said so. */
      readonly counts: ChangeCounts | undefined
      readonly warnings: readonly Diagnostic[]
    }
  | { readonly end: Exclude<StepEnd, 'done'> }

/** Plans. */
export async function planStep(
  job: OpenJob,
  options: { readonly destroy: boolean },
  facts: RunFacts,
): Promise<PlanEnd> {
  const { progress, workspace, providers, stop } = job
  stop.phase = 'reading'
  const step = progress.step(options.destroy ? 'Plan what to delete' : 'Plan')
  let refreshed = 0
  const onEvent = (event: UiEvent) => {
    if (event.type === 'refresh-complete') step.detail(`${++refreshed} resources looked at`)
  }
  const outcome = await plan(workspace, options, providers.env, { onEvent, stop })
  const changes = outcome.ending.kind === 'exited' && outcome.ending.code === 2
  const end = endStep(
    job,
    step,
    changes ? { ...outcome, ending: { kind: 'exited', code: 0 } } : outcome,
    facts,
    'terraform-plan-failed',
    'could not plan',
  )
  if (end !== 'done') return { end }
  // Our own use of Terraform's flags is nothing that the person could change.
  const warnings = outcome.diagnostics.filter(
    ({ severity, summary }) => severity === 'warning' && !summary.startsWith('Deprecated flag'),
  )
  return { end, changes, counts: outcome.counts, warnings }
}

/** The plan that {@link planStep} has made; Terraform starts every provider for it, which takes seconds. */
export async function readPlan({ workspace, providers }: OpenJob): Promise<PlanJson> {
  return readPlanJson(await showPlan(workspace, providers.env))
}

/** What an apply did, in numbers. */
export type ApplyEnd = {
  readonly end: StepEnd
  readonly finished: number
  /** Addresses that were being changed when it ended. */
  readonly unfinished: readonly string[]
}

/** Applies the saved plan with progress per resource. A record of the run lies in the workspace until it has ended. */
export async function applyStep(
  job: OpenJob,
  operation: 'apply' | 'destroy',
  total: number,
  facts: RunFacts,
): Promise<ApplyEnd> {
  const { progress, workspace, providers, stop } = job
  stop.phase = 'changing'
  const step = progress.step(operation === 'apply' ? 'Apply' : 'Destroy')
  writeRunRecord(workspace, { operation, process: null })
  const tracker = trackApply(step, total)
  const outcome = await apply(workspace, providers.env, {
    onEvent: tracker.onEvent,
    onStart: (process) => writeRunRecord(workspace, { operation, process }),
    stop,
  })
  const end = endStep(
    job,
    step,
    outcome,
    facts,
    'terraform-apply-failed',
    operation === 'apply' ? 'apply failed' : 'destroy failed',
  )
  // An interrupt makes providers give up calls that AWS may have carried out: the next run looks them up.
  if (outcome.ending.kind === 'exited' && !outcome.interrupted) forgetRun(workspace)
  return { end, finished: tracker.finished(), unfinished: tracker.running() }
}

/** Says what state an apply that did not end well has left, and how to go on. */
export function tellStateLeft(job: OpenJob, applied: ApplyEnd, total: number, facts: RunFacts): void {
  const { progress } = job
  const done = `${applied.finished} of ${total} changes are made and recorded.`
  switch (applied.end) {
    case 'done':
      return
    case 'left':
      progress.say(
        `\nTerraform goes on in the background. ${done}\n  Follow it: ${facts.again}\n  What runs: eks-gpu local status`,
      )
      return
    case 'failed':
    case 'interrupted': {
      const lines = [`\n${done}${applied.unfinished.length > 0 ? '' : ' Nothing is lost.'}`]
      if (applied.unfinished.length > 0)
        lines.push(`  In the making when it ended: ${applied.unfinished.join(', ')}; the next run looks them up.`)
      lines.push(`  Go on:     ${facts.again}`)
      if (facts.down !== facts.again) lines.push(`  Take down: ${facts.down}`)
      progress.say(lines.join('\n'))
      return
    }
    default:
      applied.end satisfies never
  }
}

/** Follows the events of an apply on a step. */
export function trackApply(
  step: Step,
  total: number,
): {
  readonly onEvent: (event: UiEvent) => void
  readonly finished: () => number
  readonly running: () => readonly string[]
} {
  const running = new Set<string>()
  const errored = new Set<string>()
  let finished = 0
  const onEvent = (event: UiEvent) => {
    switch (event.type) {
      case 'apply-start':
        running.add(event.address)
        step.begin(event.address, `${verbs[event.action]?.doing ?? event.action} ${event.address}`)
        return
      case 'apply-complete': {
        running.delete(event.address)
        finished += 1
        step.detail(`${finished} of ${total}`)
        const took = event.seconds > 0 ? ` (${event.seconds} s)` : ''
        step.end(event.address, `${verbs[event.action]?.done ?? event.action} ${event.address}${took}`)
        return
      }
      case 'apply-errored':
        running.delete(event.address)
        errored.add(event.address)
        step.end(event.address, `failed  ${event.address}`)
        return
      case 'diagnostic': {
        const { address } = event.diagnostic
        if (address !== undefined && errored.has(address) && isCancellation(event.diagnostic)) running.add(address)
        return
      }
      case 'apply-progress':
      case 'change-summary':
      case 'refresh-start':
      case 'refresh-complete':
      case 'message':
      case 'other':
        return
      default:
        event satisfies never
    }
  }
  return { onEvent, finished: () => finished, running: () => [...running].sort() }
}

const verbs: Readonly<Record<string, { readonly doing: string; readonly done: string }>> = {
  create: { doing: 'creating', done: 'created' },
  update: { doing: 'changing', done: 'changed' },
  delete: { doing: 'deleting', done: 'deleted' },
  replace: { doing: 'replacing', done: 'replaced' },
}

/** What init says before the errors of the configuration that it has told already. */
const initPreamble = 'Terraform encountered problems during initiali'

function endStep(
  job: OpenJob,
  step: Step,
  outcome: StreamOutcome,
  facts: RunFacts,
  id: string,
  failure: string,
): StepEnd {
  const { ending } = outcome
  const errors = outcome.diagnostics.filter(({ severity }) => severity === 'error')
  if (ending.kind === 'left') {
    step.fail('left running')
    return 'left'
  }
  if (ending.kind === 'exited' && ending.code === 0) {
    step.succeed()
    return 'done'
  }
  step.fail(outcome.interrupted ? 'interrupted' : failure)
  // An interrupt makes providers give up what they wait for: that is no news.
  const news = errors.filter(
    (error) =>
      !(outcome.interrupted && isCancellation(error)) && !(errors.length > 1 && error.summary.startsWith(initPreamble)),
  )
  for (const diagnostic of news) writeDiagnostic(job, diagnostic, facts)
  if (errors.length === 0 && !outcome.interrupted)
    complain(job.context, {
      id,
      what:
        ending.kind === 'killed'
          ? `Terraform was ended from outside (${ending.signal}).`
          : `Terraform failed${ending.kind === 'exited' ? ` with exit code ${ending.code}` : ''} and did not say why.`,
      detail: outcome.messages.slice(-10),
    })
  return outcome.interrupted ? 'interrupted' : 'failed'
}

/** Words one diagnostic of Terraform on standard error, with what it means here. */
export function writeDiagnostic(job: OpenJob, diagnostic: Diagnostic, facts: RunFacts): void {
  const { context } = job
  const told = pointAtCaller(diagnostic, job.root.directory, context.process.cwd(), facts.written)
  context.process.stderr.write(`\n${formatDiagnostic(told, explainDiagnostic(told, facts), errPaint(context))}\n`)
}
