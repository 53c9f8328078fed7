import type { Pod } from '../cluster/pod.ts'
import { ProblemError } from '../cluster/problem.ts'
import { podName, workloadId } from '../cluster/workload.ts'
import { workloadPod } from '../cluster/workload-pod.ts'
import { explainCycle, type NodeExplanation } from '../scheduler/explain-cycle.ts'
import { type NodeState, withoutPod } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { believedNode } from './believed-node.ts'
import type { PodRef } from './engine/engine.ts'
import type { ExplainedGroup, ExplainedNodes, Explanation } from './explanation.ts'
import { lonelyMessage } from './lonely-message.ts'
import { type Run, type RunWorkload, runClock } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'
import { standingPods } from './standing-pods.ts'
import { createTracingEngine } from './tracing-engine.ts'

/** Up to so many pods × nodes the run is made again cycle by cycle, to see the one that placed the pod. */
const mostCycles = 2_000_000
/** Up to so many nodes each is looked at; beyond, each kind of node once. */
const mostNodes = 5000
const mostNames = 10

type Found = { readonly entry: RunWorkload; readonly ref: PodRef; readonly pod: Pod }

/**
 * Why a pod is where it is, or nowhere. A pod that runs is shown at its placement where the run is small enough to be made
 * again cycle by cycle; otherwise, and for a pod that waits, against the cluster at the end without the pod itself.
 * @throws ProblemError `pod-not-found`.
 */
export function explainPod(run: Run, options: SimulationOptions, namespace: string, name: string): Explanation {
  const found = findPod(run, namespace, name)
  if (found === undefined) return explainStandingPod(run, namespace, name)
  const { entry, ref, pod } = found
  const fate = run.engine.fateOf(ref)
  const isPlaced = fate.kind === 'placed'
  const traced = isPlaced ? traceCycle(run, options, ref) : undefined
  const message = fate.kind === 'unschedulable' ? fate.message : entry.preempting.get(ref.index)
  return {
    namespace,
    pod: name,
    workload: workloadId(entry.workload),
    phase: isPlaced ? 'Running' : entry.gated ? 'Gated' : entry.evicted > 0 ? 'Evicted' : 'Pending',
    node: isPlaced ? fate.node : null,
    tied: isPlaced ? fate.tied : 0,
    ...(message === undefined ? {} : { message }),
    state: traced === undefined ? 'final' : 'at-placement',
    nodes: traced ?? finalNodes(run, pod, isPlaced ? fate.node : undefined),
    groups: explainedGroups(run, pod),
  }
}

/** One that is on no queue. A DaemonSet's pod makes no group grow. */
function explainStandingPod(run: Run, namespace: string, name: string): Explanation {
  for (const standing of standingPods(run)) {
    if (standing.namespace !== namespace || standing.name !== name) continue
    const { kind, workload, phase, home, pod } = standing
    const isThere = phase === 'Running' && home !== undefined
    const itself = kind === 'daemon' ? pod.owner : undefined
    return {
      namespace,
      pod: name,
      workload,
      phase,
      node: isThere ? home.node.name : null,
      tied: isThere && kind === 'daemon' ? 1 : 0,
      ...(phase === 'Pending' && home !== undefined ? { message: lonelyMessage(pod, home.node.name, run) } : {}),
      state: 'final',
      nodes: finalNodes(run, pod, isThere ? home.node.name : undefined, itself),
      groups: kind === 'daemon' ? [] : explainedGroups(run, pod),
    }
  }
  throw new ProblemError({
    id: 'pod-not-found',
    what: `there is no pod ${name} in namespace ${namespace}`,
    fix: "name it as --each-pod lists it: <workload>-<index>, counting from 0; a DaemonSet's <name>-<node>; a recorded pod by its own name",
  })
}

function findPod({ workloads }: Run, namespace: string, name: string): Found | undefined {
  for (const entry of workloads) {
    const { workload, index } = entry
    if (workload.namespace !== namespace) continue
    const suffix = /-(\d+)$/.exec(name)
    const position = workload.kind === 'Pod' ? 0 : suffix === null ? -1 : Number(suffix[1])
    if (position < 0 || position >= workload.replicas || podName(workload, position) !== name) continue
    return { entry, ref: { workload: index, index: position }, pod: workloadPod(workload, position) }
  }
  return undefined
}

/** The cycle that placed the pod, or `undefined` when making the run again would take too long. */
function traceCycle(
  { merged, engine, workloads }: Run,
  options: SimulationOptions,
  ref: PodRef,
): readonly ExplainedNodes[] | undefined {
  const pods = workloads.reduce((sum, { workload }) => sum + workload.replicas, 0)
  if (pods * engine.nodeCount > mostCycles) return undefined
  const { version, objects } = merged
  const { percentageOfNodesToScore } = options
  let last: readonly NodeExplanation[] | undefined
  const tracing = createTracingEngine({ version, objects, percentageOfNodesToScore }, (pod, { nodes }) => {
    if (pod.workload === ref.workload && pod.index === ref.index) last = nodes
  })
  const again = runClock(merged, options, tracing)
  return last === undefined
    ? undefined
    : gathered(last, (node) => ({ group: again.fleet.find(node)?.group ?? null, count: 1 }))
}

/** `owner`: of the pod, where it stands on its node by another name. */
function finalNodes(
  { engine, merged, fleet }: Run,
  pod: Pod,
  home: string | undefined,
  owner?: Pod['owner'],
): readonly ExplainedNodes[] {
  const buckets = fleet.alike()
  const isSmall = engine.nodeCount <= mostNodes
  const states = isSmall ? engine.states() : buckets.map(({ state }) => state)
  const nodes = states.map((state) => (state.node.name === home ? withoutOne(state, pod, owner) : state))
  const counts = new Map(buckets.map(({ state, count }) => [state.node.name, count]))
  const { nodes: explained } = explainCycle(pod, { version: merged.version, nodes, objects: engine.objects })
  return gathered(explained, (node) => ({
    group: fleet.find(node)?.group ?? null,
    count: isSmall ? 1 : (counts.get(node) ?? 1),
  }))
}

function withoutOne(state: NodeState, pod: Pod, owner: Pod['owner']): NodeState {
  const isOwn = (other: Pod): boolean =>
    owner === undefined ? other.name === pod.name : other.owner?.kind === owner.kind && other.owner.name === owner.name
  const own = state.pods.find((other) => other.namespace === pod.namespace && isOwn(other))
  return own === undefined ? state : withoutPod(state, own)
}

/** Nodes of one group with one verdict together. */
function gathered(
  nodes: readonly NodeExplanation[],
  of: (node: string) => { readonly group: string | null; readonly count: number },
): readonly ExplainedNodes[] {
  const gatheredNodes = new Map<
    string,
    { group: string | null; names: string[]; count: number; verdict: ExplainedNodes['verdict'] }
  >()
  for (const explained of nodes.toSorted((a, b) => (a.node < b.node ? -1 : 1))) {
    const verdict = verdictOf(explained)
    const { group, count } = of(explained.node)
    const key = JSON.stringify([group, verdict])
    const known = gatheredNodes.get(key)
    if (known === undefined) gatheredNodes.set(key, { group, names: [explained.node], count, verdict })
    else {
      known.count += count
      if (known.names.length < mostNames) known.names.push(explained.node)
    }
  }
  return [...gatheredNodes.values()]
}

function verdictOf(explained: NodeExplanation): ExplainedNodes['verdict'] {
  switch (explained.kind) {
    case 'rejected':
      return { kind: 'rejected', plugin: explained.plugin, reasons: explained.reasons }
    case 'feasible':
      return {
        kind: 'feasible',
        total: explained.total,
        scores: explained.scores.map(({ plugin, raw, normalized, weight }) => ({
          plugin,
          raw,
          normalised: normalized,
          weight,
        })),
      }
    case 'not-visited':
      return { kind: 'rejected', plugin: '', reasons: ['not visited: enough nodes were found before it'] }
  }
}

function explainedGroups({ merged, engine, lastDecision }: Run, pod: Pod): readonly ExplainedGroup[] {
  if (merged.autoscaler === undefined) return []
  return merged.groups.map((group): ExplainedGroup => {
    if (!group.discovered)
      return { group: group.name, verdict: { kind: 'skipped', reason: 'it has no autoscaler tags' } }
    const skipped = lastDecision?.skippedGroups.get(group.name)
    if (skipped !== undefined) return { group: group.name, verdict: { kind: 'skipped', reason: skipped } }
    const believed = believedNode(group, merged, lastDecision?.memory)
    if (believed === undefined)
      return {
        group: group.name,
        verdict: { kind: 'skipped', reason: 'the autoscaler does not know its instance type' },
      }
    const filters = prepareFilters(pod, { version: merged.version, nodes: [believed], objects: engine.objects })
    const rejection = filters.rejectionOn(believed)
    if (rejection === undefined) return { group: group.name, verdict: { kind: 'fits' } }
    const { plugin, reasons } = rejection
    return { group: group.name, verdict: { kind: 'rejected', plugin, reasons } }
  })
}
