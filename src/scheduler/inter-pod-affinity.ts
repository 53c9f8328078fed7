import { type Labels, labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { WeightedPodAffinityTerm } from '../cluster/pod-affinity.ts'
import { type AffinityTerm, incomingTermOf, isAbout, termOf } from './affinity-term.ts'
import { areAllZero, countOf, type LayeredCounts, layeredCounts, plusCount } from './layered-counts.ts'
import { objectIndex } from './object-index.ts'
import type { FilterPlugin, PreparedFilter, Rejection, ScorePlugin } from './plugin.ts'
import type { Snapshot } from './snapshot.ts'

/** Matching pods by topology key and its value. */
type TopologyCounts = ReadonlyMap<string, LayeredCounts>

type AffinityState = {
  readonly pod: Pod
  readonly snapshot: Snapshot
  readonly affinity: readonly AffinityTerm[]
  readonly antiAffinity: readonly AffinityTerm[]
  readonly namespaceLabels: Labels
  /** Pods that all affinity terms of the pod are about. */
  readonly wanted: TopologyCounts
  /** Pods that an anti-affinity term of the pod is about. */
  readonly unwanted: TopologyCounts
  /** Anti-affinity terms of other pods that are about the pod. */
  readonly unwelcome: TopologyCounts
}

const noAffinity: Rejection = { unresolvable: true, reasons: ["node(s) didn't match pod affinity rules"] }
const antiAffinity: Rejection = { unresolvable: false, reasons: ["node(s) didn't match pod anti-affinity rules"] }
const existingAntiAffinity: Rejection = {
  unresolvable: false,
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
}

/**
 * Required affinity and anti-affinity between pods, that of the pods which run included.
 * Source: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go.
 */
export const interPodAffinityFilter: FilterPlugin = {
  name: 'InterPodAffinity',
  prepare(pod, snapshot) {
    const terms = {
      affinity: pod.affinity.required.map((term) => incomingTermOf(term, pod, snapshot)),
      antiAffinity: pod.antiAffinity.required.map((term) => incomingTermOf(term, pod, snapshot)),
    }
    const namespaceLabels = namespaceLabelsOf(pod, snapshot)
    const { version, nodes } = snapshot
    const [wanted, unwanted, unwelcome]: readonly [Tally, Tally, Tally] = [new Map(), new Map(), new Map()]
    for (const { node, podsWithRequiredAntiAffinity } of nodes) {
      for (const other of podsWithRequiredAntiAffinity) {
        for (const term of other.antiAffinity.required) {
          const ready = termOf(term, other, version)
          if (isAbout(ready, pod, namespaceLabels)) addTo(unwelcome, node, ready.topologyKey, 1)
        }
      }
    }
    const hasTerms = terms.affinity.length > 0 || terms.antiAffinity.length > 0
    if (hasTerms) {
      for (const { node, pods } of nodes) {
        for (const other of pods) {
          if (isAboutAll(terms.affinity, other))
            for (const term of terms.affinity) addTo(wanted, node, term.topologyKey, 1)
          for (const term of terms.antiAffinity) if (isAbout(term, other)) addTo(unwanted, node, term.topologyKey, 1)
        }
      }
    } else if (unwelcome.size === 0) return { kind: 'skip' }
    return {
      kind: 'ready',
      filter: affinityFilter({
        pod,
        snapshot,
        ...terms,
        namespaceLabels,
        wanted: countsOf(wanted),
        unwanted: countsOf(unwanted),
        unwelcome: countsOf(unwelcome),
      }),
    }
  },
}

/**
 * Preferred affinity and anti-affinity of the pod and of all others, and their required affinity with weight 1, summed
 * per topology value. Source: pkg/scheduler/framework/plugins/interpodaffinity/scoring.go.
 */
export const interPodAffinityScore: ScorePlugin = {
  name: 'InterPodAffinity',
  weight: 2,
  prepare(pod, _feasible, snapshot) {
    const ready = ({ weight, term }: WeightedPodAffinityTerm): { weight: number; term: AffinityTerm } => ({
      weight,
      term: incomingTermOf(term, pod, snapshot),
    })
    const preferred = pod.affinity.preferred.map(ready)
    const avoided = pod.antiAffinity.preferred.map(ready)
    const hasPreferences = preferred.length > 0 || avoided.length > 0
    const namespaceLabels = namespaceLabelsOf(pod, snapshot)
    const { version, nodes } = snapshot
    const sums: Tally = new Map()
    for (const { node, pods, podsWithAffinity } of nodes) {
      for (const other of hasPreferences ? pods : podsWithAffinity) {
        for (const { weight, term } of preferred) if (isAbout(term, other)) addTo(sums, node, term.topologyKey, weight)
        for (const { weight, term } of avoided) if (isAbout(term, other)) addTo(sums, node, term.topologyKey, -weight)
        const add = ({ weight, term }: WeightedPodAffinityTerm): void => {
          const own = termOf(term, other, version)
          if (isAbout(own, pod, namespaceLabels)) addTo(sums, node, own.topologyKey, weight)
        }
        for (const term of other.affinity.required) add({ weight: 1, term })
        for (const term of other.affinity.preferred) add(term)
        for (const { weight, term } of other.antiAffinity.preferred) add({ weight: -weight, term })
      }
    }
    if (sums.size === 0) return undefined
    const byKey = [...sums]
    return {
      scoreOf: ({ node }) => {
        let score = 0
        for (const [key, values] of byKey) {
          const value = labelOf(node.labels, key)
          if (value !== undefined) score += values.get(value) ?? 0
        }
        return score
      },
      normalize(raw) {
        const least = raw.reduce((lowest, score) => Math.min(lowest, score), Infinity)
        const most = raw.reduce((highest, score) => Math.max(highest, score), -Infinity)
        return raw.map((score) => normalizedAffinity(score, least, most))
      },
    }
  },
}

/** A sum of affinity weights as 0–100 between the least and the most of all feasible nodes; 0 when they are all equal. */
function normalizedAffinity(score: number, least: number, most: number): number {
  return most > least ? Math.trunc(100 * ((score - least) / (most - least))) : 0
}

function affinityFilter(state: AffinityState): PreparedFilter {
  const { pod, affinity, wanted, unwanted, unwelcome } = state
  const unwantedKeys = new Set(state.antiAffinity.map(({ topologyKey }) => topologyKey))
  const unwelcomeKeys = [...unwelcome.keys()]
  // The first pod of a group whose members want each other finds nobody yet.
  const mayBeFirst = [...wanted.values()].every(areAllZero) && isAboutAll(affinity, pod)
  const isWanted = (node: Node): boolean => {
    let found = true
    for (const { topologyKey } of affinity) {
      const value = labelOf(node.labels, topologyKey)
      if (value === undefined) return false
      if (countAt(wanted, topologyKey, value) <= 0) found = false
    }
    return found || mayBeFirst
  }
  const hasAny = (counts: TopologyCounts, node: Node, keys: Iterable<string>): boolean => {
    for (const key of keys) {
      const value = labelOf(node.labels, key)
      if (value !== undefined && countAt(counts, key, value) > 0) return true
    }
    return false
  }
  return {
    rejectionOn({ node }) {
      if (!isWanted(node)) return noAffinity
      if (hasAny(unwanted, node, unwantedKeys)) return antiAffinity
      return hasAny(unwelcome, node, unwelcomeKeys) ? existingAntiAffinity : undefined
    },
    after({ kind, pod: other, node }) {
      const delta = kind === 'added' ? 1 : -1
      const { version } = state.snapshot
      const own = other.antiAffinity.required.map((term) => termOf(term, other, version))
      return affinityFilter({
        ...state,
        wanted: changed(wanted, node, isAboutAll(affinity, other) ? affinity : [], delta),
        unwanted: changed(
          unwanted,
          node,
          state.antiAffinity.filter((term) => isAbout(term, other)),
          delta,
        ),
        unwelcome: changed(
          unwelcome,
          node,
          own.filter((term) => isAbout(term, pod, state.namespaceLabels)),
          delta,
        ),
      })
    },
  }
}

function changed(
  counts: TopologyCounts,
  { labels }: Node,
  terms: readonly AffinityTerm[],
  delta: number,
): TopologyCounts {
  if (terms.length === 0) return counts
  const after = new Map(counts)
  for (const { topologyKey } of terms) {
    const value = labelOf(labels, topologyKey)
    if (value === undefined) continue
    after.set(topologyKey, plusCount(after.get(topologyKey) ?? layeredCounts(new Map()), value, delta))
  }
  return after
}

function countAt(counts: TopologyCounts, key: string, value: string): number {
  const values = counts.get(key)
  return values === undefined ? 0 : countOf(values, value)
}

/** Whether every term is about the pod; no terms are about nobody. */
function isAboutAll(terms: readonly AffinityTerm[], pod: Pod): boolean {
  return terms.length > 0 && terms.every((term) => isAbout(term, pod))
}

function namespaceLabelsOf({ namespace }: Pod, { objects }: Snapshot): Labels {
  return objectIndex(objects).namespaces.get(namespace) ?? {}
}

/** Sums by topology key and value. */
type Tally = Map<string, Map<string, number>>

/** Adds to the sum of the value that the node has for the key; nothing when it has none. */
function addTo(tally: Tally, { labels }: Node, key: string, amount: number): void {
  const value = labelOf(labels, key)
  if (value === undefined) return
  let values = tally.get(key)
  if (values === undefined) {
    values = new Map()
    tally.set(key, values)
  }
  values.set(value, (values.get(value) ?? 0) + amount)
}

function countsOf(tally: Tally): TopologyCounts {
  return new Map([...tally].map(([key, values]) => [key, layeredCounts(values)]))
}
