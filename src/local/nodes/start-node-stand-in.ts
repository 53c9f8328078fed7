import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { allocationRefusal, type PluginSharing, pluginDevices } from '../../catalog/plugin-devices.ts'
import type { LocalInstance } from '../instance.ts'
import { openKubernetesClient } from '../kubernetes/client.ts'
import type { ControlPlane } from '../kubernetes/control-plane.ts'
import { containerOutput, hasAwsCredentials } from './container-output.ts'
import { type ContainerRun, containerRun } from './container-run.ts'
import {
  configFileSource,
  type DevicePluginConfig,
  devicePluginConfig,
  efaResource,
  isDevicePlugin,
  isEfaPlugin,
} from './device-plugin.ts'
import { followCollection } from './follow-collection.ts'
import { type NodeDevices, nodeConditions, nodeObject, nodeStatus, notReadyTaint } from './node-object.ts'
import { groupTaints, type NodePlan, planNode } from './node-plan.ts'
import { type Pod, type PodContainer, readPod } from './pod.ts'
import { pickPodAddress } from './pod-address.ts'
import { podEvents } from './pod-events.ts'
import { podStatus, rejectedStatus, sameStatus, terminatedStatus } from './pod-status.ts'

/** The nodes of one local cluster. */
export type NodeStandIn = {
  /** What a container has written so far; `undefined` when there is no such container on our nodes. For `EksGate.containerLog`. */
  containerLog(of: {
    readonly namespace: string
    readonly pod: string
    readonly container: string
  }): Promise<string | undefined>
  /** Stops looking after the nodes; what is in the API stays as it is. */
  stop(): Promise<void>
}

export type NodeStandInOptions = {
  readonly plane: Pick<ControlPlane, 'endpoint' | 'certificateAuthority' | 'admin' | 'kubeletPort' | 'implementation'>
  readonly clusterName: string
  /** The running instances of this cluster's node groups, asked about twice a second, less often once nothing changes. */
  readonly instances: () => Promise<readonly LocalInstance[]>
  /** Whether the cluster has a network plugin: without one no node becomes ready. */
  readonly cniReady: () => boolean
  /** One line for whatever an operator of the node would find in its journal. */
  readonly say?: (line: string) => void
  /** How often instances are asked about, milliseconds; 500 when left out. */
  readonly everyMs?: number
}

/** The kubelet port that nodes publish when no API server calls them. */
const usualKubeletPort = 10_250
const leaseEveryMs = 10_000
/** After this long without a change of instances they are asked about four times less often. */
const quietAfterMs = 60_000
const leaseSeconds = 40
const mergePatch = 'application/merge-patch+json'

const nodeSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string().default(''),
    resourceVersion: z.string().default(''),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z
    .looseObject({
      providerID: z.string().default(''),
      taints: z.array(z.looseObject({ key: z.string(), value: z.string().optional(), effect: z.string() })).default([]),
    })
    .default({ providerID: '', taints: [] }),
  status: z
    .looseObject({
      capacity: z.record(z.string(), z.string()).default({}),
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), lastTransitionTime: z.string().default('') }))
        .default([]),
      daemonEndpoints: z.looseObject({ kubeletEndpoint: z.looseObject({ Port: z.number() }).optional() }).default({}),
    })
    .default({ capacity: {}, conditions: [], daemonEndpoints: {} }),
})

type NodeInApi = z.output<typeof nodeSchema>

/** What we keep for a node beyond what the API says. */
type Managed = {
  readonly plan: NodePlan
  /** Labels and taints of its group when they were last written. */
  groupLabels: Readonly<Record<string, string>>
  groupTaints: ReturnType<typeof groupTaints>
  leaseAtMs: number
}

/**
 * Stands in for the machines of a cluster: each instance registers as the node it would be, keeps its lease, runs its pods
 * and leaves with its instance. Speaks the plain Kubernetes API as administrator, so it is the same for every control
 * plane; survives an API server that goes away and comes back. Nothing is awaited: work starts at once in the background.
 */
export function startNodeStandIn(options: NodeStandInOptions): NodeStandIn {
  const { plane, clusterName } = options
  const say = options.say ?? (() => {})
  const client = openKubernetesClient(plane)
  const stopping = new AbortController()
  const kubeletPort = plane.kubeletPort ?? usualKubeletPort
  let wake = (): void => {}
  const kick = (): void => wake()
  const trouble = (what: string) => (reason: string) => say(`cannot follow ${what}: ${reason}`)

  const nodes = followCollection(
    client,
    '/api/v1/nodes',
    (object) => nodeSchema.safeParse(object).data,
    stopping.signal,
    kick,
    trouble('nodes'),
  )
  const pods = followCollection(client, '/api/v1/pods', readPod, stopping.signal, kick, trouble('pods'))
  const managed = new Map<string, Managed>()
  /** Instances that never join, so that the log says it once. */
  const outsiders = new Set<string>()
  /** Configuration of each device plugin pod, by its uid: the program reads it once, at its start. */
  const pluginConfigs = new Map<string, DevicePluginConfig>()

  const send = async (method: string, path: string, body?: unknown, contentType?: string): Promise<number> => {
    const answer = await client.send(method, path, body, contentType)
    if (answer.status >= 400 && answer.status !== 404 && answer.status !== 409)
      say(`${method} ${path} answered ${answer.status}: ${messageOf(answer.body)}`)
    return answer.status
  }

  const register = async (instance: LocalInstance): Promise<void> => {
    const result = planNode(instance, clusterName)
    for (const note of result.notes) say(note)
    if (!result.joins) {
      outsiders.add(instance.instanceId)
      say(`${instance.instanceId} of node group ${instance.nodeGroup.name} does not join the cluster: ${result.reason}`)
      return
    }
    const { plan } = result
    // A node that an earlier run registered may carry what its group said then: it is compared with nothing.
    const isThere = nodes.objects.has(plan.name)
    managed.set(plan.name, {
      plan,
      groupLabels: isThere ? {} : instance.nodeGroup.labels,
      groupTaints: isThere ? [] : groupTaints(instance.nodeGroup),
      leaseAtMs: 0,
    })
    if (isThere) return
    const status = await createAndLearn(plan)
    if (status === 201) say(`${instance.instanceId} joined as node ${plan.name}`)
  }

  const createAndLearn = async (plan: NodePlan): Promise<number> => {
    const { status, body } = await client.send('POST', '/api/v1/nodes', nodeObject(plan, kubeletPort, {}, now()))
    if (status === 201) nodes.learn(body)
    else if (status !== 409) say(`node ${plan.name} was not registered: ${status} ${messageOf(body)}`)
    return status
  }

  const remove = async (name: string): Promise<void> => {
    managed.delete(name)
    await send('DELETE', `/api/v1/nodes/${name}`)
    await send('DELETE', `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`)
    // The machine is gone, and its pods with it; Kubernetes' own collector would notice in a minute or so.
    for (const pod of pods.objects.values()) if (pod.spec.nodeName === name) await deletePod(pod)
    say(`node ${name} left with its instance`)
  }

  const deletePod = (pod: Pod): Promise<number> =>
    send('DELETE', podPath(pod), {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
    })

  const keepNode = async (node: Managed, inApi: NodeInApi, podsOfNode: readonly Pod[]): Promise<void> => {
    const { plan } = node
    const ready = options.cniReady()
    const devices = nodeDevices(plan, inApi, podsOfNode, ready)
    const readyNow = inApi.status.conditions.find(({ type }) => type === 'Ready')?.status
    const counted = Object.entries(devices).every(([name, count]) => inApi.status.capacity[name] === String(count))
    const portKept = inApi.status.daemonEndpoints.kubeletEndpoint?.Port === kubeletPort
    if (readyNow !== (ready ? 'True' : 'False') || !counted || !portKept) {
      const status = nodeStatus(plan, kubeletPort, devices, nodeConditions(ready, inApi.status.conditions, now()))
      const answer = await client.send('PATCH', `/api/v1/nodes/${plan.name}/status`, { status }, mergePatch)
      if (answer.status === 200) {
        nodes.learn(answer.body)
        if (readyNow === 'False' && ready) say(`node ${plan.name} is ready`)
      } else if (answer.status !== 404)
        say(`node ${plan.name}'s status was not taken: ${answer.status} ${messageOf(answer.body)}`)
    }
    await keepGroupSettings(node, inApi)
    if (Date.now() - node.leaseAtMs >= leaseEveryMs) {
      await renewLease(plan.name, inApi.metadata.uid)
      node.leaseAtMs = Date.now()
    }
  }

  /** EKS carries a changed label or taint of a group to its nodes; and without a node controller we lift its taint. */
  const keepGroupSettings = async (node: Managed, inApi: NodeInApi): Promise<void> => {
    const { name, instance } = node.plan
    const { nodeGroup } = instance
    const labels = nodeGroup.labels
    const taints = groupTaints(nodeGroup)
    const custom = nodeGroup.amiType === 'CUSTOM'
    const patch: { metadata?: object; spec?: object } = {}
    if (!custom && !isDeepStrictEqual(labels, node.groupLabels)) {
      const dropped = Object.keys(node.groupLabels).filter((key) => !(key in labels))
      patch.metadata = { labels: { ...Object.fromEntries(dropped.map((key) => [key, null])), ...labels } }
    }
    const ofGroup = (taint: { readonly key: string; readonly effect: string }): boolean =>
      [...node.groupTaints, ...taints].some(({ key, effect }) => key === taint.key && effect === taint.effect)
    let wanted: readonly { readonly key: string; readonly effect: string }[] = inApi.spec.taints
    if (!custom && !isDeepStrictEqual(taints, node.groupTaints))
      wanted = [...taints, ...wanted.filter((taint) => !ofGroup(taint))]
    if (
      plane.implementation === 'embedded' &&
      inApi.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    )
      wanted = wanted.filter(({ key }) => key !== notReadyTaint.key)
    if (!isDeepStrictEqual(wanted, inApi.spec.taints)) {
      patch.metadata = { ...patch.metadata, resourceVersion: inApi.metadata.resourceVersion }
      patch.spec = { taints: wanted }
    }
    if (patch.metadata === undefined) return
    const answer = await client.send('PATCH', `/api/v1/nodes/${name}`, patch, mergePatch)
    if (answer.status !== 200) return
    nodes.learn(answer.body)
    node.groupLabels = labels
    node.groupTaints = taints
  }

  const renewLease = async (name: string, uid: string): Promise<void> => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
    const renewTime = `${new Date().toISOString().slice(0, -1)}000Z`
    const renewed = await client.send('PATCH', `${leases}/${name}`, { spec: { renewTime } }, mergePatch)
    if (renewed.status !== 404) return
    await client.send('POST', leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name,
        namespace: 'kube-node-lease',
        ...(uid === '' ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] }),
      },
      spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime },
    })
  }

  /** What device plugins have registered. A kubelet keeps a resource at 0 once its plugin went away. */
  const nodeDevices = (plan: NodePlan, inApi: NodeInApi, podsOfNode: readonly Pod[], ready: boolean): NodeDevices => {
    const devices: Record<string, number> = {}
    for (const name of Object.keys(inApi.status.capacity))
      if (name.startsWith('nvidia.com/') || name === efaResource) devices[name] = 0
    const { efaInterfaces } = plan.instance.nodeGroup
    if (efaInterfaces > 0 && podsOfNode.some((pod) => isEfaPlugin(pod) && isAlive(pod)))
      devices[efaResource] = efaInterfaces
    const { driver } = plan
    if (driver.state !== 'ok') return devices
    if (driver.builtInPlugin) return ready ? { ...devices, ...offered(plan, plan.builtInSharing) } : devices
    for (const pod of podsOfNode) {
      const config = pluginConfigs.get(pod.metadata.uid)
      if (config === undefined || !isAlive(pod)) continue
      Object.assign(devices, offered(plan, config.sharing))
    }
    return devices
  }

  const offered = (plan: NodePlan, sharing: PluginSharing): NodeDevices => {
    const found = plan.driver.state === 'ok' ? pluginDevices(sharing, plan.driver.gpus, plan.migProfiles) : undefined
    return found !== undefined && 'devices' in found ? found.devices : {}
  }

  /** Why a device plugin of the node gives the pod none of what it asks for. */
  const refusalOf = (
    pod: Pod,
    { driver, builtInSharing }: NodePlan,
    podsOfNode: readonly Pod[],
  ): string | undefined => {
    const sharings =
      driver.state === 'ok' && driver.builtInPlugin
        ? [builtInSharing]
        : podsOfNode.flatMap(({ metadata }) => pluginConfigs.get(metadata.uid)?.sharing ?? [])
    for (const { resources } of [...pod.spec.containers, ...pod.spec.initContainers])
      for (const [name, count] of Object.entries(resources.limits))
        for (const sharing of sharings) {
          const refusal = allocationRefusal(sharing, name, Number(count))
          if (refusal !== undefined) return refusal
        }
    return undefined
  }

  const keepPod = async (pod: Pod, node: Managed, used: Set<string>, podsOfNode: readonly Pod[]): Promise<void> => {
    if (pod.metadata.deletionTimestamp !== undefined) return endPod(pod)
    if (isDevicePlugin(pod)) await readPluginConfig(pod)
    const refusal = pod.status.startTime === undefined ? refusalOf(pod, node.plan, podsOfNode) : undefined
    if (refusal !== undefined) return patchPodStatus(pod, rejectedStatus(refusal, Date.now()))
    const hostIP = node.plan.instance.privateIpAddress
    const podIP = pod.status.podIP ?? pickPodAddress(hostIP, used)
    used.add(podIP)
    const status = podStatus(pod, {
      nowMs: Date.now(),
      hostIP,
      podIP,
      runOf: (container) => runOf(pod, container, node.plan),
    })
    if (status === undefined || sameStatus(pod.status, status)) return
    await patchPodStatus(pod, status)
    for (const event of podEvents(pod, status, node.plan.name, now()))
      await send('POST', `/api/v1/namespaces/${pod.metadata.namespace}/events`, event)
  }

  const patchPodStatus = async (pod: Pod, status: object): Promise<void> => {
    const answer = await client.send('PATCH', `${podPath(pod)}/status`, { status }, mergePatch)
    if (answer.status === 200) pods.learn(answer.body)
    else if (answer.status !== 404 && answer.status !== 409)
      say(`status of pod ${pod.metadata.namespace}/${pod.metadata.name}: ${answer.status} ${messageOf(answer.body)}`)
  }

  const endPod = async (pod: Pod): Promise<void> => {
    const { deletionTimestamp = '', deletionGracePeriodSeconds = 0 } = pod.metadata
    const askedMs = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000
    // Programs take a moment to end; none of ours needs its whole grace period.
    if (deletionGracePeriodSeconds > 0 && Date.now() - askedMs < 1_000) return
    const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
    if (!finished && pod.spec.restartPolicy !== 'Always') await patchPodStatus(pod, terminatedStatus(pod, Date.now()))
    pluginConfigs.delete(pod.metadata.uid)
    if (deletionGracePeriodSeconds > 0 || !finished) await deletePod(pod)
  }

  const readPluginConfig = async (pod: Pod): Promise<void> => {
    if (pluginConfigs.has(pod.metadata.uid)) return
    const container = pluginContainer(pod)
    const source = configFileSource(pod, container)
    let file: string | undefined
    if (source !== undefined) {
      const { body } = await client.send(
        'GET',
        `/api/v1/namespaces/${pod.metadata.namespace}/configmaps/${source.configMap}`,
      )
      file = z.looseObject({ data: z.record(z.string(), z.string()) }).safeParse(body).data?.data[source.key]
    }
    pluginConfigs.set(pod.metadata.uid, devicePluginConfig(container, file))
  }

  const runOf = (pod: Pod, container: PodContainer, plan: NodePlan): ContainerRun => {
    if (isDevicePlugin(pod) && container === pluginContainer(pod)) {
      const noDriver = plan.driver.state === 'none' || plan.driver.state === 'no-gpu'
      const config = pluginConfigs.get(pod.metadata.uid)
      const fails =
        plan.driver.state === 'ok' && config !== undefined
          ? 'fails' in pluginDevices(config.sharing, plan.driver.gpus, plan.migProfiles)
          : noDriver && (config?.failOnInitError ?? true)
      return fails ? { kind: 'ends', afterMs: 1_000, exitCode: 1 } : { kind: 'runs' }
    }
    if (/(?:^|\/)cluster-autoscaler[:@]/.test(container.image) && !hasAwsCredentials(container))
      return { kind: 'ends', afterMs: 5_000, exitCode: 255 }
    return containerRun(container, pod.spec.restartPolicy)
  }

  let known: { readonly instances: readonly LocalInstance[]; readonly ids: string } | undefined
  let askedMs = 0
  let changedMs = Date.now()
  let silent = false
  const everyMs = options.everyMs ?? 500

  /** Changes in the cluster wake us more often than the AWS stand-in needs to be asked; its silence takes no node away. */
  const currentInstances = async (): Promise<readonly LocalInstance[]> => {
    const at = Date.now()
    const pauseMs = at - changedMs > quietAfterMs ? 4 * everyMs : everyMs
    if (known !== undefined && at - askedMs < pauseMs) return known.instances
    try {
      const instances = await options.instances()
      const ids = instances
        .map(({ instanceId }) => instanceId)
        .sort()
        .join(' ')
      if (ids !== known?.ids) changedMs = at
      known = { instances, ids }
      askedMs = at
      silent = false
    } catch (error) {
      if (known === undefined) throw error
      if (!silent) say(`instances are not told: ${error instanceof Error ? error.message : String(error)}`)
      silent = true
    }
    return known.instances
  }

  const tick = async (): Promise<void> => {
    if (!nodes.complete || !pods.complete) return
    const instances = await currentInstances()
    const names = new Set(instances.map(({ privateDnsName }) => privateDnsName))
    const ids = new Set(instances.map(({ instanceId }) => instanceId))
    for (const id of outsiders) if (!ids.has(id)) outsiders.delete(id)
    for (const instance of instances) {
      const present = managed.get(instance.privateDnsName)
      if (present !== undefined && present.plan.instance.instanceId === instance.instanceId) {
        managed.set(instance.privateDnsName, { ...present, plan: { ...present.plan, instance } })
        continue
      }
      if (present !== undefined) await remove(instance.privateDnsName)
      if (!outsiders.has(instance.instanceId)) await register(instance)
    }
    for (const name of managed.keys()) if (!names.has(name)) await remove(name)
    // Nodes of ours that an earlier run registered, whose instance has gone since.
    for (const [name, node] of nodes.objects)
      if (!names.has(name) && node.spec.providerID.startsWith('aws:///')) await remove(name)

    const podsByNode = groupPods(pods.objects.values())
    const used = new Set([...pods.objects.values()].flatMap(({ status: { podIP } }) => podIP ?? []))
    for (const instance of instances) used.add(instance.privateIpAddress)
    for (const node of managed.values()) {
      const inApi = nodes.objects.get(node.plan.name)
      if (inApi === undefined) {
        await createAndLearn(node.plan)
        continue
      }
      const podsOfNode = podsByNode.get(node.plan.name) ?? []
      await keepNode(node, inApi, podsOfNode)
      for (const pod of podsOfNode) await keepPod(pod, node, used, podsOfNode)
    }
  }

  const loop = async (): Promise<void> => {
    let said = ''
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve
      })
      try {
        await tick()
        said = ''
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (!stopping.signal.aborted && reason !== said) say(`the nodes wait: ${reason}`)
        said = reason
        await sleep(200)
      }
      await Promise.race([woken, sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {})])
      // Several changes come together, as when a DaemonSet's pods are bound.
      await sleep(20)
    }
  }
  const looping = loop()

  return {
    containerLog: async (of) => {
      const pod = pods.objects.get(`${of.namespace}/${of.pod}`)
      const container = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])].find(
        ({ name }) => name === of.container,
      )
      const node = managed.get(pod?.spec.nodeName ?? '')
      if (pod === undefined || container === undefined || node === undefined) return undefined
      const state = pod.status.containerStatuses.find(({ name }) => name === of.container)
      const startedAt = startOf(state)
      if (startedAt === undefined) return ''
      const config = pluginConfigs.get(pod.metadata.uid) ?? devicePluginConfig(container, undefined)
      return containerOutput(pod, container, {
        startedMs: Date.parse(startedAt),
        nodeName: node.plan.name,
        driver: node.plan.driver,
        gpuModel: node.plan.gpuModel,
        pluginConfig: config,
        migProfiles: node.plan.migProfiles,
        run: runOf(pod, container, node.plan),
      })
    },
    stop: async () => {
      stopping.abort()
      await looping
      client.close()
    },
  }
}

function groupPods(pods: Iterable<Pod>): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>()
  for (const pod of pods) {
    const name = pod.spec.nodeName
    if (name === undefined || name === '') continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [pod])
    else group.push(pod)
  }
  return groups
}

function isAlive(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp === undefined && isRunning(pod)
}

function isRunning(pod: Pod): boolean {
  return (
    pod.status.phase === 'Running' && pod.status.containerStatuses.some(({ state }) => state?.running !== undefined)
  )
}

function pluginContainer(pod: Pod): PodContainer {
  const [first] = pod.spec.containers
  const container = pod.spec.containers.find(({ image }) => /device-plugin/.test(image)) ?? first
  if (container === undefined) throw new Error(`pod ${pod.metadata.name} has no container`)
  return container
}

function startOf(status: Pod['status']['containerStatuses'][number] | undefined): string | undefined {
  const { running, terminated } = status?.state ?? {}
  if (running?.startedAt !== undefined) return running.startedAt
  if (terminated?.startedAt !== undefined) return terminated.startedAt
  const last = z
    .looseObject({ terminated: z.looseObject({ startedAt: z.string() }) })
    .safeParse(status?.['lastState']).data
  return last?.terminated.startedAt
}

function podPath(pod: Pod): string {
  return `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
}

function messageOf(body: unknown): string {
  return z.looseObject({ message: z.string() }).safeParse(body).data?.message ?? ''
}

function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
