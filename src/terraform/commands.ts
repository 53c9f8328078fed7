import { rmSync } from 'node:fs'
import { ProblemError } from '../cluster/problem.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { type Captured, capture, runStream, type Stop, type StreamOutcome } from './terraform-process.ts'
import type { UiEvent } from './ui-events.ts'
import { filesOf, terraformEnvironment, type Workspace } from './workspace.ts'

/** Waits this long for a state lock that another run holds. */
const lockTimeout = '-lock-timeout=10m'

/** How a caller watches and stops a command. */
export type Watch = {
  readonly onEvent: (event: UiEvent) => void
  readonly onStart?: (process: ProcessIdentity) => void
  readonly stop: Stop
}

/** `terraform init`: providers, modules, backend. `extraEnv` names the settings file with mirrors, when one is needed. */
export function initialize(workspace: Workspace, extraEnv: NodeJS.ProcessEnv, watch: Watch): Promise<StreamOutcome> {
  const args = ['init', '-input=false', '-no-color']
  if (workspace.terraform.initSpeaksJson) args.push('-json')
  // Our state path is the same in every run; a backend that the directory changed since must not ask to be migrated.
  if (workspace.isolated) args.push('-reconfigure')
  return stream(workspace, 'init', args, watch, extraEnv)
}

/** `terraform plan -out`; exit code 2 stands for "there are changes". */
export function plan(
  workspace: Workspace,
  options: { readonly destroy: boolean },
  extraEnv: NodeJS.ProcessEnv,
  watch: Watch,
): Promise<StreamOutcome> {
  const files = filesOf(workspace)
  rmSync(files.plan, { force: true })
  const args = ['plan', ...common(workspace), '-detailed-exitcode', `-out=${files.plan}`, ...workspace.variables]
  if (options.destroy) args.push('-destroy')
  return stream(workspace, 'plan', args, watch, extraEnv)
}

/** `terraform apply` of the saved plan. */
export function apply(workspace: Workspace, extraEnv: NodeJS.ProcessEnv, watch: Watch): Promise<StreamOutcome> {
  return stream(workspace, 'apply', ['apply', ...common(workspace), filesOf(workspace).plan], watch, extraEnv)
}

/** The saved plan as JSON. Holds sensitive values in clear: never print it, never keep it. */
export async function showPlan(workspace: Workspace, extraEnv: NodeJS.ProcessEnv): Promise<unknown> {
  return json(workspace, ['show', '-json', '-no-color', filesOf(workspace).plan], extraEnv)
}

/** The state as JSON, sensitive values in clear; an empty object before the first apply. */
export async function showState(workspace: Workspace, extraEnv: NodeJS.ProcessEnv): Promise<unknown> {
  const args = ['show', '-json', '-no-color']
  if (workspace.isolated) args.push(filesOf(workspace).state)
  return json(workspace, args, extraEnv)
}

/** The state as it is kept, wherever the backend has it; an empty text before the first apply, or when it cannot be had. */
export async function pullState(workspace: Workspace, extraEnv: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout } = await capture(workspace.terraform.path, ['state', 'pull'], {
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
  })
  return code === 0 ? stdout : ''
}

/** `terraform import`: records a resource that exists in the account but not in the state. */
export function importResource(
  workspace: Workspace,
  resource: { readonly address: string; readonly id: string },
  extraEnv: NodeJS.ProcessEnv,
): Promise<Captured> {
  const args = ['import', '-input=false', '-no-color', lockTimeout, ...stateArgument(workspace), ...workspace.variables]
  return capture(workspace.terraform.path, [...args, resource.address, resource.id], {
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
  })
}

/** `terraform untaint`: has the next apply keep a resource whose creation has ended well after all. */
export function untaintResource(workspace: Workspace, address: string, extraEnv: NodeJS.ProcessEnv): Promise<Captured> {
  return capture(workspace.terraform.path, ['untaint', lockTimeout, ...stateArgument(workspace), address], {
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
  })
}

/** `terraform taint`: has the next apply replace a resource that AWS failed to make. */
export function taintResource(workspace: Workspace, address: string, extraEnv: NodeJS.ProcessEnv): Promise<Captured> {
  return capture(workspace.terraform.path, ['taint', lockTimeout, ...stateArgument(workspace), address], {
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
  })
}

function common(workspace: Workspace): readonly string[] {
  return ['-json', '-input=false', '-no-color', lockTimeout, ...stateArgument(workspace)]
}

function stateArgument(workspace: Workspace): readonly string[] {
  return workspace.isolated ? [`-state=${filesOf(workspace).state}`] : []
}

function stream(
  workspace: Workspace,
  name: string,
  args: readonly string[],
  watch: Watch,
  extraEnv: NodeJS.ProcessEnv,
): Promise<StreamOutcome> {
  const files = filesOf(workspace)
  return runStream({
    program: workspace.terraform.path,
    args,
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
    stream: files.stream(name),
    errors: files.errors(name),
    ...watch,
  })
}

async function json(workspace: Workspace, args: readonly string[], extraEnv: NodeJS.ProcessEnv): Promise<unknown> {
  const answer = await capture(workspace.terraform.path, args, {
    directory: workspace.directory,
    env: terraformEnvironment(workspace, extraEnv),
  })
  try {
    if (answer.code === 0) return JSON.parse(answer.stdout)
  } catch {
    // Told below: what it printed is not JSON.
  }
  throw new ProblemError({
    id: 'terraform-show-failed',
    what: `"${workspace.terraform.product} ${args.slice(0, 2).join(' ')}" failed.`,
    detail: answer.stderr.trim().split('\n').slice(-10),
  })
}
