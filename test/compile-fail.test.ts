import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
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
  'mixed GPU counts': [group("instance_types: ['g5.xlarge', 'g5.12xlarge'],"), 7, /is not assignable to type/],
  'mixed architectures': [group("instance_types: ['g5.xlarge', 'g5g.xlarge'],"), 7, /is not assignable to type/],
  'an arm type on an x86 AMI': [
    group("instance_types: ['g5g.xlarge'], ami_type: 'AL2023_x86_64_NVIDIA',"),
    6,
    /'"g5g\.xlarge"' is not assignable|is not assignable to type/,
  ],
  'an arm AMI for the default type': [
    group("ami_type: 'AL2023_ARM_64_NVIDIA',"),
    6,
    /'instance_types' is missing|is not assignable/,
  ],
  'an AMI without a driver': [
    group("ami_type: 'AL2023_x86_64_STANDARD',"),
    7,
    /'"AL2023_x86_64_STANDARD"' is not assignable/,
  ],
  'a retired AMI': [group("ami_type: 'AL2_x86_64_GPU',"), 7, /'"AL2_x86_64_GPU"' is not assignable/],
  'an AMI type of the other system': [
    group("ami_family: 'bottlerocket', ami_type: 'AL2023_x86_64_NVIDIA',"),
    6,
    /'"bottlerocket"' is not assignable|is not assignable/,
  ],
  'an image with a type': [group("ami_id: 'ami-1', ami_type: 'AL2023_x86_64_NVIDIA',"), 7, /is not assignable/],
  'an image with a release': [group("ami_id: 'ami-1', release_version: '1.36.0-20261003',"), 6, /is not assignable/],
  'an own bootstrap without an image': [group("user_data: 'none',"), 6, /'ami_id' is missing|is not assignable/],
  'a capacity type that is not there': [group("capacity_type: 'spot',"), 7, /'"spot"' is not assignable to type/],
  "an effect in Kubernetes's spelling": [
    group("taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }],"),
    7,
    /'"NoSchedule"' is not assignable to type/,
  ],
  'a taint without a value': [group("taints: [{ key: 'a' }],"), 7, /Property 'value' is missing/],
  'a version as a number': [cluster('cluster_version: 1.36,'), 5, /'number' is not assignable/],
  'an add-on that is not there': [cluster("addons: { 'metric-server': {} },"), 5, /''?metric-server''? does not exist/],
  'a retention that CloudWatch does not know': [cluster('log_retention_days: 42,'), 5, /'42' is not assignable/],
  'subnets without a VPC': [
    cluster("subnet_ids: ['subnet-a', 'subnet-b'],"),
    3,
    /'vpc_id' is missing|is not assignable/,
  ],
  'a VPC without subnets': [cluster("vpc_id: 'vpc-1',"), 3, /'subnet_ids' is missing|is not assignable/],
  'a VPC to be created that is there': [
    cluster("create_vpc: true, vpc_id: 'vpc-1', subnet_ids: ['a', 'b'],"),
    3,
    /is not assignable/,
  ],
  'a reference to a whole module': [cluster("kms_key: { arn: ref('module.vpc') },"), 5, /is not assignable/],
  'a reference in a backend': [
    "defineConfig({ clusters: {}, backend: { s3: { bucket: ref('var.b'), key: undefined } } })",
    3,
    /is not assignable/,
  ],
}

const names = Object.keys(cases)
const fileOf = (name: string): string => `case-${names.indexOf(name)}.ts`
const messages = new Map<string, readonly { readonly line: number; readonly text: string }[]>()

beforeAll(() => {
  for (const [name, [code]] of Object.entries(cases)) {
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
  const library = ['define-cluster', 'reference', 'unlisted'].map((name) => `${root}src/read/config/${name}.ts`)
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
  it.each(names.filter((name) => cases[name]?.[1] === undefined))('compiles: %s', (name) => {
    expect(messages.get(fileOf(name)) ?? []).toEqual([])
  })

  it.each(names.filter((name) => cases[name]?.[1] !== undefined))('does not compile: %s', (name) => {
    const [, line, says] = cases[name] ?? []
    const said = messages.get(fileOf(name)) ?? []
    expect(said.map((message) => message.line)).toEqual([line])
    expect(said[0]?.text).toMatch(says ?? /^$/)
  })
})
