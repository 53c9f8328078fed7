import { setTimeout as sleep } from 'node:timers/promises'
import { listAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesClient } from '../client.ts'
import type { ControlPlane } from '../control-plane.ts'

/** What tells one test node from another. */
export type NodeShape = {
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
  readonly gpus?: number
  readonly ready?: boolean
}

/** Registers a node as a kubelet does: the object first, then its status. */
export async function registerNode(
  client: KubernetesClient,
  plane: ControlPlane,
  name: string,
  shape: NodeShape = {},
): Promise<void> {
  const capacity = {
    cpu: '4',
    memory: '16Gi',
    'ephemeral-storage': '200Gi',
    pods: '20',
    ...(shape.gpus !== undefined && { 'nvidia.com/gpu': String(shape.gpus) }),
  }
  const created = await client.send('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...shape.labels } },
    spec: { ...(shape.taints !== undefined && { taints: shape.taints }) },
  })
  if (created.status !== 201) throw new Error(`node ${name}: ${JSON.stringify(created.body)}`)
  await reportNode(client, name, shape.ready ?? true, {
    capacity,
    allocatable: capacity,
    addresses: [
      { type: 'InternalIP', address: '10.0.0.1' },
      { type: 'ExternalDNS', address: '127.0.0.1' },
    ],
    nodeInfo: {
      machineID: '',
      systemUUID: '',
      bootID: '',
      kernelVersion: '6.12.40',
      osImage: 'Amazon Linux 2023',
      containerRuntimeVersion: 'containerd://2.1.4',
      kubeletVersion: 'v1.36.0-eks-local',
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
    ...(plane.kubeletPort !== undefined && {
      daemonEndpoints: { kubeletEndpoint: { Port: plane.kubeletPort } },
    }),
  })
}

/** Says whether a node is ready. */
export async function reportNode(
  client: KubernetesClient,
  name: string,
  ready: boolean,
  status: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = {
    type: 'Ready',
    status: ready ? 'True' : 'False',
    reason: ready ? 'KubeletReady' : 'KubeletNotReady',
    message: '',
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  }
  const answer = await client.send(
    'PATCH',
    `/api/v1/nodes/${name}/status`,
    { status: { ...status, conditions: [condition] } },
    'application/strategic-merge-patch+json',
  )
  if (answer.status !== 200) throw new Error(`status of node ${name}: ${JSON.stringify(answer.body)}`)
}

/** How often nodes are heard of, in milliseconds: one that is silent for 50 s is given up, and tests may take longer. */
const heartbeat = 5_000

/**
 * Does a kubelet's work until `signal` aborts: nodes are heard of, bound pods become Running and ready (Succeeded when they
 * carry the label `test/ends`), pods that end are let go.
 */
export async function runKubelets(client: KubernetesClient, signal: AbortSignal): Promise<void> {
  let heard = Date.now()
  while (!signal.aborted) {
    if (Date.now() - heard >= heartbeat) {
      heard = Date.now()
      const { body } = await client.send('GET', '/api/v1/nodes').catch(() => ({ body: undefined }))
      for (const node of listAt(body, 'items')) await beat(client, node).catch(() => {})
    }
    const { body } = await client.send('GET', '/api/v1/pods').catch(() => ({ body: undefined }))
    for (const pod of listAt(body, 'items')) await workOn(client, pod).catch(() => {})
    await sleep(50)
  }
}

/** Says of a node again what was said last. */
async function beat(client: KubernetesClient, node: unknown): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const conditions = listAt(node, 'status', 'conditions').map((condition) => ({
    type: textAt(condition, 'type'),
    lastHeartbeatTime: now,
  }))
  const path = `/api/v1/nodes/${textAt(node, 'metadata', 'name')}/status`
  await client.send('PATCH', path, { status: { conditions } }, 'application/strategic-merge-patch+json')
}

async function workOn(client: KubernetesClient, pod: unknown): Promise<void> {
  const path = `/api/v1/namespaces/${textAt(pod, 'metadata', 'namespace')}/pods/${textAt(pod, 'metadata', 'name')}`
  if ((textAt(pod, 'spec', 'nodeName') ?? '') === '') return
  if (textAt(pod, 'metadata', 'deletionTimestamp') !== undefined) {
    const uid = textAt(pod, 'metadata', 'uid')
    await client.send('DELETE', path, { gracePeriodSeconds: 0, preconditions: { uid } })
  } else if ((textAt(pod, 'status', 'phase') ?? 'Pending') === 'Pending') {
    await client.send('PATCH', `${path}/status`, { status: runningStatus(pod) }, 'application/merge-patch+json')
  }
}

function runningStatus(pod: unknown): Readonly<Record<string, unknown>> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const ends = textAt(pod, 'metadata', 'labels', 'test/ends') !== undefined
  const scheduled = listAt(pod, 'status', 'conditions').filter(
    (condition) => textAt(condition, 'type') === 'PodScheduled',
  )
  const names = listAt(pod, 'spec', 'containers').map((container) => textAt(container, 'name') ?? '')
  const conditions = ['Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: ends && type !== 'Initialized' ? 'False' : 'True',
    lastTransitionTime: now,
    ...(ends && { reason: 'PodCompleted' }),
  }))
  return {
    phase: ends ? 'Succeeded' : 'Running',
    startTime: now,
    podIP: '10.0.0.7',
    podIPs: [{ ip: '10.0.0.7' }],
    conditions: [...scheduled, ...conditions],
    containerStatuses: names.map((name, index) => ({
      name,
      ready: !ends,
      started: !ends,
      restartCount: 0,
      image: textAt(objectAt(pod, 'spec'), 'containers', index, 'image') ?? '',
      imageID: '',
      state: ends
        ? { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } }
        : { running: { startedAt: now } },
    })),
  }
}
