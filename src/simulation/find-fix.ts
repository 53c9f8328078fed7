import { workloadId } from '../cluster/workload.ts'
import { applyChange } from './apply-change.ts'
import { candidateChanges } from './candidate-changes.ts'
import { changeText } from './change-text.ts'
import { createEngine } from './engine/create-engine.ts'
import { mayHelp } from './may-help.ts'
import type { Fix, OutcomeCost, Trials } from './outcome.ts'
import { outcomeCost } from './outcome-cost.ts'
import { type Run, runClock } from './run-clock.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { PendingClass } from './workload-outcomes.ts'

/** Runs that may still be made to try changes, and what helped before: pods that are alike need the same. */
export type TrialBudget = { left: number; readonly helped: Map<string, Fix['change']> }

/** The change that helps, if any, and how it was looked for. */
export type FixSearch = { readonly fix?: Fix; readonly trials: Trials }

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
 * the whole simulation again with it, until one lets all of them run and adds no node. Takes one of `budget` for each run.
 * A change that takes away from other workloads as much as it gives is none.
 */
export function findFix(pending: PendingClass, run: Run, options: SimulationOptions, budget: TrialBudget): FixSearch {
  const likeness = likenessOf(pending)
  const changes = candidates(pending, run, budget.helped.get(likeness))
  const { hourNow, hourAfter } = costOf(run)
  const least = (hourNow ?? 0) - (hourAfter ?? 0)
  const helping: Trial[] = []
  let made = 0
  let isFound = false
  while (!isFound && made < Math.min(changes.length, mostTrials) && budget.left > 0) {
    const change = changes[made]
    if (change === undefined) break
    made += 1
    budget.left -= 1
    const trial = tryChange(change, pending, run, options)
    if (trial.runs === 0 || trial.gain <= 0) continue
    helping.push(trial)
    // What did most for pods that are alike does so again; and no change makes the cluster cheaper than it is at the start.
    const isBest = budget.helped.has(likeness) || (trial.usdPerHour ?? Infinity) <= least
    isFound = isBest && trial.runs === pending.pods
  }
  const trials: Trials = { made, complete: isFound || made === changes.length }
  const [best] = helping.toSorted(
    (a, b) => b.runs - a.runs || (a.usdPerHour ?? Infinity) - (b.usdPerHour ?? Infinity) || b.gain - a.gain,
  )
  if (best === undefined) return { trials }
  const { change, runs } = best
  budget.helped.set(likeness, change)
  const text = changeText(change, workloadId(pending.entry.workload))
  return { fix: { change, text, runs, usdPerHour: priceOf(best, pending, run, options) }, trials }
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

function tryChange(change: Fix['change'], pending: PendingClass, run: Run, options: SimulationOptions): Trial {
  const { entry, pods } = pending
  const trial = runWith(change, pending, run, options, { watched: entry.index })
  return {
    change,
    runs: Math.min(pods, trial.engine.placedOf(entry.index) - run.engine.placedOf(entry.index)),
    gain: runningPods(trial) - runningPods(run),
    usdPerHour: priceDifference(run, trial),
  }
}

/** Until a given time nodes may come that go again: the price of a change is then that of a run up to that time. */
function priceOf(
  { change, usdPerHour }: Trial,
  pending: PendingClass,
  run: Run,
  options: SimulationOptions,
): number | null {
  return options.until === undefined ? usdPerHour : priceDifference(run, runWith(change, pending, run, options))
}

function runWith(
  change: Fix['change'],
  { entry }: PendingClass,
  run: Run,
  options: SimulationOptions,
  trial?: Parameters<typeof runClock>[3],
): Run {
  const merged = applyChange(run.merged, entry.index, change)
  const { version, objects } = merged
  const engine = createEngine({ version, objects, percentageOfNodesToScore: options.percentageOfNodesToScore })
  return runClock(merged, { ...options, scores: false }, engine, trial)
}

function runningPods({ engine, workloads }: Run): number {
  return workloads.reduce((sum, { index }) => sum + engine.placedOf(index), 0)
}

/** USD/hour that the second run ends with above the first. */
function priceDifference(run: Run, changed: Run): number | null {
  const { hourAfter: before } = costOf(run)
  const { hourAfter: after } = costOf(changed)
  return before === null || after === null ? null : Math.round((after - before) * 1e6) / 1e6
}

function costOf({ merged, sizesAtStart, fleet }: Run): OutcomeCost {
  return outcomeCost(merged, sizesAtStart, fleet)
}
