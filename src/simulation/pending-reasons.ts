import { type FixSearch, findFix, type TrialBudget } from './find-fix.ts'
import { groupBy } from './group-by.ts'
import type { PendingReason } from './outcome.ts'
import { pendingExplanation } from './pending-explanation.ts'
import type { Run } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'
import { type PendingClass, pendingClasses } from './workload-outcomes.ts'

/**
 * Most runs that are made to try changes, and how much work they may be together. A run is about as much work as it places
 * pods, plus these many for each node and for each pod that waits, where pods are queued one by one and where in runs.
 */
const trials = { most: 24, work: 1_500_000, perNode: 20, perPod: 1, perPodOfRun: 0.02 } as const

/** Index of a workload in the engine → why its pods wait, one for each text. */
export function pendingReasons(run: Run, options: SimulationOptions): ReadonlyMap<number, readonly PendingReason[]> {
  const budget: TrialBudget = { left: trialsFor(run, options), helped: new Map() }
  const reasons = new Map<number, readonly PendingReason[]>()
  for (const [entry, classes] of groupBy(pendingClasses(run), (pending) => pending.entry)) {
    const explanation = pendingExplanation(entry, run)
    const { fix, trials: search } = options.fixes ? fixOf(classes, run, options, budget) : {}
    reasons.set(
      entry.index,
      classes.map(({ pods, message }) => ({
        pods,
        message,
        ...(entry.notTriggered === undefined ? {} : { notTriggeredScaleUp: entry.notTriggered }),
        explanation,
        ...(fix === undefined ? {} : { fix: { ...fix, runs: Math.min(fix.runs, pods) } }),
        ...(search === undefined ? {} : { trials: search }),
      })),
    )
  }
  return reasons
}

/** Pods of one workload are alike: what helps one text's helps the others. */
function fixOf(
  classes: readonly PendingClass[],
  run: Run,
  options: SimulationOptions,
  budget: TrialBudget,
): Partial<FixSearch> {
  const [first] = classes
  if (first === undefined) return {}
  if (budget.left <= 0) return { trials: { made: 0, complete: false } }
  const pods = classes.reduce((sum, pending) => sum + pending.pods, 0)
  return findFix({ ...first, pods }, run, options, budget)
}

/** Large clusters leave time for fewer trials. */
function trialsFor({ workloads, engine }: Run, { order }: SimulationOptions): number {
  const perPod = order === 'shuffled' ? trials.perPod : trials.perPodOfRun
  const work = workloads.reduce(
    (sum, { index, workload }) => sum + engine.placedOf(index) + perPod * workload.replicas,
    1 + trials.perNode * engine.nodeCount,
  )
  return Math.min(trials.most, Math.floor(trials.work / work))
}
