import { buildCommand } from '@stricli/core'
import type { CliContext } from './context.ts'
import { debugFlag } from './debug-flag.ts'
import type { SimulateFlags } from './simulate-flags.ts'

const text = (brief: string, placeholder: string) => ({ kind: 'parsed', brief, placeholder, parse: String }) as const
const one = (brief: string, placeholder: string) => ({ ...text(brief, placeholder), optional: true }) as const
const many = (brief: string, placeholder: string) => ({ ...one(brief, placeholder), variadic: true }) as const
const on = (brief: string) => ({ kind: 'boolean', brief, default: false, withNegated: false }) as const

/** `eks-gpu simulate`, whose code is loaded when it runs. */
export const simulateCommand: import('@stricli/core').Command<CliContext> = buildCommand<
  SimulateFlags,
  [source?: string],
  CliContext
>({
  loader: async () => {
    // Before any schema is made.
    const { interpretSchemas } = await import('./interpret-schemas.ts')
    interpretSchemas()
    return (await import('./simulate.ts')).simulateWorkloads
  },
  parameters: {
    aliases: { f: 'filename' },
    flags: {
      filename: many('Kubernetes objects: a file, a folder, or - for standard input; repeatable', 'FILE|DIR|-'),
      plan: one('plan in JSON, as terraform show -json prints it', 'FILE'),
      cluster: one('cluster in our own JSON, as --print-cluster prints it', 'FILE'),
      clusterName: one('which cluster, where a plan has several', 'NAME'),
      fromCluster: on('record the cluster that kubectl reaches, and simulate it'),
      printCluster: on('print the cluster that was read as JSON, to be edited and given with --cluster'),
      varFile: many('file with input variables for Terraform', 'FILE'),
      var: many('one input variable for Terraform', 'NAME=VALUE'),
      asOf: one('day of the AWS that the directory is planned against; default today', 'YYYY-MM-DD'),
      kubernetesVersion: one("scheduler version, default the cluster's with its newest patch", '1.36.3'),
      namespace: one('namespace of objects that name none; default default', 'NAME'),
      fire: many('a CronJob that fires once', 'NAME'),
      podTemplate: many(
        'another kind of workload: the fields to its pod template and to the number of pods',
        'KIND=PATH:COUNTPATH',
      ),
      order: {
        kind: 'enum',
        brief: 'in which pods of equal priority are created',
        values: ['file', 'grouped', 'shuffled'],
        default: 'file',
      },
      seed: { kind: 'parsed', brief: 'of every random choice', placeholder: 'N', parse: whole, default: '0' },
      percentageOfNodesToScore: {
        kind: 'parsed',
        brief: 'share of the nodes that is looked at, one after the other from the first; 100 is exact',
        placeholder: 'N',
        parse: percentage,
        default: '100',
      },
      autoscaler: { kind: 'boolean', brief: 'let node groups scale', default: true },
      expander: one("autoscaler's expanders, e.g. priority,least-waste; default as the plan says", 'NAME,…'),
      balanceSimilarNodeGroups: {
        kind: 'boolean',
        brief: 'autoscaler: split a scale-up over similar groups; default as the plan says',
        optional: true,
      },
      coresTotal: one('autoscaler: limits of CPUs in the cluster', 'MIN:MAX'),
      memoryTotal: one('autoscaler: limits of memory in the cluster, GiB', 'MIN:MAX'),
      maxNodesTotal: {
        kind: 'parsed',
        brief: 'autoscaler: limit of nodes in the cluster',
        placeholder: 'N',
        parse: whole,
        optional: true,
      },
      autoscalerFlag: many('any other flag of the autoscaler that changes what it decides', '--NAME=VALUE'),
      provisioning: one('from scale-up to a Ready node; default 2m', 'DURATION'),
      gpuReady: one('from a Ready node to its GPUs, where a device plugin starts first; default 1m', 'DURATION'),
      until: one('go on until then, so that what stays empty is scaled down', 'DURATION'),
      eachPod: on('one line of JSON for every pod'),
      explain: one('why this pod is where it is, node by node', 'NAMESPACE/POD'),
      scores: on("with --format json or --each-pod: every feasible node's scores for every pod"),
      cost: on('what each node group costs'),
      compare: one('what another plan, cluster or set of workloads changes', 'OTHER'),
      html: one('also write a page with charts', 'FILE'),
      format: { kind: 'enum', brief: 'of the result', values: ['human', 'json'], default: 'human' },
      output: one('write the result there instead of standard output', 'FILE'),
      quiet: on('no progress'),
      debug: debugFlag,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief:
            'Terraform directory or cluster.ts (planned here, without credentials), plan in JSON, or - for a plan on standard input',
          placeholder: 'DIR|cluster.ts|plan.json|-',
          parse: String,
          optional: true,
        },
      ],
    },
  },
  docs: {
    brief:
      'the fate of every pod before anything is deployed: where it runs, what scales, what stays Pending, what it costs',
    customUsage: [
      { input: 'examples/production -f workloads/', brief: 'plans the directory on this machine, no AWS account' },
      { input: 'cluster.ts -f workloads/', brief: 'the same for a cluster in TypeScript' },
      { input: 'plan.json -f workloads/ --html report.html', brief: 'from terraform show -json, with charts' },
      { input: 'plan.json -f workloads/ --explain default/web-0', brief: 'node by node and plugin by plugin' },
      { input: 'plan.json -f workloads/ --compare bigger.json', brief: 'what a change of the plan changes' },
      { input: '-f cluster.yaml -f pods.yaml --format json', brief: 'recorded nodes and pods, no Terraform' },
      { input: '--from-cluster -f new.yaml', brief: 'into the cluster that kubectl reaches' },
    ],
  },
})

function whole(input: string): number {
  if (!/^\d{1,15}$/.test(input)) throw new Error(`${JSON.stringify(input)} is not a whole number`)
  return Number(input)
}

function percentage(input: string): number {
  const value = whole(input)
  if (value < 1 || value > 100) throw new Error(`${input} is not between 1 and 100`)
  return value
}
