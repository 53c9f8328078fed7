import { readFileSync } from 'node:fs'
import { type Application, buildApplication, buildCommand, buildRouteMap } from '@stricli/core'
import type { CliContext } from './context.ts'
import { imagesCommand } from './images-command.ts'
import { initCommand } from './init-command.ts'
import { instancesCommand } from './instances-command.ts'
import type { LocalStatusFlags } from './local-status.ts'
import type { LocalTokenFlags } from './local-token.ts'
import { simulateCommand } from './simulate-command.ts'
import { synthCommand } from './synth-command.ts'
import type { DownFlags, UpFlags } from './up-flags.ts'

const directory = {
  brief: 'directory of the Terraform root module, e.g. examples/basic, or a cluster.ts, .json or .yaml',
  placeholder: 'DIR',
  parse: String,
} as const

const sharedFlags = {
  local: {
    kind: 'boolean',
    brief: 'against stand-ins for AWS and Kubernetes on this machine; nothing is asked',
    default: false,
  },
  yes: { kind: 'boolean', brief: 'do not ask before changing anything', default: false },
  varFile: {
    kind: 'parsed',
    brief: 'file with input variables for Terraform',
    placeholder: 'FILE',
    parse: String,
    optional: true,
    variadic: true,
  },
  var: {
    kind: 'parsed',
    brief: 'one input variable for Terraform',
    placeholder: 'NAME=VALUE',
    parse: variable,
    optional: true,
    variadic: true,
  },
  quiet: { kind: 'boolean', brief: 'no progress', default: false },
  debug: { kind: 'boolean', brief: 'stacks and raw output when something fails', default: false },
} as const

const up = buildCommand<UpFlags, [string], CliContext>({
  loader: async () => (await import('./up.ts')).up,
  parameters: {
    flags: {
      ...sharedFlags,
      asOf: {
        kind: 'parsed',
        brief: 'day of the local AWS, which offers the Kubernetes versions of then; default today',
        placeholder: 'YYYY-MM-DD',
        parse: day,
        optional: true,
      },
      kubernetes: {
        kind: 'enum',
        brief:
          'local control plane: the real programs, or the small built-in one; default auto takes the real one when it is there',
        values: ['auto', 'embedded', 'real'],
        optional: true,
      },
      format: { kind: 'enum', brief: 'of the result on standard output', values: ['human', 'json'], default: 'human' },
    },
    positional: { kind: 'tuple', parameters: [directory] },
  },
  docs: {
    brief: 'bring a GPU cluster up: plan, price, ask, apply, verify',
    customUsage: [
      { input: 'examples/basic --local', brief: 'on this machine, no AWS account' },
      { input: 'my-cluster', brief: 'in your AWS account; asks before it changes anything' },
      { input: 'my-cluster --yes --var-file prod.tfvars', brief: 'in CI' },
      { input: 'my-cluster --local --as-of 2025-01-15', brief: 'as AWS was on that day' },
    ],
  },
})

const down = buildCommand<DownFlags, [string], CliContext>({
  loader: async () => (await import('./down.ts')).down,
  parameters: { flags: sharedFlags, positional: { kind: 'tuple', parameters: [directory] } },
  docs: {
    brief: 'take a cluster down again and say what would block it',
    customUsage: [
      { input: 'examples/basic --local', brief: 'destroys, ends the stand-ins, removes their folder' },
      { input: 'my-cluster', brief: 'asks before it deletes anything' },
    ],
  },
})

const debug = { kind: 'boolean', brief: 'stacks and raw output when something fails', default: false } as const

const status = buildCommand<LocalStatusFlags, [], CliContext>({
  loader: async () => (await import('./local-status.ts')).localStatus,
  parameters: {
    flags: { format: { kind: 'enum', brief: 'of the result', values: ['human', 'json'], default: 'human' }, debug },
  },
  docs: { brief: 'what runs on this machine, and what a crash left' },
})

const installKubernetes = buildCommand<{ readonly debug: boolean }, [], CliContext>({
  loader: async () => (await import('./local-install-kubernetes.ts')).localInstallKubernetes,
  parameters: { flags: { debug } },
  docs: { brief: 'fetch, or build, the programs of a real control plane for --local' },
})

const token = buildCommand<LocalTokenFlags, [], CliContext>({
  loader: async () => (await import('./local-token.ts')).localToken,
  parameters: {
    flags: {
      cluster: { kind: 'parsed', brief: 'name of the local cluster', placeholder: 'NAME', parse: String },
      region: { kind: 'parsed', brief: 'its region', placeholder: 'REGION', parse: String, optional: true },
      environment: {
        kind: 'parsed',
        brief: 'its environment, where several have a cluster of this name',
        placeholder: 'NAME',
        parse: String,
        optional: true,
      },
      debug,
    },
  },
  docs: { brief: 'print a credential for a local cluster; kubectl calls it' },
})

/** The command line. Commands are loaded when they run. */
export function application(): Application<CliContext> {
  return buildApplication(
    buildRouteMap({
      routes: {
        up,
        down,
        simulate: simulateCommand,
        init: initCommand,
        synth: synthCommand,
        instances: instancesCommand,
        images: imagesCommand,
        local: buildRouteMap({
          routes: { status, installKubernetes, token },
          docs: { brief: 'the environments of --local on this machine' },
        }),
      },
      docs: { brief: 'GPU clusters on Amazon EKS: say what will happen, and bring them up, on AWS or on this machine' },
    }),
    {
      name: 'eks-gpu',
      versionInfo: { currentVersion: packageVersion() },
      scanner: { caseStyle: 'allow-kebab-for-camel' },
      documentation: { caseStyle: 'convert-camel-to-kebab', useAliasInUsageLine: true },
    },
  )
}

function packageVersion(): string {
  const json: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof json === 'object' && json !== null && 'version' in json ? String(json.version) : 'unknown'
}

function variable(text: string): string {
  if (!/^[A-Za-z_][\w-]*=/.test(text)) throw new Error(`${JSON.stringify(text)} is not NAME=VALUE`)
  return text
}

function day(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // A day that the month does not have moves into the next one, or is no time at all.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new Error(`${JSON.stringify(text)} is not a day as YYYY-MM-DD`)
  return text
}
