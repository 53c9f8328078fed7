import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openWorkbench } from '../terraform/workbench.ts'
import { awsShell, edit, openEksGpu, program, upResult } from './eks-gpu.ts'
import { namespacesWork, openNetworkNamespace } from './network-namespace.ts'

const able = namespacesWork()
// Vitest shows this line even when the suite is skipped; .ci/run counts it as a failure.
if (!able) process.stdout.write('skipped: the cluster without a network (Linux with unshare and user namespaces)\n')

const images = 'jsonpath={.items[*].spec.containers[*].image}'

/** Registry of an image; of one in a mirror with its prefix. */
function registryOf(image: string): string {
  return image.replace(/\/(?:(?:nvidia|autoscaling)\/.*|(?:eks|amazon|amazon-k8s-cni)[/:].*)$/, '')
}

describe.skipIf(!able)('examples/fully-private, in a network of its own without a way out', () => {
  const closers: (() => unknown)[] = []
  /** Keeps what is to be closed afterwards, last opened first. */
  async function opened<T>(opening: T | Promise<T>, close: (opened: T) => unknown): Promise<T> {
    const value = await opening
    closers.unshift(() => close(value))
    return value
  }
  afterAll(async () => {
    for (const close of closers) await close()
  })

  it('applies, changes in place and goes, and nothing but this machine is called', async () => {
    const bench = await opened(openWorkbench(), (each) => each.remove())
    const namespace = await opened(openNetworkNamespace(), (each) => each.close())
    const eksGpu = await opened(openEksGpu({}, namespace.inside), (each) => each.close())
    const directory = bench.example('fully-private')
    const up = async () =>
      upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json'))

    // The namespace is what it says: a connection to any other address fails, and who asks for a name is recorded.
    const [enter = '', ...flags] = namespace.inside
    const reach = await program(
      enter,
      [...flags, process.execPath, '-e', "fetch('http://control.example.com')"],
      process.env,
    )
    expect(reach.status).toBe(1)
    expect(namespace.hosts()).toEqual(['control.example.com'])

    expect((await up()).clusters.map(({ ok }) => ok)).toEqual([true])
    expect((await up()).plan.counts).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 })

    edit(
      join(directory, 'main.tf'),
      [
        'nat                     = "none"',
        'nat                     = "none"\n  additional_vpc_endpoints = ["ssm", "ssmmessages"]',
      ],
      ['max_size       = 4', 'max_size       = 6'],
    )
    edit(join(directory, 'variables.tf'), ['us-east-1.amazonaws.com/mirror', 'us-east-1.amazonaws.com/approved'])
    const changed = await up()
    // Two endpoints; the function, its guard and the group in place; the manifests by a new invocation.
    expect({ counts: changed.plan.counts, ok: changed.clusters.map(({ ok }) => ok) }).toEqual({
      counts: { create: 2, update: 3, replace: 1, delete: 0 },
      ok: [true],
    })
    const record = await eksGpu.environment(directory)
    const pods = await program(
      enter,
      [...flags, 'kubectl', '--kubeconfig', record.clusters[0]?.kubeconfig ?? '', 'get', 'pods', '-A', '-o', images],
      awsShell(record),
    )
    expect([...new Set(pods.stdout.split(' ').map(registryOf))].sort()).toEqual([
      '111122223333.dkr.ecr.us-east-1.amazonaws.com/approved',
      '602401143452.dkr.ecr.us-east-1.amazonaws.com',
    ])

    expect(await eksGpu.run('down', directory, '--local')).toMatchObject({ status: 0 })
    // Terraform's registry is asked for whether it answers; the providers come from this machine.
    expect(namespace.hosts()).toEqual(['control.example.com', 'registry.terraform.io'])
  })
})
