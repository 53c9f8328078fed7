import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import type { Pod } from '../../src/cluster/pod.ts'
import { type JsonObject, listAt, numberAt, objectAt, textAt, valueAt } from '../../src/read/kubernetes/json.ts'
import { readClusterObjects } from '../../src/read/kubernetes/read-cluster-objects.ts'
import { readNode } from '../../src/read/kubernetes/read-node.ts'
import { readPod } from '../../src/read/kubernetes/read-pod.ts'
import { type CycleExplanation, explainCycle } from '../../src/scheduler/explain-cycle.ts'
import { nodeStates } from '../../src/scheduler/node-state.ts'
import { type ClusterApi, eventually } from './cluster-api.ts'
import { namespaces, type RandomCluster } from './generate-cluster.ts'

/** What became of a pod. */
type Fate =
  | { readonly kind: 'placed'; readonly node: string }
  | {
      readonly kind: 'failed'
      readonly message: string
      readonly nominated?: string
      readonly victims?: readonly string[]
    }

/** What the real control plane did with a pod, and what our scheduler says of the same pod in the same cluster. */
export type ReplayedPod = {
  readonly pod: string
  readonly real: Fate
  /** As `real`, when our scheduler could have decided so; else what it decides. */
  readonly ours: Fate
}

/** The cluster as it is between two pods. */
type State = {
  readonly api: ClusterApi
  readonly version: KubernetesVersion
  readonly nodes: readonly JsonObject[]
  readonly services: readonly JsonObject[]
  bound: readonly JsonObject[]
  readonly replayed: ReplayedPod[]
}

/**
 * Plays a cluster on a real control plane: each pod is created when the one before has been tried, and goes again when it
 * found no place. After each, our scheduler is asked about the same pod, and goes on from the real choice.
 */
export async function playCluster(
  api: ClusterApi,
  cluster: RandomCluster,
  version: KubernetesVersion,
): Promise<readonly ReplayedPod[]> {
  const services = []
  for (const service of cluster.services) services.push(await api.create(pathOf(service, 'services'), service))
  const nodes = await createNodes(api, cluster.nodes)
  const state: State = { api, version, nodes, services, bound: [], replayed: [] }
  try {
    await waitUntilSeen(state)
    for (const pod of cluster.pods) {
      const created = await api.createIfValid(pathOf(pod, 'pods'), pod)
      if (created !== undefined) await replay(state, created)
    }
    await playDeployment(state, cluster)
    await playDaemonSet(state, cluster)
    return state.replayed
  } finally {
    await cleanUp(api)
  }
}

async function createNodes(api: ClusterApi, nodes: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  for (const node of nodes) {
    await api.create('/api/v1/nodes', node)
    const now = new Date().toISOString()
    await api.patch(`/api/v1/nodes/${nameOf(node)}/status`, {
      status: {
        ...objectAt(node, 'status'),
        capacity: objectAt(node, 'status', 'allocatable'),
        conditions: [
          { type: 'Ready', status: 'True', reason: 'Test', lastHeartbeatTime: now, lastTransitionTime: now },
        ],
      },
    })
  }
  // The node lifecycle controller turns conditions and cordons into taints.
  return eventually('the taints of nodes', async () => {
    const found = await api.list('/api/v1/nodes')
    const settled = found.every((node) => {
      const keys = listAt(node, 'spec', 'taints').map((taint) => textAt(taint, 'key'))
      const cordoned = valueAt(node, 'spec', 'unschedulable') === true
      return (
        !keys.includes('node.kubernetes.io/not-ready') &&
        (!cordoned || keys.includes('node.kubernetes.io/unschedulable'))
      )
    })
    return settled ? found : undefined
  })
}

/** A pod that fits nowhere is tried until its text shows that the scheduler knows all nodes as they are. */
async function waitUntilSeen(state: State): Promise<void> {
  const container = { name: 'c', image: 'app:1', resources: { requests: { cpu: '1000000' } } }
  const probe = { metadata: { name: 'probe' }, spec: { containers: [container] } }
  for (let attempt = 1; ; attempt++) {
    const created = await state.api.create('/api/v1/namespaces/default/pods', probe)
    const real = await fateOf(state.api, created)
    await state.api.remove('/api/v1/namespaces/default/pods/probe')
    const ours = ourFate(explain(state, created))
    if (ours.kind === 'failed' && real.kind === 'failed' && ours.message === real.message) return
    if (attempt === 40) {
      state.replayed.push({ pod: 'default/probe', real, ours })
      return
    }
    await sleep(50)
  }
}

/** Waits for the fate of a pod that is there, compares, and leaves the cluster with the pod bound, or without it. */
async function replay(state: State, pod: JsonObject): Promise<Fate> {
  const { api } = state
  const path = `${pathOf(pod, 'pods')}/${nameOf(pod)}`
  const explanation = explain(state, pod)
  let real = await fateOf(api, pod)
  if (real.kind === 'placed') {
    // What a kubelet would report; every pod starts in a second of its own.
    const startTime = new Date(Date.UTC(2026, 0, 1) + state.replayed.length * 1000).toISOString().replace('.000Z', 'Z')
    state.bound = [...state.bound, await api.patch(`${path}/status`, { status: { phase: 'Running', startTime } })]
  } else if (real.nominated !== undefined) {
    real = { ...real, victims: await evict(state, path, explanation) }
  } else if (listAt(pod, 'metadata', 'ownerReferences').length === 0) {
    await api.remove(path)
  }
  state.replayed.push({ pod: keyOf(pod), real, ours: admits(explanation, real) ? real : ourFate(explanation) })
  return real
}

/** Takes the preempting pod away, then its victims, which no kubelet ends; gives the victims, sorted. */
async function evict(state: State, path: string, { preemption }: CycleExplanation): Promise<readonly string[]> {
  const { api } = state
  const expected = preemption?.kind === 'possible' ? preemption.victims.length : 1
  // Victims are evicted after the nomination is written.
  const terminating = async (): Promise<readonly JsonObject[]> =>
    (await api.list('/api/v1/pods')).filter((pod) => textAt(pod, 'metadata', 'deletionTimestamp') !== undefined)
  for (const deadline = Date.now() + 5_000; Date.now() < deadline && (await terminating()).length < expected; ) {
    await sleep(20)
  }
  await api.remove(path)
  const victims = await terminating()
  for (const victim of victims) await api.remove(`${pathOf(victim, 'pods')}/${nameOf(victim)}`)
  await eventually('victims to be gone', async () => ((await terminating()).length === 0 ? true : undefined))
  state.bound = state.bound.filter((pod) => !victims.some((victim) => keyOf(victim) === keyOf(pod)))
  // The scheduler hears of it a moment later.
  await sleep(200)
  return victims.map(keyOf).toSorted()
}

async function playDeployment(state: State, { deployment, deploymentReplicas }: RandomCluster): Promise<void> {
  const { api } = state
  const created = await api.createIfValid(pathOf(deployment, 'deployments', '/apis/apps/v1'), deployment)
  if (created === undefined) return
  const path = `${pathOf(deployment, 'deployments', '/apis/apps/v1')}/${nameOf(deployment)}`
  const known = new Set<string>()
  for (let replicas = 1; replicas <= deploymentReplicas; replicas++) {
    await api.patch(path, { spec: { replicas } })
    const pod = await newPod(api, known)
    // Its ReplicaSet may be refused the pod.
    if (pod === undefined) return
    known.add(nameOf(pod))
    const fate = await replay(state, pod)
    if (fate.kind === 'placed') continue
    // It would be tried again.
    await api.patch(path, { spec: { replicas: replicas - 1 } })
    await eventually('the pod without a place to be gone', async () =>
      (await podsOf(api, 'ml', 'web')).length < replicas ? true : undefined,
    )
    return
  }
}

async function newPod(api: ClusterApi, known: ReadonlySet<string>): Promise<JsonObject | undefined> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(15)) {
    const found = (await podsOf(api, 'ml', 'web')).find((candidate) => !known.has(nameOf(candidate)))
    if (found !== undefined) return found
  }
  return undefined
}

async function playDaemonSet(state: State, { daemonSet }: RandomCluster): Promise<void> {
  const { api } = state
  const path = pathOf(daemonSet, 'daemonsets', '/apis/apps/v1')
  if ((await api.createIfValid(path, daemonSet)) === undefined) return
  const deadline = Date.now() + 10_000
  const pods = await eventually('the pods of the DaemonSet', async () => {
    const { status } = await api.get(`${path}/${nameOf(daemonSet)}`)
    if (numberAt(status, 'observedGeneration') === undefined) return undefined
    const found = await podsOf(api, 'ops', 'agent')
    return found.length === numberAt(status, 'desiredNumberScheduled') || Date.now() > deadline ? found : undefined
  })
  for (const pod of pods) await replay(state, pod)
}

async function podsOf(api: ClusterApi, namespace: string, controller: string): Promise<readonly JsonObject[]> {
  return api.list(`/api/v1/namespaces/${namespace}/pods?labelSelector=controller%3D${controller}`)
}

async function fateOf(api: ClusterApi, pod: JsonObject): Promise<Fate> {
  return eventually(`${keyOf(pod)} to be tried`, async () => {
    const now = await api.get(`${pathOf(pod, 'pods')}/${nameOf(pod)}`)
    const node = textAt(now, 'spec', 'nodeName')
    if (node !== undefined) return { kind: 'placed', node }
    const condition = listAt(now, 'status', 'conditions').find(
      (candidate) => textAt(candidate, 'type') === 'PodScheduled' && textAt(candidate, 'status') === 'False',
    )
    if (condition === undefined) return undefined
    const nominated = textAt(now, 'status', 'nominatedNodeName')
    return {
      kind: 'failed',
      message: textAt(condition, 'message') ?? '',
      ...(nominated !== undefined && { nominated }),
    }
  })
}

function explain({ version, nodes, services, bound }: State, pod: JsonObject): CycleExplanation {
  const waiting = readPod(pod)
  const { nodeName: _, ...unplaced } = waiting
  const objects = readClusterObjects([
    ...services.map((service) => ({ ...service, kind: 'Service' })),
    ...namespaces.map((metadata) => ({ kind: 'Namespace', metadata })),
    ...owningReplicaSets(bound, pod),
  ])
  const placed: readonly Pod[] = bound.map(readPod)
  return explainCycle(unplaced, { version, nodes: nodeStates(nodes.map(readNode), placed), objects })
}

/** The ReplicaSet of the Deployment's pods selects by the Deployment's label and the hash. */
function owningReplicaSets(bound: readonly JsonObject[], pod: JsonObject): readonly JsonObject[] {
  return [...bound, pod].flatMap((candidate) =>
    listAt(candidate, 'metadata', 'ownerReferences')
      .filter((owner) => textAt(owner, 'kind') === 'ReplicaSet')
      .slice(0, 1)
      .map((owner) => ({
        kind: 'ReplicaSet',
        metadata: { name: textAt(owner, 'name'), namespace: textAt(candidate, 'metadata', 'namespace') },
        spec: {
          selector: {
            matchLabels: {
              controller: textAt(candidate, 'metadata', 'labels', 'controller'),
              'pod-template-hash': textAt(candidate, 'metadata', 'labels', 'pod-template-hash'),
            },
          },
        },
      })),
  )
}

function admits({ outcome, best, preemption }: CycleExplanation, real: Fate): boolean {
  if (real.kind === 'placed') return best.includes(real.node)
  if (outcome.kind !== 'unschedulable' || outcome.message !== real.message) return false
  if (preemption?.kind !== 'possible') return real.nominated === undefined
  if (real.nominated === undefined || !preemption.tied.includes(real.nominated)) return false
  return (
    real.nominated !== preemption.node || String(real.victims) === String(preemption.victims.map(keyOfPod).toSorted())
  )
}

function ourFate({ outcome, preemption }: CycleExplanation): Fate {
  if (outcome.kind === 'placed') return { kind: 'placed', node: outcome.node }
  if (preemption?.kind !== 'possible') return { kind: 'failed', message: outcome.message }
  const victims = preemption.victims.map(keyOfPod).toSorted()
  return { kind: 'failed', message: outcome.message, nominated: preemption.node, victims }
}

async function cleanUp(api: ClusterApi): Promise<void> {
  await api.remove('/apis/apps/v1/namespaces/ml/deployments/web')
  await api.remove('/apis/apps/v1/namespaces/ops/daemonsets/agent')
  await eventually('an empty cluster', async () => {
    const [sets, pods, services, nodes] = await Promise.all([
      api.list('/apis/apps/v1/replicasets'),
      api.list('/api/v1/pods'),
      api.list('/api/v1/services'),
      api.list('/api/v1/nodes'),
    ])
    const own = services.filter((service) => nameOf(service) !== 'kubernetes')
    for (const pod of pods) await api.remove(`${pathOf(pod, 'pods')}/${nameOf(pod)}`)
    for (const service of own) await api.remove(`${pathOf(service, 'services')}/${nameOf(service)}`)
    if (pods.length === 0) for (const node of nodes) await api.remove(`/api/v1/nodes/${nameOf(node)}`)
    return [...sets, ...pods, ...own, ...nodes].length === 0 ? true : undefined
  })
}

function pathOf(object: JsonObject, collection: string, api = '/api/v1'): string {
  return `${api}/namespaces/${textAt(object, 'metadata', 'namespace') ?? 'default'}/${collection}`
}

function nameOf(object: JsonObject): string {
  return textAt(object, 'metadata', 'name') ?? ''
}

function keyOf(pod: JsonObject): string {
  return `${textAt(pod, 'metadata', 'namespace') ?? 'default'}/${nameOf(pod)}`
}

function keyOfPod({ namespace, name }: Pod): string {
  return `${namespace}/${name}`
}
