import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { ClusterObjects, DisruptionBudget } from '../cluster/cluster-objects.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Pod } from '../cluster/pod.ts'
import { parseGoDuration } from '../read/config/go-duration.ts'
import type { ScaleDown, UnremovableNodes } from './decision.ts'
import { budgetsWithout, drainability } from './drain-rules.ts'
import { holds, withKeys } from './expiring-set.ts'
import { goGeneral6 } from './go-format.ts'
import { gpuResourceOf } from './gpu-nodes.ts'
import { type GroupState, isReady } from './group-states.ts'
import type { AutoscalerMemory } from './memory.ts'
import { nodeNameIn, type PackedNodes } from './packed-nodes.ts'
import type { PodClasses } from './pod-class.ts'
import { minimumsLeft } from './quotas.ts'
import { utilizationOf } from './utilization.ts'
import type { NodeBucket } from './view.ts'

/** What a scale-down is decided from. */
export type ScaleDownInput = {
  readonly now: number
  readonly settings: AutoscalerSettings
  readonly objects: ClusterObjects
  readonly classOf: PodClasses
  readonly controllerReplicas: ReadonlyMap<string, number>
  readonly groups: readonly GroupState[]
  /** Registered nodes, without those that stand for awaited ones; pods below the priority cutoff are not on them. */
  readonly buckets: readonly NodeBucket[]
  readonly nodes: PackedNodes
  readonly memory: AutoscalerMemory
  /** Whether a delay forbids removals in this loop. */
  readonly isInCooldown: boolean
}

/** What came of it, and what to remember. */
export type ScaleDownResult = {
  readonly scaleDowns: readonly ScaleDown[]
  readonly unremovable: readonly UnremovableNodes[]
  readonly unneeded: readonly string[]
  readonly memory: Pick<AutoscalerMemory, 'unneededSince' | 'unremovable' | 'unremovableLists'>
}

type Candidate = {
  readonly bucket: NodeBucket
  readonly index: number
  readonly name: string
  readonly group: GroupState
}
/** Why nodes of one bucket stay; sure when it must be so for every one of them. */
type Refused = { readonly isSure: boolean; readonly reason: string; readonly nodes: string[] }

/** After so many equal nodes whose pods found no place together, the others are not tried: only where the search begins differs. */
const enoughAlike = 10
type Removable = Candidate & { readonly moved: readonly Pod[]; readonly isRisky: boolean }

/**
 * Finds nodes that are little used and whose pods would run elsewhere, remembers since when, and removes those that have
 * been so for long enough: empty ones first, ten nodes at a time and one that must be drained.
 * Source: cluster-autoscaler 1.36.1, core/scaledown (planner, eligibility, unneeded, budgets), processors/nodes.
 */
export function scaleDown(input: ScaleDownInput): ScaleDownResult {
  const { now, settings, memory } = input
  const unremovable: UnremovableNodes[] = []
  const refusedNow: string[] = []
  const eligible = eligibleNodes(input, unremovable)

  const isDestination = new Set(input.buckets.map(({ names }) => names))
  const going = new Set<string>()
  const limit = unneededLimit(settings, memory, now)
  const removable: Removable[] = []
  const refused = new Map<NodeBucket, Refused>()
  let budgets: readonly DisruptionBudget[] = input.objects.disruptionBudgets
  for (const candidate of eligible) {
    if (removable.length >= limit) break
    const { bucket, name } = candidate
    const before = refused.get(bucket)
    const isKnown = before !== undefined && (before.isSure || before.nodes.length >= enoughAlike)
    const found = isKnown
      ? { isSure: before.isSure, reason: before.reason }
      : simulateRemoval(candidate, input, budgets, going, isDestination)
    if ('reason' in found) {
      const nodes = before?.reason === found.reason ? before.nodes : []
      if (nodes.length === 0) unremovable.push({ nodes, reason: found.reason })
      nodes.push(name)
      refused.set(bucket, { ...found, nodes })
      refusedNow.push(name)
      continue
    }
    const after = budgetsWithout(budgets, found.moved)
    removable.push({
      ...candidate,
      moved: found.moved,
      isRisky: after.some(({ disruptionsAllowed }) => disruptionsAllowed < 0),
    })
    budgets = after
    going.add(name)
    if (found.moved.length > 0) refused.clear()
  }

  const term = { now, until: now + settings.scaleDown.unremovableNodeRecheckTimeout }
  const refusedLists = [...refused].flatMap(([{ names }, { nodes }]) => (nodes.length === names.length ? [names] : []))
  const unneededSince = new Map(removable.map(({ name }) => [name, memory.unneededSince.get(name) ?? now]))
  const result = {
    unremovable,
    unneeded: removable.map(({ name }) => name),
    memory: {
      unneededSince,
      unremovable: withKeys(memory.unremovable, refusedNow, term),
      unremovableLists: withKeys(memory.unremovableLists, refusedLists, term),
    },
  }
  if (input.isInCooldown || removable.length === 0) return { ...result, scaleDowns: [] }
  return { ...result, scaleDowns: removals(removable, unneededSince, input, unremovable) }
}

/** Nodes of groups above their least size that are used no more than the threshold; empty ones first, then known ones. */
function eligibleNodes(input: ScaleDownInput, unremovable: UnremovableNodes[]): Iterable<Candidate> {
  const { settings, memory, now } = input
  const byName = new Map(input.groups.map((group) => [group.view.group.name, group]))
  const eligible: EligibleBucket[] = []
  for (const bucket of input.buckets) {
    const group = bucket.group === undefined ? undefined : byName.get(bucket.group)
    if (group === undefined || bucket.toBeDeleted === true) continue
    const { targetSize, group: of } = group.view
    if (targetSize <= of.minSize) {
      const reason = `node group min size reached (current: ${targetSize}, min: ${of.minSize})`
      unremovable.push({ nodes: bucket.names, reason })
      continue
    }
    if (holds(memory.unremovableLists, bucket.names, now)) continue
    const options = groupOptions(group, settings)
    const used = utilizationOf(bucket.state, {
      daemonSets: options.ignoreDaemonSets,
      mirrorPods: settings.ignoreMirrorPodsUtilization,
    })
    if (used === undefined) continue
    const isGpuNode = gpuResourceOf(bucket.state.node) !== undefined
    if (used.share > (isGpuNode ? options.gpuUtilizationThreshold : options.utilizationThreshold)) {
      const reason = `${used.resource} requested (${goGeneral6(used.share * 100)}% of allocatable) is above the scale-down utilization threshold`
      unremovable.push({
        get nodes() {
          return bucket.names.filter((name) => !holds(memory.unremovable, name, now))
        },
        reason,
      })
      continue
    }
    const isEmpty = bucket.state.pods.every((pod) => {
      const { kind } = drainability(pod, settings.scaleDown, input.objects.disruptionBudgets, input.controllerReplicas)
      return kind === 'ignored' || kind === 'daemon-set'
    })
    eligible.push({ bucket, group, isEmpty })
  }
  return inOrder(eligible, memory, now)
}

type EligibleBucket = { readonly bucket: NodeBucket; readonly group: GroupState; readonly isEmpty: boolean }

/** One node after the other, as far as they are asked for: empty ones first, among those the ones known to be unneeded. */
function* inOrder(
  eligible: readonly EligibleBucket[],
  { unneededSince, unremovable }: AutoscalerMemory,
  now: number,
): Iterable<Candidate> {
  for (const wantsEmpty of [true, false]) {
    for (const wantsKnown of unneededSince.size === 0 ? [false] : [true, false]) {
      for (const { bucket, group, isEmpty } of eligible) {
        if (isEmpty !== wantsEmpty) continue
        for (const [index, name] of bucket.names.entries()) {
          if (unneededSince.has(name) !== wantsKnown || holds(unremovable, name, now)) continue
          yield { bucket, index, name, group }
        }
      }
    }
  }
}

/** The pods that move when the node goes, all of which found a place; or why it stays. */
function simulateRemoval(
  { bucket, index }: Candidate,
  { settings, nodes, classOf, controllerReplicas }: ScaleDownInput,
  budgets: readonly DisruptionBudget[],
  going: ReadonlySet<string>,
  isDestination: ReadonlySet<unknown>,
): { readonly moved: readonly Pod[] } | Omit<Refused, 'nodes'> {
  const moving: Pod[] = []
  for (const pod of bucket.state.pods) {
    const fate = drainability(pod, settings.scaleDown, budgets, controllerReplicas)
    switch (fate.kind) {
      case 'blocks':
        return { isSure: true, reason: fate.reason }
      case 'moves':
        moving.push(pod)
        break
      case 'ignored':
      case 'daemon-set':
        break
    }
  }
  if (moving.length === 0) return { moved: moving }
  const undo = nodes.checkpoint()
  nodes.remove(bucket.names, index, moving)
  for (const [placed, pod] of moving.entries()) {
    const run = nodes.placeOne(classOf(pod), (candidate) => {
      if (candidate.origin !== 'existing' || !isDestination.has(candidate.names)) return false
      if (candidate.names === bucket.names && candidate.start === index && candidate.count === 1) return false
      return going.size === 0 || candidate.count > 1 || !going.has(nodeNameIn(candidate, 0))
    })
    if (run === undefined) {
      undo()
      return { isSure: placed === 0, reason: `can reschedule only ${placed} out of ${moving.length} pods` }
    }
  }
  return { moved: moving }
}

/** Those that have not been needed for long enough, as far as sizes and parallelism allow. */
function removals(
  removable: readonly Removable[],
  unneededSince: ReadonlyMap<string, number>,
  { now, settings, groups, buckets }: ScaleDownInput,
  unremovable: UnremovableNodes[],
): readonly ScaleDown[] {
  const sizes = new Map(groups.map(({ view }) => [view.group.name, view.targetSize]))
  const minimums = minimumsLeft(
    settings,
    buckets
      .filter(({ toBeDeleted }) => toBeDeleted !== true)
      .map(({ state: { node }, names }) => ({ node, count: names.length })),
  )
  const due = (candidate: Removable): boolean => {
    const { bucket, name, group } = candidate
    const options = groupOptions(group, settings)
    const threshold = isReady(bucket, settings) ? options.unneededTime : options.unreadyTime
    const since = unneededSince.get(name) ?? now
    if (threshold > 0 && since + threshold >= now) return false
    const size = sizes.get(group.view.group.name) ?? 0
    if (size <= group.view.group.minSize) {
      unremovable.push({ nodes: [name], reason: 'node group min size reached' })
      return false
    }
    if (!minimums.take(bucket.state.node)) {
      unremovable.push({ nodes: [name], reason: 'minimal resource limit exceeded' })
      return false
    }
    sizes.set(group.view.group.name, size - 1)
    return true
  }
  const empty = removable.filter(({ moved }) => moved.length === 0).filter(due)
  const draining = removable
    .filter(({ moved }) => moved.length > 0)
    .filter(due)
    .sort((a, b) => Number(a.isRisky) - Number(b.isRisky))
  const inProgress = buckets.reduce((sum, { toBeDeleted, names }) => sum + (toBeDeleted === true ? names.length : 0), 0)
  const budget = Math.max(0, settings.scaleDown.maxParallelism - inProgress)
  const emptied = empty.slice(0, budget)
  const drained = draining.slice(0, Math.min(budget - emptied.length, settings.scaleDown.maxDrainParallelism))
  const removal =
    (how: ScaleDown['how']): ((node: Removable) => ScaleDown) =>
    ({ name, group }) => ({
      node: name,
      group: group.view.group.name,
      how,
    })
  return [...emptied.map(removal('empty')), ...drained.map(removal('drain'))]
}

/** How many unneeded nodes are worth finding. Source: planner.go `unneededNodesLimit`. */
function unneededLimit(
  { scaleDown: { maxParallelism, unneededTime } }: AutoscalerSettings,
  memory: AutoscalerMemory,
  now: number,
): number {
  const interval = Math.max(Math.min(memory.shortestInterval, now - memory.lastLoop, Math.max(unneededTime, 1)), 1)
  const known = memory.unneededSince.size + 2 * maxParallelism
  const bound = maxParallelism * Math.floor(Math.max(unneededTime, interval) / interval) + maxParallelism
  return Math.min(known, bound)
}

/** The flags, with what the group's tags say instead. */
function groupOptions(
  { view: { group } }: GroupState,
  { scaleDown: flags, ignoreDaemonSetsUtilization }: AutoscalerSettings,
): {
  utilizationThreshold: number
  gpuUtilizationThreshold: number
  unneededTime: number
  unreadyTime: number
  ignoreDaemonSets: boolean
} {
  const tag = (name: string): string | undefined =>
    labelOf(group.tags, `k8s.io/cluster-autoscaler/node-template/autoscaling-options/${name}`)
  const share = (name: string, otherwise: number): number => {
    const value = Number(tag(name) ?? Number.NaN)
    return Number.isNaN(value) ? otherwise : value
  }
  const seconds = (name: string, otherwise: number): number => parseGoDuration(tag(name) ?? '') ?? otherwise
  const ignores = tag('ignoredaemonsetsutilization')
  return {
    utilizationThreshold: share('scaledownutilizationthreshold', flags.utilizationThreshold),
    gpuUtilizationThreshold: share('scaledowngpuutilizationthreshold', flags.gpuUtilizationThreshold),
    unneededTime: seconds('scaledownunneededtime', flags.unneededTime),
    unreadyTime: seconds('scaledownunreadytime', flags.unreadyTime),
    ignoreDaemonSets: ignores === undefined ? ignoreDaemonSetsUtilization : ignores === 'true',
  }
}
