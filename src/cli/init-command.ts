import { buildCommand, type Command, numberParser } from '@stricli/core'
import type { CliContext } from './context.ts'
import { debugFlag } from './debug-flag.ts'
import type { InitFlags } from './init.ts'

const text = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', brief, placeholder, parse: String, optional: true }) as const
const number = (brief: string) =>
  ({ kind: 'parsed', brief, placeholder: 'N', parse: numberParser, optional: true }) as const

/** `eks-gpu init`, as the command line knows it; what it does is loaded when it runs. */
export const initCommand: Command<CliContext> = buildCommand<InitFlags, [directory?: string], CliContext>({
  loader: async () => (await import('./init.ts')).init,
  parameters: {
    flags: {
      language: {
        kind: 'enum',
        brief: 'of what is written: cluster.ts, or main.tf, outputs.tf and versions.tf',
        values: ['ts', 'hcl'],
        default: 'ts',
      },
      for: {
        kind: 'enum',
        brief: 'what the GPUs are for; default inference',
        values: ['inference', 'training', 'development'],
        optional: true,
      },
      gpu: text('model of the GPU, as "eks-gpu instances" lists them', 'MODEL'),
      gpus: number('GPUs of one node'),
      instanceType: { ...text('instance type, in place of --gpu and --gpus; repeatable', 'TYPE'), variadic: true },
      spot: { kind: 'boolean', brief: 'Spot capacity', default: false, withNegated: false },
      maxNodes: number('nodes of the GPU group at most'),
      name: text("name of the cluster; default the folder's", 'NAME'),
      region: text('region; default AWS_REGION, else us-east-1', 'REGION'),
      from: {
        kind: 'enum',
        brief: 'take a VPC and its private subnets that the account has already; only asks, changes nothing',
        values: ['aws'],
        optional: true,
      },
      vpcId: text('VPC that is there already; which one, with --from aws', 'ID'),
      subnetId: { ...text('private subnet of the VPC; repeatable, two zones at least', 'ID'), variadic: true },
      yes: {
        kind: 'boolean',
        brief: 'ask nothing: what no flag says is left at its default',
        default: false,
        withNegated: false,
      },
      debug: debugFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'folder to write to; default here', placeholder: 'DIR', parse: String, optional: true }],
    },
  },
  docs: {
    brief: 'write a first cluster, in TypeScript or HCL, with comments',
    customUsage: [
      { input: 'my-cluster', brief: 'asks what for, which GPUs and which network' },
      { input: 'my-cluster --yes --gpu A10G --spot', brief: 'asks nothing' },
      { input: 'my-cluster --from aws --language hcl', brief: 'in a VPC of your account' },
    ],
  },
})
