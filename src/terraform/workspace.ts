import { join } from 'node:path'
import type { Terraform } from './find-terraform.ts'

/** Everything one run of Terraform on a directory needs to know. */
export type Workspace = {
  readonly terraform: Terraform
  /** Absolute path of the root module. */
  readonly directory: string
  /** Absolute path of our own folder for this directory: plans, streams, locks. */
  readonly folder: string
  /** Environment for Terraform, complete. */
  readonly env: NodeJS.ProcessEnv
  /**
   * With `isolated`, state, providers and modules live in {@link folder} too, and the directory's backend is left out:
   * that is how `--local` leaves no trace in the directory and never touches real state.
   */
  readonly isolated: boolean
  /** Arguments for input variables, in the order of the command line: `-var=k=v`, `-var-file=F`. */
  readonly variables: readonly string[]
}

/** Files of a workspace's own folder. */
export type WorkspaceFiles = {
  readonly data: string
  readonly state: string
  readonly plan: string
  readonly run: string
  readonly intent: string
  readonly overlay: string
  readonly lockFile: string
  readonly cliConfig: string
  readonly stream: (name: string) => string
  readonly errors: (name: string) => string
}

/** Where the workspace keeps what. */
export function filesOf(workspace: Pick<Workspace, 'folder'>): WorkspaceFiles {
  const { folder } = workspace
  return {
    data: join(folder, 'data'),
    state: join(folder, 'terraform.tfstate'),
    plan: join(folder, 'plan.tfplan'),
    run: join(folder, 'run.json'),
    intent: join(folder, 'intent.json'),
    overlay: join(folder, 'overlay.json'),
    lockFile: join(folder, 'terraform.lock.hcl'),
    cliConfig: join(folder, 'cli-config.tfrc'),
    stream: (name) => join(folder, `${name}.ndjson`),
    errors: (name) => join(folder, `${name}.stderr`),
  }
}

/** What Terraform is started with: quiet about updates, no prompts, own data folder when isolated. */
export function terraformEnvironment(workspace: Workspace, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...workspace.env,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    ...extra,
  }
  if (workspace.isolated) {
    env['TF_DATA_DIR'] = filesOf(workspace).data
    // A workspace chosen for real state would look for its state beside ours.
    delete env['TF_WORKSPACE']
  }
  return env
}
