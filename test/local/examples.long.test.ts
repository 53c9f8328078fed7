import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answersItsPages } from './answers-its-pages.ts'
import { awsShell, edit, kubectl, program } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

// basic and production are brought up by lifecycle.long.test.ts on both control planes, further ones by files of their own.
describe.each([
  [
    'existing-vpc',
    'lets a group grow in each of its zones',
    [[/(?<=per_zone *= true\n *max_size *= )2/, '4']],
    { create: 0, update: 2, replace: 0, delete: 0 },
  ],
  [
    'mixed-capacity',
    'raises the limit of a group',
    [['max_size       = 8', 'max_size       = 12']],
    { create: 0, update: 1, replace: 0, delete: 0 },
  ],
  [
    'custom-ami',
    'labels the nodes of a custom image',
    [['{ "image" = "al2023" }', '{ "image" = "al2023", "team" = "ml" }']],
    { create: 1, replace: 0, delete: 0 },
  ],
  [
    'storage',
    'writes to the bucket as well, and lets a driver go',
    [
      ['read_only = true', 'read_only = false'],
      [/^ *fsx = .*\n/m, ''],
    ],
    { create: 0, replace: 0 },
  ],
  [
    'bottlerocket-inference',
    'limits its pods further and gives the other group a faster disk',
    [
      ['max_pods = 29', 'max_pods = 20'],
      ['throughput = 700', 'throughput = 750'],
    ],
    { create: 0, replace: 0, delete: 0 },
  ],
] as const)('examples/%s', (example, change, edits, counts) => {
  const directory = runs.bench.example(example)
  const main = join(directory, 'main.tf')

  it('applies', () => runs.applies(directory))

  // Its page applies it once more, which changes nothing.
  it('answers the commands of its pages', () => answersItsPages(example, { ...runs, root: runs.bench.root, directory }))

  it(`${change}, in place`, async () => {
    const before = readFileSync(main, 'utf8')
    const after = edits.reduce((text, [from, to]) => text.replace(from, to), before)
    expect(after).not.toBe(before)
    writeFileSync(main, after)
    const { plan, clusters } = await runs.up(directory)
    expect(plan.counts).toMatchObject(counts)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
  })

  it('leaves nothing behind', () => runs.goesDown(directory))
})

describe('examples/extra-iam', () => {
  const first = runs.bench.example('extra-iam')

  it('applies', () => runs.applies(first))

  it('answers the commands of its page', () =>
    answersItsPages('extra-iam', { ...runs, root: runs.bench.root, directory: first }))

  it('gives the nodes of a group one right more, in place', async () => {
    edit(join(first, 'main.tf'), [
      'additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]',
      'additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]',
    ])
    expect((await runs.up(first)).plan.counts).toMatchObject({ create: 1, update: 0, replace: 0, delete: 0 })
  })

  it('does not know of another cluster beside it, and goes without it', async () => {
    const second = runs.bench.example('second')
    mkdirSync(second)
    writeFileSync(
      join(second, 'main.tf'),
      `provider "aws" {
  region = "us-east-1"
}

module "gpu_cluster" {
  source       = "../../modules/eks-gpu-cluster"
  cluster_name = "second"

  gpu_node_groups = {}
}

output "manifests" {
  value = module.gpu_cluster.manifests
}
`,
    )
    await runs.up(second)
    const status = z
      .object({
        environments: z.array(z.object({ state: z.string(), clusters: z.array(z.object({ name: z.string() })) })),
      })
      .parse(JSON.parse((await runs.eksGpu.run('local', 'status', '--format', 'json')).stdout))
    expect(status.environments.map(({ clusters }) => clusters.map(({ name }) => name).join()).toSorted()).toEqual([
      'gpu-extra-iam',
      'second',
    ])
    const listed = await program(
      'aws',
      ['eks', 'list-clusters', '--output', 'text'],
      awsShell(await runs.eksGpu.environment(second)),
    )
    expect(listed.stdout).toContain('second')
    expect(listed.stdout).not.toContain('gpu-extra-iam')
    await runs.goesDown(first)
    expect((await kubectl(await runs.eksGpu.environment(second), 'get', 'nodes', '--no-headers')).stdout).toContain(
      'Ready',
    )
    const remote = join(runs.bench.root, 'gitops.git')
    const script = `git init -q --bare "$0" && git init -q && git remote add origin "$0" && git config push.autoSetupRemote true && mkdir -p gitops/gpu`
    expect(await program('bash', ['-c', `cd "$1" && ${script}`, remote, second], process.env)).toMatchObject({
      status: 0,
    })
    await answersItsPages('second', { ...runs, root: runs.bench.root, directory: second })
    await runs.goesDown(second)
  })
})
