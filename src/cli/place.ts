import { join } from 'node:path'
import { environmentName, stateFolder } from '../local/state-folder.ts'
import type { AwsAccess } from '../read/live/installer-status.ts'
import type { CliContext } from './context.ts'

/** Where a directory is brought up: in an AWS account, or in an environment on this machine. */
export type Place = {
  /** Absolute path of our own folder for the directory. */
  readonly folder: string
  /** Environment of Terraform, kubectl and the AWS CLI. */
  readonly env: NodeJS.ProcessEnv
  /** Whether state and providers live in {@link folder} instead of where the directory says. */
  readonly isolated: boolean
  /** Folder for what several directories may share, such as downloaded providers. */
  readonly cache?: string
  readonly aws: AwsAccess
  /** `YYYY-MM-DD`, as this AWS sees it. */
  readonly today: string
  /** With `--local`: what a person needs to look at the environment. */
  readonly local?: {
    /** Variables to export for the AWS CLI and Terraform. */
    readonly variables: Readonly<Record<string, string>>
    /** Absolute path of the kubeconfig of a cluster. */
    readonly kubeconfigOf: (cluster: string) => Promise<string | undefined>
  }
}

/** Real AWS, with the credentials and the region that the environment names. */
export function realPlace(context: CliContext, directory: string): Place {
  const { env } = context.process
  return {
    folder: join(stateFolder(env), 'runs', environmentName(directory)),
    env,
    isolated: false,
    aws: {},
    today: new Date().toISOString().slice(0, 10),
  }
}

/** Folder of the lock of a directory, the same for real and local runs: both use the files in it. */
export function lockFolder(context: CliContext, directory: string): string {
  return join(stateFolder(context.process.env), 'locks', environmentName(directory))
}
