import type { AutoscalerDecision } from '../autoscaler/decision.ts'
import { runAutoscalerLoop } from '../autoscaler/loop.ts'
import { type AutoscalerMemory, noMemory } from '../autoscaler/memory.ts'
import type { AutoscalerView, PendingPods } from '../autoscaler/view.ts'
import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { ClusterObjects, DisruptionBudget } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import { podName, type Workload, workloadId } from '../cluster/workload.ts'
import { workloadPod } from '../cluster/workload-pod.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { believedNode } from './believed-node.ts'
import { bindVolumes } from './bind-volumes.ts'
import { budgetsLeft } from './budgets-left.ts'
import type { DisplacedPod, Engine, FailedRun, ScheduleRound } from './engine/engine.ts'
import { createFleet, type Fleet, type FleetNode } from './fleet.ts'
import { gpuCount } from './gpu-resources.ts'
import { loopOutcome } from './loop-outcome.ts'
import type { MergedCluster } from './merged-cluster.ts'
import type { LoopOutcome, SeriesPoint, TimelineEvent } from './outcome.ts'
import { createPodQueue, type QueuedWorkload } from './pod-queue.ts'
import type { SimulationOptions } from './simulation-options.ts'

/** One workload and what the run did with it; times in seconds from the start. */
export type RunWorkload = {
  /** The engine's index. */
  readonly index: number
  readonly workload: Workload
  readonly system: boolean
  readonly gated: boolean
  /** Pod index → id of the fleet's node it is on, −1 without one. */
  readonly nodeOf: Int32Array
  /** When the first and the last of its pods got their nodes. */
  readonly placedAt?: { readonly first: number; readonly last: number }
  /** Bare pods that were preempted. */
  readonly evicted: number
  /** Pods that had to leave their nodes and have none again; disruption budgets count them. */
  readonly lost: number
  /** The autoscaler's last NotTriggerScaleUp reasons. */
  readonly notTriggered?: readonly string[]
  /** Groups that it made grow, each with what the autoscaler took for a new node of it when that last happened. */
  readonly grew: ReadonlyMap<string, GrowthTemplate>
  /** Index of a pod that made others leave and has their node → FailedScheduling text of the cycle that found them. */
  readonly preempting: ReadonlyMap<number, string>
}

/** What a group grew by. */
export type GrowthTemplate = {
  /** Absent where it cannot be told. */
  readonly believed?: NodeState
  /** Whether it was a running node's likeness, rather than made of type and tags. */
  readonly isLive: boolean
}

/** A run, as it ended. */
export type Run = {
  readonly merged: MergedCluster
  readonly engine: Engine
  readonly fleet: Fleet
  readonly workloads: readonly RunWorkload[]
  readonly loops: readonly LoopOutcome[]
  readonly timeline: readonly TimelineEvent[]
  readonly series: readonly SeriesPoint[]
  /** Group → nodes at the start. */
  readonly sizesAtStart: ReadonlyMap<string, number>
  /** The autoscaler's last decision; absent when it never ran. */
  readonly lastDecision: AutoscalerDecision | undefined
  /** Pods that the last pass could not place, in the order in which it tried them. */
  failures(): Iterable<FailedRun>
  /** Pods bound at the start that had to leave; those without an owner are gone for good. */
  readonly gonePods: readonly { readonly pod: Pod; readonly node: string }[]
  /** Whether the run was cut off before everything had come to rest. */
  readonly unsettled: boolean
}

type MutableWorkload = { -readonly [Field in keyof RunWorkload]: RunWorkload[Field] } & {
  readonly grew: Map<string, GrowthTemplate>
  readonly preempting: Map<number, string>
  /** Told once for all loops. */
  readonly isAutoscaler: boolean
  readonly looksAtSingleNodes: boolean
  /** Lowest pod index that may be without a node. */
  lowest: number
  placedBefore: number
  waitingSince: number
  /** The waiting pod that stands for all; the same object as long as it waits, so that what is known of it can be kept. */
  sample?: Pod
}

/**
 * A run that only tries something: loops are left out in which neither an event nor an age that the autoscaler waits for
 * gives it anything new (its random choices, which move on with every loop, may then differ), and it ends, also before
 * `options.until`, once nothing is waited for any more or all pods of the `watched` workload, by its index, have their nodes.
 */
type Trial = { readonly watched?: number }

type Coming = {
  readonly at: number
  readonly kind: 'join' | 'gpus'
  readonly group: string
  readonly count: number
  readonly nodes: readonly FleetNode[]
}

/** Seconds without a change after which nothing more is expected: a node has become its group's template, young pods are old enough. */
const settledAfter = 90
/** Seconds after which the autoscaler no longer leaves young pods alone: any, and those that ask for GPUs. */
const youngPodAges = [2, 30] as const
/** Seconds after which a node may be its group's template. */
const templateAge = 61
/** Loops after which something that never comes to rest is cut off: more than two days of simulated time. */
const mostLoops = 20_000

/**
 * Runs the cluster from the start until nothing is waited for any more, or until `options.until`: scheduler passes
 * whenever something changed, one autoscaler loop every scan interval. `engine` must be empty.
 */
export function runClock(merged: MergedCluster, options: SimulationOptions, engine: Engine, trial?: Trial): Run {
  const fleet = createFleet(merged, engine)
  const workloads: MutableWorkload[] = []
  const loops: LoopOutcome[] = []
  const timeline: TimelineEvent[] = []
  const series: SeriesPoint[] = []
  const gonePods: { readonly pod: Pod; readonly node: string }[] = []
  const targets = new Map(merged.groups.map(({ name }) => [name, fleet.sizeOf(name)]))
  const sizesAtStart = new Map(targets)
  const daemonPods = merged.daemonSets.map(({ workload }) => workload.template)
  let coming: readonly Coming[] = []
  let lastDecision: AutoscalerDecision | undefined
  let lastRound: ScheduleRound | undefined
  let now = 0
  let lastChange = 0

  for (const { workload, system } of merged.workloads) register(workload, system, 0)
  const queued = workloads.filter(({ gated }) => !gated)
  const queue = createPodQueue(
    engine,
    queued.filter(({ system }) => system).map(queuedOf),
    queued.filter(({ system }) => !system).map(queuedOf),
    options,
  )

  place()
  reportPending()
  const unsettled = runLoops()
  return {
    merged,
    engine,
    fleet,
    workloads,
    loops,
    timeline,
    series,
    sizesAtStart,
    lastDecision,
    failures: () => lastRound?.failures() ?? [],
    gonePods,
    unsettled,
  }

  function register(workload: Workload, system: boolean, waitingSince: number): MutableWorkload {
    const entry: MutableWorkload = {
      index: engine.registerWorkload(workload),
      workload,
      system,
      gated: workload.template.schedulingGates.length > 0,
      nodeOf: new Int32Array(workload.replicas).fill(-1),
      evicted: 0,
      lost: 0,
      grew: new Map(),
      preempting: new Map(),
      isAutoscaler: isAutoscaler(workload),
      looksAtSingleNodes: looksAtSingleNodes(workload.template),
      lowest: 0,
      placedBefore: 0,
      waitingSince,
    }
    workloads.push(entry)
    return entry
  }

  /** Returns whether it was cut off. */
  function runLoops(): boolean {
    const { autoscaler } = merged
    if (autoscaler === undefined) return false
    const { scanInterval } = autoscaler
    let memory = noMemory(options.seed, 0)
    let nextLoop = scanInterval
    for (let count = 0; ; count += 1) {
      if (count >= mostLoops) return true
      const next = Math.min(nextLoop, ...coming.map(({ at }) => at))
      if (options.until !== undefined && next > options.until) return false
      now = next
      arrive()
      if (now === nextLoop) {
        nextLoop += scanInterval
        const changedAt = lastChange
        if (isAutoscalerRunning()) memory = runLoop(autoscaler, memory)
        if ((options.until === undefined || trial !== undefined) && isSettled()) return false
        if (trial !== undefined && lastChange === changedAt && now > changedAt)
          nextLoop = Math.max(nextLoop, scanInterval * Math.ceil(nextNews() / scanInterval))
      }
    }
  }

  /** When time alone, or what is on its way, next gives a loop something to decide that the last one did not have. */
  function nextNews(): number {
    const ages = [...youngPodAges, templateAge].map((age) => lastChange + age)
    const news = [...ages, ...coming.map(({ at }) => at), lastChange + settledAfter].filter((at) => at > now)
    return Math.min(...news)
  }

  function isSettled(): boolean {
    if (coming.length > 0) return false
    const watched = workloads[trial?.watched ?? -1]
    const waiting = watched === undefined ? waitingCount() : waitingOf(watched)
    return waiting === 0 || now - lastChange >= settledAfter
  }

  function waitingCount(): number {
    return workloads.reduce((sum, entry) => sum + waitingOf(entry), 0)
  }

  function waitingOf({ gated, workload, index, evicted }: MutableWorkload): number {
    return gated ? 0 : workload.replicas - engine.placedOf(index) - evicted
  }

  /** An autoscaler that is one of the workloads works only while one of its pods has a node. */
  function isAutoscalerRunning(): boolean {
    const own = workloads.filter((entry) => entry.isAutoscaler)
    return own.length === 0 || own.some(({ index }) => engine.placedOf(index) > 0)
  }

  function arrive(): void {
    const due = coming.filter(({ at }) => at <= now)
    if (due.length === 0) return
    coming = coming.filter(({ at }) => at > now)
    for (const { kind, group, count, nodes } of due) {
      if (kind === 'gpus') {
        const ready = fleet.readyGpus(nodes)
        if (ready > 0) timeline.push({ at: now, kind: 'gpus-ready', group, nodes: ready })
        continue
      }
      const joined = fleet.join(group, count, now, false)
      timeline.push({ at: now, kind: 'nodes-joined', group, nodes: count })
      const waiting = joined.filter(({ awaitsGpus }) => awaitsGpus)
      if (waiting.length > 0)
        coming = [...coming, { at: now + options.gpuReady, kind: 'gpus', group, count: waiting.length, nodes: waiting }]
    }
    lastChange = now
    place()
  }

  /** Scheduler passes over everything that waits, until none of them changes anything. */
  function place(): void {
    const mostPasses = 100
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const round = engine.schedule(queue.pending())
      lastRound = round
      const { objects } = engine
      for (const { pod, victims, message } of round.preemptions) {
        const by = workloads[pod.workload]
        by?.preempting.set(pod.index, message)
        displace(victims, by === undefined ? '' : idOf(by.workload))
      }
      recordPlacements()
      settleObjects()
      if (options.scores || !needsAnotherPass(round, engine.objects !== objects)) break
    }
    addPoint()
  }

  /** What the controllers do once a pass is over: volumes are bound, budgets follow what came and went. */
  function settleObjects(): void {
    const { objects } = engine
    const bound = bindVolumes(objects, (name) => fleet.find(name)?.node)
    const disruptionBudgets = merged.objects.disruptionBudgets.length === 0 ? [] : budgetsNow()
    const isAsBefore = disruptionBudgets.every(
      ({ disruptionsAllowed }, index) => disruptionsAllowed === objects.disruptionBudgets[index]?.disruptionsAllowed,
    )
    if (bound !== objects || !isAsBefore) engine.setObjects({ ...bound, disruptionBudgets })
  }

  function budgetsNow(): readonly DisruptionBudget[] {
    for (const entry of workloads) entry.lost = Math.min(entry.lost, waitingOf(entry))
    return budgetsLeft(merged.objects.disruptionBudgets, [
      ...workloads.map(({ workload, lost, evicted }) => ({ pod: workload.template, count: lost + evicted })),
      ...gonePods.filter(({ pod }) => pod.owner === undefined).map(({ pod }) => ({ pod, count: 1 })),
    ])
  }

  /**
   * A pod that fits only beside others, or where others come first, is tried again when some have come; so are victims, and
   * pods whose volumes were bound.
   */
  function needsAnotherPass(round: ScheduleRound, isChanged: boolean): boolean {
    if (round.placed === 0) return false
    if (isChanged && workloads.some((entry) => hasClaims(entry.workload.template) && waitingOf(entry) > 0)) return true
    if (round.preemptions.length > 0) return waitingCount() > 0
    return workloads.some((entry) => dependsOnOthers(entry.workload.template) && waitingOf(entry) > 0)
  }

  function recordPlacements(): void {
    for (const entry of workloads) {
      const placed = engine.placedOf(entry.index)
      let fresh = placed - entry.placedBefore
      entry.placedBefore = placed
      if (fresh <= 0) continue
      entry.placedAt = { first: entry.placedAt?.first ?? now, last: now }
      const perGroup = new Map<string | null, number>()
      for (let pod = entry.lowest; fresh > 0 && pod < entry.nodeOf.length; pod += 1) {
        if ((entry.nodeOf[pod] ?? -1) >= 0) continue
        const node = fleet.all[engine.nodeIndexOf({ workload: entry.index, index: pod })]
        if (node === undefined) continue
        entry.nodeOf[pod] = node.id
        fleet.load(node, entry.index, 1)
        fresh -= 1
        perGroup.set(node.group, (perGroup.get(node.group) ?? 0) + 1)
      }
      while (entry.lowest < entry.nodeOf.length && (entry.nodeOf[entry.lowest] ?? -1) >= 0) entry.lowest += 1
      for (const [group, pods] of perGroup)
        timeline.push({ at: now, kind: 'pods-placed', workload: idOf(entry.workload), pods, group })
    }
  }

  /** What happens to pods that had to leave: controllers make theirs anew, bare pods are gone. */
  function displace(pods: readonly DisplacedPod[], by: string | undefined): void {
    const orphans = new Map<string, Pod[]>()
    const perWorkload = new Map<string, number>()
    for (const displaced of pods) {
      if (displaced.kind === 'bound') {
        const { pod, node } = displaced
        if (pod.owner?.kind === 'DaemonSet') fleet.evictDaemon(node, pod)
        else gonePods.push({ pod, node })
        if (pod.owner !== undefined && pod.owner.kind !== 'DaemonSet') {
          const key = `${pod.namespace}/${pod.owner.kind}/${pod.owner.name}`
          orphans.set(key, [...(orphans.get(key) ?? []), pod])
        }
        if (pod.owner?.kind !== 'DaemonSet' || by !== undefined) count(perWorkload, pod.name)
        continue
      }
      const entry = workloads[displaced.workload]
      if (entry === undefined) continue
      const home = fleet.all[entry.nodeOf[displaced.index] ?? -1]
      if (home !== undefined) {
        entry.placedBefore -= 1
        fleet.load(home, entry.index, -1)
      }
      entry.nodeOf[displaced.index] = -1
      entry.lost += 1
      entry.preempting.delete(displaced.index)
      entry.lowest = Math.min(entry.lowest, displaced.index)
      count(perWorkload, idOf(entry.workload))
      if (entry.workload.kind === 'Pod') {
        entry.evicted += 1
        queue.end(entry.index)
      } else {
        if (waitingOf(entry) <= 1) entry.waitingSince = now
        queue.again(displaced)
      }
    }
    for (const made of orphans.values()) {
      const entry = register(recreated(made), false, now)
      entry.lost = made.length
      for (let index = 0; index < made.length; index += 1) queue.again({ workload: entry.index, index })
    }
    if (by !== undefined)
      for (const [workload, victims] of perWorkload)
        timeline.push({ at: now, kind: 'pods-preempted', workload, pods: victims, by })
  }

  function runLoop(settings: AutoscalerSettings, memory: AutoscalerMemory): AutoscalerMemory {
    const decision = runAutoscalerLoop(settings, view(), memory)
    lastDecision = decision
    for (const entry of workloads) {
      const texts = decision.texts.get(String(entry.index))
      if (texts?.notTriggered !== undefined) entry.notTriggered = texts.notTriggered.reasons
    }
    for (const { plan, pods } of decision.scaleUps) {
      for (const { group, from, to } of plan) {
        targets.set(group, to)
        timeline.push({ at: now, kind: 'scale-up', group, from, to })
        coming = [...coming, { at: now + options.provisioning, kind: 'join', group, count: to - from, nodes: [] }]
        const growth = growthTemplate(group, decision.memory)
        for (const id of pods.keys()) workloads[Number(id)]?.grew.set(group, growth)
      }
      lastChange = now
    }
    for (const [group, size] of decision.corrections) targets.set(group, size)
    if (decision.scaleDowns.length > 0) scaleDown(decision)
    const outcome = loopOutcome(now, decision, loops.at(-1))
    if (outcome !== undefined) loops.push(outcome)
    return decision.memory
  }

  function growthTemplate(name: string, memory: AutoscalerMemory): GrowthTemplate {
    const group = merged.groups.find((one) => one.name === name)
    const believed = group === undefined ? undefined : believedNode(group, merged, memory)
    return { ...(believed !== undefined && { believed }), isLive: memory.templates.has(name) }
  }

  function scaleDown({ scaleDowns }: AutoscalerDecision): void {
    const perGroup = new Map<string, number>()
    for (const { group } of scaleDowns) count(perGroup, group)
    displace(fleet.remove(scaleDowns.map(({ node }) => node)), undefined)
    for (const [group, nodes] of perGroup) {
      targets.set(group, (targets.get(group) ?? 0) - nodes)
      timeline.push({ at: now, kind: 'scale-down', group, nodes })
    }
    lastChange = now
    settleObjects()
    place()
  }

  function view(): AutoscalerView {
    return {
      now,
      kubernetes: merged.version,
      groups: merged.groups.map((group) => ({ group, targetSize: targets.get(group.name) ?? 0 })),
      nodes: fleet.buckets(
        workloads.some((entry) => entry.looksAtSingleNodes) ||
          (haveVolumesOfOneNode(engine.objects) && workloads.some(({ workload }) => hasClaims(workload.template))),
      ),
      pending: workloads
        .map((entry) => ({ entry, waiting: waitingOf(entry) }))
        .filter(({ waiting }) => waiting > 0)
        .map(
          ({ entry, waiting }): PendingPods => ({
            id: String(entry.index),
            pod: sampleOf(entry),
            count: waiting,
            createdAt: entry.waitingSince,
          }),
        )
        .toSorted((a, b) => compareText(nameOf(a), nameOf(b))),
      daemonSets: daemonPods,
      objects: engine.objects,
    }
  }

  function reportPending(): void {
    for (const entry of workloads) {
      const pods = waitingOf(entry)
      if (pods > 0) timeline.push({ at: now, kind: 'pods-pending', workload: idOf(entry.workload), pods })
    }
  }

  function addPoint(): void {
    const { total, held } = fleet.gpus()
    const used = workloads.reduce(
      (sum, { index, workload }) => sum + engine.placedOf(index) * gpuCount(workload.template.requests),
      held,
    )
    const point: SeriesPoint = {
      at: now,
      nodes: merged.groups.map(({ name }) => fleet.sizeOf(name)),
      gpus: { total, used },
      pods: {
        running: workloads.reduce((sum, { index }) => sum + engine.placedOf(index), 0),
        pending: waitingCount(),
      },
    }
    if (series.at(-1)?.at === now) series.pop()
    series.push(point)
  }
}

function sampleOf(entry: MutableWorkload): Pod {
  const name = podName(entry.workload, entry.lowest)
  if (entry.sample?.name !== name) entry.sample = workloadPod(entry.workload, entry.lowest)
  return entry.sample
}

function queuedOf({ index, workload }: RunWorkload): QueuedWorkload {
  return { index, workload }
}

function idOf(workload: Workload): string {
  return `${workload.namespace}/${workloadId(workload)}`
}

function nameOf({ pod }: PendingPods): string {
  return `${pod.namespace}/${pod.name}`
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function isAutoscaler({ template }: Workload): boolean {
  return (
    template.labels['app'] === 'cluster-autoscaler' ||
    template.images.some((image) => /\/cluster-autoscaler[:@]/.test(image))
  )
}

/** Whether a pod may fit later only because other pods have come. */
function dependsOnOthers({ affinity, topologySpread }: Pod): boolean {
  return (
    affinity.required.length > 0 ||
    topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
  )
}

/** Whether there are volumes that can be used on one node only. */
function haveVolumesOfOneNode({ persistentVolumes }: ClusterObjects): boolean {
  return persistentVolumes.some(({ nodeTerms = [] }) =>
    nodeTerms.some(({ matchExpressions }) => matchExpressions.some(({ key }) => key === 'kubernetes.io/hostname')),
  )
}

function hasClaims({ volumes }: Pod): boolean {
  return volumes.some(({ kind }) => kind === 'claim')
}

/** Whether filters tell nodes apart for this pod that are alike in everything but their name. */
function looksAtSingleNodes({ affinity, antiAffinity, topologySpread, nodeSelector, requiredNodeTerms }: Pod): boolean {
  return (
    affinity.required.length + antiAffinity.required.length > 0 ||
    topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule') ||
    Object.hasOwn(nodeSelector, 'kubernetes.io/hostname') ||
    (requiredNodeTerms ?? []).some(
      ({ matchExpressions, matchFields }) =>
        matchFields.length > 0 || matchExpressions.some(({ key }) => key === 'kubernetes.io/hostname'),
    )
  )
}

/** The pods that a controller outside of the input makes for those that it lost. */
function recreated(pods: readonly Pod[]): Workload {
  const [first] = pods
  if (first?.owner === undefined) throw new RangeError('only pods of a controller are made again')
  const { nodeName: _, nominatedNodeName: __, ...template } = first
  const { kind, name } = first.owner
  return {
    kind,
    namespace: first.namespace,
    name,
    part: 'recreated',
    template: { ...template, name: `${name}-recreated` },
    replicas: pods.length,
  }
}
