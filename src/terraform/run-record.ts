import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { isRunning, type ProcessIdentity } from './process-identity.ts'
import { filesOf, type Workspace } from './workspace.ts'

const schema = z.object({
  operation: z.enum(['apply', 'destroy']),
  process: z.object({ pid: z.number(), startedAt: z.string() }).nullable(),
})

/** Written before Terraform changes anything and removed when it has ended by itself: what a crash leaves behind. */
export type RunRecord = {
  readonly operation: 'apply' | 'destroy'
  /** The Terraform process; `null` when it had not started yet. */
  readonly process: ProcessIdentity | null
}

export function writeRunRecord(workspace: Pick<Workspace, 'folder'>, record: RunRecord): void {
  writeFileSync(filesOf(workspace).run, JSON.stringify(record), { mode: 0o600 })
}

/** The record of a run that did not end properly or still runs, or `undefined`. */
export function readRunRecord(workspace: Pick<Workspace, 'folder'>): RunRecord | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(filesOf(workspace).run, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Whether the Terraform process of a record still runs. */
export function stillRuns(record: RunRecord): record is RunRecord & { readonly process: ProcessIdentity } {
  return record.process !== null && isRunning(record.process)
}

/** Forgets the run and everything kept for a crash: its plan, stream and intent hold values of the configuration. */
export function forgetRun(workspace: Pick<Workspace, 'folder'>): void {
  const files = filesOf(workspace)
  for (const path of [files.run, files.intent, files.plan, files.stream('apply'), files.errors('apply')])
    rmSync(path, { force: true })
}
