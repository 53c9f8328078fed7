import { workloadId } from '../cluster/workload.ts'
import { applyChange } from './apply-change.ts'
import { candidateChanges } from './candidate-changes.ts'
import { changeText } from './change-text.ts'
import { createEngine } from './engine/create-engine.ts'
import { mayHelp } from './may-help.ts'
import type { Fix } from './outcome.ts'
import { outcomeCost } from './outcome-cost.ts'
import { type Run, runClock } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { PendingClass } from './workload-outcomes.ts'

/** Runs that may still be made to try changes, and what helped before: pods that are alike need the same. */
export type TrialBudget = { left: number; readonly helped: Map<string, Fix['change']> }

/** For one kind of pending pods. */
const mostTrials = 8

type Trial = {
  readonly change: Fix['change']
  readonly runs: number
  readonly gain: number
  readonly usdPerHour: number | null
}

/**
 * The one change that lets the most of a class's pending pods run, at the least cost: each candidate is tried by running
 * the whole simulation again with it. Takes one of `budget` for each run. A change that takes away from other workloads
 * as much as it gives is none.
 */
export function findFix(
  pending: PendingClass,
  run: Run,
  options: SimulationOptions,
  budget: TrialBudget,
): Fix | undefined {
  const likeness = likenessOf(pending)
  const trials: Trial[] = []
  for (const change of candidates(pending, run, budget.helped.get(likeness)).slice(0, mostTrials)) {
    if (budget.left <= 0) break
    budget.left -= 1
    const trial = tryChange(change, pending, run, options)
    if (trial.runs > 0 && trial.gain > 0) trials.push(trial)
    // What did most for pods that are alike does so again.
    if (trial.runs === pending.pods && trial.gain > 0 && budget.helped.has(likeness)) break
  }
  const [best] = trials.toSorted(
    (a, b) => b.runs - a.runs || (a.usdPerHour ?? Infinity) - (b.usdPerHour ?? Infinity) || b.gain - a.gain,
  )
  if (best === undefined) return undefined
  const { change, runs, usdPerHour } = best
  budget.helped.set(likeness, change)
  return { change, text: changeText(change, workloadId(pending.entry.workload)), runs, usdPerHour }
}

/** Changes that may help, the one that helped before at the front. */
function candidates(pending: PendingClass, run: Run, helped: Fix['change'] | undefined): readonly Fix['change'][] {
  const { index } = pending.entry
  const changes = candidateChanges(pending, run).filter((change) =>
    mayHelp(applyChange(run.merged, index, change), index, run),
  )
  const isFirst = (change: Fix['change']): boolean => JSON.stringify(change) === JSON.stringify(helped)
  return [...changes.filter(isFirst), ...changes.filter((change) => !isFirst(change))]
}

/** Equal for pods that differ in nothing that a change could be about. */
function likenessOf({ entry, pods, message }: PendingClass): string {
  const { name: _, owner: __, labels: ___, ...spec } = entry.workload.template
  return JSON.stringify([spec, pods, message])
}

function tryChange(change: Fix['change'], { entry, pods }: PendingClass, run: Run, options: SimulationOptions): Trial {
  const { until: _, ...timeless } = options
  const merged = applyChange(run.merged, entry.index, change)
  const { version, objects } = merged
  const engine = createEngine({ version, objects, percentageOfNodesToScore: options.percentageOfNodesToScore })
  const trial = runClock(merged, { ...timeless, scores: false }, engine, { watched: entry.index })
  const [before, after] = [hourAfter(run), hourAfter(trial)]
  return {
    change,
    runs: Math.min(pods, engine.placedOf(entry.index) - run.engine.placedOf(entry.index)),
    gain: runningPods(trial) - runningPods(run),
    usdPerHour: before === null || after === null ? null : Math.round((after - before) * 1e6) / 1e6,
  }
}

function runningPods({ engine, workloads }: Run): number {
  return workloads.reduce((sum, { index }) => sum + engine.placedOf(index), 0)
}

function hourAfter({ merged, sizesAtStart, fleet }: Run): number | null {
  return outcomeCost(merged, sizesAtStart, fleet).hourAfter
}
