import { parse } from 'yaml'
import type { AutoscalerDecision } from '../../src/autoscaler/decision.ts'
import { runAutoscalerLoop } from '../../src/autoscaler/loop.ts'
import { type AutoscalerMemory, noMemory } from '../../src/autoscaler/memory.ts'
import { deletionCandidateTaint } from '../../src/autoscaler/passing-taints.ts'
import type { AutoscalerView } from '../../src/autoscaler/view.ts'
import type { AutoscalerSettings, ExpanderPriority } from '../../src/cluster/autoscaler-settings.ts'
import type { ClusterObjects } from '../../src/cluster/cluster-objects.ts'
import { type KubernetesVersion, parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import { matchesLabelSelector } from '../../src/cluster/label-selector.ts'
import type { Node } from '../../src/cluster/node.ts'
import type { AutoscaledGroup } from '../../src/cluster/node-group.ts'
import type { Pod } from '../../src/cluster/pod.ts'
import type { TaintEffect } from '../../src/cluster/taint.ts'
import { readAutoscalerFlags } from '../../src/read/config/autoscaler-flags.ts'
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  recordAt,
  scalarTextAt,
  textAt,
  valueAt,
} from '../../src/read/kubernetes/json.ts'
import { readClusterObjects } from '../../src/read/kubernetes/read-cluster-objects.ts'
import { readLabelSelector } from '../../src/read/kubernetes/read-label-selector.ts'
import { readNode } from '../../src/read/kubernetes/read-node.ts'
import { type NodeState, nodeStates } from '../../src/scheduler/node-state.ts'
import { schedule } from '../../src/scheduler/schedule.ts'
import type { GoldenCase, GoldenGroup, GoldenPhase } from './golden-case.ts'
import { makePod, type PodSource, podSource, shownPodName, templatePod } from './golden-pods.ts'

/** A phase ends when so many loops in a row brought nothing new. */
const quietLoops = 3
/** Every phase runs past the time for which the autoscaler leaves new GPU pods alone. */
const shortestPhase = 34
/** The recorder gives up, and so do we. */
const longestPhase = 400

type LivePod = {
  pod: Pod
  readonly source: PodSource
  readonly index: number
  readonly createdAt: number
  message?: string
}

type LiveNode = {
  node: Node
  readonly group?: string
  readonly ready: boolean
  readySince: number
  readonly createdAt: number
}

type LiveGroup = { readonly group: GoldenGroup; desired: number; instances: number; made: number }

/** What happened in one phase, as the recorder writes it. */
type Happenings = {
  scaleUps: JsonObject[]
  rejectedBy: Map<string, Map<string, Set<string>>>
  skippedGroups: Map<string, string>
  scaleDowns: JsonObject[]
  unremovable: Map<string, Set<string>>
  triggered: Map<string, Map<string, number>>
  notTriggered: Map<string, Set<string>>
  preempted: Map<string, Map<string, number>>
  nodeEvents: Set<string>
}

/**
 * Plays a case: our scheduler and our autoscaler in place of the recorded ones, a loop a second. Gives what the recorder
 * would have written, the state of the start first. `seed` decides what the real autoscaler leaves to chance.
 */
export function playCase(golden: GoldenCase, seed: number): readonly JsonObject[] {
  const version = parseKubernetesVersion(golden.kubernetes)
  const settings: AutoscalerSettings = {
    ...readAutoscalerFlags(golden.flags, golden.autoscalerVersion).settings,
    scanInterval: 1,
    staticInstanceTypes: true,
  }
  let now = 1_000_000
  const groups = golden.groups.map((group): LiveGroup => {
    const own = golden.nodes.filter((node) => node.group === group.name).length
    return { group, desired: group.desired, instances: group.desired, made: own }
  })
  const nodes: LiveNode[] = golden.nodes.map(({ group, ready, node }) => {
    const live = readNode(
      withZone(
        node,
        golden.groups.find(({ name }) => name === group),
      ),
    )
    return { node: live, ...(group !== undefined && { group }), ready, readySince: now - 600, createdAt: now - 600 }
  })
  const objects: JsonObject[] = []
  const sources: PodSource[] = []
  const pods: LivePod[] = []
  const priorities = new Map<string, JsonObject>()
  let counter = 0
  let memory: AutoscalerMemory | undefined
  let told = new Set<string>()
  let seen = nothingHappened()

  const results: JsonObject[] = []
  for (const object of golden.objects) create(object)
  scheduleAll()
  results.push(read('start', false))
  for (const phase of golden.phases) results.push(play(phase))
  return results

  function play(phase: GoldenPhase): JsonObject {
    seen = nothingHappened()
    now += 10
    for (const node of nodes) node.readySince = now - 600
    change(phase)
    scheduleAll()
    if (!phase.keep || memory === undefined) {
      memory = noMemory(seed, now)
      told = new Set()
    }
    const end = now + longestPhase
    const earliest = now + Math.max(phase.seconds, hasScaleDownFlags() && phase.seconds > 0 ? 0 : shortestPhase)
    let quiet = 0
    while (now < end && (now < earliest || quiet < quietLoops)) {
      now += 1
      const decision = runAutoscalerLoop(priorityExpander(settings, objects), viewOf(), memory)
      memory = decision.memory
      quiet = carryOut(decision) ? 0 : quiet + 1
    }
    scheduleAll()
    return read(phase.kind, true)
  }

  function hasScaleDownFlags(): boolean {
    return golden.flags.some((flag) => flag.includes('scale-down-unneeded-time'))
  }

  function change(phase: GoldenPhase): void {
    switch (phase.kind) {
      case 'loop':
        break
      case 'join':
        for (const group of groups) join(group, phase.fields)
        break
      case 'patchNodes':
        for (const live of nodes) {
          if (live.group === phase.group) live.node = patched(live.node, phase.fields)
        }
        break
      case 'create':
        for (const object of phase.objects) create(object)
        break
      case 'delete':
        for (const object of phase.objects) remove(object)
    }
  }

  function join(live: LiveGroup, override: JsonObject): void {
    const { group } = live
    const missing = live.instances - nodes.filter((node) => node.group === group.name).length
    for (let count = 0; count < missing; count += 1) {
      const real = { ...group.realNode, ...override }
      const name = `${group.name}-${live.made}`
      live.made += 1
      const node = {
        metadata: { name, labels: { ...objectAt(real, 'labels'), 'kubernetes.io/hostname': name } },
        spec: { taints: listAt(real, 'taints') },
        status: { capacity: objectAt(real, 'capacity'), allocatable: objectAt(real, 'allocatable') },
      }
      nodes.push({
        node: readNode(withZone(node, group)),
        group: group.name,
        ready: true,
        readySince: now,
        createdAt: now,
      })
    }
  }

  function create(object: JsonObject): void {
    objects.push(object)
    if (textAt(object, 'kind') === 'PriorityClass') priorities.set(textAt(object, 'metadata', 'name') ?? '', object)
    const source = podSource(object)
    if (source === undefined) return
    sources.push(source)
    for (let index = 0; index < source.replicas; index += 1) addPod(source, index)
    scheduleAll()
  }

  function remove(object: JsonObject): void {
    const matches = (kind: string, name: string): boolean =>
      kind === textAt(object, 'kind') && name === (textAt(object, 'metadata', 'name') ?? textAt(object, 'name'))
    for (let at = objects.length - 1; at >= 0; at -= 1) {
      if (matches(textAt(objects[at], 'kind') ?? '', textAt(objects[at], 'metadata', 'name') ?? ''))
        objects.splice(at, 1)
    }
    for (let at = sources.length - 1; at >= 0; at -= 1) {
      const source = sources[at]
      if (source !== undefined && matches(source.kind, source.name)) sources.splice(at, 1)
    }
    for (let at = pods.length - 1; at >= 0; at -= 1) {
      const live = pods[at]
      if (live !== undefined && matches(live.source.kind, live.source.name)) pods.splice(at, 1)
    }
  }

  function addPod(source: PodSource, index: number, onNode?: string): void {
    counter += 1
    const made = makePod(source, index, priorities, onNode)
    pods.push({ pod: { ...made, createdAt: now * 1000 + counter }, source, index, createdAt: now })
  }

  /** DaemonSets' pods of nodes that came, and none of nodes that went. */
  function keepDaemonSets(): void {
    for (const source of sources) {
      if (source.kind !== 'DaemonSet') continue
      for (const [index, { node }] of nodes.entries()) {
        if (pods.some((live) => live.source === source && targetOf(live.pod) === node.name)) continue
        const probe = makePod(source, index, priorities, node.name)
        if (matchesNode(probe, node)) addPod(source, index, node.name)
      }
    }
  }

  /** Tries every waiting pod, the more important first, then by name, until nothing changes any more. */
  function scheduleAll(): void {
    keepDaemonSets()
    for (let round = 0; round < 50; round += 1) {
      const waiting = pods
        .filter(({ pod }) => pod.nodeName === undefined && pod.schedulingGates.length === 0)
        .sort((a, b) => b.pod.priority - a.pod.priority || compareNames(a, b))
      let isChanged = false
      for (const live of waiting) {
        if (pods.includes(live) && scheduleOne(live)) isChanged = true
      }
      if (!isChanged) return
    }
  }

  function scheduleOne(live: LivePod): boolean {
    const nominated = pods
      .filter(
        (other) => other !== live && other.pod.nodeName === undefined && other.pod.nominatedNodeName !== undefined,
      )
      .map(({ pod }) => pod)
    const outcome = schedule(live.pod, { version, nodes: states(), objects: clusterObjects(), nominated })
    if (outcome.kind === 'placed') {
      const { nominatedNodeName: _, ...pod } = live.pod
      live.pod = { ...pod, nodeName: outcome.node, startedAt: now * 1000 }
      delete live.message
      return true
    }
    live.message = outcome.message
    if (outcome.preemption === undefined) return false
    const { node, victims } = outcome.preemption
    live.pod = { ...live.pod, nominatedNodeName: node }
    for (const victim of victims) evict(victim, `Preempted by pod UID on node ${node}`)
    return true
  }

  /** The pod goes at once; its controller makes another. */
  function evict(pod: Pod, preempted?: string): void {
    const at = pods.findIndex((live) => live.pod === pod)
    const live = pods[at]
    if (live === undefined) return
    pods.splice(at, 1)
    if (preempted !== undefined) add(seen.preempted, live.source.owner, preempted, 1)
    if (live.source.kind !== 'Pod' && live.source.kind !== 'DaemonSet') addPod(live.source, live.index)
  }

  function states(): readonly NodeState[] {
    return nodeStates(
      nodes.map(({ node }) => node),
      pods.map(({ pod }) => pod),
    )
  }

  function clusterObjects(): ClusterObjects {
    return readClusterObjects([...objects.map(withBudgetStatus), ...replicaSets(), ...namespaces()])
  }

  function replicaSets(): readonly JsonObject[] {
    return sources
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ namespace, name, object }) => ({
        kind: 'ReplicaSet',
        metadata: { name, namespace },
        spec: {
          selector: {
            ...objectAt(object, 'spec', 'selector'),
            matchLabels: { ...objectAt(object, 'spec', 'selector', 'matchLabels'), 'pod-template-hash': 'hash' },
          },
        },
      }))
  }

  function namespaces(): readonly JsonObject[] {
    const named = new Set(
      objects
        .filter((object) => textAt(object, 'kind') === 'Namespace')
        .map((object) => textAt(object, 'metadata', 'name')),
    )
    return ['default', 'kube-system', ...sources.map(({ namespace }) => namespace)]
      .filter((name, index, all) => all.indexOf(name) === index && !named.has(name))
      .map((name) => ({ kind: 'Namespace', metadata: { name } }))
  }

  /** What the disruption controller says: healthy pods beyond those that must stay. */
  function withBudgetStatus(object: JsonObject): JsonObject {
    if (textAt(object, 'kind') !== 'PodDisruptionBudget') return object
    const selector = valueAt(object, 'spec', 'selector')
    const namespace = textAt(object, 'metadata', 'namespace') ?? 'default'
    const matching = isJsonObject(selector)
      ? pods.filter(
          ({ pod }) => pod.namespace === namespace && matchesLabelSelector(readLabelSelector(selector), pod.labels),
        )
      : []
    const expected = matching.length
    const healthy = matching.filter(({ pod }) => pod.nodeName !== undefined).length
    const unavailable = scaled(scalarTextAt(object, 'spec', 'maxUnavailable'), expected)
    const desired =
      unavailable === undefined
        ? (scaled(scalarTextAt(object, 'spec', 'minAvailable'), expected) ?? 0)
        : expected - unavailable
    return { ...object, status: { disruptionsAllowed: Math.max(0, healthy - Math.max(0, desired)) } }
  }

  function viewOf(): AutoscalerView {
    const all = states()
    return {
      now,
      kubernetes: version,
      groups: groups.map(({ group, desired, instances }) => {
        const own = nodes.filter((node) => node.group === group.name).length
        return {
          group: autoscaledGroup(group),
          targetSize: desired,
          unregistered: Array.from({ length: Math.max(0, instances - own) }, (_, index) => `${group.name}/${index}`),
        }
      }),
      nodes: nodes.flatMap(({ node, group, ready, readySince, createdAt }, index) => {
        const state = all[index]
        if (state === undefined) return []
        return [{ state, names: [node.name], ...(group !== undefined && { group }), ready, readySince, createdAt }]
      }),
      pending: pods
        .filter(({ pod, message }) => pod.nodeName === undefined && message !== undefined)
        .map((live) => ({ id: idOf(live), pod: live.pod, count: 1, createdAt: live.createdAt })),
      daemonSets: sources.filter(({ kind }) => kind === 'DaemonSet').map((source) => templatePod(source, priorities)),
      objects: clusterObjects(),
      controllerReplicas: new Map(
        sources.flatMap(({ kind, namespace, name, replicas }) => {
          const controller = kind === 'Deployment' ? 'ReplicaSet' : kind
          return [[`${controller}/${namespace}/${name}`, replicas] as const]
        }),
      ),
    }
  }

  function idOf({ source, index, pod }: LivePod): string {
    return `${source.owner}/${source.namespace}/${index}/${pod.createdAt}`
  }

  /** Whether anything new came of the loop. */
  function carryOut(decision: AutoscalerDecision): boolean {
    const before = JSON.stringify(digest(seen))
    const byId = new Map(pods.map((live) => [idOf(live), live]))
    const ownerOf = (id: string): string => byId.get(id)?.source.owner ?? id
    for (const scaleUp of decision.scaleUps) {
      const leastWaste = decision.options.flatMap(({ leastWaste: line }) => line ?? []).sort()
      seen.scaleUps.push({
        plan: scaleUp.plan.map(({ group, from, to, max }) => ({ group, from, to, max })),
        best: scaleUp.best,
        ...(leastWaste.length > 0 && { leastWaste }),
        ...(scaleUp.notes.length > 0 && { notes: [...scaleUp.notes] }),
        estimatedNodes: scaleUp.estimatedNodes,
      })
      for (const { group: name, from, to } of scaleUp.plan) {
        const live = groups.find(({ group }) => group.name === name)
        if (live === undefined) continue
        live.desired = to
        live.instances += to - from
      }
    }
    for (const [name, target] of decision.corrections) {
      const live = groups.find(({ group }) => group.name === name)
      if (live !== undefined) live.desired = target
    }
    for (const id of decision.endedInstances) {
      const live = groups.find(({ group }) => id.startsWith(`${group.name}/`))
      if (live === undefined) continue
      live.instances -= 1
      live.desired -= 1
    }
    for (const [id, rejections] of decision.rejectedBy) {
      for (const [group, { plugin, reasons }] of rejections) {
        const byGroup = seen.rejectedBy.get(ownerOf(id)) ?? new Map<string, Set<string>>()
        seen.rejectedBy.set(ownerOf(id), byGroup)
        byGroup.set(group, (byGroup.get(group) ?? new Set()).add(`${plugin}: ${reasons.join(', ')}`))
      }
    }
    for (const [group, reason] of decision.skippedGroups) seen.skippedGroups.set(group, reason)
    for (const { nodes: names, reason } of decision.unremovable) {
      for (const name of names) {
        seen.unremovable.set(name, (seen.unremovable.get(name) ?? new Set()).add(shown(reason)))
      }
    }
    for (const [id, { triggered, notTriggered }] of decision.texts) {
      if (triggered !== undefined && isFirst('TriggeredScaleUp', id)) {
        add(seen.triggered, ownerOf(id), triggered.text, 1)
      }
      if (notTriggered !== undefined && isFirst('NotTriggerScaleUp', id)) {
        const texts = seen.notTriggered.get(ownerOf(id)) ?? new Set()
        seen.notTriggered.set(ownerOf(id), texts.add(notTriggered.text))
      }
    }
    softTaints(decision.unneeded)
    for (const { node: name, group, how } of decision.scaleDowns) removeNode(name, group, how)
    if (decision.scaleDowns.length > 0) scheduleAll()
    return JSON.stringify(digest(seen)) !== before
  }

  /** The autoscaler tells a pod the same thing once in five minutes. */
  function isFirst(reason: string, id: string): boolean {
    const key = `${reason} ${id}`
    if (told.has(key)) return false
    told.add(key)
    return true
  }

  function removeNode(name: string, groupName: string, how: 'empty' | 'drain'): void {
    seen.scaleDowns.push({ node: name, how })
    seen.nodeEvents.add(`${name} ScaleDown: marked the node as toBeDeleted/unschedulable`)
    const at = nodes.findIndex(({ node }) => node.name === name)
    if (at >= 0) nodes.splice(at, 1)
    const live = groups.find(({ group }) => group.name === groupName)
    if (live !== undefined) {
      live.desired -= 1
      live.instances -= 1
    }
    for (const { pod } of pods.filter((other) => other.pod.nodeName === name)) evict(pod)
  }

  function softTaints(unneeded: readonly string[]): void {
    const marked = new Set(unneeded.slice(0, 10))
    for (const live of nodes) {
      const others = live.node.taints.filter(({ key }) => key !== deletionCandidateTaint)
      const has = others.length < live.node.taints.length
      if (has === marked.has(live.node.name)) continue
      const taint = { key: deletionCandidateTaint, value: '', effect: 'PreferNoSchedule' as TaintEffect }
      live.node = { ...live.node, taints: has ? others : [...others, taint] }
    }
  }

  /** Names of pods as the recording shows them. */
  function shown(text: string): string {
    let result = text
    for (const { pod, source, index } of pods) {
      result = result.replace(
        new RegExp(`(^|[ /])${pod.name.replaceAll('.', '\\.')}(?=$| )`),
        `$1${shownPodName(source, index)}`,
      )
    }
    return result
  }

  function read(phase: string, isAfterLoops: boolean): JsonObject {
    const events = eventsOf(seen)
    const scaleDowns = [...seen.scaleDowns].sort((a, b) =>
      (textAt(a, 'node') ?? '') < (textAt(b, 'node') ?? '') ? -1 : 1,
    )
    return {
      phase,
      ...(isAfterLoops && { scaleUps: seen.scaleUps }),
      rejectedBy: Object.fromEntries(
        [...seen.rejectedBy].map(([owner, byGroup]) => [
          owner,
          Object.fromEntries([...byGroup].map(([group, texts]) => [group, [...texts].sort()])),
        ]),
      ),
      skippedGroups: Object.fromEntries(seen.skippedGroups),
      scaleDowns,
      unremovable: Object.fromEntries([...seen.unremovable].map(([node, texts]) => [node, [...texts].sort()])),
      desired: Object.fromEntries(groups.map(({ group, desired }) => [group.name, desired])),
      pods: podsByOwner(),
      events,
      nodeEvents: [...seen.nodeEvents].sort(),
      nodes: Object.fromEntries(
        groups.flatMap(({ group }) => {
          const count = nodes.filter((node) => node.group === group.name).length
          return count === 0 ? [] : [[group.name, count] as const]
        }),
      ),
    }
  }

  function podsByOwner(): JsonObject {
    const groupOf = new Map(nodes.map(({ node, group }) => [node.name, group ?? node.name]))
    const owners = [...new Set(pods.map(({ source }) => source.owner))]
    return Object.fromEntries(
      owners.map((owner) => {
        const own = pods.filter(({ source }) => source.owner === owner)
        const bound = own.flatMap(({ pod }) => pod.nodeName ?? [])
        const perNode = new Map<string, number>()
        for (const node of bound) perNode.set(node, (perNode.get(node) ?? 0) + 1)
        const boundTo = new Map<string, number>()
        const podsPerNode = new Map<string, number[]>()
        for (const [node, count] of perNode) {
          const group = groupOf.get(node) ?? node
          boundTo.set(group, (boundTo.get(group) ?? 0) + count)
          podsPerNode.set(
            group,
            [...(podsPerNode.get(group) ?? []), count].sort((a, b) => b - a),
          )
        }
        const gated = own.filter(({ pod }) => pod.schedulingGates.length > 0).length
        const pending = own.filter(({ pod }) => pod.nodeName === undefined && pod.schedulingGates.length === 0)
        const messages = new Map<string, number>()
        for (const { message } of pending)
          if (message !== undefined) messages.set(message, (messages.get(message) ?? 0) + 1)
        return [
          owner,
          {
            pods: own.length,
            ...(boundTo.size > 0 && {
              boundTo: Object.fromEntries(boundTo),
              podsPerNode: Object.fromEntries(podsPerNode),
            }),
            ...(pending.length > 0 && { pending: pending.length }),
            ...(gated > 0 && { gated }),
            ...(messages.size > 0 && { schedulerMessages: Object.fromEntries(messages) }),
          },
        ]
      }),
    )
  }
}

function nothingHappened(): Happenings {
  return {
    scaleUps: [],
    rejectedBy: new Map(),
    skippedGroups: new Map(),
    scaleDowns: [],
    unremovable: new Map(),
    triggered: new Map(),
    notTriggered: new Map(),
    preempted: new Map(),
    nodeEvents: new Set(),
  }
}

function digest(seen: Happenings): readonly unknown[] {
  return [seen.scaleUps.length, seen.scaleDowns.length, eventsOf(seen), [...seen.skippedGroups]]
}

function eventsOf({ triggered, notTriggered, preempted }: Happenings): JsonObject {
  const owners = [...new Set([...triggered.keys(), ...notTriggered.keys(), ...preempted.keys()])].sort()
  return Object.fromEntries(
    owners.map((owner) => {
      const [up, not, lost] = [triggered.get(owner), notTriggered.get(owner), preempted.get(owner)]
      return [
        owner,
        {
          ...(not !== undefined && { NotTriggerScaleUp: [...not].sort() }),
          ...(lost !== undefined && { Preempted: Object.fromEntries(lost) }),
          ...(up !== undefined && { TriggeredScaleUp: Object.fromEntries(up) }),
        },
      ]
    }),
  )
}

function add(counts: Map<string, Map<string, number>>, owner: string, text: string, pods: number): void {
  const own = counts.get(owner) ?? new Map<string, number>()
  counts.set(owner, own)
  own.set(text, (own.get(text) ?? 0) + pods)
}

function compareNames(a: LivePod, b: LivePod): number {
  return a.source.name < b.source.name ? -1 : a.source.name > b.source.name ? 1 : a.index - b.index
}

function targetOf({ requiredNodeTerms = [] }: Pod): string | undefined {
  return requiredNodeTerms[0]?.matchFields[0]?.values[0]
}

/** Whether the DaemonSet controller makes a pod for the node: its affinity and tolerations decide, not its room. */
function matchesNode(pod: Pod, node: Node): boolean {
  const [alone] = nodeStates([{ ...node, unschedulable: false, allocatable: huge, allocatablePods: 1000 }], [])
  if (alone === undefined) return false
  const asking = {
    ...pod,
    requests: { milliCpu: 0, memory: 0, ephemeralStorage: 0, scalars: {} },
    hostPorts: [],
    volumes: [],
  }
  const version: KubernetesVersion = { minor: 36, patch: 3 }
  return schedule(asking, { version, nodes: [alone], objects: readClusterObjects([]) }).kind === 'placed'
}

const huge = { milliCpu: 1e9, memory: 1e15, ephemeralStorage: 1e15, scalars: {} }

export function autoscaledGroup(group: GoldenGroup): AutoscaledGroup {
  const { eksNodegroup } = group
  const region = (group.zones[0] ?? 'us-east-1a').slice(0, -1)
  return {
    name: group.name,
    autoScalingGroup: group.name,
    instanceTypes: group.instanceTypes,
    zones: group.zones,
    region,
    minSize: group.min,
    maxSize: group.max,
    desiredSize: group.desired,
    capacityType: 'on-demand',
    tags: group.tags,
    discovered: true,
    ...(eksNodegroup !== undefined && {
      managed: {
        cluster: textAt(eksNodegroup, 'cluster') ?? textAt(eksNodegroup, 'clusterName') ?? 'cluster',
        nodegroup: textAt(eksNodegroup, 'name') ?? textAt(eksNodegroup, 'nodegroupName') ?? group.name,
        labels: recordAt(eksNodegroup, 'labels'),
        taints: listAt(eksNodegroup, 'taints').flatMap((taint) => {
          const effect = effects.get(textAt(taint, 'effect') ?? '')
          const value = textAt(taint, 'value')
          return effect === undefined
            ? []
            : [{ key: textAt(taint, 'key') ?? '', ...(value !== undefined && { value }), effect }]
        }),
      },
    }),
  }
}

/** The EKS API and Kubernetes write effects in two ways. */
const effects: ReadonlyMap<string, TaintEffect> = new Map([
  ['NO_SCHEDULE', 'NoSchedule'],
  ['NO_EXECUTE', 'NoExecute'],
  ['PREFER_NO_SCHEDULE', 'PreferNoSchedule'],
  ['NoSchedule', 'NoSchedule'],
  ['NoExecute', 'NoExecute'],
  ['PreferNoSchedule', 'PreferNoSchedule'],
])

/** Host name, zone and region are labels of every node of a group. */
export function withZone(node: JsonObject, group: GoldenGroup | undefined): JsonObject {
  const zone = group?.zones[0]
  const labels = {
    'kubernetes.io/hostname': textAt(node, 'metadata', 'name') ?? '',
    ...(zone !== undefined && {
      'topology.kubernetes.io/zone': zone,
      'topology.kubernetes.io/region': zone.slice(0, -1),
    }),
    ...objectAt(node, 'metadata', 'labels'),
  }
  return { ...node, metadata: { ...objectAt(node, 'metadata'), labels } }
}

function patched(node: Node, fields: JsonObject): Node {
  const read = readNode({ metadata: { name: node.name }, status: fields })
  return {
    ...node,
    allocatable: read.allocatable,
    allocatablePods: read.allocatablePods,
    ...(read.capacity !== undefined && { capacity: read.capacity }),
  }
}

function scaled(text: string | undefined, total: number): number | undefined {
  if (text === undefined) return undefined
  return text.endsWith('%') ? Math.ceil((Number(text.slice(0, -1)) / 100) * total) : Number(text)
}

/** The settings with the patterns of the priority expander's ConfigMap, when there is one that can be read. */
export function priorityExpander(settings: AutoscalerSettings, objects: readonly JsonObject[]): AutoscalerSettings {
  const map = objects.find(
    (object) =>
      textAt(object, 'kind') === 'ConfigMap' &&
      textAt(object, 'metadata', 'name') === 'cluster-autoscaler-priority-expander',
  )
  const text = textAt(map, 'data', 'priorities')
  if (text === undefined) return settings
  const expanderPriorities = Object.entries(objectAt(parse(text))).map(
    ([priority, patterns]): ExpanderPriority => ({
      priority: Number(priority),
      patterns: listAt(patterns).map(String),
    }),
  )
  return { ...settings, expanderPriorities }
}
