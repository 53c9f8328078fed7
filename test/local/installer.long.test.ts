import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  EKSClient,
} from '@aws-sdk/client-eks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { EnvironmentRecord } from '../../src/local/environment.ts'
import { openWorkbench } from '../terraform/workbench.ts'
import { controlPlanes } from './control-planes.ts'
import { awsShell, eventually, kubectl, openEksGpu, program, startProgram, upResult } from './eks-gpu.ts'
import { type Installer, openInstaller } from './installer-client.ts'

const bench = openWorkbench()
const directory = bench.example('basic')
const awsCli = await program('aws', ['--version'], process.env).then(
  ({ status }) => status === 0,
  () => false,
)
if (!awsCli) process.stdout.write('skipped: the kubeconfig of aws eks update-kubeconfig (pip install awscli)\n')
afterAll(() => bench.remove())

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    managedFields: z.array(z.looseObject({ manager: z.string(), operation: z.string() })).optional(),
  }),
})
type KubernetesObject = z.output<typeof objectSchema>

/** The pod that the example's README shows, with another name; without its toleration where `tolerant` is false. */
function readmePod(name: string, tolerant: boolean): string {
  const readme = readFileSync(join(directory, 'README.md'), 'utf8')
  const pod = /```yaml\n(apiVersion: v1\nkind: Pod\n[\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const renamed = pod.replace('name: nvidia-smi', `name: ${name}`)
  return tolerant ? renamed : renamed.replace(/ {2}tolerations:\n(?: {4}.*\n)*/, '')
}

describe.concurrent.each(await controlPlanes())('a cluster on the %s control plane', (kubernetes) => {
  const eksGpu = openEksGpu()
  let record: EnvironmentRecord
  let installer: Installer
  let eks: EKSClient

  beforeAll(async () => {
    const output = await eksGpu.run('up', directory, '--local', '--kubernetes', kubernetes, '--format', 'json')
    expect(upResult(output).clusters).toMatchObject([{ ok: true }])
    record = await eksGpu.environment(directory)
    installer = openInstaller(record)
    eks = new EKSClient({ endpoint: record.awsEndpoint, region: 'us-east-1', credentials: record.credentials })
  })
  afterAll(async () => {
    installer?.close()
    eks?.destroy()
    await eksGpu.close()
  })

  const system = (...args: readonly string[]) => kubectl(record, '-n', 'kube-system', ...args)
  const file = (name: string, text: string): string => {
    const path = join(record.home, name)
    writeFileSync(path, text)
    return path
  }
  /** The bundle's objects as the cluster has them: those that are there. */
  const live = async (): Promise<readonly KubernetesObject[]> => {
    const list = file('bundle.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: bundleObjects() }))
    const { stdout } = await system('get', '-f', list, '-o=json', '--show-managed-fields', '--ignore-not-found')
    return stdout === '' ? [] : z.object({ items: z.array(objectSchema) }).parse(JSON.parse(stdout)).items
  }
  const bundleObjects = (): readonly KubernetesObject[] => z.array(objectSchema).parse(JSON.parse(installer.bundle))
  const inventory = async () => {
    const { stdout } = await system('get', 'configmap', 'eks-gpu-clusters-inventory', '-o=json')
    const { data } = z.object({ data: z.object({ digest: z.string(), objects: z.string() }) }).parse(JSON.parse(stdout))
    return { digest: data.digest, objects: z.array(z.record(z.string(), z.string())).parse(JSON.parse(data.objects)) }
  }

  it.sequential('has every object of the bundle, as it says, and nothing else in the inventory', async () => {
    const objects = bundleObjects()
    const entries: Record<string, string>[] = []
    const there = await live()
    for (const object of objects) {
      const found = there.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name)
      expect(found).toMatchObject(object)
      expect(found?.metadata.labels?.['app.kubernetes.io/managed-by']).toBe('eks-gpu-clusters')
      expect(found?.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`)).toContain(
        'eks-gpu-clusters Apply',
      )
      const { apiVersion, kind, metadata } = object
      const { name, namespace } = metadata
      entries.push({ apiVersion, kind, name, ...(namespace && { namespace }), uid: found?.metadata.uid ?? '' })
    }
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'ClusterRole cluster-autoscaler',
      'ClusterRoleBinding cluster-autoscaler',
      'DaemonSet nvidia-device-plugin-daemonset',
      'Deployment cluster-autoscaler',
      'PodDisruptionBudget cluster-autoscaler',
      'Role cluster-autoscaler',
      'RoleBinding cluster-autoscaler',
      'ServiceAccount cluster-autoscaler',
    ])
    const stored = await inventory()
    expect(stored.digest).toBe(createHash('sha256').update(installer.bundle).digest('hex'))
    expect(stored.objects).toHaveLength(entries.length)
    expect(stored.objects).toEqual(expect.arrayContaining(entries))
  })

  it.sequential('runs the images and tolerations that the module chose', async () => {
    const spec = '{.spec.template.spec.containers[*].image} {.spec.template.spec.tolerations}'
    expect((await system('get', 'deployment/cluster-autoscaler', `-o=jsonpath=${spec}`)).stdout).toBe(
      'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1 ',
    )
    expect((await system('get', 'daemonset/nvidia-device-plugin-daemonset', `-o=jsonpath=${spec}`)).stdout).toBe(
      'nvcr.io/nvidia/k8s-device-plugin:v0.20.0 ' +
        '[{"key":"CriticalAddonsOnly","operator":"Exists"},{"effect":"NoSchedule","key":"nvidia.com/gpu","operator":"Exists"}]',
    )
  })

  it.sequential('lets the autoscaler do what its role says, and no more', async () => {
    const can = (...args: readonly string[]) =>
      system('auth', 'can-i', ...args, '--as=system:serviceaccount:kube-system:cluster-autoscaler').then(({ stdout }) =>
        stdout.trim().split('\n').at(-1),
      )
    if (kubernetes === 'real') {
      expect(await can('update', 'nodes')).toBe('yes')
      expect(await can('get', 'secrets')).toBe('no')
      expect(await can('create', 'clusterrolebindings')).toBe('no')
    }
  })

  it.sequential('refuses a bundle with another digest, and a payload that names an endpoint', async () => {
    const other = installer.bundle.replace('cluster-autoscaler', 'somebody')
    const digest = createHash('sha256').update(other).digest('hex')
    expect((await installer.invoke({ bundle: other, tf: { action: 'create' } })).error).toBe(
      `InstallerRefused: The bundle has the digest ${digest}, but this function installs only ${installer.digest}: bundle and function come from different applies. Apply again.`,
    )
    const payload = { bundle: installer.bundle, tf: { action: 'create' }, endpoint: 'https://127.0.0.1:1' }
    expect((await installer.invoke(payload)).error).toBe(
      "InstallerRefused: The payload has endpoint, which the installer does not take: cluster, endpoint and digest come from its environment only. The installer takes {'bundle': '…', 'tf': {'action': 'create', 'update' or 'delete'}} or {'action': 'status'}.",
    )
    expect((await installer.invoke({ action: 'status', CLUSTER_ENDPOINT: 'https://127.0.0.1:1' })).error).toMatch(
      /^InstallerRefused: The payload has CLUSTER_ENDPOINT, /,
    )
  })

  it.sequential('does nothing on a delete with an old digest', async () => {
    const before = await inventory()
    const old = { bundle: installer.bundle.replace('cluster-autoscaler', 'somebody'), tf: { action: 'delete' } }
    expect(await installer.invoke(old)).toMatchObject({
      error: '',
      result: {
        ok: true,
        applied: 0,
        pruned: [],
        notes: ['Nothing to do: this bundle has been replaced by another.'],
      },
    })
    expect(await inventory()).toEqual(before)
    expect(await live()).toHaveLength(bundleObjects().length)
  })

  /** Runs from here on; its patience of two minutes is over when the tests below have run. */
  let turnedAway: ReturnType<Installer['invoke']> | undefined
  const entry = () => ({ clusterName: 'gpu-basic', principalArn: installer.roleArn })

  it.sequential('loses its way in with its access entry', async () => {
    await eks.send(new DeleteAccessEntryCommand(entry()))
    turnedAway = installer.invoke({ bundle: installer.bundle, tf: { action: 'update' } })
    expect((await installer.invoke({ action: 'status' })).error).toMatch(
      /^InstallerFailed: Could not .*: the Kubernetes API answered for 2\d seconds: 401 Unauthorized: Unauthorized\. The installer's role needs its EKS access entry with the policy AmazonEKSClusterAdminPolicy\.$/,
    )
  })

  it.sequential("runs the README's GPU pod, and keeps one without its toleration Pending", async () => {
    const pods = file('pods.yaml', `${readmePod('tolerant', true)}---\n${readmePod('intolerant', false)}`)
    expect(await kubectl(record, 'apply', '-f', pods)).toMatchObject({
      stdout: 'pod/tolerant created\npod/intolerant created\n',
    })
    const status = async (name: string, path: string) =>
      (await kubectl(record, 'get', 'pod', name, `-o=jsonpath=${path}`)).stdout
    await eventually('the tolerant pod has run', 30, async () =>
      (await status('tolerant', '{.status.phase}')) === 'Succeeded' ? true : undefined,
    )
    const gpuNode = await kubectl(record, 'get', 'nodes', '-l', 'nvidia.com/gpu=true', '-o=name')
    expect(`node/${await status('tolerant', '{.spec.nodeName}')}\n`).toBe(gpuNode.stdout)
    expect((await kubectl(record, 'logs', 'tolerant')).stdout).toMatch(/NVIDIA-SMI[\s\S]*NVIDIA A10G/)
    expect(await status('intolerant', '{.status.phase}')).toBe('Pending')
    const message = await eventually('a reason', 30, async () => {
      const text = await status('intolerant', '{.status.conditions[?(@.type=="PodScheduled")].message}')
      return text === '' ? undefined : text
    })
    expect(message).toBe(
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
    )
    const events = await eventually('an event', 30, async () => {
      const { stdout } = await kubectl(record, 'describe', 'pod', 'intolerant')
      return stdout.includes('FailedScheduling') ? stdout : undefined
    })
    expect(events).toMatch(/Warning\s+FailedScheduling\s+\S+( \(x\d+ over \S+\))?\s+default-scheduler\s+0\/3 nodes/)
    expect(events).toContain(message)
    expect((await kubectl(record, 'delete', '-f', pods, '--now')).stdout).toMatch(
      /^pod "tolerant" deleted.*\npod "intolerant" deleted.*\n$/,
    )
  })

  it.sequential.each(awsCli ? ['up --local', 'aws eks update-kubeconfig'] : ['up --local'])(
    'answers kubectl with the kubeconfig of %s',
    async (source) => {
      let kubeconfig = record.clusters[0]?.kubeconfig ?? ''
      if (source !== 'up --local') {
        kubeconfig = join(record.home, 'aws-kubeconfig')
        const made = await program(
          'aws',
          [
            'eks',
            'update-kubeconfig',
            '--name=gpu-basic',
            `--kubeconfig=${kubeconfig}`,
            `--endpoint-url=${record.awsEndpoint}`,
          ],
          awsShell(record),
        )
        expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining('Added new context') })
      }
      const env = awsShell(record)
      const run = (...args: readonly string[]) => program('kubectl', ['--kubeconfig', kubeconfig, ...args], env)
      const name = source === 'up --local' ? 'sleeper-up' : 'sleeper-aws'
      const pod = file(
        `${name}.yaml`,
        `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, labels: { run: ${name} } }\nspec:\n  containers:\n    - { name: main, image: busybox, command: [sh, -c, "sleep 600"] }\n`,
      )
      const watch = startProgram('kubectl', ['--kubeconfig', kubeconfig, 'get', 'pods', '-w', '-l', `run=${name}`], env)
      let watched = ''
      watch.child.stdout?.on('data', (text: string) => {
        watched += text
      })
      const sees = (what: RegExp) =>
        eventually(`the watch shows ${what}`, 30, async () => (what.test(watched) ? true : undefined))
      expect((await run('apply', '-f', pod)).stdout).toBe(`pod/${name} created\n`)
      await sees(/^NAME +READY +STATUS +RESTARTS +AGE\n(?:.*\n)*sleeper-\w+ +1\/1 +Running +0 +\d+s\n/)
      expect((await run('get', 'pod', name, '--no-headers')).stdout).toMatch(/^sleeper-\w+ +1\/1 +Running +0 +\d+s\n$/)
      expect((await run('describe', 'pod', name)).stdout).toMatch(/^Name:\s+sleeper-\w+\n[\s\S]*\nStatus:\s+Running\n/)
      expect((await run('apply', '-f', pod)).stdout).toBe(`pod/${name} unchanged\n`)
      expect((await run('logs', name)).status).toBe(0)
      expect((await run('logs', '-n', 'kube-system', '-l', 'name=nvidia-device-plugin-ds')).stdout).toContain(
        "Registered device plugin for 'nvidia.com/gpu' with Kubelet",
      )
      expect((await run('delete', 'pod', name, '--now')).stdout).toMatch(/^pod "sleeper-\w+" deleted/)
      expect((await run('get', 'pod', name)).stderr).toBe(`Error from server (NotFound): pods "${name}" not found\n`)
      await sees(/\nsleeper-\w+ +\d\/1 +(?:Terminating|Completed) .*\n$/)
      watch.child.kill()
      await watch.output
    },
  )

  it.sequential('is turned away without its access entry once its patience is over, and let in with it', async () => {
    expect((await turnedAway)?.error).toMatch(
      /^InstallerFailed: Could not .*: the Kubernetes API answered for 12\d seconds: 401 Unauthorized: Unauthorized\. The installer's role needs its EKS access entry with the policy AmazonEKSClusterAdminPolicy\.$/,
    )
    const again = installer.invoke({ bundle: installer.bundle, tf: { action: 'update' } })
    await eks.send(new CreateAccessEntryCommand(entry()))
    await eks.send(
      new AssociateAccessPolicyCommand({
        ...entry(),
        policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        accessScope: { type: 'cluster' },
      }),
    )
    expect(await again).toMatchObject({ error: '', result: { ok: true, applied: 8, pruned: [] } })
  })

  it.sequential('takes away what an update drops, and leaves alone what is not ours', async () => {
    const own = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'dropped', namespace: 'kube-system' },
      data: { a: 'b' },
    }
    const wider = JSON.stringify([...bundleObjects(), own])
    await installer.trust(wider)
    expect(await installer.invoke({ bundle: wider, tf: { action: 'update' } })).toMatchObject({
      error: '',
      result: { ok: true, applied: 9, pruned: [] },
    })
    expect((await system('get', 'configmap', 'dropped', '-o=jsonpath={.data}')).stdout).toBe('{"a":"b"}')

    await installer.trust(installer.bundle)
    expect(await installer.invoke({ bundle: installer.bundle, tf: { action: 'update' } })).toMatchObject({
      error: '',
      result: { ok: true, applied: 8, pruned: ['ConfigMap kube-system/dropped'], notes: [] },
    })
    expect((await system('get', 'configmap', 'dropped')).stderr).toContain('NotFound')
  })

  it.sequential('deletes on a delete what is ours, whatever else an inventory names', async () => {
    const foreign = ['foreign', 'labelled', 'unlabelled']
    const labels = { 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' }
    const object = (kind: string, name: string, more = {}) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace: 'kube-system', ...more },
    })
    const items = [
      object('ConfigMap', 'foreign'),
      object('ConfigMap', 'labelled', { labels }),
      object('ConfigMap', 'unlabelled'),
      object('Secret', 'secret', { labels }),
    ]
    await system('create', '-f', file('foreign.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items })))
    const uid = async (what: string) => (await system('get', what, '-o=jsonpath={.metadata.uid}')).stdout
    const { digest, objects } = await inventory()
    const named = (kind: string, name: string, uidOf: string) => ({
      apiVersion: 'v1',
      kind,
      namespace: 'kube-system',
      name,
      uid: uidOf,
    })
    const edited = [
      ...objects,
      named('ConfigMap', 'foreign', '00000000-0000-0000-0000-000000000000'),
      named('ConfigMap', 'labelled', '00000000-0000-0000-0000-000000000000'),
      named('ConfigMap', 'unlabelled', await uid('configmap/unlabelled')),
      named('Secret', 'secret', await uid('secret/secret')),
    ]
    const patch = JSON.stringify({ data: { digest, objects: JSON.stringify(edited) } })
    await system('patch', 'configmap', 'eks-gpu-clusters-inventory', '--type=merge', '-p', patch)

    const { error, result } = await installer.invoke({ bundle: installer.bundle, tf: { action: 'delete' } })
    expect(error).toBe('')
    const { pruned, notes } = z.object({ pruned: z.array(z.string()), notes: z.array(z.string()) }).parse(result)
    expect([...pruned].sort()).toEqual([
      'ClusterRole cluster-autoscaler',
      'ClusterRoleBinding cluster-autoscaler',
      'DaemonSet kube-system/nvidia-device-plugin-daemonset',
      'Deployment kube-system/cluster-autoscaler',
      'PodDisruptionBudget kube-system/cluster-autoscaler',
      'Role kube-system/cluster-autoscaler',
      'RoleBinding kube-system/cluster-autoscaler',
      'ServiceAccount kube-system/cluster-autoscaler',
    ])
    expect([...notes].sort()).toEqual([
      'ConfigMap kube-system/foreign was left alone: it is not the one that the installer made.',
      'ConfigMap kube-system/labelled was left alone: it is not the one that the installer made.',
      "ConfigMap kube-system/unlabelled was left alone: it no longer has the installer's label.",
      'Secret kube-system/secret was left alone: it is of a kind that the installer does not handle.',
    ])
    await eventually('all of them are gone', 30, async () => ((await live()).length === 0 ? true : undefined))
    const others = [...foreign.map((name) => `configmap/${name}`), 'secret/secret']
    expect((await system('get', ...others, '-o=name')).stdout).toBe(`${others.join('\n')}\n`)
    expect((await system('get', 'lease', 'eks-gpu-clusters-installer', '--ignore-not-found')).stdout).toBe('')
  })

  it.sequential('goes down afterwards all the same', async () => {
    expect(await eksGpu.run('down', directory, '--local')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Everything is deleted; the stand-ins have ended and their folder is removed.'),
    })
  })
})
