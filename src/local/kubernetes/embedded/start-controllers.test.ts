import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type JsonObject, listAt, numberAt, objectAt, textAt, textsAt, valueAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { conformanceGate } from '../testing/conformance-gate.ts'
import { createEmbeddedApi, deleteNow, type EmbeddedApi } from './embedded-api.ts'
import { furnishCluster } from './furnish-cluster.ts'
import { openObjectStore } from './object-store.ts'
import { kindNamed } from './resource-kind.ts'
import { startControllers } from './start-controllers.ts'
import { updateStatus } from './update-status.ts'

let api: EmbeddedApi
let controllers: { readonly stop: () => void }
beforeEach(async () => {
  api = createEmbeddedApi(openObjectStore(), conformanceGate(), { serviceCidr: '172.20.0.0/16' })
  await furnishCluster(api, '')
  controllers = startControllers(api, '1.36')
})
afterEach(() => controllers.stop())

const options = { manager: 'test', dryRun: false }
const create = (object: KubernetesObject): Promise<KubernetesObject> =>
  api.create(kindNamed(object.kind), object, options)
const get = (kind: string, name: string, namespace = 'default'): KubernetesObject | undefined =>
  api.store.get(kindNamed(kind), namespace, name)
const list = (kind: string): readonly KubernetesObject[] => api.store.list(kindNamed(kind), 'default')
const remove = (
  kind: string,
  name: string,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan',
  namespace = 'default',
) => api.remove(kindNamed(kind), namespace, name, { ...deleteNow, propagationPolicy })

async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      check()
      return
    } catch (error) {
      if (tries > 200) throw error
      await sleep(10)
    }
  }
}

async function node(name: string, gpus = 0): Promise<void> {
  const capacity = { cpu: '4', memory: '16Gi', pods: '10', 'nvidia.com/gpu': String(gpus) }
  await create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { capacity, allocatable: capacity, conditions: [{ type: 'Ready', status: 'True' }] },
  })
}

const pod = (name: string, spec: JsonObject = {}, gpus = 0): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: {
    containers: [
      { name: 'main', image: 'x:1', ...(gpus > 0 && { resources: { limits: { 'nvidia.com/gpu': String(gpus) } } }) },
    ],
    ...spec,
  },
})
const workload = (apiVersion: string, kind: string, name: string, spec: JsonObject): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'x:1' }] } },
    ...spec,
  },
})
const job = (name: string, spec: JsonObject): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default' },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'x:1' }] } }, ...spec },
})
const end = (name: string, phase: 'Succeeded' | 'Failed'): void => {
  const found = get('Pod', name)
  if (found !== undefined) updateStatus(api.store, found, { ...objectAt(found, 'status'), phase })
}

test('a more important pod takes the place of a lesser one once that has gone', async () => {
  await node('gpu-1', 1)
  await create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 10 })
  await create(pod('lesser', {}, 1))
  await eventually(() => expect(textAt(get('Pod', 'lesser'), 'spec', 'nodeName')).toBe('gpu-1'))
  await create(pod('greater', { priorityClassName: 'high' }, 1))
  await eventually(() => expect(textAt(get('Pod', 'lesser'), 'metadata', 'deletionTimestamp')).toBeDefined())
  expect(get('Pod', 'greater')).toMatchObject({
    spec: { priority: 10 },
    status: {
      nominatedNodeName: 'gpu-1',
      conditions: [{ message: '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.' }],
    },
  })
  expect(list('Event').map((event) => textAt(event, 'reason'))).toContain('Preempted')
  remove('Pod', 'lesser', 'Background')
  await eventually(() => expect(textAt(get('Pod', 'greater'), 'spec', 'nodeName')).toBe('gpu-1'))
  expect(valueAt(get('Pod', 'greater'), 'status', 'nominatedNodeName')).toBeUndefined()
})

test('a gated pod waits for its gates', async () => {
  await node('n')
  await create(pod('gated', { schedulingGates: [{ name: 'example.com/wait' }] }))
  await eventually(() => {
    expect(listAt(get('Pod', 'gated'), 'status', 'conditions')).toMatchObject([{ reason: 'SchedulingGated' }])
  })
  const gated = get('Pod', 'gated')
  if (gated === undefined) throw new Error('the pod is gone')
  api.update(kindNamed('Pod'), { ...gated, spec: { ...objectAt(gated, 'spec'), schedulingGates: [] } }, '', options)
  await eventually(() => expect(textAt(get('Pod', 'gated'), 'spec', 'nodeName')).toBe('n'))
})

test('pods that do not bear a NoExecute taint are driven off', async () => {
  await node('n')
  await create(pod('leaves'))
  await create(pod('stays', { tolerations: [{ operator: 'Exists' }] }))
  await eventually(() => expect(textAt(get('Pod', 'stays'), 'spec', 'nodeName')).toBe('n'))
  const found = get('Node', 'n', '')
  if (found === undefined) throw new Error('the node is gone')
  api.update(kindNamed('Node'), { ...found, spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } }, '', options)
  await eventually(() => expect(textAt(get('Pod', 'leaves'), 'metadata', 'deletionTimestamp')).toBeDefined())
  expect(textAt(get('Pod', 'stays'), 'metadata', 'deletionTimestamp')).toBeUndefined()
})

test('a DaemonSet follows the nodes', async () => {
  await create(workload('apps/v1', 'DaemonSet', 'agent', {}))
  await node('a')
  await node('b')
  await eventually(() => {
    expect(
      list('Pod')
        .map((found) => textAt(found, 'spec', 'nodeName') ?? '')
        .sort(),
    ).toEqual(['a', 'b'])
    expect(numberAt(get('DaemonSet', 'agent'), 'status', 'desiredNumberScheduled')).toBe(2)
  })
  remove('Node', 'a', 'Background', '')
  await eventually(() => {
    expect(list('Pod').map((found) => textAt(found, 'spec', 'nodeName'))).toEqual(['b'])
    expect(numberAt(get('DaemonSet', 'agent'), 'status', 'desiredNumberScheduled')).toBe(1)
  })
})

test('foreground: the owner goes last; orphan: what it owned stays', async () => {
  await create(workload('apps/v1', 'Deployment', 'web', { replicas: 1 }))
  await eventually(() => expect(list('Pod')).toHaveLength(1))
  expect(remove('Deployment', 'web', 'Foreground').gone).toBe(false)
  expect(textsAt(get('Deployment', 'web'), 'metadata', 'finalizers')).toEqual(['foregroundDeletion'])
  await eventually(() => {
    expect(list('Pod')).toEqual([])
    expect(list('ReplicaSet')).toEqual([])
    expect(get('Deployment', 'web')).toBeUndefined()
  })

  await create(workload('apps/v1', 'Deployment', 'kept', { replicas: 1 }))
  await eventually(() => expect(list('Pod')).toHaveLength(1))
  remove('Deployment', 'kept', 'Orphan')
  await eventually(() => expect(get('Deployment', 'kept')).toBeUndefined())
  expect(list('ReplicaSet')).toHaveLength(1)
  expect(listAt(list('ReplicaSet')[0], 'metadata', 'ownerReferences')).toEqual([])
})

test('a Deployment whose pods are refused says why', async () => {
  const spec = { containers: [{ name: 'main', image: 'x:1' }], serviceAccountName: 'missing' }
  const template = { metadata: { labels: { app: 'refused' } }, spec }
  await create(workload('apps/v1', 'Deployment', 'refused', { template }))
  await eventually(() => {
    const events = list('Event').map((event) => textAt(event, 'message') ?? '')
    expect(events.some((message) => message.startsWith('Error creating: pods "refused-'))).toBe(true)
    expect(events.some((message) => message.endsWith('serviceaccount "missing" not found'))).toBe(true)
  })
})

test('an indexed Job has one pod for each index', async () => {
  await create(job('indexed', { completionMode: 'Indexed', completions: 3, parallelism: 3 }))
  const indexes = (): readonly string[] =>
    list('Pod').map((found) => textAt(found, 'metadata', 'labels', 'batch.kubernetes.io/job-completion-index') ?? '')
  await eventually(() => expect(indexes().toSorted()).toEqual(['0', '1', '2']))
  for (const found of list('Pod')) end(found.metadata.name ?? '', 'Succeeded')
  await eventually(() => {
    expect(listAt(get('Job', 'indexed'), 'status', 'conditions')).toContainEqual(
      expect.objectContaining({ type: 'Complete', status: 'True' }),
    )
  })
})

test('a Job gives up after its backoff limit', async () => {
  await create(job('failing', { backoffLimit: 1 }))
  for (const failures of [1, 2]) {
    await eventually(() => expect(list('Pod')).toHaveLength(failures))
    for (const found of list('Pod')) end(found.metadata.name ?? '', 'Failed')
  }
  await eventually(() => {
    expect(listAt(get('Job', 'failing'), 'status', 'conditions')).toContainEqual(
      expect.objectContaining({ type: 'Failed', reason: 'BackoffLimitExceeded' }),
    )
  })
  expect(get('Job', 'failing')).toMatchObject({ status: { failed: 2 } })
})

test('a suspended Job has no pods', async () => {
  await create(job('later', { suspend: true }))
  await eventually(() => {
    expect(listAt(get('Job', 'later'), 'status', 'conditions')).toMatchObject([{ type: 'Suspended', status: 'True' }])
  })
  expect(list('Pod')).toEqual([])
})

test('finished Jobs are taken away in their time', async () => {
  await create(job('brief', { ttlSecondsAfterFinished: 0 }))
  await eventually(() => expect(list('Pod')).toHaveLength(1))
  for (const found of list('Pod')) end(found.metadata.name ?? '', 'Succeeded')
  await eventually(() => {
    expect(get('Job', 'brief')).toBeUndefined()
    expect(list('Pod')).toEqual([])
  })
})

test('a PodDisruptionBudget counts who may go', async () => {
  await create({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', namespace: 'default' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'web' } } },
  })
  await create(workload('apps/v1', 'Deployment', 'web', { replicas: 2 }))
  await eventually(() => {
    expect(get('PodDisruptionBudget', 'budget')).toMatchObject({
      status: { expectedPods: 2, desiredHealthy: 1, currentHealthy: 0, disruptionsAllowed: 0 },
    })
  })
})
