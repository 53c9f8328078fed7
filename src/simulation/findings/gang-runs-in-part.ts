import { gpuCount } from '../gpu-resources.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'
import { runningOfGang } from '../workload-outcomes.ts'

/** Pods that help only together, of which some run and hold what they have. */
export function gangRunsInPart(run: Run): readonly SimulationFinding[] {
  const seen = new Set<string>()
  return run.workloads.flatMap((entry): readonly SimulationFinding[] => {
    const { gang, namespace } = entry.workload
    if (gang === undefined || seen.has(`${namespace}/${gang.name}`)) return []
    seen.add(`${namespace}/${gang.name}`)
    const running = runningOfGang(run, entry)
    if (running === 0 || running >= gang.size) return []
    const held = run.workloads
      .filter(({ workload }) => workload.namespace === namespace && workload.gang?.name === gang.name)
      .reduce((sum, { index, workload }) => sum + run.engine.placedOf(index) * gpuCount(workload.template.requests), 0)
    return [
      {
        id: 'gang-runs-in-part',
        severity: 'error',
        what: `${gang.name} runs ${running} of the ${gang.size} pods that it needs together`,
        why: `The ${running} pods hold ${held} GPUs and wait for the others: kube-scheduler places pods one by one and gives nothing back.`,
        fix: 'make room for all of them (see the pending pods), or queue the job with Kueue, which starts it whole or not at all',
        workload: gang.name,
      },
    ]
  })
}
