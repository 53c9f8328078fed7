import { readFileSync } from 'node:fs'
import { readStateJson, type StateJson } from '../read/terraform/plan-json.ts'
import { readStateFile } from '../read/terraform/state-file.ts'
import { pullState, showState } from './commands.ts'
import { filesOf, type Workspace } from './workspace.ts'

/**
 * The state of a workspace, sensitive values in clear: as it is kept where we can read that, else as Terraform shows it.
 * @throws ProblemError `terraform-show-failed`, `state-unreadable`.
 */
export async function readState(workspace: Workspace, extraEnv: NodeJS.ProcessEnv): Promise<StateJson> {
  const kept = readStateFile(
    workspace.isolated ? textOf(filesOf(workspace).state) : await pullState(workspace, extraEnv),
  )
  return kept ?? readStateJson(await showState(workspace, extraEnv))
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
