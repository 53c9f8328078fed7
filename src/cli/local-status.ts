import { environmentState } from '../local/find-environment.ts'
import { listEnvironments } from '../local/list-environments.ts'
import { stateFolder } from '../local/state-folder.ts'
import { type EnvironmentView, formatEnvironments } from '../report/environment-text.ts'
import { isRunning } from '../terraform/process-identity.ts'
import { readRunRecord, stillRuns } from '../terraform/run-record.ts'
import { type CliContext, outPaint, print, runCommand } from './context.ts'
import { terraformFolder } from './local-place.ts'

export type LocalStatusFlags = { readonly format: 'human' | 'json'; readonly debug: boolean }

/** `eks-gpu local status`: every environment on this machine, and what of it runs. */
export async function localStatus(this: CliContext, flags: LocalStatusFlags): Promise<void> {
  await runCommand(this, flags, async () => {
    const views: EnvironmentView[] = []
    for (const { record } of await listEnvironments(stateFolder(this.process.env))) {
      const run = readRunRecord({ folder: terraformFolder(record) })
      const processes: EnvironmentView['processes'][number][] = []
      for (const process of record.processes)
        processes.push({ name: process.name, pid: process.pid, running: isRunning(process) })
      views.push({
        name: record.name,
        directory: record.directory,
        state: await environmentState(record),
        asOf: record.asOf,
        awsEndpoint: record.awsEndpoint,
        clusters: record.clusters,
        processes,
        terraform:
          run === undefined
            ? null
            : { operation: run.operation, pid: run.process?.pid ?? null, running: stillRuns(run) },
      })
    }
    print(
      this,
      flags.format === 'json'
        ? JSON.stringify({ schemaVersion: 1, environments: views }, undefined, 2)
        : formatEnvironments(views, outPaint(this)),
    )
    return views.every((view) => view.state === 'running') ? 0 : 2
  })
}
