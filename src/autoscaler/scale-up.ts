import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { balanceGroups } from './balance-groups.ts'
import type { GroupRejection, GroupResize, ScaleUp, ScaleUpOption } from './decision.ts'
import type { EquivalenceGroup } from './equivalence-groups.ts'
import { type EstimatedPods, estimateNodes } from './estimate.ts'
import { chooseExpansion, type Expansion } from './expander.ts'
import type { GroupState } from './group-states.ts'
import { kindOf, type PackedNodes } from './packed-nodes.ts'
import { type Quotas, quotasLeft } from './quotas.ts'
import type { Random } from './random-choice.ts'
import { areSimilar } from './similar-groups.ts'

/** What a scale-up is decided from. */
export type ScaleUpInput = {
  readonly settings: AutoscalerSettings
  /** The autoscaler's own version. */
  readonly version: KubernetesVersion
  readonly kubernetes: KubernetesVersion
  readonly objects: ClusterObjects
  /** In the order in which they are asked about. */
  readonly groups: readonly GroupState[]
  readonly templates: ReadonlyMap<string, NodeState>
  readonly waiting: readonly EquivalenceGroup[]
  /** Existing and awaited nodes, with the pods that these will take already on them. */
  readonly nodes: PackedNodes
  readonly random: Random
}

/** What came of it. */
export type ScaleUpResult = {
  readonly scaleUp?: ScaleUp
  readonly options: readonly ScaleUpOption[]
  /** Group → why it was left out: for the log, and for the pods. */
  readonly skipped: ReadonlyMap<string, { readonly log: string; readonly reasons: readonly string[] }>
  /** For each of the waiting groups: group → why its template turned the pods down. */
  readonly rejections: readonly ReadonlyMap<string, GroupRejection>[]
  /** Indexes of the waiting groups that no group's template takes. */
  readonly unhelped: readonly number[]
  /** Whether pods are told why nothing was done for them: not after a scale-up, and not after an error. */
  readonly tellsPods: boolean
}

type Option = Expansion & {
  readonly state: GroupState
  readonly similar: readonly GroupState[]
  readonly taken: ReadonlyMap<number, number>
}

/**
 * Finds the groups whose template takes waiting pods, how many nodes each would need, and lets the expanders choose one.
 * Source: cluster-autoscaler 1.36.1, core/scaleup/orchestrator/orchestrator.go.
 */
export function scaleUp(input: ScaleUpInput): ScaleUpResult {
  const { settings, groups, templates, waiting, nodes, random } = input
  const quotas = quotasLeft(
    settings,
    nodes.runs().map(({ kind, count }) => ({ node: kind.node, count })),
  )
  const skipped = new Map<string, { readonly log: string; readonly reasons: readonly string[] }>()
  const valid: { readonly state: GroupState; readonly template: NodeState }[] = []
  for (const state of groups) {
    const { name } = state.view.group
    const template = templates.get(name)
    const reason = template === undefined ? notReady : skipReason(state, template, quotas)
    if (reason !== undefined) skipped.set(name, reason)
    else if (template !== undefined) valid.push({ state, template })
  }

  const rejections = waiting.map(() => new Map<string, GroupRejection>())
  const schedulable = new Map<string, EstimatedPods[]>()
  for (const { state, template } of valid) {
    const fitting: EstimatedPods[] = []
    for (const [id, group] of waiting.entries()) {
      const rejection = rejectionOnTemplate(group, template, input)
      if (rejection === undefined) fitting.push({ id, of: group.of, count: group.count })
      else rejections[id]?.set(state.view.group.name, rejection)
    }
    schedulable.set(state.view.group.name, fitting)
  }
  const isHelped = new Set([...schedulable.values()].flatMap((fitting) => fitting.map(({ id }) => id)))
  const unhelped = [...waiting.keys()].filter((id) => !isHelped.has(id))

  const notes: string[] = []
  const options: Option[] = []
  for (const { state, template } of valid) {
    const { name, autoScalingGroup } = state.view.group
    const fitting = schedulable.get(name) ?? []
    if (fitting.length === 0) continue
    const similar = similarTo(state, template, input, schedulable)
    const estimate = estimateNodes(fitting, template, nodes, {
      limit: nodeLimit(state, similar, settings, nodes.size()),
      version: input.version,
    })
    if (estimate.note !== undefined) notes.push(estimate.note)
    const podCount = [...estimate.pods.values()].reduce((sum, count) => sum + count, 0)
    if (podCount === 0 || estimate.nodes === 0) continue
    options.push({
      group: name,
      id: autoScalingGroup,
      nodes: estimate.nodes,
      podCount,
      requested: requestedBy(estimate.pods, waiting),
      template: template.node,
      state,
      similar,
      taken: estimate.pods,
    })
  }

  const choice = chooseExpansion(options, settings, random)
  const described = options.map((option): ScaleUpOption => {
    const leastWaste = choice?.leastWaste.get(option.group)
    return {
      group: option.group,
      nodes: option.nodes,
      pods: podsByClass(option.taken, waiting),
      similar: option.similar.map(({ view }) => view.group.name),
      ...(leastWaste !== undefined && { leastWaste }),
    }
  })
  const base = { options: described, skipped, rejections, unhelped }
  if (choice === undefined) return { ...base, tellsPods: true }

  const { best, left } = choice
  let wanted = best.nodes
  if (settings.maxNodesTotal > 0 && wanted + nodes.size() > settings.maxNodesTotal) {
    notes.push(`Capping size to max cluster total size (${settings.maxNodesTotal})`)
    wanted = settings.maxNodesTotal - nodes.size()
    if (wanted < 1) return { ...base, tellsPods: false }
  }
  const byQuota = quotas.check(best.template, wanted).allowed
  if (byQuota < best.nodes) {
    notes.push(`Only ${byQuota} nodes can be added to ${best.id} due to cluster-wide limits`)
    wanted = byQuota
  }
  const plan = planFor(best, wanted, notes)
  const growth = plan.reduce((sum, { from, to }) => sum + to - from, 0)
  if (growth < wanted) notes.push(`Can only add ${growth} nodes due to node group limits, need ${wanted} nodes`)
  return {
    ...base,
    tellsPods: false,
    ...(plan.length > 0 && {
      scaleUp: {
        plan,
        best: best.group,
        tied: left.map(({ group }) => group),
        estimatedNodes: best.nodes,
        notes,
        pods: podsByClass(best.taken, waiting),
      },
    }),
  }
}

const notReady = { log: 'not ready for scale-up', reasons: ['not ready for scale-up'] } as const

function skipReason(
  { isHealthy, isBackedOff, view }: GroupState,
  template: NodeState,
  quotas: Quotas,
): { readonly log: string; readonly reasons: readonly string[] } | undefined {
  if (!isHealthy) return { log: 'not ready for scaleup - unhealthy', reasons: notReady.reasons }
  if (isBackedOff) {
    return { log: 'not ready for scaleup - backoff', reasons: ['in backoff after failed scale-up'] }
  }
  if (view.targetSize >= view.group.maxSize) {
    return { log: 'max size reached', reasons: ['max node group size reached'] }
  }
  const { exceeded } = quotas.check(template.node, 1)
  if (exceeded.length === 0) return undefined
  return {
    log: `"cluster-wide" quota exceeded, resources: [${exceeded.join(' ')}]`,
    reasons: [`exceeded quota: "cluster-wide", resources: ${exceeded.join(', ')}`],
  }
}

/** The filters' answer for one of the pods on the template, among all nodes where the pod looks at others. */
function rejectionOnTemplate(
  { of }: EquivalenceGroup,
  template: NodeState,
  { nodes, kubernetes, objects }: ScaleUpInput,
): GroupRejection | undefined {
  if (!nodes.isArithmetic(of)) {
    const undo = nodes.checkpoint()
    nodes.append({ origin: 'new', names: [template.node.name], start: 0, count: 1, kind: kindOf(template) })
    const rejection = nodes.rejectionOnLast(of)
    undo()
    return rejection
  }
  if (of.reach !== 'amounts') return lonelyRejection(of.pod, template, kubernetes, objects)
  const answers = answersOf.get(template) ?? new Map<string, GroupRejection | undefined>()
  answersOf.set(template, answers)
  if (!answers.has(of.key)) answers.set(of.key, lonelyRejection(of.pod, template, kubernetes, objects))
  return answers.get(of.key)
}

/** Answers about amounts depend on spec and template alone. */
const answersOf = new WeakMap<NodeState, Map<string, GroupRejection | undefined>>()

function lonelyRejection(
  pod: Pod,
  template: NodeState,
  version: KubernetesVersion,
  objects: ClusterObjects,
): GroupRejection | undefined {
  const filters = prepareFilters(pod, { version, nodes: [template], objects })
  if (filters.rejection === undefined && filters.only?.names.has(template.node.name) === false) {
    return { plugin: filters.only.plugins.join(', '), reasons: [] }
  }
  const rejection = filters.rejectionOn(template)
  return rejection === undefined ? undefined : { plugin: rejection.plugin, reasons: rejection.reasons }
}

/** Groups that may grow, whose templates are alike, and that take all the pods that this one takes. */
function similarTo(
  state: GroupState,
  template: NodeState,
  { settings, groups, templates }: ScaleUpInput,
  schedulable: ReadonlyMap<string, readonly EstimatedPods[]>,
): readonly GroupState[] {
  if (!settings.balanceSimilarNodeGroups) return []
  const own = schedulable.get(state.view.group.name) ?? []
  return groups.filter((other) => {
    const { name } = other.view.group
    const otherTemplate = templates.get(name)
    const theirs = schedulable.get(name)
    if (other === state || otherTemplate === undefined || theirs === undefined) return false
    const ids = new Set(theirs.map(({ id }) => id))
    return (
      other.isHealthy &&
      !other.isBackedOff &&
      own.every(({ id }) => ids.has(id)) &&
      areSimilar(template, otherTemplate, settings)
    )
  })
}

/** Most nodes that an estimate may add: by the flag, by room in the group and its like, and by room in the cluster. */
function nodeLimit(
  state: GroupState,
  similar: readonly GroupState[],
  { maxNodesPerScaleUp, maxNodesTotal }: AutoscalerSettings,
  nodesNow: number,
): number {
  const room = [state, ...similar].reduce((sum, { view }) => sum + Math.max(0, view.group.maxSize - view.targetSize), 0)
  const limits = [maxNodesPerScaleUp, room <= 0 ? -1 : room]
  if (maxNodesTotal > 0) limits.push(maxNodesTotal <= nodesNow ? -1 : maxNodesTotal - nodesNow)
  if (limits.some((limit) => limit < 0)) return -1
  const positive = limits.filter((limit) => limit > 0)
  return positive.length === 0 ? 0 : Math.min(...positive)
}

function planFor(best: Option, wanted: number, notes: string[]): readonly GroupResize[] {
  const sharing = [best.state, ...best.similar]
  if (sharing.length > 1) notes.push(`Splitting scale-up between ${sharing.length} similar node groups`)
  const sized = sharing.map(({ view: { group, targetSize } }) => ({
    group: group.name,
    size: targetSize,
    max: group.maxSize,
  }))
  const capacity = sized.reduce((sum, { size, max }) => sum + Math.max(0, max - size), 0)
  if (capacity < wanted) {
    notes.push(`Requested scale-up (${wanted}) exceeds node group set capacity, capping to ${capacity}`)
  }
  const grown = balanceGroups(sized, wanted)
  return sized
    .flatMap(({ group, size, max }) => {
      const to = grown.get(group)
      return to === undefined ? [] : [{ group, from: size, to, max }]
    })
    .sort((a, b) => (a.group < b.group ? -1 : 1))
}

function requestedBy(
  taken: ReadonlyMap<number, number>,
  waiting: readonly EquivalenceGroup[],
): { milliCpu: number; memory: number } {
  let [milliCpu, memory] = [0, 0]
  for (const [id, count] of taken) {
    const pod = waiting[id]?.of.pod
    if (pod === undefined) continue
    const requests = pod.containerRequests ?? pod.requests
    milliCpu += requests.milliCpu * count
    memory += requests.memory * count
  }
  return { milliCpu, memory }
}

/** Pods of an equivalence group are taken in their order. */
function podsByClass(
  taken: ReadonlyMap<number, number>,
  waiting: readonly EquivalenceGroup[],
): ReadonlyMap<string, number> {
  const pods = new Map<string, number>()
  for (const [id, count] of taken) {
    let left = count
    for (const { classId, count: size } of waiting[id]?.members ?? []) {
      const share = Math.min(left, size)
      if (share > 0) pods.set(classId, (pods.get(classId) ?? 0) + share)
      left -= share
    }
  }
  return pods
}
