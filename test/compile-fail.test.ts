import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusedWhere } from '../scripts/generate/refused-where.ts'
import { messagesOf } from '../scripts/generate/rule-texts.ts'
import { checkConfig } from '../src/read/config/check-config.ts'
import { defineCluster, unlisted } from '../src/read/config/define.ts'
import { readModuleSource } from '../src/read/terraform/module-rules/module-source.ts'
import { type RefusedCluster, refusedClusters } from './refused-clusters.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = readModuleSource(join(root, 'modules/eks-gpu-cluster'))
const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-types-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const group = (text: string) =>
  `defineCluster({\n  cluster_name: 'x',\n  gpu_node_groups: {\n    a: {\n${text}\n    },\n  },\n})`
const cluster = (text: string) => `defineCluster({\n  cluster_name: 'x',\n${text}\n})`

/** What a user may write wrongly, with the line and the words of the compiler; without them it compiles. */
const cases: Readonly<Record<string, readonly [code: string, line?: number, says?: RegExp]>> = {
  'the smallest cluster': [cluster('')],
  'types of one count and architecture': [
    group("instance_types: ['g5.xlarge', 'g6.2xlarge', unlisted('g9.xlarge')], max_size: 2,"),
  ],
  'arm types on their AMI': [group("instance_types: ['g5g.xlarge'], ami_type: 'AL2023_ARM_64_NVIDIA',")],
  'an own image': [group("ami_id: 'ami-1', ami_family: 'bottlerocket', instance_types: ['p5.48xlarge'],")],
  'an existing VPC': [cluster("vpc_id: 'vpc-1', subnet_ids: [ref('module.vpc.a'), 'subnet-b'],")],
  'subnets of a list': [cluster("vpc_id: 'vpc-1', subnet_ids: ['a', 'b'].map((zone) => `subnet-${zone}`),")],
  'what may be left undefined': [group('desired_size: undefined, labels: undefined,')],
  'EFA in one subnet': [
    group("instance_types: ['p5.48xlarge'], availability_zones: ['a'], efa: true, placement_group: true,"),
  ],
  'EFA in subnets of which the number is not known': [
    cluster(
      "vpc_id: 'vpc-1', subnet_ids: ['a', 'b'].map((zone) => `subnet-${zone}`),\n  gpu_node_groups: { a: { efa: true, instance_types: ['p5.48xlarge'] } },",
    ),
  ],
  'a Capacity Block': [
    group(
      "instance_types: ['p5.48xlarge'], availability_zones: ['a'], capacity_type: 'CAPACITY_BLOCK', capacity_reservation: { id: ref('aws_ec2_capacity_block_reservation.a.id') }, max_size: 2, schedule: { start: '2030-01-07T11:30:00Z', end: '2030-01-08T11:30:00Z' },",
    ),
  ],
  'MIG of several profiles, in turns': [
    group(
      "instance_types: ['p4d.24xlarge'], sharing: { mig: { devices: { '1g.5gb': 3, '2g.10gb': 2 } }, time_slicing: { replicas: 2 } },",
    ),
  ],
  'a whole GPU of one profile on Bottlerocket': [
    group(
      "instance_types: ['p5.48xlarge'], ami_family: 'bottlerocket', sharing: { mig: { devices: { '1g.10gb': 7 } } },",
    ),
  ],
  'settings of Bottlerocket': [
    group("ami_family: 'bottlerocket', extra_user_data: { toml: '[settings.motd]' }, local_storage: 'raid0',"),
  ],
  'an older group with its release': [
    cluster(
      "cluster_version: '1.36',\n  gpu_node_groups: { a: { kubernetes_version: '1.33', release_version: '1.33.5-20261003' } },",
    ),
  ],
  'an own image on types that ours cannot drive': [group("ami_id: 'ami-1', instance_types: ['g7.2xlarge'],")],
  'no autoscaler, with Karpenter': [cluster("autoscaler: 'none', karpenter: {}, cluster_autoscaler: { metrics: {} },")],
  'no internet, with a mirror': [cluster("nat: 'none', image_mirror: 'registry.example.com/mirror',")],
  'a driver and another add-on': [cluster("storage_drivers: { ebs: {} }, addons: { 'aws-efs-csi-driver': {} },")],
  'priorities of groups that are there': [
    cluster(
      'gpu_node_groups: { a: {}, b: {} },\n  cluster_autoscaler: { expander_priorities: [{ priority: 2, groups: ["a"] }, { priority: 1, groups: ["b"] }] },',
    ),
  ],
  'what only the run tells': [
    [
      'const training = process.env["TRAINING"] !== undefined',
      'const nodes = Number(process.env["NODES"])',
      'const labels: Record<string, string> = {}',
      'const minor = String(process.env["MINOR"])',
      'const interpreter = String(process.env["INTERPRETER"])',
      cluster(
        `cluster_version: training ? '1.36' : '1.34',
  gpu_node_groups: {
    a: {
      instance_types: [training ? 'g6.xlarge' : 'g5.xlarge'],
      min_size: nodes,
      max_size: 2,
      labels,
      sharing: { mps: { replicas: nodes } },
      efa: training,
      release_version: \`\${minor}.0-20261003\`,
      extra_user_data: { shell: \`\${interpreter}\\necho hello\` },
      capacity_type: training ? 'ON_DEMAND' : 'SPOT',
    },
  },`,
      ),
    ].join('\n'),
  ],
  'groups of their own type': [
    [
      "import type { ClusterInput, GpuNodeGroup } from 'eks-gpu-clusters'",
      'const common = { min_size: 0, max_size: 2 } as const satisfies GpuNodeGroup',
      "const a: GpuNodeGroup = { instance_types: ['g5.xlarge', 'g5.2xlarge'] }",
      "const whole: ClusterInput = { cluster_name: 'x', gpu_node_groups: { a } }",
      "const groups: Record<string, GpuNodeGroup> = { a, b: { ...common, instance_types: ['g6.xlarge'] } }",
      'defineCluster(whole)',
      "defineCluster({ cluster_name: 'x', gpu_node_groups: groups })",
      "defineConfig({ clusters: { whole, other: { cluster_name: 'y', gpu_node_groups: { ...groups, c: common } } } })",
    ].join('\n'),
  ],
  'an add-on of AWS Marketplace': [cluster('addons: { datadog_operator: {} },')],

  'no name': ['defineCluster({})', 3, /'\{\}' is not assignable to parameter of type 'ClusterInput'/],
  'a misspelt input': [cluster('gpu_node_gruops: {},'), 5, /'gpu_node_gruops' does not exist/],
  'a misspelt attribute': [group('max_sise: 2,'), 7, /'max_sise' does not exist/],
  'an instance type that is not there': [
    group("instance_types: ['g5.xlarg'],"),
    7,
    /'"g5\.xlarg"' is not assignable to type/,
  ],
  'an instance type without a GPU': [group("instance_types: ['m7i.large'],"), 7, /'"m7i\.large"' is not assignable/],
  'a GPU type for the system group': [
    cluster("system_node_group: { instance_types: ['g5.xlarge'] },"),
    5,
    /'"g5\.xlarge"' is not assignable/,
  ],
  'an AMI without a driver': [
    group("ami_type: 'AL2023_x86_64_STANDARD',"),
    7,
    /'"AL2023_x86_64_STANDARD"' is not assignable/,
  ],
  'a retired AMI': [group("ami_type: 'AL2_x86_64_GPU',"), 7, /'"AL2_x86_64_GPU"' is not assignable/],
  'a capacity type that is not there': [group("capacity_type: 'spot',"), 7, /'"spot"' is not assignable to type/],
  "an effect in Kubernetes's spelling": [
    group("taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }],"),
    7,
    /'"NoSchedule"' is not assignable to type/,
  ],
  'a version as a number': [cluster('cluster_version: 1.36,'), 5, /'number' is not assignable/],
  'an add-on that is not there': [cluster("addons: { 'metric-server': {} },"), 5, /''?metric-server''? does not exist/],
  'a retention that CloudWatch does not know': [cluster('log_retention_days: 42,'), 5, /'42' is not assignable/],
  'a reference to a whole module': [cluster("kms_key: { arn: ref('module.vpc') },"), 5, /is not assignable/],
  'a reference in a backend': [
    "defineConfig({ clusters: {}, backend: { s3: { bucket: ref('var.b'), key: undefined } } })",
    3,
    /is not assignable/,
  ],
}

/** Where the attribute that a refused cluster is refused for stands, and the text. */
function written(of: RefusedCluster): { readonly code: string; readonly line: number } {
  const lines = [
    'defineCluster({',
    "  cluster_name: 'x',",
    ...(of.cluster ?? []).map((attribute) => `  ${attribute},`),
    ...('group' in of
      ? ['  gpu_node_groups: {', '    a: {', ...of.group.map((attribute) => `      ${attribute},`), '    },', '  },']
      : []),
    '})',
  ]
  // The import and an empty line stand before it.
  const line = lines.findIndex((text) => /^ *!/.test(text)) + 3
  return { code: lines.map((text) => text.replace(/^( *)!/, '$1')).join('\n'), line }
}

const refusedNames = Object.keys(refusedClusters)
const refusedCode: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(refusedClusters).map(([name, of]) => [`refused: ${name}`, written(of).code]),
)
const codes: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(cases).map(([name, [code]]) => [name, code])),
  ...refusedCode,
  'of several clusters': `defineConfig({\n  clusters: {\n    prod: {\n      cluster_name: 'x',\n      gpu_node_groups: { a: { ami_id: 'ami-1',\n        ami_type: 'AL2023_x86_64_NVIDIA' } },\n    },\n  },\n})`,
}
const names = Object.keys(codes)
const fileOf = (name: string): string => `case-${names.indexOf(name)}.ts`
const messages = new Map<string, readonly { readonly line: number; readonly text: string }[]>()

beforeAll(() => {
  for (const [name, code] of Object.entries(codes)) {
    const uses = ['defineCluster', 'defineConfig', 'ref', 'unlisted'].filter((word) => code.includes(`${word}(`))
    writeFileSync(join(folder, fileOf(name)), `import { ${uses.join(', ')} } from 'eks-gpu-clusters'\n\n${code}\n`)
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: `${root}tsconfig.json`,
      compilerOptions: { typeRoots: [`${root}node_modules/@types`], paths: { 'eks-gpu-clusters': ['./library.ts'] } },
      include: ['*.ts'],
    }),
  )
  const library = ['cluster-input', 'define-cluster', 'reference', 'unlisted'].map(
    (name) => `${root}src/read/config/${name}.ts`,
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  writeFileSync(join(folder, 'library.ts'), library.map((path) => `export * from '${path}'\n`).join(''))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  for (const [, file = '', line, text = ''] of stdout.matchAll(
    /^(case-\d+\.ts)\((\d+),\d+\): error TS\d+: ((?:.*\n(?: {2}.*\n)*))/gm,
  ))
    messages.set(file, [...(messages.get(file) ?? []), { line: Number(line), text }])
})

describe('a cluster in TypeScript', () => {
  it.each(Object.keys(cases).filter((name) => cases[name]?.[1] === undefined))('compiles: %s', (name) => {
    expect(messages.get(fileOf(name)) ?? []).toEqual([])
  })

  it.each(Object.keys(cases).filter((name) => cases[name]?.[1] !== undefined))('does not compile: %s', (name) => {
    const [, line, says] = cases[name] ?? []
    const said = messages.get(fileOf(name)) ?? []
    expect(said.map((message) => message.line)).toEqual([line])
    expect(said[0]?.text).toMatch(says ?? /^$/)
  })

  it.each(refusedNames)('does not compile, in the words of synth: %s', async (name) => {
    const of = refusedClusters[name] ?? { cluster: [] }
    const said = messages.get(fileOf(`refused: ${name}`)) ?? []
    expect(said.map((message) => message.line)).toEqual([written(of).line])
    const reason = reasonIn(said[0]?.text ?? '')
    expect(reason.length).toBeGreaterThan(40)
    expect(await synthSays(of)).toContainEqual(expect.stringMatching(startOf(reason)))
  })

  it('is refused by the compiler wherever the docs say so, and nowhere else', async () => {
    const refused = await Promise.all(Object.values(refusedClusters).map(synthMessages))
    const rules = refusedWhere(await source).map((rule) => ({
      text: rule.text,
      by: rule.by,
      // `…` is what is filled in, nothing at times.
      tried: refused.flat().some((message) => messagesOf(rule).test(message)),
    }))
    expect(rules.filter(({ by, tried }) => tried !== (by === 'compiler'))).toEqual([])
  })

  it('does not compile among several', () => {
    expect(messages.get(fileOf('of several clusters'))).toEqual([
      {
        line: 8,
        text: expect.stringContaining(
          'GPU group \\"a\\" has both ami_id and ami_type: EKS refuses a type for a custom image.',
        ),
      },
    ])
  })
})

/** The reason that stands where the compiler says what a value must be; long ones it cuts. */
function reasonIn(text: string): string {
  const [, literal = ''] = /(?:assignable to type|required in type) '"((?:[^"\\]|\\.)*)/.exec(text) ?? []
  return withoutLists(literal.replaceAll('\\"', '"').replace(/ ?\S*\.\.\.'.*$/s, ''))
}

/** A message without what stands in parentheses, which names more than the one that a type sees. */
function withoutLists(text: string): string {
  const inner = text.replace(/ ?\([^()]*\)/g, '')
  return inner === text ? text : withoutLists(inner)
}

function startOf(text: string): RegExp {
  return new RegExp(`^${escaped(text)}`)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** What synth says of the same cluster. */
async function synthSays(of: RefusedCluster): Promise<readonly string[]> {
  return (await synthMessages(of)).map(withoutLists)
}

async function synthMessages(of: RefusedCluster): Promise<readonly string[]> {
  const value: unknown = runInNewContext(`(${written(of).code})`, { defineCluster, unlisted })
  const checked = checkConfig(value, 'here', () => undefined, await source)
  return checked.kind === 'problems' ? checked.problems.map(({ what }) => what) : []
}
