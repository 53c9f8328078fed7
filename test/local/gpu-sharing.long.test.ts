import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answersItsPages } from './answers-its-pages.ts'
import { kubectl } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

describe('examples/gpu-sharing', () => {
  const directory = runs.bench.example('gpu-sharing')
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
              await runs.eksGpu.environment(directory),
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
    await runs.applies(directory)
    expect(await offered()).toEqual(shared)
    const server = ['daemonset', 'dcgm-server', '-n', 'kube-system', '-o', 'jsonpath={.status.numberReady}']
    expect((await kubectl(await runs.eksGpu.environment(directory), 'get', ...server)).stdout).toBe('3')
  })

  // One of them applies it once more, which changes nothing.
  it('answers the commands of its pages', () =>
    answersItsPages('gpu-sharing', { ...runs, root: runs.bench.root, directory }))

  it('runs a pod on a share and on a MIG device, and sees it from inside', async () => {
    const environment = await runs.eksGpu.environment(directory)
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
    const file = join(runs.bench.root, 'pods.json')
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
    await runs.goesUp(directory)
    expect(await offered()).toEqual({ ...shared, notebook: { 'nvidia.com/gpu': '8' } })
    expect((await gpuNodes()).map(({ uid }) => uid).toSorted()).toEqual(before)
  })

  it('leaves nothing behind', () => runs.goesDown(directory))
})
