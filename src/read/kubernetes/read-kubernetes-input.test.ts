import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../cluster/pod.ts'
import { podName, workloadId } from '../../cluster/workload.ts'
import { workloadPod } from '../../cluster/workload-pod.ts'
import { readText } from './testing/read-text.ts'

const template = (indent: string, extra = ''): string =>
  [
    'template:',
    '  metadata: {labels: {app: web}}',
    '  spec:',
    `    containers: [{name: c, resources: {requests: {cpu: 1}}}]${extra}`,
  ]
    .map((line) => `${indent}${line}`)
    .join('\n')
const selector = 'selector: {matchLabels: {app: web}}'
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  ${selector}
${template('  ')}
`
const summary = async (text: string, options = {}): Promise<readonly string[]> => {
  const input = await readText(text, options)
  expect(input.problems).toEqual([])
  return input.workloads.map((workload) => `${workloadId(workload)} ${workload.replicas} ${podName(workload, 0)}`)
}

test('nothing', async () => {
  expect(await readText('')).toEqual({
    workloads: [],
    daemonSets: [],
    nodes: [],
    pods: [],
    objects: {
      services: [],
      controllers: [],
      namespaces: [],
      disruptionBudgets: [],
      persistentVolumes: [],
      persistentVolumeClaims: [],
      storageClasses: [],
      csiNodes: [],
    },
    notSimulated: [],
    refused: [],
    missing: [],
    problems: [],
  })
})

test("a claim without a class gets the default one that the cluster has, which stays the cluster's", async () => {
  const { objects, missing } = await readText(
    `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`,
    {
      clusterKnown: true,
      storageClasses: [
        {
          name: 'ebs-csi-default-sc',
          provisioner: 'ebs.csi.aws.com',
          bindingMode: 'WaitForFirstConsumer',
          allowedTopologies: [],
          isDefault: true,
        },
      ],
    },
  )
  expect(objects.persistentVolumeClaims).toMatchObject([{ storageClass: 'ebs-csi-default-sc' }])
  expect({ missing, classes: objects.storageClasses }).toEqual({ missing: [], classes: [] })
})

test('each group of a LeaderWorkerSet is a gang, of its own templates', async () => {
  const { workloads, notSimulated } = await readText(`apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llm}
spec:
  replicas: 3
  startupPolicy: LeaderReady
  leaderWorkerTemplate:
    size: 4
    leaderTemplate: {spec: {containers: [{name: leader, resources: {requests: {cpu: 1}}}]}}
    workerTemplate: {spec: {containers: [{name: worker, resources: {requests: {cpu: 2}}}]}}
`)
  const gang = { name: 'LeaderWorkerSet/llm', size: 4 }
  expect(workloads).toMatchObject([
    { part: 'leader', replicas: 3, gang: { ...gang, perGroup: 1 }, template: { requests: { milliCpu: 1000 } } },
    { part: 'worker', replicas: 9, gang: { ...gang, perGroup: 3 }, template: { requests: { milliCpu: 2000 } } },
  ])
  expect(notSimulated.map(({ what }) => what)).toEqual(['startupPolicy LeaderReady of a LeaderWorkerSet'])
})

test('a Deployment: replicas, owner, implied controller and namespace, position', async () => {
  const { workloads, objects } = await readText(`# two lines\n---\n${deployment}`)
  expect(workloads).toMatchObject([
    {
      kind: 'Deployment',
      namespace: 'default',
      name: 'web',
      replicas: 3,
      at: { file: 'a.yaml', line: 3, column: 1 },
      template: {
        namespace: 'default',
        name: 'web',
        labels: { app: 'web' },
        owner: { kind: 'ReplicaSet', name: 'web', uid: 'default/ReplicaSet/web' },
        priority: 0,
        requests: { milliCpu: 1000 },
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      },
    },
  ])
  expect(objects.controllers).toEqual([
    {
      kind: 'ReplicaSet',
      namespace: 'default',
      name: 'web',
      selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    },
  ])
  expect(objects.namespaces).toEqual([{ name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } }])
})

const ray = (spec: string): string => `apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: r}
spec:
  headGroupSpec:
${template('    ')}
  workerGroupSpecs:
  - groupName: gpu
    ${spec}
${template('    ')}
`

test.for<{ what: string; text: string; options?: object; expected: readonly string[] }>([
  { what: 'Deployment', text: deployment, expected: ['Deployment/web 3 web-0'] },
  {
    what: 'Deployment without replicas',
    text: deployment.replace('  replicas: 3\n', ''),
    expected: ['Deployment/web 1 web-0'],
  },
  { what: 'none wanted', text: deployment.replace('replicas: 3', 'replicas: 0'), expected: [] },
  {
    what: 'ten million',
    text: deployment.replace('replicas: 3', 'replicas: 10000000'),
    expected: ['Deployment/web 10000000 web-0'],
  },
  { what: 'ReplicaSet', text: deployment.replace('Deployment', 'ReplicaSet'), expected: ['ReplicaSet/web 3 web-0'] },
  {
    what: 'ReplicationController',
    text: `apiVersion: v1\nkind: ReplicationController\nmetadata: {name: rc}\nspec:\n  replicas: 2\n${template('  ')}\n`,
    expected: ['ReplicationController/rc 2 rc-0'],
  },
  {
    what: 'StatefulSet that begins at 5',
    text: deployment.replace('Deployment', 'StatefulSet').replace('  replicas', '  ordinals: {start: 5}\n  replicas'),
    expected: ['StatefulSet/web 3 web-5'],
  },
  {
    what: 'Job',
    text: `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n${template('  ')}\n`,
    expected: ['Job/j 1 j-0'],
  },
  {
    what: 'Job: no more at once than are left to complete',
    text: `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  parallelism: 8\n  completions: 10\n${template('  ')}\nstatus: {succeeded: 7}\n`,
    expected: ['Job/j 3 j-0'],
  },
  {
    what: 'Job: a work queue',
    text: `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  parallelism: 8\n${template('  ')}\n`,
    expected: ['Job/j 8 j-0'],
  },
  {
    what: 'Job that is over',
    text: `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n${template('  ')}\nstatus: {conditions: [{type: Complete, status: 'True'}]}\n`,
    expected: [],
  },
  {
    what: 'CronJob that fires',
    text: `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  jobTemplate:\n    spec:\n      parallelism: 2\n      completions: 2\n${template('      ')}\n`,
    options: { fire: ['default/c'] },
    expected: ['CronJob/c 2 c-0'],
  },
  {
    what: 'Pod',
    text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c}]}\n',
    expected: ['Pod/p 1 p'],
  },
  {
    what: 'JobSet',
    text: `apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {name: train}
spec:
  replicatedJobs:
  - name: workers
    replicas: 2
    template:
      spec:
        parallelism: 4
        completions: 4
${template('        ')}
  - name: driver
    template:
      spec:
${template('        ')}
`,
    expected: ['JobSet/train/workers 8 train-workers-0', 'JobSet/train/driver 1 train-driver-0'],
  },
  {
    what: 'LeaderWorkerSet',
    text: `apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: llm}
spec:
  replicas: 2
  leaderWorkerTemplate:
    size: 4
    workerTemplate:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: c}]}
`,
    expected: ['LeaderWorkerSet/llm/leader 2 llm-0', 'LeaderWorkerSet/llm/worker 6 llm-worker-0'],
  },
  {
    what: 'RayCluster: hosts per replica',
    text: ray('replicas: 2\n    numOfHosts: 3'),
    expected: ['RayCluster/r/head 1 r-head-0', 'RayCluster/r/gpu 6 r-gpu-worker-0'],
  },
  {
    what: 'RayCluster: at least minReplicas',
    text: ray('minReplicas: 2'),
    expected: ['RayCluster/r/head 1 r-head-0', 'RayCluster/r/gpu 2 r-gpu-worker-0'],
  },
  {
    what: 'RayCluster: at most maxReplicas',
    text: ray('replicas: 9\n    maxReplicas: 3'),
    expected: ['RayCluster/r/head 1 r-head-0', 'RayCluster/r/gpu 3 r-gpu-worker-0'],
  },
  {
    what: 'PyTorchJob',
    text: `apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: t}
spec:
  pytorchReplicaSpecs:
    Master:
${template('      ')}
    Worker:
      replicas: 3
${template('      ')}
`,
    expected: ['PyTorchJob/t/master 1 t-master-0', 'PyTorchJob/t/worker 3 t-worker-0'],
  },
  {
    what: 'a kind whose template the user names',
    text: `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r}\nspec:\n  count: 4\n${template('  ')}\n`,
    options: { podTemplates: [{ kind: 'Rollout', path: ['spec', 'template'], countPath: ['spec', 'count'] }] },
    expected: ['Rollout/r 4 r-0'],
  },
  {
    what: 'List, in the order of the input',
    text: `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: {containers: [{name: c}]}}\n- {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}]}}\n---\n${deployment}`,
    expected: ['Pod/b 1 b', 'Pod/a 1 a', 'Deployment/web 3 web-0'],
  },
  {
    what: 'PodList whose items do not say what they are',
    text: '{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}]}}]}',
    expected: ['Pod/p 1 p'],
  },
])('$what', async ({ text, options, expected }) => {
  expect(await summary(text, options)).toEqual(expected)
})

test('gangs: the parts of a composite, and Jobs whose pods meet by name', async () => {
  const indexed = `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  parallelism: 4\n  completions: 4\n  completionMode: Indexed\n${template('  ', '\n      subdomain: j')}\n`
  const { workloads, problems } = await readText({
    'a.yaml': ray('replicas: 2'),
    'b.yaml': indexed,
    'c.yaml': deployment,
  })
  expect(problems).toEqual([])
  expect(workloads.map(({ gang }) => gang)).toEqual([
    { name: 'RayCluster/r', size: 3 },
    { name: 'RayCluster/r', size: 3 },
    { name: 'Job/j', size: 4 },
    undefined,
  ])
})

test('a DaemonSet tolerates what its controller lets it tolerate', async () => {
  const text = `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d, namespace: kube-system, uid: u}\nspec:\n  ${selector}\n${template('  ', '\n      hostNetwork: true')}\n`
  const { daemonSets, workloads } = await readText(text)
  expect(workloads).toEqual([])
  expect(daemonSets).toMatchObject([
    {
      kind: 'DaemonSet',
      namespace: 'kube-system',
      replicas: 0,
      template: { owner: { kind: 'DaemonSet', name: 'd', uid: 'u' } },
    },
  ])
  expect(daemonSets[0]?.template.tolerations.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
    'node.kubernetes.io/not-ready:NoExecute',
    'node.kubernetes.io/unreachable:NoExecute',
    'node.kubernetes.io/disk-pressure:NoSchedule',
    'node.kubernetes.io/memory-pressure:NoSchedule',
    'node.kubernetes.io/pid-pressure:NoSchedule',
    'node.kubernetes.io/unschedulable:NoSchedule',
    'node.kubernetes.io/network-unavailable:NoSchedule',
  ])
})

describe('a recorded cluster', () => {
  const pod = (name: string, owner: string, more: object = {}): object => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      labels: { app: 'web', 'pod-template-hash': '1' },
      ownerReferences: [{ kind: owner.split('/')[0], name: owner.split('/')[1], uid: 'o', controller: true }],
    },
    spec: { nodeName: 'n', containers: [{ name: 'c' }], priority: 7 },
    status: { phase: 'Running' },
    ...more,
  })
  const list = (...items: readonly object[]): string => JSON.stringify({ apiVersion: 'v1', items, kind: 'List' })
  const node = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'n' },
    status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2025-01-01T00:00:00Z' }] },
  }
  const replicaSet = (name: string, revision: string, replicas: number): object => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      uid: `uid-${name}`,
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web', 'pod-template-hash': revision } },
      template: {
        metadata: { labels: { app: 'web', 'pod-template-hash': revision } },
        spec: { containers: [{ name: 'c' }] },
      },
    },
  })

  test('bound pods, nodes and their readiness; finished pods are left out', async () => {
    const done = pod('done', 'Job/j', { status: { phase: 'Succeeded' } })
    const { pods, nodes, workloads } = await readText(list(node, pod('a', 'ReplicaSet/x-1'), done))
    expect(nodes).toMatchObject([{ node: { name: 'n' }, ready: false, readySince: Date.parse('2025-01-01T00:00:00Z') }])
    expect(pods).toMatchObject([
      { name: 'a', nodeName: 'n', priority: 7, owner: { kind: 'ReplicaSet', name: 'x-1', uid: 'o' }, tolerations: [] },
    ])
    expect(workloads).toEqual([])
  })

  test('a Deployment gets only the replicas that it has not got, from its newest ReplicaSet', async () => {
    const { workloads, objects, pods } = await readText({
      'dump.json': list(replicaSet('web-1', '1', 1), replicaSet('web-2', '2', 2), pod('web-1-a', 'ReplicaSet/web-1')),
      'web.yaml': deployment,
    })
    expect(pods).toHaveLength(1)
    expect(workloads).toMatchObject([
      {
        kind: 'Deployment',
        replicas: 2,
        template: {
          labels: { 'pod-template-hash': '2' },
          owner: { kind: 'ReplicaSet', name: 'web-2', uid: 'uid-web-2' },
        },
      },
    ])
    expect(objects.controllers.map(({ name }) => name)).toEqual(['web-1', 'web-2'])
  })

  test('without its ReplicaSets a Deployment knows its pods by their names', async () => {
    const { workloads } = await readText({
      'dump.json': list(pod('web-abc-1', 'ReplicaSet/web-abc'), pod('web-other-abc-1', 'ReplicaSet/web-other-abc')),
      'web.yaml': deployment,
    })
    expect(workloads).toMatchObject([{ replicas: 2 }])
  })

  test('pods that go away do not count, pods that wait are workloads of their own', async () => {
    const leaving = pod('leaving', 'ReplicaSet/web-1')
    const { metadata } = leaving as { metadata: object }
    const waiting = pod('waiting', 'ReplicaSet/web-1', {
      spec: { containers: [{ name: 'c' }] },
      status: { phase: 'Pending', nominatedNodeName: 'n' },
    })
    const { workloads, pods } = await readText({
      'dump.json': list({ ...leaving, metadata: { ...metadata, deletionTimestamp: '2025-01-01T00:00:00Z' } }, waiting),
      'web.yaml': deployment,
    })
    expect(pods).toMatchObject([{ name: 'leaving', terminating: true }])
    expect(workloads).toMatchObject([
      { kind: 'Pod', name: 'waiting', replicas: 1, template: { nominatedNodeName: 'n', owner: { name: 'web-1' } } },
      { kind: 'Deployment', replicas: 2 },
    ])
  })

  test('a StatefulSet gets the numbers that it lacks, with the claims that are there', async () => {
    const claims =
      '  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: gp3, resources: {requests: {storage: 1Gi}}}}]\n'
    const set = deployment
      .replace('Deployment', 'StatefulSet')
      .replace('replicas: 3', 'replicas: 6')
      .replace('  selector', `${claims}  selector`)
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data-web-3', uid: 'c' },
      spec: { volumeName: 'pv' },
      status: { phase: 'Bound' },
    }
    const storageClass = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'gp3' },
      provisioner: 'ebs.csi.aws.com',
      volumeBindingMode: 'WaitForFirstConsumer',
    }
    const { workloads, objects, problems } = await readText({
      'dump.json': list(pod('web-1', 'StatefulSet/web'), claim, storageClass),
      'web.yaml': set,
    })
    expect(problems).toEqual([])
    expect(
      workloads.map((one) => [podName(one, 0), one.replicas, claimsOf(workloadPod(one, one.replicas - 1))]),
    ).toEqual([
      ['web-0', 1, ['data-web-0 Pending gp3']],
      ['web-2', 1, ['data-web-2 Pending gp3']],
      ['web-3', 1, ['data-web-3 Pending gp3']],
      ['web-4', 2, ['data-web-5 Pending gp3']],
    ])
    // The claim of this name takes the place of the one that web-3 would bring.
    expect(objects.persistentVolumeClaims.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['data-web-3 Bound'])
  })

  test('each pod brings the claims of its own volumes', async () => {
    const volumes = 'volumes: [{name: scratch, ephemeral: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}]'
    const { workloads, objects, missing } = await readText({
      'web.yaml': deployment.replace('containers', `${volumes}\n      containers`),
      'class.yaml': JSON.stringify({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'fast' },
        provisioner: 'ebs.csi.aws.com',
        volumeBindingMode: 'Immediate',
      }),
    })
    expect(workloads.map((one) => workloadPod(one, 2).volumes)).toMatchObject([
      [
        {
          claim: 'web-2-scratch',
          ephemeral: true,
          made: {
            claim: {
              name: 'web-2-scratch',
              ownerPod: 'web-2',
              volumeName: 'pvc-default-web-2-scratch',
              phase: 'Bound',
            },
            volume: { name: 'pvc-default-web-2-scratch', claim: { name: 'web-2-scratch' } },
          },
        },
      ],
    ])
    expect([objects.persistentVolumeClaims, objects.persistentVolumes]).toEqual([[], []])
    expect(missing.map(({ what }) => what)).toContain('zone of the volume of PersistentVolumeClaim default/web-scratch')
  })

  test.for([{ order: ['dump.json', 'new.yaml'] }, { order: ['new.yaml', 'dump.json'] }])(
    'a manifest replaces what a cluster has, but not what it is: $order',
    async ({ order }) => {
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c', namespace: 'default' } }
      const files: Readonly<Record<string, string>> = {
        'dump.json': list(
          { ...(replicaSet('web', '1', 1) as object), metadata: { name: 'web', uid: 'u', namespace: 'default' } },
          {
            ...claim,
            metadata: { ...claim.metadata, uid: 'u' },
            spec: { volumeName: 'pv' },
            status: { phase: 'Bound' },
          },
        ),
        'new.yaml': `${deployment.replace('Deployment', 'ReplicaSet')}---\n${JSON.stringify({ ...claim, spec: {} })}`,
      }
      const input = await readText(Object.fromEntries(order.map((name) => [name, files[name] ?? ''])))
      expect(input.problems).toEqual([])
      expect(input.workloads.map(({ replicas }) => replicas)).toEqual([3])
      expect(input.objects.persistentVolumeClaims.map(({ phase }) => phase)).toEqual(['Bound'])
    },
  )

  test('what is missing is said', async () => {
    const { missing } = await readText(list(node, pod('a', 'ReplicaSet/x-1')))
    expect(missing.map(({ what }) => what)).toEqual([
      'spreading unknown: no Services in the input',
      'spreading unknown: no ReplicaSets in the input',
    ])
    expect((await readText(list(node, pod('a', 'ReplicaSet/x-1')), { clusterKnown: true })).missing).toEqual([])
  })
})

describe('quotas', () => {
  const quota = (hard: string): string =>
    `apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {${hard}}}\n`
  const single = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c}]}\n'
  const daemonSet = deployment.replace('Deployment', 'DaemonSet').replace('  replicas: 3\n', '')
  const jobOf = (name: string): string =>
    `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {template: {spec: {containers: [{name: c}]}}}\n`
  const cronJob =
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {schedule: "@daily", jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}\n'
  const claims =
    '  volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: gp3, resources: {requests: {storage: 10Gi}}}}]\n'
  const statefulSet = deployment.replace('Deployment', 'StatefulSet').replace('  selector', `${claims}  selector`)
  const exceeded = (requested: string, used: string, limited: string): string =>
    `exceeded quota: q, requested: ${requested}, used: ${used}, limited: ${limited}`

  test.for<{
    what: string
    hard: string
    objects: readonly string[]
    pods: readonly string[]
    refused: readonly string[]
  }>([
    {
      what: 'what comes first in the file is counted first',
      hard: 'pods: 3',
      objects: [deployment, single],
      pods: ['Deployment/web 3'],
      refused: [`Pod/p 1: ${exceeded('pods=1', 'pods=3', 'pods=3')}`],
    },
    {
      what: 'also where it is a Pod',
      hard: 'pods: 3',
      objects: [single, deployment],
      pods: ['Pod/p 1', 'Deployment/web 2'],
      refused: [`Deployment/web 1: ${exceeded('pods=1', 'pods=3', 'pods=3')}`],
    },
    {
      what: 'pods of DaemonSets count, one for each node',
      hard: 'pods: 3',
      objects: [daemonSet, single, jobOf('j')],
      pods: ['Pod/p 1'],
      refused: [`Job/j 1: ${exceeded('pods=1', 'pods=3', 'pods=3')}`],
    },
    {
      what: 'and are refused like others',
      hard: 'requests.cpu: "1500m"',
      objects: [daemonSet],
      pods: [],
      refused: [`DaemonSet/web 1: ${exceeded('requests.cpu=1', 'requests.cpu=1', 'requests.cpu=1500m')}`],
    },
    {
      what: 'Jobs as objects',
      hard: 'count/jobs.batch: 1',
      objects: [jobOf('a'), jobOf('b')],
      pods: ['Job/a 1'],
      refused: [`Job/b 1: ${exceeded('count/jobs.batch=1', 'count/jobs.batch=1', 'count/jobs.batch=1')}`],
    },
    {
      what: 'the Job that a CronJob makes',
      hard: 'count/jobs.batch: 1, count/cronjobs.batch: 1',
      objects: [jobOf('a'), cronJob],
      pods: ['Job/a 1'],
      refused: [`CronJob/nightly 1: ${exceeded('count/jobs.batch=1', 'count/jobs.batch=1', 'count/jobs.batch=1')}`],
    },
    {
      what: 'the ReplicaSet that a Deployment makes',
      hard: 'count/replicasets.apps: 0',
      objects: [deployment],
      pods: [],
      refused: [
        `Deployment/web 3: ${exceeded('count/replicasets.apps=1', 'count/replicasets.apps=0', 'count/replicasets.apps=0')}`,
      ],
    },
    {
      what: 'claims that come with pods',
      hard: 'requests.storage: 25Gi',
      objects: [statefulSet],
      pods: ['StatefulSet/web 2'],
      refused: [
        `StatefulSet/web 1: ${exceeded('requests.storage=10Gi', 'requests.storage=20Gi', 'requests.storage=25Gi')}`,
      ],
    },
    {
      what: 'claims that are there already only once',
      hard: 'persistentvolumeclaims: 3',
      objects: [
        statefulSet,
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data-web-1}\nspec: {storageClassName: gp3}\n',
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: other}\nspec: {storageClassName: gp3}\n',
      ],
      pods: ['StatefulSet/web 1', 'StatefulSet/web 1'],
      refused: [
        `StatefulSet/web 1: ${exceeded('persistentvolumeclaims=1', 'persistentvolumeclaims=3', 'persistentvolumeclaims=3')}`,
      ],
    },
    {
      what: 'claims of one class',
      hard: 'gp3.storageclass.storage.k8s.io/persistentvolumeclaims: 1, gold.storageclass.storage.k8s.io/requests.storage: 0',
      objects: [statefulSet],
      pods: ['StatefulSet/web 1'],
      refused: [
        `StatefulSet/web 2: ${exceeded(
          'gp3.storageclass.storage.k8s.io/persistentvolumeclaims=1',
          'gp3.storageclass.storage.k8s.io/persistentvolumeclaims=1',
          'gp3.storageclass.storage.k8s.io/persistentvolumeclaims=1',
        )}`,
      ],
    },
  ])('$what', async ({ hard, objects, pods, refused }) => {
    const node = (name: string): string => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`
    const input = await readText([quota(hard), node('n1'), node('n2'), ...objects].join('---\n'), {
      fire: objects.includes(cronJob) ? ['nightly'] : [],
    })
    expect(input.problems).toEqual([])
    expect(input.workloads.map((one) => `${workloadId(one)} ${one.replicas}`)).toEqual(pods)
    expect(input.refused.map(({ workload, pods: count, message }) => `${workload} ${count}: ${message}`)).toEqual(
      refused,
    )
  })

  test.for([
    { what: 'no quota counts them', hard: 'services: 1', mostPods: undefined },
    { what: 'what others leave', hard: 'pods: 10', mostPods: 7 },
    { what: 'a quota that they do not answer', hard: 'limits.cpu: 10', mostPods: 0 },
  ])('nodes that come later: $what', async ({ hard, mostPods }) => {
    const { daemonSets } = await readText([quota(hard), daemonSet, deployment.replace('web', 'app')].join('---\n'))
    expect(daemonSets.map((one) => one.mostPods)).toEqual([mostPods])
  })
})

test('budgets without a status count the pods of the input as running', async () => {
  const budget =
    'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}\n'
  const { objects } = await readText(`${deployment}---\n${budget}`)
  expect(objects.disruptionBudgets).toMatchObject([{ name: 'b', disruptionsAllowed: 1 }])
})

test('what is not simulated is named and counted', async () => {
  const { notSimulated, workloads } =
    await readText(`${deployment.replace('containers:', 'schedulerName: volcano\n      containers:')}---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: d}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: t}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: c}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c}]}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {resourceClaims: [{name: gpu}], containers: [{name: c}]}
`)
  expect(workloads).toEqual([])
  expect(notSimulated.map(({ what, why, count, at }) => `${count} ${what}: ${why} (line ${at?.line})`)).toEqual([
    '3 pods with schedulerName volcano: only default-scheduler is simulated (line 1)',
    '1 pods with resourceClaims: dynamic resource allocation is not simulated (line 30)',
    '1 CronJob: it makes pods when it fires; --fire NAME lets it fire once (line 25)',
    '2 ConfigMap: it has no part in where pods run (line 13)',
    '1 Thing (example.com): the kind is not known; if it makes pods, say where: --pod-template Thing=spec.template:spec.replicas (line 21)',
  ])
})

test('what a controller does beside making pods is named where it is not simulated', async () => {
  const jobSet = `apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {name: t, annotations: {alpha.jobset.sigs.k8s.io/exclusive-topology: rack}}
spec: {replicatedJobs: [{name: w, template: {spec: {template: {spec: {containers: [{name: c}]}}}}}]}
`
  const set = deployment.replace('Deployment', 'StatefulSet')
  const { notSimulated } = await readText({ 'a.yaml': jobSet, 'b.yaml': set })
  expect(notSimulated.map(({ what }) => what)).toEqual([
    'alpha.jobset.sigs.k8s.io/exclusive-topology of a JobSet',
    'order of a StatefulSet (OrderedReady)',
  ])
  const parallel = set.replace('  replicas', '  podManagementPolicy: Parallel\n  replicas')
  expect((await readText(parallel)).notSimulated).toEqual([])
})

describe('problems', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n'
  test.for<{ what: string; text: string; expected: readonly string[] }>([
    {
      what: 'malformed YAML, and the documents after it',
      text: `a: [1\n---\n${pod.replace('name: p', 'name: P')}`,
      expected: [
        'manifest-malformed 2:1 the document is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'manifest-name-malformed 6:9 Pod P: metadata.name is "P", which no object can be called',
      ],
    },
    {
      what: 'no object',
      text: '- a\n',
      expected: ['manifest-malformed 1:1 a manifest must be an object with apiVersion and kind'],
    },
    {
      what: 'no kind',
      text: 'apiVersion: v1\nmetadata: {name: x}\n',
      expected: ['manifest-field-missing 1:1 an object x: kind is missing'],
    },
    { what: 'no apiVersion', text: 'kind: Pod\n', expected: ['manifest-field-missing 1:1 Pod: apiVersion is missing'] },
    {
      what: 'no name',
      text: pod.replace('  name: p\n', '  labels: {}\n'),
      expected: ['manifest-field-missing 4:3 Pod: metadata.name is missing'],
    },
    {
      what: 'negative replicas',
      text: deployment.replace('replicas: 3', 'replicas: -1'),
      expected: ['manifest-value-out-of-range 5:13 Deployment web: spec.replicas is -1 and must be 0 or more'],
    },
    {
      what: 'wrong types, all of them',
      text: deployment
        .replace('replicas: 3', 'replicas: three')
        .replace('{app: web}}\n  template', '{app: yes}}\n  template'),
      expected: [
        'manifest-wrong-type 5:13 Deployment web: spec.replicas must be a whole number, not the text "three"',
        'manifest-wrong-type 6:33 Deployment web: spec.selector.matchLabels.app must be text, not true',
      ],
    },
    {
      what: 'a quantity',
      text: `${pod}    resources: {limits: {nvidia.com/gpu: one}}\n`,
      expected: [
        'quantity-malformed 8:42 Pod p: spec.containers[0].resources.limits["nvidia.com/gpu"] is "one", which is not a Kubernetes quantity',
      ],
    },
    {
      what: 'half a GPU, and one without a limit',
      text: `${pod}    resources: {limits: {nvidia.com/gpu: 0.5}, requests: {vpc.amazonaws.com/efa: 1}}\n`,
      expected: [
        'extended-resource-fraction 8:42 Pod p: spec.containers[0].resources.limits["nvidia.com/gpu"] is 0.5 and must be a whole number',
        'extended-resource-limit 8:82 Pod p: spec.containers[0].resources.requests["vpc.amazonaws.com/efa"] needs a limit: this resource cannot be overcommitted',
      ],
    },
    {
      what: 'more asked than allowed',
      text: `${pod}    resources: {limits: {cpu: 1}, requests: {cpu: 1500m}}\n`,
      expected: [
        'request-above-limit 8:51 Pod p: spec.containers[0].resources.requests.cpu is 1500m and must be less than or equal to the limit of 1',
      ],
    },
    {
      what: 'a selector',
      text: deployment.replace(
        '{matchLabels: {app: web}}\n  template',
        '{matchExpressions: [{key: a, operator: In}]}\n  template',
      ),
      expected: [
        'selector-malformed 6:33 Deployment web: spec.selector.matchExpressions[0].values must name values, because the operator is In',
      ],
    },
    {
      what: 'a selector that selects other pods',
      text: deployment.replace('{matchLabels: {app: web}}\n  template', '{matchLabels: {app: other}}\n  template'),
      expected: ['selector-mismatch 6:13 Deployment web: spec.selector does not match the labels of the template'],
    },
    {
      what: 'no containers',
      text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n',
      expected: ['manifest-field-missing 4:20 Pod p: spec.containers must name at least one container'],
    },
    {
      what: 'the same object twice',
      text: `${pod}---\n${pod}`,
      expected: ['manifest-twice 9:1 Pod p in namespace default is in the input twice'],
    },
    {
      what: 'two default PriorityClasses',
      text: ['a', 'b']
        .map(
          (name) =>
            `apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: ${name}}\nvalue: 1\nglobalDefault: true\n`,
        )
        .join('---\n'),
      expected: [
        'priority-class-default-twice 11:16 priorityclasses.scheduling.k8s.io "b" is forbidden: PriorityClass a is already marked as default. Only one default can exist',
      ],
    },
    {
      what: 'a problem inside a JSON list',
      text: '{"apiVersion": "v1", "items": [\n  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": 5}\n], "kind": "List"}',
      expected: ['manifest-wrong-type 2:74 Pod p: spec must be an object, not the number 5'],
    },
    {
      what: 'a problem inside a YAML list',
      text: 'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [{name: 5}]}\n',
      expected: ['manifest-wrong-type 7:30 Pod p: spec.containers[0].name must be text, not the number 5'],
    },
  ])('$what', async ({ text, expected }) => {
    const { problems } = await readText(text)
    expect(problems.map(({ id, what, at }) => `${id} ${at?.line}:${at?.column} ${what}`)).toEqual(expected)
    for (const { at, fix, why } of problems)
      expect([at?.file, typeof fix, typeof why]).toEqual(['a.yaml', 'string', 'string'])
  })

  test('a template that is not rendered', async () => {
    const { problems } = await readText('{{- if .Values.gpu }}\nkind: Pod\n{{- end }}\n')
    expect(problems[0]).toMatchObject({
      id: 'manifest-malformed',
      fix: 'render it first, for example with helm template',
    })
  })

  test('a CronJob that is not there', async () => {
    const { problems } = await readText('', { fire: ['x'] })
    expect(problems).toEqual([
      {
        id: 'cron-job-not-found',
        what: '--fire x names no CronJob of the input',
        fix: 'give the name of a CronJob, or namespace/name',
      },
    ])
  })

  test('of very many the first thousand are told', async () => {
    const { problems } = await readText('kind: Pod\n---\n'.repeat(1200))
    expect(problems).toHaveLength(1001)
    expect(problems.at(-1)?.what).toBe('200 more problems are not listed')
  })

  test('a source that breaks off', async () => {
    const { readKubernetesInput } = await import('./read-kubernetes-input.ts')
    async function* broken(): AsyncGenerator<string> {
      yield 'kind: '
      await Promise.reject(new Error('EIO'))
    }
    const { problems } = await readKubernetesInput([{ name: 'x.yaml', open: broken }], { kubernetesVersion: '1.36' })
    expect(problems).toMatchObject([{ id: 'manifests-unreadable', why: 'EIO' }])
  })
})

test('unknown fields are ignored', async () => {
  expect(await summary(deployment.replace('replicas: 3', 'replicas: 3\n  unknown: {x: [1]}'))).toEqual([
    'Deployment/web 3 web-0',
  ])
})

test('never throws, whatever the values of a manifest are', async () => {
  const kind = fc.constantFrom(
    ['v1', 'Pod'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['batch/v1', 'Job'],
    ['ray.io/v1', 'RayCluster'],
    ['kubeflow.org/v1', 'PyTorchJob'],
    ['v1', 'Node'],
    ['v1', 'PersistentVolume'],
    ['v1', 'LimitRange'],
    ['policy/v1', 'PodDisruptionBudget'],
  )
  const key = fc.constantFrom(
    'spec',
    'template',
    'metadata',
    'name',
    'containers',
    'replicas',
    'selector',
    'labels',
    'items',
    'status',
    'limits',
    'resources',
    'affinity',
    'x',
  )
  const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, true, 1, -1, 0.5, 'a', '1Gi', ''), tie('node')),
    node: fc.oneof(fc.dictionary(key, tie('tree'), { maxKeys: 5 }), fc.array(tie('tree'), { maxLength: 3 })),
  }))
  await fc.assert(
    fc.asyncProperty(kind, fc.dictionary(key, tree), async ([apiVersion, one], fields) => {
      const input = await readText(JSON.stringify({ ...fields, apiVersion, kind: one }))
      expect(input.workloads.every(({ replicas }) => replicas > 0)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

function claimsOf({ volumes }: Pod): readonly string[] {
  return volumes.flatMap((volume) =>
    volume.kind === 'claim' && volume.made !== undefined
      ? [`${volume.claim} ${volume.made.claim.phase} ${volume.made.claim.storageClass ?? ''}`]
      : [],
  )
}
