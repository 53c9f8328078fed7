import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import { filesOf } from '../../src/terraform/workspace.ts'
import { type Environment, statementsFor } from '../docs/documented-commands.ts'
import type { Output } from '../terraform/workbench.ts'
import { awsShell, type EksGpu, program } from './eks-gpu.ts'

/** Where the commands of pages are run. */
export type ReadersShell = {
  readonly eksGpu: EksGpu
  /** Folder that has `examples` and `modules`, as a clone has: where `npx eks-gpu` is typed. */
  readonly root: string
  /** The Terraform root: where everything else is typed. */
  readonly directory: string
  /** What stands before every command, such as `nsenter` with its flags. */
  readonly before?: readonly string[]
  readonly variables?: NodeJS.ProcessEnv
}

const clusterName = 'aws eks list-clusters --query clusters[0] --output text'

/** Names and ids that pages make up, and what asks for one that is there. */
const madeUp: readonly (readonly [name: RegExp, find: string])[] = [
  [/(?<=name )(?:ai-workloads(?!-)|CLUSTER)/, clusterName],
  // System nodes have no user data of ours.
  [
    /lt-0123456789abcdef0/,
    `aws ec2 describe-launch-templates --query "LaunchTemplates[?!contains(LaunchTemplateName, '-system-')] | [0].LaunchTemplateId" --output text`,
  ],
  [/subnet-0123456789abcdef0/, 'aws ec2 describe-subnets --query Subnets[0].SubnetId --output text'],
  [/(?<=Values=)VPC/, 'aws ec2 describe-vpcs --query Vpcs[0].VpcId --output text'],
  [
    /(?<=nodegroup-name )GROUP/,
    `aws eks list-nodegroups --cluster-name $(${clusterName}) --query nodegroups[0] --output text`,
  ],
  [
    /(?<=auto-scaling-group-name )NAME/,
    'aws autoscaling describe-auto-scaling-groups --query AutoScalingGroups[0].AutoScalingGroupName --output text',
  ],
  [/(?<=node )NAME/, 'kubectl get nodes -o jsonpath={.items[0].metadata.name}'],
  [/(?<=pod )NAME/, 'echo $(kubectl get pods -n kube-system -o jsonpath={.items[0].metadata.name}) -n kube-system'],
  [
    /cb-0123456789abcdef0/,
    'aws ec2 describe-capacity-block-offerings --instance-type p5.48xlarge --instance-count 2 --capacity-duration-hours 48 --query CapacityBlockOfferings[0].CapacityBlockOfferingId --output text',
  ],
  // The example's own default, so that the cluster stays as it is.
  [/cr-\.\.\./, 'echo cr-0123456789abcdef0'],
]

/**
 * Runs every command that the pages of an environment show, in their order, in a shell of a reader: `eks-gpu` is the built one, and `aws`,
 * `kubectl` and `terraform` meet the stand-ins. Each has to end well, and to say something where it is there to say something.
 */
export async function answersItsPages(environment: Environment, shell: ReadersShell): Promise<void> {
  const record = await shell.eksGpu.environment(shell.directory)
  const readers = { ...readersEnvironment(record, shell), ...shell.variables }
  const env = { ...readers, ...terraformVariables(record) }
  const run = (script: string): Promise<Output> => {
    const ours = script.startsWith('npx eks-gpu ')
    const shown = `set -o pipefail; cd "$0"; ${script}`
    const [first, ...rest] = [...(shell.before ?? []), 'bash', '-c', shown, ours ? shell.root : shell.directory]
    return program(first, rest, ours ? readers : env)
  }
  const commands = statementsFor(environment)
  expect(commands.length).toBeGreaterThan(0)
  const problems: object[] = []
  for (const { page, line, text } of commands) {
    let script = text
    for (const [name, find] of madeUp)
      if (name.test(script)) script = script.replace(name, (await run(find)).stdout.trim())
    const { status, stdout, stderr } = await run(script)
    const unchanged = !/terraform apply/.test(text) || stdout.includes('Resources: 0 added, 0 changed, 0 destroyed.')
    if (status !== 0 || !(stdout !== '' || maySayNothing(text)) || !unchanged)
      problems.push({ at: `${page}:${line}`, script, status, stdout, stderr })
  }
  expect(problems).toEqual([])
}

/** What is written to a file or to Git, and events, of which there may be none. */
function maySayNothing(text: string): boolean {
  return / > \S+$|^git |^kubectl get events |^\w+=/.test(text)
}

/** Variables of a reader who has set what `up --local` prints. */
function readersEnvironment(record: EnvironmentRecord, { eksGpu, root, directory }: ReadersShell): NodeJS.ProcessEnv {
  const files = filesOf({ folder: join(record.home, 'terraform') })
  const bin = join(root, '.bin')
  mkdirSync(bin, { recursive: true })
  const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`)
  chmodSync(join(bin, 'npx'), 0o755)
  // `up --local` leaves nothing in the directory, not even the lock file that a reader's own `terraform init` does.
  const lockFile = join(directory, '.terraform.lock.hcl')
  if (!existsSync(lockFile)) copyFileSync(files.lockFile, lockFile)
  // Commands may write into it, and the environment's own stays as it is.
  const kubeconfig = join(root, '.kubeconfig')
  copyFileSync(record.clusters[0]?.kubeconfig ?? '', kubeconfig)
  return {
    ...awsShell(record),
    EKS_GPU_HOME: eksGpu.home,
    NO_COLOR: '1',
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    KUBECONFIG: kubeconfig,
    GIT_AUTHOR_NAME: 'Reader',
    GIT_AUTHOR_EMAIL: 'reader@example.com',
    GIT_COMMITTER_NAME: 'Reader',
    GIT_COMMITTER_EMAIL: 'reader@example.com',
  }
}

/** What lets Terraform itself work on what `up --local` made. `eks-gpu` sees to that by itself. */
function terraformVariables({ home }: EnvironmentRecord): NodeJS.ProcessEnv {
  const files = filesOf({ folder: join(home, 'terraform') })
  const state = `-state=${files.state}`
  return {
    CHECKPOINT_DISABLE: '1',
    TF_INPUT: '0',
    TF_DATA_DIR: files.data,
    ...(existsSync(files.cliConfig) && { TF_CLI_CONFIG_FILE: files.cliConfig }),
    TF_CLI_ARGS_apply: `${state} -auto-approve -no-color`,
    TF_CLI_ARGS_output: `${state} -no-color`,
    TF_CLI_ARGS_state_list: state,
    TF_CLI_ARGS_state_rm: state,
  }
}
