import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { countOf, type LayeredCounts, layeredCounts, leastCount, namesCounted, plusCount } from './layered-counts.ts'
import type { NodeState } from './node-state.ts'
import type { FilterPlugin, PodChange, PreparedFilter, PreparedScore, Rejection, ScorePlugin } from './plugin.ts'
import type { Snapshot } from './snapshot.ts'
import {
  countSelected,
  defaultConstraints,
  hasAllTopologyKeys,
  hostnameLabel,
  isIncluded,
  isSelected,
  ownConstraints,
  type SpreadConstraint,
} from './spread-constraint.ts'
import { normalizedSpread, spreadTerm, spreadWeight } from './spread-score.ts'

const violated: Rejection = {
  unresolvable: false,
  reasons: ["node(s) didn't match pod topology spread constraints"],
}
const withoutLabel: Rejection = {
  unresolvable: true,
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
}

/** Hard spread constraints (`DoNotSchedule`). Source: pkg/scheduler/framework/plugins/podtopologyspread/filtering.go. */
export const podTopologySpreadFilter: FilterPlugin = {
  name: 'PodTopologySpread',
  prepare(pod, snapshot) {
    const constraints = ownConstraints(pod, 'DoNotSchedule')
    if (constraints.length === 0) return { kind: 'skip' }
    const counts = countDomains(pod, constraints, snapshot)
    return { kind: 'ready', filter: spreadFilter(pod, constraints, counts) }
  },
}

/** Soft spread constraints (`ScheduleAnyway`), the system's defaults included. Source: podtopologyspread/scoring.go. */
export const podTopologySpreadScore: ScorePlugin = {
  name: 'PodTopologySpread',
  weight: 2,
  prepare(pod, feasible, snapshot) {
    const isOwn = pod.topologySpread.length > 0
    const constraints = isOwn ? ownConstraints(pod, 'ScheduleAnyway') : defaultConstraints(pod, snapshot)
    return constraints.length === 0 ? undefined : spreadScore(pod, constraints, isOwn, feasible, snapshot)
  },
}

/** Matching pods by domain, for each constraint; nodes without all the keys are no domains. */
function countDomains(
  pod: Pod,
  constraints: readonly SpreadConstraint[],
  { nodes }: Snapshot,
): readonly LayeredCounts[] {
  const counts = constraints.map(() => new Map<string, number>())
  for (const { node, pods } of nodes) {
    if (!hasAllTopologyKeys(node, constraints)) continue
    constraints.forEach((constraint, index) => {
      if (!isIncluded(constraint, pod, node)) return
      const domain = labelOf(node.labels, constraint.topologyKey) ?? ''
      const domains = counts[index]
      domains?.set(domain, (domains.get(domain) ?? 0) + countSelected(constraint, pods, pod.namespace))
    })
  }
  return counts.map(layeredCounts)
}

function spreadFilter(
  pod: Pod,
  constraints: readonly SpreadConstraint[],
  counts: readonly LayeredCounts[],
): PreparedFilter {
  const checks = constraints.map((constraint, index) => {
    const domains = counts[index] ?? layeredCounts(new Map())
    return {
      ...constraint,
      domains,
      least: namesCounted(domains) < constraint.minDomains ? 0 : leastCount(domains),
      self: isSelected(constraint, pod) ? 1 : 0,
    }
  })
  return {
    rejectionOn({ node }) {
      for (const { topologyKey, domains, least, self, maxSkew } of checks) {
        const domain = labelOf(node.labels, topologyKey)
        if (domain === undefined) return withoutLabel
        if (countOf(domains, domain) + self - least > maxSkew) return violated
      }
      return undefined
    },
    after: (change) => spreadFilter(pod, constraints, changedCounts(pod, constraints, counts, change)),
  }
}

/** Unlike the first count, this one also takes pods that are being deleted, and those that an empty selector matches. */
function changedCounts(
  pod: Pod,
  constraints: readonly SpreadConstraint[],
  counts: readonly LayeredCounts[],
  { kind, pod: other, node }: PodChange,
): readonly LayeredCounts[] {
  if (other.namespace !== pod.namespace || !hasAllTopologyKeys(node, constraints)) return counts
  return counts.map((domains, index) => {
    const constraint = constraints[index]
    if (constraint === undefined || !isSelected(constraint, other) || !isIncluded(constraint, pod, node)) return domains
    return plusCount(domains, labelOf(node.labels, constraint.topologyKey) ?? '', kind === 'added' ? 1 : -1)
  })
}

function spreadScore(
  pod: Pod,
  constraints: readonly SpreadConstraint[],
  /** Nodes without all the keys are left out for a pod's own constraints, not for the system's. */
  needsAllKeys: boolean,
  feasible: readonly NodeState[],
  snapshot: Snapshot,
): PreparedScore {
  const isIgnored = (node: Node): boolean => needsAllKeys && !hasAllTopologyKeys(node, constraints)
  const scored = feasible.filter(({ node }) => !isIgnored(node))
  const terms = constraints.map((constraint) => {
    const isPerNode = constraint.topologyKey === hostnameLabel
    // A node without the label counts as one more domain, without a name.
    const counts = new Map<string, number>()
    if (!isPerNode) for (const { node } of scored) counts.set(labelOf(node.labels, constraint.topologyKey) ?? '', 0)
    return { constraint, isPerNode, counts, weight: spreadWeight(isPerNode ? scored.length : counts.size) }
  })
  const counted = terms.filter(({ isPerNode }) => !isPerNode)
  if (counted.length > 0) {
    for (const { node, pods } of snapshot.nodes) {
      if (isIgnored(node)) continue
      for (const { constraint, counts } of counted) {
        const domain = labelOf(node.labels, constraint.topologyKey) ?? ''
        const before = counts.get(domain)
        if (before === undefined || !isIncluded(constraint, pod, node)) continue
        counts.set(domain, before + countSelected(constraint, pods, pod.namespace))
      }
    }
  }
  return {
    scoreOf({ node, pods }) {
      if (isIgnored(node)) return 0
      let sum = 0
      for (const { constraint, isPerNode, counts, weight } of terms) {
        const domain = labelOf(node.labels, constraint.topologyKey)
        if (domain === undefined) continue
        const count = isPerNode ? countSelected(constraint, pods, pod.namespace) : (counts.get(domain) ?? 0)
        sum += spreadTerm(count, constraint.maxSkew, weight)
      }
      return Math.round(sum)
    },
    normalize(raw, states) {
      let [least, most] = [Infinity, 0]
      raw.forEach((score, index) => {
        const state = states[index]
        if (state === undefined || isIgnored(state.node)) return
        least = Math.min(least, score)
        most = Math.max(most, score)
      })
      return raw.map((score, index) => {
        const state = states[index]
        return state === undefined || isIgnored(state.node) ? 0 : normalizedSpread(score, least, most)
      })
    },
  }
}
