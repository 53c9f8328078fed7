import { instanceTypes } from '../catalog/instance-types.ts'
import { labelOf } from '../cluster/labels.ts'
import type { NodeGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import { type Toleration, toleratesTaint } from '../cluster/toleration.ts'
import { type NodeState, nodeState } from '../scheduler/node-state.ts'
import { amountText } from './amount-text.ts'
import { believedNode } from './believed-node.ts'
import { freshNode } from './fresh-node.ts'
import { groupOfType, largerTypes } from './group-of-type.ts'
import type { Fix } from './outcome.ts'
import { podsPerNode } from './pods-per-node.ts'
import { amountOf, resourceShortages } from './resource-shortage.ts'
import type { Run } from './run-clock.ts'
import { unmetNodeLabels } from './unmet-node-labels.ts'
import type { PendingClass } from './workload-outcomes.ts'

type Change = Fix['change']

/** A max size is raised by so many nodes at most: more is another cluster, and takes long to try. */
const mostNewNodes = 1000
/** A request is not lowered below this share of itself: that would be another program. */
const leastShare = 0.5

/**
 * Single changes that might let pending pods run, in the order in which they are preferred where they do the same at the
 * same cost. Each follows from what turned the pods down on a node that there is, or that a group would bring.
 */
export function candidateChanges({ entry, pods }: PendingClass, run: Run): readonly Change[] {
  const { merged, fleet } = run
  const pod = entry.workload.template
  const growing = merged.autoscaler === undefined ? [] : merged.groups.filter(({ discovered }) => discovered)
  const fresh = growing.map((group) => ({ group, state: freshNode(group, merged) }))
  const existing = fleet
    .alike()
    .slice(0, 200)
    .map(({ state }) => state)
  const states = [...fresh.map(({ state }) => state), ...existing]
  return unique([
    ...tolerations(pod, states),
    ...fresh.flatMap(({ group, state }) => labels(pod, group, state, run)),
    ...fresh.flatMap(({ group, state }) => resourceTags(pod, group, state, run)),
    ...fresh.flatMap(({ group, state }) => sizes(pod, pods, group, state, run)),
    ...limits(pods, fresh, run),
    ...fresh.flatMap(({ group, state }) => types(pod, group, state, run)),
    ...pod.topologySpread
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map(({ topologyKey }): Change => ({ kind: 'relax-spread', topologyKey })),
    ...[...pod.affinity.required, ...pod.antiAffinity.required].map(
      ({ topologyKey }): Change => ({ kind: 'relax-affinity', topologyKey }),
    ),
    ...selectors(pod, states),
    ...requests(pod, states),
  ])
}

function tolerations(pod: Pod, states: readonly NodeState[]): readonly Change[] {
  return states.flatMap(({ node }) => {
    const untolerated = node.taints.filter(
      (taint) =>
        taint.effect !== 'PreferNoSchedule' &&
        !pod.tolerations.some((toleration: Toleration) => toleratesTaint(toleration, taint)),
    )
    const [taint] = untolerated
    // Two taints need two tolerations, which is no single change.
    if (taint === undefined || untolerated.length > 1) return []
    const { key, value, effect } = taint
    return [{ kind: 'add-toleration', key, value, effect }]
  })
}

/** Labels that the pod asks for and that the autoscaler does not expect of the group, or that its nodes do not have. */
function labels(pod: Pod, group: NodeGroup, fresh: NodeState, run: Run): readonly Change[] {
  const believed = believedNode(group, run.merged, run.lastDecision?.memory)
  const unmet = [believed?.node, fresh.node].flatMap((node) => (node === undefined ? [] : unmetNodeLabels(pod, node)))
  const keys = new Set(unmet.map(({ key }) => key))
  return unmet.flatMap(({ key, value, actual }): readonly Change[] => {
    // A value that is there already means something else, and a zone is not a matter of labels.
    if (value === undefined || actual !== undefined || keys.size > 1 || /^topology\.|^kubernetes\.io\//.test(key))
      return []
    return [{ kind: 'add-template-label', group: group.name, key, value }]
  })
}

/** Resources that the group's nodes have and that the autoscaler does not expect. */
function resourceTags(pod: Pod, group: NodeGroup, fresh: NodeState, run: Run): readonly Change[] {
  const believed = believedNode(group, run.merged, run.lastDecision?.memory)
  if (believed === undefined) return []
  return resourceShortages(pod, believed).flatMap(({ resource, asked }): readonly Change[] => {
    const real = amountOf(fresh.node.allocatable, resource)
    if (resource === 'pods' || resource === 'cpu' || resource === 'memory' || real < asked) return []
    return [{ kind: 'add-resource-tag', group: group.name, resource, amount: amountText(resource, real) }]
  })
}

function sizes(pod: Pod, pods: number, group: NodeGroup, fresh: NodeState, run: Run): readonly Change[] {
  const perNode = podsPerNode(pod, fresh, run.merged.version)
  if (perNode === 0) return []
  const from = group.maxSize
  const wanted = run.fleet.sizeOf(group.name) + Math.ceil(pods / perNode)
  const to = Math.max(from, Math.min(wanted, from + mostNewNodes))
  return to === from ? [] : [{ kind: 'raise-max-size', group: group.name, from, to }]
}

function limits(
  pods: number,
  fresh: readonly { readonly group: NodeGroup; readonly state: NodeState }[],
  { merged, lastDecision, engine }: Run,
): readonly Change[] {
  const { autoscaler } = merged
  const texts = [...(lastDecision?.skippedGroups.values() ?? [])].join(' ')
  if (autoscaler === undefined || texts === '') return []
  // At worst every pod needs a node of its own, of the largest kind.
  const most = (of: (state: NodeState) => number): number =>
    fresh.reduce((sum, { state }) => Math.max(sum, of(state)), 0)
  const capacity = (state: NodeState) => state.node.capacity ?? state.node.allocatable
  const raised = (flag: string, from: number, by: number): Change => ({
    kind: 'raise-limit',
    flag,
    from: String(from),
    to: String(from + pods * by),
  })
  const { coresTotal, memoryTotal, maxNodesTotal, gpuTotal } = autoscaler
  return [
    ...(/max total nodes/.test(texts)
      ? [raised('--max-nodes-total', Math.max(maxNodesTotal, engine.nodeCount), 1)]
      : []),
    ...(/resources:.*\bcpu\b/.test(texts)
      ? [raised('--cores-total', coresTotal.max, Math.ceil(most((state) => capacity(state).milliCpu) / 1000))]
      : []),
    ...(/resources:.*\bmemory\b/.test(texts)
      ? [raised('--memory-total', memoryTotal.max, Math.ceil(most((state) => capacity(state).memory) / 1024 ** 3))]
      : []),
    ...gpuTotal
      .filter(({ type }) => texts.includes(type))
      .map(({ type, max }) =>
        raised(
          `--gpu-total=${type}`,
          max,
          most((state) => capacity(state).scalars['nvidia.com/gpu'] ?? 0),
        ),
      ),
  ]
}

/** The cheapest larger type on whose node the pod fits. */
function types(pod: Pod, group: NodeGroup, fresh: NodeState, run: Run): readonly Change[] {
  const [from] = group.instanceTypes
  if (from === undefined || resourceShortages(pod, fresh).length === 0) return []
  for (const { name } of largerTypes(from, instanceTypes().types.values())) {
    const changed = groupOfType(group, name)
    if (changed === undefined || resourceShortages(pod, freshNode(changed, run.merged)).length > 0) continue
    return [{ kind: 'change-instance-type', group: group.name, from, to: name }]
  }
  return []
}

function selectors(pod: Pod, states: readonly NodeState[]): readonly Change[] {
  const unmet = states.flatMap(({ node }) => {
    const labelsOfNode = unmetNodeLabels(pod, node)
    return new Set(labelsOfNode.map(({ key }) => key)).size === 1 ? labelsOfNode : []
  })
  return unmet.map(({ key, value }) => ({
    kind: 'remove-node-selector',
    key,
    value: value ?? labelOf(pod.nodeSelector, key) ?? '',
  }))
}

/** A request that is larger than what a node offers, lowered to that; never of devices. */
function requests(pod: Pod, states: readonly NodeState[]): readonly Change[] {
  return states.flatMap((state): readonly Change[] => {
    const shortages = resourceShortages(pod, nodeState(state.node, daemonsOf(state)))
    const [only] = shortages
    if (only === undefined || shortages.length > 1) return []
    const { resource, asked, free } = only
    if (resource !== 'cpu' && resource !== 'memory' && resource !== 'ephemeral-storage') return []
    const mebibyte = 1024 ** 2
    const to = resource === 'cpu' ? free : Math.floor(free / mebibyte) * mebibyte
    if (to < asked * leastShare) return []
    return [{ kind: 'lower-request', resource, from: amountText(resource, asked), to: amountText(resource, to) }]
  })
}

function daemonsOf({ pods }: NodeState): readonly Pod[] {
  return pods.filter(({ owner }) => owner?.kind === 'DaemonSet')
}

function unique(changes: readonly Change[]): readonly Change[] {
  const seen = new Map(changes.toReversed().map((change) => [JSON.stringify(change), change]))
  return [...seen.values()].toReversed()
}
