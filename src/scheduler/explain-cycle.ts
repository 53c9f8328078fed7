import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'
import { statusOf } from './node-statuses.ts'
import type { Preemption } from './preemption.ts'
import type { NodeRejection } from './prepare-filters.ts'
import { type CycleOptions, runCycle } from './run-cycle.ts'
import { outcomeOf, type ScheduleOutcome } from './schedule.ts'
import type { ScoredNodes } from './score-nodes.ts'
import type { Snapshot } from './snapshot.ts'

/** What one plugin gave to one node. */
export type PluginScore = {
  readonly plugin: string
  readonly weight: number
  readonly raw: number
  /** 0–100. */
  readonly normalized: number
  /** `weight × normalized`. */
  readonly weighted: number
}

/** What one cycle made of one node. */
export type NodeExplanation = { readonly node: string } & (
  | {
      readonly kind: 'rejected'
      /** The filter that rejected it; empty for a node that was left out before the filters ran. */
      readonly plugin: string
      readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable'
      readonly reasons: readonly string[]
    }
  | {
      readonly kind: 'feasible'
      /** Empty when it was the only feasible node, which is taken unscored. */
      readonly scores: readonly PluginScore[]
      readonly total: number
    }
  /** Enough feasible nodes were found before it. */
  | { readonly kind: 'not-visited' }
)

/** One cycle in every detail. */
export type CycleExplanation = {
  readonly outcome: ScheduleOutcome
  /** What PreFilter said against the pod as a whole. */
  readonly preFilter?: NodeRejection
  /** In the order of the snapshot. */
  readonly nodes: readonly NodeExplanation[]
  /** Names of all nodes with the highest total, sorted; empty when no node fits. */
  readonly best: readonly string[]
  /** What preemption found; absent when it was not asked. */
  readonly preemption?: Preemption
}

/** Runs a cycle and tells per node which filter rejected it, or each plugin's scores. */
export function explainCycle(pod: Pod, snapshot: Snapshot, options: CycleOptions = {}): CycleExplanation {
  const cycle = runCycle(pod, snapshot, options)
  const outcome = outcomeOf(cycle)
  if (cycle.kind === 'unschedulable') {
    const { statuses, preFilter, preemption } = cycle
    return {
      outcome,
      nodes: snapshot.nodes.map((state) =>
        rejected(
          state,
          cycle.statuses.explicit.get(state) ?? { ...statusOf(statuses, state), plugin: preFilter?.plugin ?? '' },
        ),
      ),
      best: [],
      ...(preFilter !== undefined && { preFilter }),
      ...(preemption !== undefined && { preemption }),
    }
  }
  const { feasible, scored, statuses, best } = cycle
  const indexes = new Map(feasible.map((state, index) => [state, index]))
  return {
    outcome,
    nodes: snapshot.nodes.map((state) => {
      const index = indexes.get(state)
      if (index !== undefined) return { node: state.node.name, kind: 'feasible', ...scoresAt(index, scored) }
      const rejection = statuses.explicit.get(state)
      if (rejection !== undefined) return rejected(state, rejection)
      return statuses.absent.reasons.length > 0
        ? rejected(state, { ...statuses.absent, plugin: '' })
        : { node: state.node.name, kind: 'not-visited' }
    }),
    best: best.map(({ node }) => node.name).toSorted(),
  }
}

function rejected({ node }: NodeState, { plugin, unresolvable, reasons }: NodeRejection): NodeExplanation {
  const code = unresolvable ? 'UnschedulableAndUnresolvable' : 'Unschedulable'
  return { node: node.name, kind: 'rejected', plugin, code, reasons }
}

function scoresAt(
  index: number,
  scored: ScoredNodes | undefined,
): { readonly scores: readonly PluginScore[]; readonly total: number } {
  const scores = (scored?.plugins ?? []).map(({ plugin, weight, raw, normalized }) => {
    const score = normalized[index] ?? 0
    return { plugin, weight, raw: raw[index] ?? 0, normalized: score, weighted: weight * score }
  })
  return { scores, total: scored?.totals[index] ?? 0 }
}
