import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type CheckedConfig, checkConfig } from '../../src/read/config/check-config.ts'
import { readModuleSource } from '../../src/read/terraform/module-rules/module-source.ts'
import { anyCluster, inputPaths } from './any-cluster.ts'
import { openWorkbench, terraformIn } from './workbench.ts'

/** Fixed, so that a run of CI can be had again; `EKS_GPU_SEED` plays others. */
const seed = Number(process.env['EKS_GPU_SEED'] ?? 20261126)
const counts = { valid: 120, wrongAlone: 40, wrongTogether: 40 }
/** So many clusters in one plan: what a plan costs grows faster than the number of its resources. */
const together = 24

type Inputs = Readonly<Record<string, unknown>>
type Case = { readonly inputs: Inputs; readonly refusals: readonly string[] }

/** Valid clusters with what random ones hardly ever have, because it needs several inputs at once. */
const rare: readonly Inputs[] = [
  {
    cluster_name: 'blocks',
    gpu_node_groups: {
      first: {
        instance_types: ['p5.48xlarge'],
        capacity_type: 'CAPACITY_BLOCK',
        capacity_reservation: { id: 'cr-0123456789abcdef0' },
        schedule: { start: '2030-01-07T11:30:00Z', end: '2030-01-09T11:00:00Z', size: 1 },
        availability_zones: ['us-east-1a'],
      },
    },
    availability_zones: ['us-east-1a', 'us-east-1b'],
  },
  {
    cluster_name: 'kubelet',
    gpu_node_groups: {
      first: {
        max_pods: 50,
        kubelet: {
          max_parallel_image_pulls: 4,
          registry_pull_qps: 10,
          registry_burst: 20,
          image_gc_high_threshold_percent: 80,
          image_gc_low_threshold_percent: 70,
          kube_reserved: { cpu: '500m', memory: '2Gi', ephemeral_storage: '2Gi' },
          system_reserved: { cpu: '1', memory: '512Mi', ephemeral_storage: '1Gi' },
          pod_pids_limit: 4096,
          container_log_max_size: '20Mi',
          container_log_max_files: 4,
        },
      },
    },
  },
  {
    cluster_name: 'priorities',
    gpu_node_groups: { first: {}, second: {} },
    cluster_autoscaler: {
      expanders: ['priority', 'least-waste'],
      expander_priorities: [
        { priority: 20, groups: ['first'] },
        { priority: 10, patterns: ['.*second.*'] },
      ],
    },
  },
]

const bench = openWorkbench()
afterAll(() => bench.remove())
const source = await readModuleSource(bench.module)

function check(inputs: Inputs, rules = source, today?: string): CheckedConfig {
  return checkConfig(inputs, 'cluster.json', (path) => ({ file: path.join('.') }), rules, today)
}

function wrongOf(inputs: Inputs, rules: typeof source): readonly Case[] {
  const checked = check(inputs, rules)
  return checked.kind === 'config' ? [] : [{ inputs, refusals: checked.problems.map(({ what }) => what) }]
}

/** Takes out what the module refuses, one thing after the other, until it refuses nothing; `undefined` where that leads nowhere. */
function repaired(inputs: Inputs, rules = source): Inputs | undefined {
  const checked = check(inputs, rules)
  if (checked.kind === 'config') return inputs
  const [first] = checked.problems
  const path = first?.at?.file.split('.') ?? []
  const less = without(inputs, path)
  return less === undefined ? undefined : repaired(less, rules)
}

/** The value without what is at a path; without the whole group where the path ends in what nobody wrote. */
function without(value: Inputs, path: readonly string[]): Inputs | undefined {
  const [name = '', ...rest] = path
  const inner = value[name]
  if (inner === undefined || name === 'cluster_name') return undefined
  const isRecord = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
  const less = rest.length > 0 && isRecord ? without(Object.fromEntries(Object.entries(inner)), rest) : undefined
  const { [name]: _, ...others } = value
  return less === undefined ? others : { ...others, [name]: less }
}

/** Paths of the inputs that a value gives, with `*` for keys and indexes that the schema does not name. */
function pathsIn(value: unknown, known: ReadonlySet<string>, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, known, `${path}.*`))
  if (typeof value !== 'object' || value === null || known.has(path)) return [path]
  return Object.entries(value).flatMap(([name, inner]) => {
    const named = path === '' ? name : `${path}.${name}`
    const isNamed = [...known].some((each) => each === named || each.startsWith(`${named}.`))
    return pathsIn(inner, known, isNamed ? named : `${path}.*`)
  })
}

/** How many subnets a group has, where the VPC is created, and who applies, who has an access entry as well: only a plan knows. */
const onlyInPlan = /in \d+ subnets|^EKS has one access entry for a principal/
/** What synth says where the words of a rule hang on what only a plan knows. */
const inPlanOnly = 'The module refuses these inputs.'

/** What `check` blocks said in the plans of valid clusters. */
const warned = new Set<string>()

const event = z.object({
  '@testfile': z.exactOptional(z.string()),
  diagnostic: z.exactOptional(z.object({ severity: z.string(), summary: z.string(), detail: z.string() })),
})

const drawn = fc.sample(anyCluster(), { seed, numRuns: counts.valid + 60 })
/** The rules over one variable: what they refuse is told before any rule over several is asked, for all clusters of a plan. */
const alone = { ...source, guards: [] }
const sound = drawn.map((inputs) => repaired(inputs, alone)).filter((inputs) => inputs !== undefined)
const valid = [...rare, ...sound.map((inputs) => repaired(inputs)).filter((inputs) => inputs !== undefined)].slice(
  0,
  counts.valid,
)
const wrongAlone = drawn.flatMap((inputs) => wrongOf(inputs, alone)).slice(0, counts.wrongAlone)
const wrongTogether = sound.flatMap((inputs) => wrongOf(inputs, source)).slice(0, counts.wrongTogether)
const wrong = [...wrongAlone, ...wrongTogether]
const sets = new Map<string, readonly Inputs[]>([
  ['wrong-alone', wrongAlone.map(({ inputs }) => inputs)],
  ['wrong-together', wrongTogether.map(({ inputs }) => inputs)],
])
for (let from = 0; from < valid.length; from += together) sets.set(`valid-${from}`, valid.slice(from, from + together))
const said = await planErrors()

/** What Terraform says of each set of clusters, by its name: errors, sorted. One plan for a set, without AWS. */
async function planErrors(): Promise<ReadonlyMap<string, readonly string[]>> {
  const directory = join(bench.root, 'random')
  mkdirSync(directory)
  const passed = source.variables.map(({ name }) => `  ${name} = try(each.value.${name}, null)`)
  const main = [
    'terraform {',
    '  required_providers {',
    '    aws = { source = "hashicorp/aws" }',
    '  }',
    '}',
    'variable "set" {',
    '  type = string',
    '}',
    'module "cluster" {',
    '  source   = "../modules/eks-gpu-cluster"',
    '  for_each = jsondecode(file("${path.module}/${var.set}.json"))',
    ...passed,
    '}',
  ]
  writeFileSync(join(directory, 'main.tf'), `${main.join('\n')}\n`)
  const mocks = `mock_provider "aws" {\n  source = "${join(bench.module, 'tests/mocks')}"\n}\n`
  for (const [name, clusters] of sets) {
    const file = Object.fromEntries(clusters.map((inputs, index) => [`c${index}`, inputs]))
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(file))
    writeFileSync(
      join(directory, `${name}.tftest.hcl`),
      `${mocks}run "plan" {\n  command = plan\n  variables {\n    set = "${name}"\n  }\n}\n`,
    )
  }
  expect(await terraformIn(directory, 'init', '-backend=false', '-input=false', '-no-color')).toMatchObject({
    status: 0,
  })
  const { stdout } = await terraformIn(directory, 'test', '-json')
  const errors = new Map<string, string[]>([...sets.keys()].map((name) => [name, []]))
  for (const line of stdout.split('\n').filter((text) => text.startsWith('{'))) {
    const { '@testfile': file = '', diagnostic } = event.parse(JSON.parse(line))
    if (diagnostic === undefined) continue
    // A test of Terraform counts warnings of `check` blocks as errors.
    if (diagnostic.summary === 'Check block assertion failed') warned.add(diagnostic.detail)
    if (diagnostic.severity !== 'error' || diagnostic.summary === 'Check block assertion failed') continue
    errors
      .get(file.replace('.tftest.hcl', ''))
      ?.push(diagnostic.detail.split('\n\nThis was checked by')[0] || diagnostic.summary)
  }
  return new Map([...errors].map(([name, each]) => [name, each.toSorted()]))
}

describe('random inputs, as the schema of a cluster file has them', () => {
  it('are enough', () => {
    expect({
      valid: valid.length,
      wrongAlone: wrongAlone.length,
      wrongTogether: wrongTogether.length,
    }).toEqual(counts)
  })

  it('use seven of eight inputs of the module in valid clusters', () => {
    const known = new Set(inputPaths())
    const used = new Set(valid.flatMap((inputs) => pathsIn(inputs, known)))
    const unused = [...known].filter((path) => !used.has(path))
    // What random inputs never get right gets a row in any-cluster.ts, or a cluster among the rare ones.
    expect(unused.length > known.size / 8 ? unused : []).toEqual([])
  })

  it.each([...sets.keys()].filter((name) => name.startsWith('valid')))('plan when the rules take them: %s', (name) => {
    expect(said.get(name)?.filter((text) => !onlyInPlan.test(text))).toEqual([])
  })

  it('are warned of in the words of the checks', () => {
    const today = new Date().toISOString().slice(0, 10)
    const warnings = valid.flatMap((inputs) => {
      const checked = check(inputs, source, today)
      return checked.kind === 'config' ? checked.warnings.map(({ what }) => what) : []
    })
    expect(warnings.length).toBeGreaterThan(10)
    expect(warnings.filter((text) => !warned.has(text))).toEqual([])
  })

  it.each([
    ['wrong-alone', wrongAlone],
    ['wrong-together', wrongTogether],
  ] as const)('are refused in the words of the rules: %s', (name, cases) => {
    // Terraform also tells what follows from a refusal, and what only a plan knows.
    const left = [...(said.get(name) ?? [])]
    for (const refusal of cases.flatMap(({ refusals }) => refusals).filter((text) => text !== inPlanOnly)) {
      const at = left.indexOf(refusal)
      expect({ refusal, isSaid: at >= 0 }).toEqual({ refusal, isSaid: true })
      left.splice(at, 1)
    }
  })

  it('are refused with the name of the group or of the input', () => {
    for (const { inputs, refusals } of wrong) {
      const names = [...source.variables.map(({ name }) => name), ...Object.keys(Object(inputs['gpu_node_groups']))]
      for (const refusal of refusals.filter((text) => text !== inPlanOnly))
        expect(names.some((name) => refusal.includes(name)) ? '' : refusal).toBe('')
    }
  })
})
