import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openWorkbench } from '../terraform/workbench.ts'
import { awsShell, edit, eventually, kubectl, openEksGpu, program, upResult } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

const up = async (directory: string) =>
  upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json'))

async function goesUp(directory: string): Promise<void> {
  expect((await up(directory)).clusters.map(({ ok }) => ok)).toEqual([true])
  expect((await up(directory)).plan.counts).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 })
}

async function goesDown(directory: string): Promise<void> {
  const { status, stdout } = await eksGpu.run('down', directory, '--local')
  expect({ status, left: stdout.includes('Left over') }).toEqual({ status: 0, left: false })
}

// examples/basic and examples/production are brought up by other tests, on both control planes.
const parts = ['existing-vpc', 'mixed-capacity', 'custom-ami'] as const

describe.each(parts)('examples/%s', (example) => {
  const directory = bench.example(example)

  it('applies, plans no change the second time, and leaves nothing behind', async () => {
    await goesUp(directory)
    await goesDown(directory)
  })
})

describe.each([
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
    'karpenter-ready',
    'lets its group grow, and gives the nodes of Karpenter a policy',
    [
      ['max_size       = 1', 'max_size       = 2'],
      [
        'karpenter  = {}',
        'karpenter  = { additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] }',
      ],
    ],
    { create: 1, replace: 0, delete: 0 },
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
  [
    'capacity-block',
    'follows a block that was extended, and runs a node in a reservation of the same plan',
    [
      ['2030-01-09T11:30:00Z', '2030-01-10T11:30:00Z'],
      [
        'module "gpu_cluster"',
        `resource "aws_ec2_capacity_reservation" "gpu" {
  instance_type           = "g5.xlarge"
  instance_platform       = "Linux/UNIX"
  availability_zone       = "us-east-1b"
  instance_count          = 1
  instance_match_criteria = "targeted"
}

module "gpu_cluster"`,
      ],
      [
        'gpu_node_groups = {',
        `gpu_node_groups = {
    reserved = {
      capacity_reservation = { id = aws_ec2_capacity_reservation.gpu.id }
      availability_zones   = ["us-east-1b"]
      min_size             = 1
    }
`,
      ],
    ],
    { replace: 0, delete: 0 },
  ],
] as const)('examples/%s', (example, change, edits, counts) => {
  const directory = bench.example(example)
  const main = join(directory, 'main.tf')

  it('applies, plans no change the second time', () => goesUp(directory))

  it(`${change}, in place`, async () => {
    const before = readFileSync(main, 'utf8')
    const after = edits.reduce((text, [from, to]) => text.replace(from, to), before)
    expect(after).not.toBe(before)
    writeFileSync(main, after)
    const { plan, clusters } = await up(directory)
    expect(plan.counts).toMatchObject(counts)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
  })

  it('leaves nothing behind', () => goesDown(directory))
})

/** Lines of the shell snippets of a page below docs/module, in words. */
function documentedCommands(page: string): readonly (readonly string[])[] {
  const text = readFileSync(new URL(`../../docs/module/${page}.md`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, snippet = '']) => snippet.trim().split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').split(' '))
}

it.each(
  ['choose-instances', 'spot-or-on-demand']
    .flatMap(documentedCommands)
    .filter(([name]) => name === 'aws')
    .map((words) => words.join(' ')),
)('a documented command that the AWS CLI knows, with its options: %s', async (command) => {
  const [, ...words] = command.split(' ')
  const answer = await program(
    'aws',
    [...words, '--region', 'us-east-1', '--generate-cli-skeleton', 'output'],
    process.env,
  )
  expect(answer).toMatchObject({ status: 0, stderr: '' })
})

describe('examples/training-efa', () => {
  const directory = bench.example('training-efa')

  it('applies, plans no change the second time', () => goesUp(directory))

  it('starts two nodes for a job that asks for EFA and huge pages, and lets the group grow while it runs', async () => {
    const environment = await eksGpu.environment(directory)
    expect(await kubectl(environment, 'apply', '-f', join(directory, 'train.yaml'))).toMatchObject({ status: 0 })
    const running = async () =>
      (await kubectl(environment, 'get', 'pods', '-l', 'job-name=trainer', '--no-headers')).stdout.match(/ Running /g)
        ?.length === 2 || undefined
    await eventually('both workers run', 120, running, 1000)
    const { stdout } = await kubectl(
      environment,
      ...['get', 'nodes', '-l', 'vpc.amazonaws.com/efa.present=true', '--no-headers', '-o'],
      'custom-columns=A:.status.allocatable.nvidia\\.com/gpu,B:.status.allocatable.vpc\\.amazonaws\\.com/efa,C:.status.allocatable.hugepages-2Mi',
    )
    expect(stdout.trim().split(/\s+/)).toEqual(['8', '4', '10560Mi', '8', '4', '10560Mi'])
    edit(join(directory, 'main.tf'), ['max_size           = 4', 'max_size           = 6'])
    const { plan, clusters } = await up(directory)
    expect(plan.counts).toMatchObject({ create: 0, update: 1, replace: 0, delete: 0 })
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
    expect(await running()).toBe(true)
  })

  it('answers the commands of its page', async () => {
    const environment = await eksGpu.environment(directory)
    const commands = documentedCommands('efa-training').filter(([name]) => name === 'kubectl')
    expect(commands.length).toBeGreaterThan(0)
    for (const [, ...words] of commands) {
      const { status, stdout } = await kubectl(environment, ...words)
      expect({ status, said: stdout !== '' }).toEqual({ status: 0, said: true })
    }
  })

  it('leaves nothing behind', () => goesDown(directory))
})

describe('examples/extra-iam', () => {
  const first = bench.example('extra-iam')

  it('applies, plans no change the second time', () => goesUp(first))

  it('does not know of another cluster beside it, and goes without it', async () => {
    const second = bench.example('second')
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
`,
    )
    await up(second)
    const status = z
      .object({
        environments: z.array(z.object({ state: z.string(), clusters: z.array(z.object({ name: z.string() })) })),
      })
      .parse(JSON.parse((await eksGpu.run('local', 'status', '--format', 'json')).stdout))
    expect(status.environments.map(({ clusters }) => clusters.map(({ name }) => name).join()).toSorted()).toEqual([
      'gpu-extra-iam',
      'second',
    ])
    const listed = await program(
      'aws',
      ['eks', 'list-clusters', '--output', 'text'],
      awsShell(await eksGpu.environment(second)),
    )
    expect(listed.stdout).toContain('second')
    expect(listed.stdout).not.toContain('gpu-extra-iam')
    await goesDown(first)
    expect((await kubectl(await eksGpu.environment(second), 'get', 'nodes', '--no-headers')).stdout).toContain('Ready')
    await goesDown(second)
  })
})

describe('examples/gpu-sharing', () => {
  const directory = bench.example('gpu-sharing')
  const main = join(directory, 'main.tf')
  const nodes = z.object({
    items: z.array(
      z.object({
        metadata: z.object({ uid: z.string(), labels: z.record(z.string(), z.string()) }),
        status: z.object({ allocatable: z.record(z.string(), z.string()) }),
      }),
    ),
  })
  const gpuNodes = async () =>
    nodes
      .parse(
        JSON.parse(
          (
            await kubectl(
              await eksGpu.environment(directory),
              'get',
              'nodes',
              '-l',
              'nvidia.com/gpu=true',
              '-o',
              'json',
            )
          ).stdout,
        ),
      )
      .items.map(({ metadata, status }) => ({ ...metadata, allocatable: status.allocatable }))
  const offered = async () =>
    Object.fromEntries(
      (await gpuNodes()).map(({ labels, allocatable }) => [
        labels['workload-type'],
        Object.fromEntries(Object.entries(allocatable).filter(([name]) => name.startsWith('nvidia.com/'))),
      ]),
    )
  const shared = {
    notebook: { 'nvidia.com/gpu': '4' },
    inference: { 'nvidia.com/gpu': '6' },
    tenants: { 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/mig-1g.10gb': '3' },
  }

  it('offers what each way of sharing makes of a GPU', async () => {
    // The autoscaler takes idle nodes away after ten minutes, which a busy machine may need for all of this.
    writeFileSync(main, readFileSync(main, 'utf8').replaceAll('min_size       = 0', 'min_size       = 1'))
    await goesUp(directory)
    expect(await offered()).toEqual(shared)
    const server = ['daemonset', 'dcgm-server', '-n', 'kube-system', '-o', 'jsonpath={.status.numberReady}']
    expect((await kubectl(await eksGpu.environment(directory), 'get', ...server)).stdout).toBe('3')
  })

  it('runs a pod on a share and on a MIG device, and sees it from inside', async () => {
    const environment = await eksGpu.environment(directory)
    const pod = (name: string, resource: string, type: string, count = 1) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        restartPolicy: 'Never',
        nodeSelector: { 'workload-type': type },
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
        containers: [
          {
            name: 'c',
            image: 'nvidia/cuda:12.8.1-base-ubuntu24.04',
            command: ['nvidia-smi', '-L'],
            resources: { limits: { [resource]: count } },
          },
        ],
      },
    })
    const file = join(bench.root, 'pods.json')
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          pod('share', 'nvidia.com/gpu', 'notebook'),
          pod('slice', 'nvidia.com/mig-1g.10gb', 'tenants'),
          pod('greedy', 'nvidia.com/gpu', 'inference', 2),
        ],
      }),
    )
    await kubectl(environment, 'apply', '-f', file)
    for (const name of ['share', 'slice'])
      await kubectl(environment, 'wait', '--for=jsonpath={.status.phase}=Succeeded', `pod/${name}`, '--timeout=60s')
    expect((await kubectl(environment, 'logs', 'share')).stdout).toMatch(
      /^GPU 0: NVIDIA A10G \(UUID: GPU-[0-9a-f-]+\)\n$/,
    )
    expect((await kubectl(environment, 'logs', 'slice')).stdout).toMatch(
      /^GPU 0: NVIDIA H100 80GB HBM3 .*\n {2}MIG 1g\.10gb {5}Device {2}0: \(UUID: MIG-[0-9a-f-]+\)\n$/,
    )
    await kubectl(environment, 'wait', '--for=jsonpath={.status.phase}=Failed', 'pod/greedy', '--timeout=60s')
    expect((await kubectl(environment, 'get', 'pod', 'greedy', '-o', 'jsonpath={.status.message}')).stdout).toBe(
      'Pod was rejected: Allocate failed due to rpc error: code = Unknown desc = invalid allocation request for "nvidia.com/gpu": invalid request: maximum request size for shared resources is 1; found 2, which is unexpected',
    )
    await kubectl(environment, 'delete', '-f', file)
  })

  it('changes the shares of a group in place', async () => {
    const before = (await gpuNodes()).map(({ uid }) => uid).toSorted()
    writeFileSync(main, readFileSync(main, 'utf8').replace('replicas = 4', 'replicas = 8'))
    await goesUp(directory)
    expect(await offered()).toEqual({ ...shared, notebook: { 'nvidia.com/gpu': '8' } })
    expect((await gpuNodes()).map(({ uid }) => uid).toSorted()).toEqual(before)
  })

  it('leaves nothing behind', () => goesDown(directory))
})
