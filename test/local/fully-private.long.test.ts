import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openWorkbench } from '../terraform/workbench.ts'
import { answersItsPages } from './answers-its-pages.ts'
import { awsShell, edit, openEksGpu, program, upResult } from './eks-gpu.ts'
import { namespacesWork, openNetworkNamespace } from './network-namespace.ts'
import { openRefusingProxy } from './refusing-proxy.ts'

const able = namespacesWork()
if (!able)
  process.stdout.write(
    'behind a proxy only, which programs may pass by: a network without a way out needs Linux with unshare, nsenter, ip and user namespaces\n',
  )

/** What stands before commands and in their environment, so that they reach nothing but this machine, and whom they called. */
type Confined = {
  readonly inside: readonly string[]
  readonly variables: NodeJS.ProcessEnv
  hosts(): readonly string[]
  close(): void
}

async function openConfined(): Promise<Confined> {
  if (!able) return { inside: [], ...(await openRefusingProxy()) }
  return { variables: {}, ...(await openNetworkNamespace()) }
}

const images = 'jsonpath={.items[*].spec.containers[*].image}'

/** Registry of an image; of one in a mirror with its prefix. */
function registryOf(image: string): string {
  return image.replace(/\/(?:(?:nvidia|autoscaling)\/.*|(?:eks|amazon|amazon-k8s-cni)[/:].*)$/, '')
}

describe('examples/fully-private, without a way out', () => {
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
    const confined = await opened(openConfined(), (each) => each.close())
    const eksGpu = await opened(openEksGpu(confined.variables, confined.inside), (each) => each.close())
    const directory = bench.example('fully-private')
    const up = async () =>
      upResult(await eksGpu.run('up', directory, '--local', '--kubernetes', 'embedded', '--format', 'json'))

    // It is as it says: no other address can be reached, and who is asked for is recorded.
    const [curl, ...rest] = [...confined.inside, 'curl', '--silent', '--fail', 'http://control.example.com']
    const reach = await program(curl, rest, { ...process.env, ...confined.variables })
    expect(reach.status).not.toBe(0)
    expect(confined.hosts()).toEqual(['control.example.com'])

    expect((await up()).clusters.map(({ ok }) => ok)).toEqual([true])
    // One of the commands of its pages applies it once more, which changes nothing.
    const { inside: before, variables } = confined
    await answersItsPages('fully-private', { eksGpu, root: bench.root, directory, before, variables })

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
    const kubeconfig = record.clusters[0]?.kubeconfig ?? ''
    const words = ['kubectl', '--kubeconfig', kubeconfig, 'get', 'pods', '-A', '-o', images]
    const [first = '', ...others] = [...confined.inside, ...words]
    const pods = await program(first, others, { ...awsShell(record), ...confined.variables })
    expect([...new Set(pods.stdout.split(' ').map(registryOf))].sort()).toEqual([
      '111122223333.dkr.ecr.us-east-1.amazonaws.com/approved',
      '602401143452.dkr.ecr.us-east-1.amazonaws.com',
    ])

    expect(await eksGpu.run('down', directory, '--local')).toMatchObject({ status: 0 })
    // Terraform's registry is asked for whether it answers; the providers come from this machine.
    const called = ['control.example.com', 'registry.terraform.io']
    if (able) expect(confined.hosts()).toEqual(called)
    else expect(called).toEqual(expect.arrayContaining([...confined.hosts()]))
  })
})
