import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { failClusterAfter, interruptCluster, resumeCluster } from '../../src/local/environment-control.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { controlPlanes } from './control-planes.ts'
import { type EksGpu, edit, eventually, kubectl, openEksGpu, upResult } from './eks-gpu.ts'
import { openInstaller } from './installer-client.ts'
import { processesOf, terraformBegins } from './running-terraform.ts'

const unchanged = { create: 0, update: 0, replace: 0, delete: 0 }
const inCluster = 'module.gpu_cluster.aws_lambda_invocation.manifests[0]'
const cluster = 'module.gpu_cluster.aws_eks_cluster.this'
const systemGroup = 'module.gpu_cluster.aws_eks_node_group.system'
const devicePlugin = { kind: 'DaemonSet', name: 'nvidia-device-plugin-daemonset' }

/** An example of its own, with a state folder of its own: the suites below run side by side. */
function scene(): {
  readonly eksGpu: EksGpu
  readonly directory: string
  readonly module: string
  /** `up` to its end, and what it says as JSON. */
  readonly up: (...flags: readonly string[]) => ReturnType<EksGpu['run']>
  readonly down: () => ReturnType<EksGpu['run']>
} {
  const bench = openWorkbench()
  const eksGpu = openEksGpu()
  afterAll(async () => {
    await eksGpu.close()
    bench.remove()
  })
  const directory = bench.example('basic')
  return {
    eksGpu,
    directory,
    module: bench.module,
    up: (...flags) => eksGpu.run('up', directory, '--local', '--format', 'json', ...flags),
    down: () => eksGpu.run('down', directory, '--local'),
  }
}

/** `down` found nothing left in the local AWS, and of the environment no process runs and no file lies about. */
async function expectNothingLeft(eksGpu: EksGpu, ended: Awaited<ReturnType<EksGpu['run']>>): Promise<void> {
  expect(ended).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Everything is deleted; the stand-ins have ended and their folder is removed.'),
  })
  expect(await eksGpu.run('local', 'status', '--format', 'json')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"environments": []'),
  })
  expect(processesOf(eksGpu.home)).toEqual([])
}

const extraObject = `apiVersion: v1
kind: ConfigMap
metadata:
  name: extra
  namespace: kube-system
  labels:
    app.kubernetes.io/managed-by: eks-gpu-clusters
data:
  a: b
---
`

describe.concurrent.each(await controlPlanes())('an API that fails half-way, %s', (kubernetes) => {
  const { eksGpu, directory, module, up, down } = scene()
  const manifest = join(module, 'manifests/nvidia-device-plugin.yaml.tftpl')
  const silent = /Could not .*: the Kubernetes API at \S+ did not answer for 6\d seconds/

  it.sequential('fails a first apply with a clear text', async () => {
    edit(manifest, [/^/, extraObject])
    const running = up('--kubernetes', kubernetes)
    const record = await eventually('a cluster in the record', 240, async () => {
      const found = await eksGpu.environment(directory).catch(() => undefined)
      return found?.clusters.length === 1 ? found : undefined
    })
    await failClusterAfter(record, 'gpu-basic', devicePlugin)
    const { status, stderr } = await running
    expect(status).toBe(1)
    expect(stderr).toMatch(silent)
    expect(stderr).toContain(inCluster)
    expect(stderr).toMatch(/\n\d+ of \d+ changes are made and recorded\. Nothing is lost\./)
    expect(stderr).toContain(`Go on:     eks-gpu up ${directory} --local`)
  })

  it.sequential('is completed by the next apply; of two at once, one waits and finds nothing to do', async () => {
    await resumeCluster(await eksGpu.environment(directory), 'gpu-basic')
    const both = await Promise.all([up(), up()])
    const counts = both.map((output) => upResult(output).plan.counts)
    expect(counts).toContainEqual(unchanged)
    expect(counts.filter(({ create }) => create > 0)).toHaveLength(1)
    expect(both.flatMap((output) => upResult(output).clusters.map(({ ok }) => ok))).toEqual([true, true])
    const waited = both.filter(({ stderr }) =>
      /Waiting for another eks-gpu \(process \d+\) that works on this directory\./.test(stderr),
    )
    expect(waited.map((output) => upResult(output).plan.counts)).toEqual([unchanged])
  })

  it.sequential('fails an update with a clear text', async () => {
    const record = await eksGpu.environment(directory)
    edit(manifest, [extraObject, ''])
    edit(join(directory, 'main.tf'), [
      'desired_size   = 1',
      'desired_size   = 1\n      taints         = [{ key = "team", value = "vision", effect = "NO_SCHEDULE" }]',
    ])
    edit(join(directory, 'main.tf'), [
      '  tags = {',
      '  cluster_autoscaler = { extra_args = { expander = "least-waste" } }\n\n  tags = {',
    ])
    await failClusterAfter(record, 'gpu-basic', devicePlugin)
    const { status, stderr } = await up()
    expect(status).toBe(1)
    expect(stderr).toMatch(silent)
    expect(stderr).toContain(inCluster)
    expect(stderr).toContain(`Go on:     eks-gpu up ${directory} --local`)
  })

  it.sequential('is completed by the next apply, with what the bundle no longer has taken away', async () => {
    const record = await eksGpu.environment(directory)
    const get = (...args: readonly string[]) => kubectl(record, '-n', 'kube-system', 'get', ...args)
    await resumeCluster(record, 'gpu-basic')
    expect((await get('configmap', 'extra')).status).toBe(0)
    const { plan, clusters } = upResult(await up())
    expect(plan.counts.create + plan.counts.replace).toBeGreaterThan(0)
    expect(clusters).toMatchObject([{ ok: true }])
    expect((await get('configmap', 'extra')).stderr).toBe(
      'Error from server (NotFound): configmaps "extra" not found\n',
    )
    const tolerations = await get(
      'daemonset/nvidia-device-plugin-daemonset',
      '-o=jsonpath={.spec.template.spec.tolerations[*].key}',
    )
    expect(tolerations.stdout).toBe('CriticalAddonsOnly nvidia.com/gpu team')
    expect((await get('deployment/cluster-autoscaler', '-o=jsonpath={..args}')).stdout).toContain(
      '--expander=least-waste',
    )
    expect(upResult(await up()).plan.counts).toEqual(unchanged)
  })

  it.sequential('lets one of two invocations at once wait for the other', async () => {
    const record = await eksGpu.environment(directory)
    const installer = openInstaller(record)
    // A rollout to wait for, so that whoever is first holds the lease for a while.
    const patch =
      '{"spec":{"template":{"spec":{"containers":[{"name":"cluster-autoscaler","image":"registry.k8s.io/other:1"}]}}}}'
    await kubectl(record, '-n', 'kube-system', 'patch', 'deployment', 'cluster-autoscaler', '-p', patch)
    const payload = { bundle: installer.bundle, tf: { action: 'update' } }
    const runs = await Promise.all([installer.invoke(payload), installer.invoke(payload)])
    installer.close()
    expect(runs).toMatchObject([
      { error: '', result: { ok: true, applied: 8 } },
      { error: '', result: { ok: true, applied: 8 } },
    ])
    expect(runs.filter(({ log }) => log.includes('"heldBy"'))).toHaveLength(1)
  })

  it.sequential('leaves nothing behind', async () => expectNothingLeft(eksGpu, await down()))
})

describe.concurrent('kill -9 of terraform', () => {
  const { eksGpu, directory, up, down } = scene()

  it.sequential.each([cluster, systemGroup])('while it creates %s is told', async (address) => {
    const running = up('--kubernetes', 'embedded')
    process.kill(await terraformBegins(eksGpu, directory, address), 'SIGKILL')
    const { status, stderr } = await running
    expect(status).toBe(1)
    expect(stderr).toContain('Terraform was ended from outside (SIGKILL).')
    expect(stderr).toMatch(/In the making when it ended: .*; the next run looks them up\./)
  })

  it.sequential('the next up completes, and the plan after it is empty', async () => {
    const { plan, clusters } = upResult(await up())
    expect(plan.counts).toMatchObject({ replace: 0, delete: 0 })
    expect(clusters).toMatchObject([{ ok: true }])
    expect(upResult(await up()).plan.counts).toEqual(unchanged)
  })

  it.sequential('leaves nothing behind', async () => expectNothingLeft(eksGpu, await down()))
})

describe.concurrent('kill -9 of eks-gpu', () => {
  const { eksGpu, directory, down } = scene()

  it.sequential('is told by local status', async () => {
    const { child, output } = eksGpu.start('up', directory, '--local', '--kubernetes', 'embedded')
    const terraform = await terraformBegins(eksGpu, directory, cluster)
    child.kill('SIGKILL')
    await output
    expect((await eksGpu.run('local', 'status')).stdout).toContain(
      `terraform   apply still runs (process ${terraform}), although the eks-gpu that started it has ended; "eks-gpu up" follows it`,
    )
  })

  it.sequential('down --local cleans', async () => expectNothingLeft(eksGpu, await down()))
})

describe.concurrent('Ctrl-C', () => {
  const { eksGpu, directory, up, down } = scene()

  it.sequential('waits for Terraform, says what state is left and how to go on', async () => {
    const { child, output } = eksGpu.start('up', directory, '--local', '--kubernetes', 'embedded')
    const terraform = await terraformBegins(eksGpu, directory, cluster)
    child.kill('SIGINT')
    const { status, stderr } = await output
    expect(status).toBe(1)
    expect(stderr).toContain(
      'Interrupted: Terraform ends what it has begun and saves its state. This can take some minutes; please wait.',
    )
    expect(stderr).toMatch(/\n\d+ of \d+ changes are made and recorded\./)
    expect(stderr).toContain(`\n  Go on:     eks-gpu up ${directory} --local\n`)
    expect(() => process.kill(terraform, 0)).toThrow('ESRCH')
  })

  it.sequential('the next up completes without making anything twice, and the plan after it is empty', async () => {
    const { plan, clusters } = upResult(await up())
    expect(plan.counts).toMatchObject({ replace: 0, delete: 0 })
    expect(clusters).toMatchObject([{ ok: true }])
    expect(upResult(await up()).plan.counts).toEqual(unchanged)
  })

  it.sequential('a destroy with the API dead completes, and leaves nothing behind', async () => {
    await interruptCluster(await eksGpu.environment(directory), 'gpu-basic')
    await expectNothingLeft(eksGpu, await down())
  })
})
