import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openWorkbench } from '../terraform/workbench.ts'
import { answersItsPages } from './answers-its-pages.ts'
import { awsShell, kubectl, openEksGpu, program, upResult } from './eks-gpu.ts'

const bench = openWorkbench()
const eksGpu = openEksGpu()
afterAll(async () => {
  await eksGpu.close()
  bench.remove()
})

const directory = bench.example('upgrade')
mkdirSync(directory)

/** Where a cluster is on its way: minors of control plane, system group and GPU group; null follows the control plane. */
type Stage = {
  readonly cluster: string
  readonly system: string | null
  readonly gpu: string | null
  readonly kubeProxy?: string
}

function write({ cluster, system, gpu, kubeProxy }: Stage): void {
  const version = (minor: string | null) => (minor === null ? '' : `kubernetes_version = "${minor}"`)
  writeFileSync(
    join(directory, 'main.tf'),
    `provider "aws" {
  region = "us-east-1"
}

module "gpu_cluster" {
  source = "../../modules/eks-gpu-cluster"

  cluster_name    = "gpu-upgrade"
  cluster_version = "${cluster}"

  system_node_group = { ${version(system)} }
  ${kubeProxy === undefined ? '' : `addons = { kube-proxy = { version = "${kubeProxy}" } }`}

  gpu_node_groups = {
    inference = {
      min_size = 1
      ${version(gpu)}
    }
  }
}
`,
  )
}

const run = () => eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json')

const versions = z.object({ cluster: z.object({ version: z.string() }) })
const names = z.object({ nodegroups: z.array(z.string()) })
const group = z.object({ nodegroup: z.object({ version: z.string(), releaseVersion: z.string() }) })

/** What EKS says that runs: the minor of the control plane, and of each group by the first word of its name. */
async function running(): Promise<Readonly<Record<string, string>>> {
  const shell = awsShell(await eksGpu.environment(directory))
  const eks = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await program('aws', ['eks', ...args, '--output', 'json'], shell)).stdout)
  const cluster = ['--cluster-name', 'gpu-upgrade']
  const found: Record<string, string> = {
    cluster: versions.parse(await eks('describe-cluster', '--name', 'gpu-upgrade')).cluster.version,
  }
  for (const name of names.parse(await eks('list-nodegroups', ...cluster)).nodegroups)
    found[name.split('-')[0] ?? name] = group.parse(
      await eks('describe-nodegroup', ...cluster, '--nodegroup-name', name),
    ).nodegroup.version
  return found
}

async function kubelets(): Promise<readonly string[]> {
  const listed = await kubectl(await eksGpu.environment(directory), 'get', 'nodes', '-o', 'json')
  return z
    .object({ items: z.array(z.object({ status: z.object({ nodeInfo: z.object({ kubeletVersion: z.string() }) }) })) })
    .parse(JSON.parse(listed.stdout))
    .items.map(({ status }) => status.nodeInfo.kubeletVersion.replace(/\.\d+-eks-local$/, ''))
    .toSorted()
}

it('starts at 1.34', async () => {
  write({ cluster: '1.34', system: null, gpu: null })
  expect(upResult(await run()).plan.counts.create).toBeGreaterThan(60)
  expect(await running()).toEqual({ cluster: '1.34', system: '1.34', inference: '1.34' })
})

it('may not skip a minor', async () => {
  write({ cluster: '1.36', system: '1.34', gpu: '1.34' })
  const { status, stderr } = await run()
  expect({ status, says: stderr.includes('Unsupported Kubernetes minor version update from 1.34 to 1.36') }).toEqual({
    status: 1,
    says: true,
  })
  expect(await running()).toEqual({ cluster: '1.34', system: '1.34', inference: '1.34' })
})

it.each<readonly [string, Stage, Readonly<Record<string, string>>]>([
  [
    'the control plane, to 1.35',
    { cluster: '1.35', system: '1.34', gpu: '1.34' },
    { cluster: '1.35', system: '1.34', inference: '1.34' },
  ],
  [
    'an add-on and the system nodes',
    { cluster: '1.35', system: '1.35', gpu: '1.34', kubeProxy: 'v1.35.1-eksbuild.2' },
    { cluster: '1.35', system: '1.35', inference: '1.34' },
  ],
  [
    'the GPU nodes',
    { cluster: '1.35', system: null, gpu: null, kubeProxy: 'v1.35.1-eksbuild.2' },
    { cluster: '1.35', system: '1.35', inference: '1.35' },
  ],
  [
    'all of it, to 1.36',
    { cluster: '1.36', system: null, gpu: null, kubeProxy: 'v1.36.0-eksbuild.1' },
    { cluster: '1.36', system: '1.36', inference: '1.36' },
  ],
])('then %s, and replaces neither cluster nor groups', async (_name, stage, expected) => {
  write(stage)
  const { plan, clusters } = upResult(await run())
  // The installer's invocation is made anew for another autoscaler image, and nothing else.
  expect(plan.counts.update).toBeGreaterThan(0)
  expect(plan.counts.create).toBe(0)
  expect(plan.counts.replace).toBeLessThanOrEqual(1)
  expect(clusters.map(({ ok }) => ok)).toEqual([true])
  expect(await running()).toEqual(expected)
  expect(await kubelets()).toEqual(
    [expected['inference'], expected['system'], expected['system']].map((minor) => `v${minor}`).toSorted(),
  )
})

it('answers the commands of its page', () => answersItsPages('upgrade', { eksGpu, root: bench.root, directory }))

it('may not go back', async () => {
  write({ cluster: '1.35', system: null, gpu: null })
  const { status, stderr } = await run()
  expect(status).toBe(1)
  expect(stderr).toContain('Unsupported Kubernetes minor version update from 1.36 to 1.35')
})

it('plans no change where it is, and leaves nothing behind', async () => {
  write({ cluster: '1.36', system: null, gpu: null, kubeProxy: 'v1.36.0-eksbuild.1' })
  // The refused change got as far as the record of the autoscaler's image, and that is put back.
  expect(upResult(await run()).plan.counts).toEqual({ create: 0, update: 1, replace: 0, delete: 0 })
  expect(upResult(await run()).plan.counts).toEqual({ create: 0, update: 0, replace: 0, delete: 0 })
  const { status, stdout } = await eksGpu.run('down', directory, '--local')
  expect({ status, left: stdout.includes('Left over') }).toEqual({ status: 0, left: false })
})
