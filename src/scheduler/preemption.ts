import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import { type LabelSelector, matchesLabelSelector } from '../cluster/label-selector.ts'
import type { Pod } from '../cluster/pod.ts'
import { goSorted } from './go-sort.ts'
import { type NodeState, withoutPod, withPod } from './node-state.ts'
import { type NodeStatuses, statusOf } from './node-statuses.ts'
import type { NodeFilter } from './nominated-pods.ts'
import type { PreparedFilters } from './prepare-filters.ts'
import { reasonHistogram } from './reason-histogram.ts'
import type { Snapshot } from './snapshot.ts'

/** A node that would take the pod if the victims left it. */
export type PreemptionCandidate = {
  readonly node: string
  /** Pods to evict, the most important first. Never empty. */
  readonly victims: readonly Pod[]
  /** How many of the victims a PodDisruptionBudget would keep. */
  readonly violations: number
}

/** What kube-scheduler's DefaultPreemption finds. */
export type Preemption =
  /** `tied`: names of all nodes that are as good; kube-scheduler takes any of them, here it is the first by bytes. */
  | ({ readonly kind: 'possible'; readonly tied: readonly string[] } & PreemptionCandidate)
  /** `text` is what follows `preemption: ` in the message. */
  | { readonly kind: 'impossible'; readonly text: string }

/**
 * Looks for a node that would take the pod if pods of lower priority left it. Only nodes that a filter turned down as
 * resolvable are candidates. Chosen is the node with the fewest budget violations, then the lowest highest victim
 * priority, then the lowest sum of priorities, then the fewest victims, then the latest start of the most important
 * victim. All candidates are tried; kube-scheduler stops at max(10 %, 100), from a random node on.
 * Source: pkg/scheduler/framework/preemption and plugins/defaultpreemption.
 */
export function findPreemption(input: {
  readonly pod: Pod
  readonly snapshot: Snapshot
  readonly prepared: PreparedFilters
  readonly filter: NodeFilter
  readonly statuses: NodeStatuses
}): Preemption {
  const { pod, snapshot, statuses } = input
  const ineligible = whyNotEligible(pod, snapshot, statuses)
  if (ineligible !== undefined) return { kind: 'impossible', text: `not eligible due to ${ineligible}.` }

  const candidates: PreemptionCandidate[] = []
  const reasons: (readonly string[])[] = []
  for (const state of snapshot.nodes) {
    if (statusOf(statuses, state).unresolvable) {
      reasons.push(['Preemption is not helpful for scheduling'])
      continue
    }
    const result = selectVictims(input, state)
    if (result.kind === 'candidate') candidates.push(result.candidate)
    else reasons.push(result.reasons)
  }
  if (candidates.length === 0) {
    return { kind: 'impossible', text: `0/${snapshot.nodes.length} nodes are available:${reasonHistogram(reasons)}` }
  }
  const best = cheapest(candidates)
  // Node names are ASCII: sorting by code units is sorting by bytes.
  const tied = best.map(({ node }) => node).toSorted()
  const [chosen] = best.toSorted((a, b) => (a.node < b.node ? -1 : 1))
  if (chosen === undefined) throw new Error('a list of candidates that is not empty has a cheapest one')
  return { kind: 'possible', tied, ...chosen }
}

function whyNotEligible(pod: Pod, { nodes }: Snapshot, statuses: NodeStatuses): string | undefined {
  if (pod.preemptionPolicy === 'Never') return 'preemptionPolicy=Never'
  const nominated = nodes.find(({ node }) => node.name === pod.nominatedNodeName)
  if (nominated === undefined || statusOf(statuses, nominated).unresolvable) return undefined
  return nominated.pods.some((other) => other.priority < pod.priority && other.terminating && other.preempted === true)
    ? 'a terminating pod on the nominated node'
    : undefined
}

type VictimSearch =
  | { readonly kind: 'candidate'; readonly candidate: PreemptionCandidate }
  | { readonly kind: 'none'; readonly reasons: readonly string[] }

/** Takes all pods of lower priority away, then puts back what may stay: first those that a budget protects. */
function selectVictims(
  {
    pod,
    snapshot,
    prepared,
    filter,
  }: {
    readonly pod: Pod
    readonly snapshot: Snapshot
    readonly prepared: PreparedFilters
    readonly filter: NodeFilter
  },
  state: NodeState,
): VictimSearch {
  const lower = state.pods.filter(({ priority }) => priority < pod.priority)
  if (lower.length === 0) return { kind: 'none', reasons: ['No preemption victims found for incoming pod'] }
  let [filters, left] = [prepared, state]
  for (const other of lower) {
    left = withoutPod(left, other)
    filters = filters.after({ kind: 'removed', pod: other, node: state.node })
  }
  const rejection = filter(filters, left)
  if (rejection !== undefined) return { kind: 'none', reasons: rejection.reasons }

  const { violating, harmless } = byBudget(sortedByImportance(lower), snapshot.objects.disruptionBudgets)
  const victims: Pod[] = []
  const reprieve = (other: Pod): boolean => {
    const refilled = withPod(left, other)
    const refilledFilters = filters.after({ kind: 'added', pod: other, node: state.node })
    if (filter(refilledFilters, refilled) === undefined) {
      ;[left, filters] = [refilled, refilledFilters]
      return true
    }
    victims.push(other)
    return false
  }
  const violations = violating.filter((other) => !reprieve(other)).length
  for (const other of harmless) reprieve(other)
  return {
    kind: 'candidate',
    candidate: {
      node: state.node.name,
      victims: violating.length > 0 && harmless.length > 0 ? sortedByImportance(victims) : victims,
      violations,
    },
  }
}

/** Splits pods, in their order, by whether their eviction would break a PodDisruptionBudget. */
function byBudget(
  pods: readonly Pod[],
  budgets: readonly DisruptionBudget[],
): { readonly violating: readonly Pod[]; readonly harmless: readonly Pod[] } {
  const allowed = new Map(budgets.map((budget) => [budget, budget.disruptionsAllowed]))
  const violating: Pod[] = []
  const harmless: Pod[] = []
  for (const pod of pods) {
    let violates = false
    for (const budget of budgets) {
      if (!covers(budget, pod)) continue
      const left = (allowed.get(budget) ?? 0) - 1
      allowed.set(budget, left)
      if (left < 0) violates = true
    }
    ;(violates ? violating : harmless).push(pod)
  }
  return { violating, harmless }
}

/** The scheduler, unlike the eviction API, takes an empty selector for one that matches nothing. */
function covers({ namespace, selector, disruptedPods }: DisruptionBudget, pod: Pod): boolean {
  return (
    namespace === pod.namespace &&
    selector !== undefined &&
    !isEmpty(selector) &&
    Object.keys(pod.labels).length > 0 &&
    matchesLabelSelector(selector, pod.labels) &&
    !disruptedPods.includes(pod.name)
  )
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 0
}

/**
 * The most important first, those that are equally important as Go's sort leaves them. Of two pods of a priority that have not
 * started yet, kube-scheduler reads the clock twice and takes the one that comes later in its list for the more important.
 */
function sortedByImportance(pods: readonly Pod[]): readonly Pod[] {
  return goSorted(pods, isMoreImportant)
}

/** Higher priority, then the one that runs longer. Source: pkg/scheduler/util `MoreImportantPod`. */
function isMoreImportant(a: Pod, b: Pod): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.startedAt === undefined) return b.startedAt === undefined
  return b.startedAt === undefined || a.startedAt < b.startedAt
}

/** All candidates that no other one beats. Source: `pickOneNodeForPreemption`. */
function cheapest(candidates: readonly PreemptionCandidate[]): readonly PreemptionCandidate[] {
  const costs: readonly ((candidate: PreemptionCandidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => victims[0]?.priority ?? -Infinity,
    // Shifted by 2^31, so that each further victim costs, whatever its priority.
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStart(victims),
  ]
  let left = candidates
  for (const cost of costs) {
    const least = left.reduce((lowest, candidate) => Math.min(lowest, cost(candidate)), Infinity)
    left = left.filter((candidate) => cost(candidate) === least)
  }
  return left
}

/** When the first of the most important victims started; never yet counts as now. */
function earliestStart(victims: readonly Pod[]): number {
  const highest = victims.reduce((most, { priority }) => Math.max(most, priority), -Infinity)
  return victims
    .filter(({ priority }) => priority === highest)
    .reduce((earliest, { startedAt = Infinity }) => Math.min(earliest, startedAt), Infinity)
}
