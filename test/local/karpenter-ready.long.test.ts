import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { answersItsPages } from './answers-its-pages.ts'
import { edit, eventually, kubectl, program } from './eks-gpu.ts'
import { openExampleRuns } from './example-runs.ts'

const runs = openExampleRuns()
afterAll(() => runs.close())

const state = z.object({ outputs: z.object({ manifests: z.object({ value: z.string() }) }) })

const job = `apiVersion: v1
kind: Pod
metadata: { name: training }
spec:
  restartPolicy: Never
  tolerations: [{ key: nvidia.com/gpu, operator: Exists, effect: NoSchedule }]
  containers:
    - name: main
      image: public.ecr.aws/docker/library/busybox:1.37
      command: [sleep, "86400"]
      resources: { limits: { nvidia.com/gpu: 1 } }
`

/** Everything of the autoscaler that the module puts into a cluster. */
const autoscalerObjects = [
  'deployment/cluster-autoscaler',
  'serviceaccount/cluster-autoscaler',
  'poddisruptionbudget/cluster-autoscaler',
  'role/cluster-autoscaler',
  'rolebinding/cluster-autoscaler',
  'clusterrole/cluster-autoscaler',
  'clusterrolebinding/cluster-autoscaler',
]

describe('examples/karpenter-ready', () => {
  const directory = runs.bench.example('karpenter-ready')
  const main = join(directory, 'main.tf')
  const inCluster = async (...words: readonly string[]) => kubectl(await runs.eksGpu.environment(directory), ...words)
  const system = (...words: readonly string[]) => inCluster('-n', 'kube-system', ...words)
  /** What must outlive every switch: the pod that computes, and the device plugin, by UID and by the change of its pods' template. */
  const lasting = async (): Promise<string> => {
    const uids = 'jsonpath={.metadata.uid} {.metadata.generation}'
    const pod = await inCluster('get', 'pod', 'training', '-o', 'jsonpath={.metadata.uid} {.status.phase}')
    const plugin = await system('get', 'daemonset', 'nvidia-device-plugin-daemonset', '-o', uids)
    return `${pod.stdout}, ${plugin.stdout}`
  }
  const present = async (): Promise<readonly string[]> => {
    const { stdout } = await system('get', ...autoscalerObjects, '--ignore-not-found', '-o', 'name')
    return stdout.split('\n').filter((line) => line !== '')
  }
  let before = ''

  it('applies', () => runs.applies(directory))

  // Its page applies it once more, which changes nothing.
  it('answers the commands of its pages', () =>
    answersItsPages('karpenter-ready', { ...runs, root: runs.bench.root, directory }))

  it('runs a pod that computes, without an autoscaler', async () => {
    const file = join(runs.bench.root, 'pod.yaml')
    writeFileSync(file, job)
    await inCluster('apply', '-f', file)
    before = await eventually('a pod that computes', 60, async () => {
      const now = await lasting()
      return now.includes(' Running, ') ? now : undefined
    })
    expect(await present()).toEqual([])
  })

  it('takes the Cluster Autoscaler in place of what Karpenter needs', async () => {
    edit(main, [/^ *autoscaler = "none"\n *karpenter *= \{\}\n/m, ''])
    const { plan, clusters } = await runs.up(directory)
    expect(plan.counts.replace).toBe(1)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
    expect(await present()).toHaveLength(autoscalerObjects.length)
    expect(await lasting()).toBe(before)
  })

  it('goes back: takes the autoscaler away and nothing else, lets its group grow, gives the nodes of Karpenter a policy', async () => {
    edit(
      main,
      [
        'cluster_version = "1.36"\n',
        'cluster_version = "1.36"\n\n  autoscaler = "none"\n  karpenter  = { additional_iam_policies = ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"] }\n',
      ],
      ['max_size       = 1', 'max_size       = 2'],
    )
    writeFileSync(join(directory, 'manifests.tf'), 'output "manifests" {\n  value = module.gpu_cluster.manifests\n}\n')
    const { clusters } = await runs.up(directory)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
    expect(await present()).toEqual([])
    expect(await lasting()).toBe(before)
  })

  it('goes from the installer to GitOps as its page says, and loses nothing', async () => {
    const { home } = await runs.eksGpu.environment(directory)
    const file = join(home, 'terraform', 'terraform.tfstate')
    // As Argo CD and Flux apply: on the server, and theirs from then on.
    const manifests = join(runs.bench.root, 'manifests.yaml')
    writeFileSync(manifests, state.parse(JSON.parse(readFileSync(file, 'utf8'))).outputs.manifests.value)
    const applied = await inCluster('apply', '--server-side', '--force-conflicts', '-f', manifests)
    expect(applied).toMatchObject({ status: 0 })
    const forgotten = await program(
      'terraform',
      ['state', 'rm', `-state=${file}`, 'module.gpu_cluster.aws_lambda_invocation.manifests[0]'],
      process.env,
    )
    expect(forgotten).toMatchObject({ status: 0 })
    await system('delete', 'configmap', 'eks-gpu-clusters-inventory')
    edit(main, ['autoscaler = "none"\n', 'autoscaler = "none"\n  install_manifests = false\n'])
    const { clusters } = await runs.up(directory)
    expect(clusters.map(({ ok }) => ok)).toEqual([true])
    expect(await lasting()).toBe(before)
  })

  it('leaves nothing behind', () => runs.goesDown(directory))
})
