import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { type KubernetesVersion, parseKubernetesVersion } from '../cluster/kubernetes-version.ts'
import { labelOf } from '../cluster/labels.ts'
import { parseGoDuration } from '../read/config/go-duration.ts'
import { type NodeState, nodeState, withPod } from '../scheduler/node-state.ts'
import { isDaemonSetPod } from './daemon-set-pods.ts'
import type { AutoscalerDecision, GroupRejection, PodTexts, ScaleUp } from './decision.ts'
import { type EquivalenceGroup, equivalenceGroups, type WaitingPods } from './equivalence-groups.ts'
import { asksForGpu } from './gpu-nodes.ts'
import { type GroupState, groupStates, isReady } from './group-states.ts'
import { groupTemplates } from './group-templates.ts'
import type { AutoscalerMemory } from './memory.ts'
import { kindOf, type NodeRun, type PackedNodes, packNodes } from './packed-nodes.ts'
import { type PodClasses, podClasses } from './pod-class.ts'
import { type Random, randomFrom } from './random-choice.ts'
import { scaleDown } from './scale-down.ts'
import { type ScaleUpResult, scaleUp } from './scale-up.ts'
import { specKey } from './spec-key.ts'
import type { AutoscalerView, GroupView, NodeBucket, PendingPods } from './view.ts'

/** Seconds that the oldest waiting pod must be old, and the oldest that asks for a GPU. */
const waitForMore = { any: 2, gpu: 30 } as const

/**
 * One loop of the Cluster Autoscaler (AWS provider): what it asks for, removes and says, and what it remembers. Pure: the
 * caller resizes groups, removes nodes and calls again `scanInterval` seconds later with the memory of this loop. Throws a
 * `ProblemError` for a version or an expander pattern that cannot be read.
 * Source: cluster-autoscaler 1.36.1, core/static_autoscaler.go `RunOnce`.
 */
export function runAutoscalerLoop(
  settings: AutoscalerSettings,
  view: AutoscalerView,
  memory: AutoscalerMemory,
): AutoscalerDecision {
  const version = parseKubernetesVersion(settings.version)
  const random = randomFrom(memory.random)
  const { now } = view
  const remembered: AutoscalerMemory = {
    ...memory,
    lastLoop: now,
    shortestInterval: Math.min(memory.shortestInterval, now - memory.lastLoop),
  }
  const idle: AutoscalerDecision = {
    scaleUps: [],
    scaleDowns: [],
    texts: new Map(),
    options: [],
    skippedGroups: new Map(),
    rejectedBy: new Map(),
    unremovable: [],
    unneeded: [],
    covered: new Map(),
    corrections: new Map(),
    endedInstances: [],
    memory: remembered,
  }
  if (!settings.scaleUpFromZero && !view.nodes.some((bucket) => isReady(bucket, settings))) return idle

  const groups = random.shuffled(view.groups.filter(({ group }) => group.discovered))
  const buckets = random.shuffled(view.nodes).map((bucket) => withoutExpendable(bucket, view.pending, settings))
  const sources = {
    version,
    taints: settings,
    daemonSets: view.daemonSets,
    staticInstanceTypes: settings.staticInstanceTypes === true,
  }
  const templates = groupTemplates(groups, { ...view, nodes: buckets }, settings, sources, memory.templates, random)
  if (templates.error !== undefined) return { ...idle, error: templates.error }

  const states = groupStates(groups, { ...view, nodes: buckets }, settings, memory)
  const found: AutoscalerDecision = {
    ...idle,
    corrections: states.corrections,
    endedInstances: states.endedInstances,
    memory: { ...remembered, ...states.memory, templates: templates.cached, random: random.state() },
  }
  if (!states.isClusterHealthy) {
    return { ...found, error: 'Cluster is unhealthy', memory: { ...found.memory, unneededSince: new Map() } }
  }
  if (states.endsLoop) return found

  const registered = buckets.filter((bucket) => !states.notStarted.has(bucket))
  const nodes = openSimulation(registered, states.groups, templates.templates, view, memory.nextNode)
  const classOf = podClasses(view.kubernetes, view.objects)
  const { waiting, covered } = waitingPods(view, settings, nodes, classOf, random)
  const turn = decideScaleUp({
    settings,
    version,
    view,
    groups: states.groups,
    templates: templates.templates,
    waiting,
    readyNodes: buckets.reduce((sum, bucket) => sum + (isReady(bucket, settings) ? bucket.names.length : 0), 0),
    nodes,
    random,
  })
  const requests =
    turn.scaleUp === undefined
      ? states.memory.requests
      : withRequests(states.memory.requests, turn.scaleUp, settings, now)
  const lastScaleUp = turn.scaleUp === undefined ? memory.lastScaleUp : now

  const { scaleDown: flags } = settings
  const isInCooldown =
    turn.holdsScaleDown ||
    turn.scaleUp !== undefined ||
    lastScaleUp + flags.delayAfterAdd > now ||
    memory.lastScaleDown + flags.delayAfterDelete > now ||
    memory.lastScaleDownFailure + flags.delayAfterFailure > now
  const down = flags.enabled
    ? scaleDown({
        now,
        settings,
        objects: view.objects,
        classOf,
        controllerReplicas: view.controllerReplicas ?? new Map(),
        groups: states.groups,
        buckets: registered,
        nodes,
        memory: remembered,
        isInCooldown,
      })
    : { scaleDowns: [], unremovable: [], unneeded: [], memory: {} }
  return {
    ...found,
    scaleUps: turn.scaleUp === undefined ? [] : [turn.scaleUp],
    texts: turn.texts,
    options: turn.result?.options ?? [],
    skippedGroups: new Map([...(turn.result?.skipped ?? [])].map(([group, { log }]) => [group, log])),
    rejectedBy: rejectedBy(waiting, turn.result),
    covered,
    scaleDowns: down.scaleDowns,
    unremovable: down.unremovable,
    unneeded: down.unneeded,
    memory: {
      ...found.memory,
      ...down.memory,
      requests,
      lastScaleUp,
      lastScaleDown: down.scaleDowns.length > 0 ? now : memory.lastScaleDown,
      nextNode: nodes.nextIndex(),
      random: random.state(),
    },
  }
}

/**
 * The bucket as the autoscaler sees it: pods below the priority cutoff are not there, and pods that a preemption made room
 * for are there already.
 */
function withoutExpendable(
  bucket: NodeBucket,
  pending: readonly PendingPods[],
  { expendablePodsPriorityCutoff: cutoff }: AutoscalerSettings,
): NodeBucket {
  const { state } = bucket
  const hasExpendable = state.pods.some(({ priority }) => priority < cutoff)
  const kept = hasExpendable
    ? nodeState(
        state.node,
        state.pods.filter(({ priority }) => priority >= cutoff),
      )
    : state
  const nominated = pending.filter(
    ({ pod }) => pod.nominatedNodeName !== undefined && bucket.names.includes(pod.nominatedNodeName),
  )
  const filled = nominated.reduce((sum: NodeState, { pod }) => withPod(sum, pod), kept)
  return filled === state ? bucket : { ...bucket, state: filled }
}

/** Registered nodes, and a copy of its group's template for each node that is awaited. */
function openSimulation(
  registered: readonly NodeBucket[],
  groups: readonly GroupState[],
  templates: ReadonlyMap<string, NodeState>,
  view: AutoscalerView,
  nextIndex: number,
): PackedNodes {
  const existing = registered.map(
    ({ state, names }): NodeRun => ({ origin: 'existing', names, start: 0, count: names.length, kind: kindOf(state) }),
  )
  const upcoming = groups.flatMap(({ view: { group }, upcoming: count }): readonly NodeRun[] => {
    const template = templates.get(group.name)
    if (template === undefined || count === 0) return []
    const names = (index: number): string => `${template.node.name}-upcoming-${index}`
    return [{ origin: 'upcoming', names, start: 0, count, kind: kindOf(template) }]
  })
  return packNodes([...existing, ...upcoming], {
    version: view.kubernetes,
    objects: view.objects,
    nextIndex,
  })
}

/**
 * The pods that no existing or awaited node takes, in groups. Those of higher priority are packed first; what comes into
 * being below the cutoff, belongs to a DaemonSet or waits for a preemption is not looked at.
 * Source: cluster-autoscaler 1.36.1, core/podlistprocessor.
 */
function waitingPods(
  view: AutoscalerView,
  { expendablePodsPriorityCutoff, newPodScaleUpDelay }: AutoscalerSettings,
  nodes: PackedNodes,
  classOf: PodClasses,
  random: Random,
): { readonly waiting: readonly EquivalenceGroup[]; readonly covered: ReadonlyMap<string, number> } {
  const nodeNames = new Set(view.nodes.flatMap(({ names, state }) => (names.length === 1 ? names : [state.node.name])))
  const looked = random
    .shuffled(view.pending)
    .filter(
      ({ pod }) =>
        pod.priority >= expendablePodsPriorityCutoff &&
        !isDaemonSetPod(pod) &&
        (pod.nominatedNodeName === undefined || !nodeNames.has(pod.nominatedNodeName)),
    )
    .toSorted((a, b) => b.pod.priority - a.pod.priority)
  const hopeless = new Set<string>()
  const covered = new Map<string, number>()
  const waiting: WaitingPods[] = []
  for (const { id, pod, count, createdAt } of looked) {
    const key = pod.owner === undefined ? id : `${pod.owner.uid} ${specKey(pod)}`
    // After one pod of a controller found no place, those like it are not tried again.
    const taken = hopeless.has(key) ? 0 : nodes.place(classOf(pod), count, () => true)
    if (taken < count && pod.owner !== undefined) hopeless.add(key)
    if (taken > 0) covered.set(id, taken)
    const delay = Math.max(
      newPodScaleUpDelay,
      parseGoDuration(labelOf(pod.annotations, 'cluster-autoscaler.kubernetes.io/pod-scale-up-delay') ?? '') ?? 0,
    )
    if (taken < count && (delay === 0 || view.now - createdAt > delay)) {
      waiting.push({ classId: id, pod, count: count - taken })
    }
  }
  return { waiting: random.shuffled(equivalenceGroups(waiting, classOf)), covered }
}

type Turn = {
  readonly scaleUp?: ScaleUp
  readonly result?: ScaleUpResult
  readonly texts: ReadonlyMap<string, PodTexts>
  /** Whether pods so new wait that nothing is removed either. */
  readonly holdsScaleDown: boolean
}

function decideScaleUp(input: {
  readonly settings: AutoscalerSettings
  readonly version: KubernetesVersion
  readonly view: AutoscalerView
  readonly groups: readonly GroupState[]
  readonly templates: ReadonlyMap<string, NodeState>
  readonly waiting: readonly EquivalenceGroup[]
  readonly readyNodes: number
  readonly nodes: PackedNodes
  readonly random: Random
}): Turn {
  const { settings, view, waiting, readyNodes } = input
  const nothing: Turn = { texts: new Map(), holdsScaleDown: false }
  if (waiting.length === 0) return nothing
  if (settings.maxNodesTotal > 0 && readyNodes >= settings.maxNodesTotal) {
    const reason = 'max total nodes in cluster reached'
    return {
      ...nothing,
      texts: refusals(
        waiting,
        () => [reason],
        () => reason,
      ),
    }
  }
  if (areAllNew(waiting, view)) return { ...nothing, holdsScaleDown: true }
  const result = scaleUp({ ...input, kubernetes: view.kubernetes, objects: view.objects })
  const refused = result.unhelped.flatMap((id) => waiting[id] ?? [])
  const texts = result.tellsPods
    ? refusals(
        refused,
        (group) => reasonsFor(result, waiting.indexOf(group)),
        (reasons) => reasons.join(', '),
      )
    : triggers(result.scaleUp, view.groups)
  return { ...(result.scaleUp !== undefined && { scaleUp: result.scaleUp }), result, texts, holdsScaleDown: false }
}

/** Whether more pods are likely to come yet: the oldest is new, or the oldest that asks for a GPU is. */
function areAllNew(waiting: readonly EquivalenceGroup[], { now, pending }: AutoscalerView): boolean {
  const createdAt = new Map(pending.map((pods) => [pods.id, pods.createdAt]))
  const oldest = (among: readonly WaitingPods[]): number =>
    Math.min(...among.map(({ classId }) => createdAt.get(classId) ?? now))
  const members = waiting.flatMap((group) => group.members)
  if (oldest(members) + waitForMore.any > now) return true
  const withGpu = members.filter(({ pod }) => asksForGpu(pod))
  return withGpu.length > 0 && oldest(withGpu) + waitForMore.gpu > now
}

function reasonsFor({ rejections, skipped }: ScaleUpResult, id: number): readonly string[] {
  const counts = new Map<string, number>()
  const count = (reason: string): void => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  for (const { reasons } of rejections[id]?.values() ?? []) for (const reason of reasons) count(reason)
  for (const { reasons } of skipped.values()) for (const reason of reasons) count(reason)
  return [...counts].map(([reason, times]) => `${times} ${reason}`).sort()
}

function refusals(
  groups: readonly EquivalenceGroup[],
  reasonsOf: (group: EquivalenceGroup) => readonly string[],
  textOf: (reasons: readonly string[]) => string,
): ReadonlyMap<string, PodTexts> {
  return new Map(
    groups.flatMap((group) => {
      const reasons = reasonsOf(group)
      const text = `pod didn't trigger scale-up: ${textOf(reasons)}`
      return group.members.map(
        ({ classId, count }) => [classId, { notTriggered: { text, reasons, pods: count } }] as const,
      )
    }),
  )
}

/** The groups stand in random order in the real text; here they are sorted. */
function triggers(made: ScaleUp | undefined, groups: readonly GroupView[]): ReadonlyMap<string, PodTexts> {
  if (made === undefined) return new Map()
  const idOf = new Map(groups.map(({ group }) => [group.name, group.autoScalingGroup]))
  const plan = made.plan.map(({ group, from, to, max }) => `{${idOf.get(group) ?? group} ${from}->${to} (max: ${max})}`)
  const text = `pod triggered scale-up: [${plan.sort().join(' ')}]`
  return new Map([...made.pods].map(([id, pods]) => [id, { triggered: { text, pods } }]))
}

function rejectedBy(
  waiting: readonly EquivalenceGroup[],
  result: ScaleUpResult | undefined,
): ReadonlyMap<string, ReadonlyMap<string, GroupRejection>> {
  if (result === undefined) return new Map()
  return new Map(
    waiting.flatMap(({ members }, id) => {
      const rejections = result.rejections[id]
      if (rejections === undefined || rejections.size === 0) return []
      return members.map(({ classId }) => [classId, rejections] as const)
    }),
  )
}

function withRequests(
  requests: AutoscalerMemory['requests'],
  { plan }: ScaleUp,
  { maxNodeProvisionTime }: AutoscalerSettings,
  now: number,
): AutoscalerMemory['requests'] {
  const after = new Map(requests)
  for (const { group, from, to } of plan) {
    const increase = (after.get(group)?.increase ?? 0) + to - from
    after.set(group, { increase, since: now, until: now + maxNodeProvisionTime })
  }
  return after
}
