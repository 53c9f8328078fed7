import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AutoscalerDecision, ScaleDown } from '../../autoscaler/decision.ts'
import { listAt, objectAt, textAt } from '../../read/kubernetes/json.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import type { AutoscalerCloud } from './autoscaler-cloud.ts'
import { type LocalView, toBeDeleted } from './autoscaler-view.ts'

const component = 'cluster-autoscaler'
const mergePatch = 'application/merge-patch+json'
/** How long pods of a node that goes may take to end, milliseconds; the stand-in's programs end at once. */
const drainTimeoutMs = 15_000

/** What carrying out needs beside the decision. */
export type CarryOutOptions = {
  readonly client: KubernetesClient
  readonly cloud: AutoscalerCloud
  readonly local: LocalView
  /** The text that each pod was told last, by uid: an event is recorded when it changes. */
  readonly told: Map<string, string>
  readonly say: (line: string) => void
}

/** Resizes groups, tells pods and nodes by events, and takes away what is not needed, as the Cluster Autoscaler does. */
export async function carryOutDecision(decision: AutoscalerDecision, options: CarryOutOptions): Promise<void> {
  const { cloud, say } = options
  for (const { plan } of decision.scaleUps)
    for (const { group, from, to, max } of plan) {
      say(`scale-up: ${group} ${from}->${to} (max: ${max})`)
      await cloud.resize(group, to)
    }
  for (const [group, size] of decision.corrections) await cloud.resize(group, size)
  for (const instance of decision.endedInstances) await cloud.terminate(instance)
  await tellPods(decision, options)
  for (const scaleDown of decision.scaleDowns) await removeNode(scaleDown, options)
}

async function tellPods(decision: AutoscalerDecision, { client, local, told }: CarryOutOptions): Promise<void> {
  const present = new Set([...local.waiting.values()].flat().map(uidOf))
  for (const uid of told.keys()) if (!present.has(uid)) told.delete(uid)
  for (const [id, { triggered, notTriggered }] of decision.texts) {
    const pods = local.waiting.get(id) ?? []
    for (const [index, pod] of pods.entries()) {
      const wasTriggered = triggered !== undefined && index < triggered.pods
      const text = wasTriggered ? triggered.text : notTriggered?.text
      if (text === undefined || told.get(uidOf(pod)) === text) continue
      told.set(uidOf(pod), text)
      await recordEvent(client, pod, wasTriggered ? 'TriggeredScaleUp' : 'NotTriggerScaleUp', text)
    }
  }
}

/** Taints the node, evicts its pods but for those of DaemonSets, and ends its instance. */
async function removeNode({ node, group, how }: ScaleDown, options: CarryOutOptions): Promise<void> {
  const { client, cloud, local, say } = options
  const instance = local.instances.get(node)
  if (instance === undefined || instance === '') return
  say(`scale-down: ${node} of ${group} (${how})`)
  const { status, body } = await client.send('GET', `/api/v1/nodes/${node}`)
  if (status !== 200) return
  const taint = { key: toBeDeleted, value: String(Math.floor(Date.now() / 1000)), effect: 'NoSchedule' }
  const taints = [...listAt(body, 'spec', 'taints'), taint]
  await client.send('PATCH', `/api/v1/nodes/${node}`, { spec: { taints } }, mergePatch)
  await recordEvent(
    client,
    { ...objectAt(body), kind: 'Node' },
    'ScaleDown',
    'marked the node as toBeDeleted/unschedulable',
  )
  if (how === 'drain') await drain(node, client)
  await cloud.terminate(instance)
}

async function drain(node: string, client: KubernetesClient): Promise<void> {
  const deadline = Date.now() + drainTimeoutMs
  for (;;) {
    const pods = await podsOf(node, client)
    if (pods.length === 0 || Date.now() > deadline) return
    for (const pod of pods) {
      if (textAt(pod, 'metadata', 'deletionTimestamp') !== undefined) continue
      const { namespace, name } = objectAt(pod, 'metadata')
      await client.send('POST', `/api/v1/namespaces/${String(namespace)}/pods/${String(name)}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
      })
    }
    await sleep(500)
  }
}

async function podsOf(node: string, client: KubernetesClient): Promise<readonly unknown[]> {
  const { body } = await client.send('GET', `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`)
  return listAt(body, 'items').filter(
    (pod) => !listAt(pod, 'metadata', 'ownerReferences').some((owner) => textAt(owner, 'kind') === 'DaemonSet'),
  )
}

async function recordEvent(client: KubernetesClient, about: unknown, reason: string, message: string): Promise<void> {
  const { name, namespace = 'default', uid, resourceVersion } = objectAt(about, 'metadata')
  const kind = textAt(about, 'kind') ?? 'Pod'
  const time = `${new Date().toISOString().slice(0, 19)}Z`
  await client.send('POST', `/api/v1/namespaces/${String(namespace)}/events`, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${String(name)}.${randomBytes(8).toString('hex')}`, namespace },
    involvedObject: {
      apiVersion: 'v1',
      kind,
      name,
      ...(kind !== 'Node' && { namespace }),
      uid,
      resourceVersion,
    },
    type: 'Normal',
    reason,
    message,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  })
}

function uidOf(pod: unknown): string {
  return textAt(pod, 'metadata', 'uid') ?? ''
}
