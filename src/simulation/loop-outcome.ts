import type { AutoscalerDecision, ScaleUpOption } from '../autoscaler/decision.ts'
import type { LoopOption, LoopOutcome } from './outcome.ts'

/** A loop for people; `undefined` for one that says nothing new after the last one that is shown. */
export function loopOutcome(
  at: number,
  decision: AutoscalerDecision,
  last: LoopOutcome | undefined,
): LoopOutcome | undefined {
  const { scaleUps, scaleDowns } = decision
  const skippedGroups = [...decision.skippedGroups]
    .map(([group, reason]) => ({ group, reason }))
    .toSorted((a, b) => (a.group < b.group ? -1 : 1))
  const outcome: LoopOutcome = {
    at,
    options: decision.options.map(loopOption),
    tied: [...new Set(scaleUps.flatMap(({ best, tied }) => [best, ...tied]))].toSorted(),
    scaleUps: scaleUps.flatMap(({ plan }) => plan),
    scaleDowns,
    skippedGroups,
  }
  if (scaleUps.length > 0 || scaleDowns.length > 0) return outcome
  const isNews =
    outcome.options.length + skippedGroups.length > 0 &&
    JSON.stringify([outcome.options, skippedGroups]) !== JSON.stringify([last?.options, last?.skippedGroups])
  return isNews ? outcome : undefined
}

function loopOption({ group, nodes, pods, leastWaste }: ScaleUpOption): LoopOption {
  const waste = leastWaste === undefined ? undefined : wasteOf(leastWaste)
  const helped = [...pods.values()].reduce((sum, count) => sum + count, 0)
  return { group, nodes, pods: helped, ...(waste === undefined ? {} : { waste }) }
}

/** Shares from the expander's own line, e.g. `… would waste 75.00% CPU, 87.50% Memory, 81.25% Blended`. */
function wasteOf(line: string): LoopOption['waste'] {
  const figures = [...line.matchAll(/([\d.]+)%/g)].map(([, percent]) => Number(percent) / 100)
  const [cpu, memory, blended] = figures
  if (cpu === undefined || memory === undefined || blended === undefined) return undefined
  return { cpu, memory, blended }
}
