import { workloadId } from '../../cluster/workload.ts'
import { createEngine } from '../engine/create-engine.ts'
import type { SimulationFinding } from '../outcome.ts'
import { type Run, runClock } from '../run-clock.ts'
import type { SimulationOptions } from '../simulation-options.ts'
import { pendingOf } from '../workload-outcomes.ts'

/** Other orders that are tried, and pods and nodes up to which they are. */
const seeds = [1, 2]
const mostPods = 5000

/** Workloads of which more or fewer pods run when the pods come in another order. */
export function orderDependent(run: Run, options: SimulationOptions): readonly SimulationFinding[] {
  const { merged, engine, workloads } = run
  const pods = workloads.reduce((sum, { workload }) => sum + workload.replicas, 0)
  if (pods + engine.nodeCount > mostPods || !workloads.some((entry) => pendingOf(run, entry) > 0)) return []
  const { version, objects } = merged
  const others = seeds.map((seed) => {
    const settings = { version, objects, percentageOfNodesToScore: options.percentageOfNodesToScore }
    return runClock(merged, { ...options, order: 'shuffled', seed, scores: false }, createEngine(settings), {})
  })
  const changed = workloads.filter(({ index, workload }) =>
    others.some(
      (other) =>
        index < other.workloads.length &&
        other.engine.placedOf(index) !== engine.placedOf(index) &&
        workload.replicas > 0,
    ),
  )
  if (changed.length === 0) return []
  const ranges = changed.map(({ index, workload }) => {
    const counts = [run, ...others].map((other) => other.engine.placedOf(index))
    return `${workloadId(workload)} ${Math.min(...counts)} to ${Math.max(...counts)} of ${workload.replicas}`
  })
  return [
    {
      id: 'order-dependent',
      severity: 'info',
      what: `How many pods run depends on the order in which they come: ${ranges.slice(0, 5).join(', ')}`,
      why: `Pods of equal priority are placed in the order of their creation; ${seeds.length} other orders were tried.`,
      fix: 'give the pods that must run a higher priority class',
    },
  ]
}
