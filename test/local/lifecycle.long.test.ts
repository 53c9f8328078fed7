import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { answersItsPages } from './answers-its-pages.ts'
import { controlPlanes } from './control-planes.ts'
import { edit, eventually, kubectl, openEksGpu, upResult } from './eks-gpu.ts'
import { foretold, happened, neededNodes, waitingWorkloads } from './foretold.ts'

const eksGpu = openEksGpu()
afterAll(() => eksGpu.close())

/** A label and a limit of the first group of each example, changed as a user would. */
const changes = {
  basic: {
    max: ['max_size       = 2', 'max_size       = 3'],
    label: [
      'max_size       = 3',
      'max_size       = 3\n      labels = { "k8s.amazonaws.com/accelerator" = "nvidia-a10g-24gb" }',
    ],
  },
  production: {
    max: ['max_size       = 10', 'max_size       = 12'],
    label: ['"workload-type" = "inference"', '"workload-type" = "serving"'],
  },
} as const

const autoscaler = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({ containers: z.tuple([z.looseObject({ args: z.array(z.string()) })]) }),
    }),
  }),
})

/** Lets the autoscaler take nodes that nobody uses at once, not after ten minutes; `file` is where its Deployment is edited. */
async function scaleDownSoon(record: EnvironmentRecord, file: string): Promise<void> {
  const name = ['-n', 'kube-system', 'deployment', 'cluster-autoscaler']
  const deployment = autoscaler.parse(JSON.parse((await kubectl(record, 'get', ...name, '-o', 'json')).stdout))
  const { args } = deployment.spec.template.spec.containers[0]
  const soon = ['--scale-down-unneeded-time=5s', '--scale-down-delay-after-add=5s']
  const kept = args.filter((flag) => !soon.some((other) => flag.split('=')[0] === other.split('=')[0]))
  args.splice(0, args.length, ...kept, ...soon)
  writeFileSync(file, JSON.stringify(deployment))
  expect(await kubectl(record, 'replace', '-f', file)).toMatchObject({ status: 0, stderr: '' })
}

// The embedded control plane brings up basic in package.long.test.ts.
const cases = (await controlPlanes()).flatMap((kubernetes) =>
  (['basic', 'production'] as const)
    .filter((example) => example === 'production' || kubernetes === 'real')
    .map((example) => ({ example, kubernetes })),
)

describe.each(cases)('examples/$example with the $kubernetes control plane', ({ example, kubernetes }) => {
  const bench = openWorkbench()
  const directory = bench.example(example)
  afterAll(() => bench.remove())
  const up = async () =>
    upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', kubernetes, '--format', 'json'))

  const workloads = join(bench.root, 'workloads.json')
  let said: Awaited<ReturnType<typeof foretold>> | undefined

  if (example === 'production')
    it('simulates what waits for a node, before anything is there', async () => {
      writeFileSync(workloads, JSON.stringify(waitingWorkloads))
      said = foretold(await eksGpu.run('simulate', directory, '-f', workloads, '--format', 'json'))
      expect(said.groups).toMatchObject({ batch: 3, training: 1 })
    })

  it('applies and verifies', async () => {
    const { plan, clusters } = await up()
    expect(plan.counts).toMatchObject({ update: 0, replace: 0, delete: 0 })
    expect(plan.counts.create).toBeGreaterThan(60)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
  })

  it('answers the verify commands', async () => {
    const record = await eksGpu.environment(directory)
    const nodes = await kubectl(record, 'get', 'nodes', '-l', 'nvidia.com/gpu=true', '--no-headers')
    expect(nodes.stdout).toMatch(/^ip-\S+\s+Ready\s/)
    const described = await kubectl(record, 'describe', 'nodes')
    expect(/Allocatable:\n(?:.*\n){0,4}.*nvidia\.com\/gpu:\s+\d/.test(described.stdout)).toBe(true)
    const plugin = ['-n', 'kube-system', '-l', 'name=nvidia-device-plugin-ds']
    expect((await kubectl(record, 'get', 'pods', ...plugin, '--no-headers')).stdout).toMatch(
      /^nvidia-device-plugin-daemonset-\w+\s+1\/1\s+Running/,
    )
    expect((await kubectl(record, 'logs', ...plugin)).stdout).toContain(
      "Registered device plugin for 'nvidia.com/gpu' with Kubelet",
    )
    expect((await kubectl(record, 'logs', '-n', 'kube-system', '-l', 'app=cluster-autoscaler')).stdout).toContain(
      'Cluster Autoscaler 1.36',
    )
  })

  // One of them applies it once more, which changes nothing.
  it('answers the commands of its pages', () => answersItsPages(example, { eksGpu, root: bench.root, directory }))

  if (example === 'production')
    it('does what was simulated: groups leave zero, pods run, what stays Pending says the same', async () => {
      const record = await eksGpu.environment(directory)
      expect(await kubectl(record, 'apply', '-f', workloads)).toMatchObject({ status: 0 })
      await eventually(
        'the nodes that were foretold',
        300,
        async () => ((await neededNodes(record)).running === said?.running ? true : undefined),
        5_000,
      )
      // kube-scheduler does not try a pod again for nodes that cannot change its fate, so its text may be of before.
      await kubectl(record, 'delete', 'pod', '-l', 'app=lost')
      const end = await eventually('the text of what stays Pending', 60, () => happened(record), 5_000)
      expect(end).toEqual(said)
    })

  it('changes a label and a limit in place', async () => {
    edit(join(directory, 'main.tf'), changes[example].max, changes[example].label)
    const { plan, clusters } = await up()
    expect(plan.counts).toMatchObject({ create: 0, replace: 0, delete: 0 })
    expect(plan.counts.update).toBeGreaterThan(0)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
  })

  if (example === 'production')
    it('lets groups go back to zero when nobody uses them', async () => {
      const record = await eksGpu.environment(directory)
      // With kubectl: the module would put its installer's invocation anew for it, as a release of the manifests does.
      await scaleDownSoon(record, join(bench.root, 'autoscaler.json'))
      await kubectl(record, 'delete', '-f', workloads)
      await eventually(
        'nodes of batch and training to go',
        180,
        async () => {
          const { nodes } = await neededNodes(record)
          return (nodes['batch'] ?? 0) + (nodes['training'] ?? 0) === 0 ? true : undefined
        },
        5_000,
      )
    })

  it('leaves nothing behind', async () => {
    const { status, stdout, stderr } = await eksGpu.run('down', directory, '--local')
    expect({ status, left: /Left over/.test(stdout), stderr: /error/i.test(stderr) }).toEqual({
      status: 0,
      left: false,
      stderr: false,
    })
    expect(await eksGpu.run('local', 'status', '--format', 'json')).toMatchObject({
      stdout: expect.stringContaining('"environments": []'),
    })
  })
})
