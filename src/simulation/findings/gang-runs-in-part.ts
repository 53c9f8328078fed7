import { gangGroups } from '../gang-groups.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** Pods that help only together, of which some run and hold what they have. */
export function gangRunsInPart(run: Run): readonly SimulationFinding[] {
  const seen = new Set<string>()
  return run.workloads.flatMap((entry): readonly SimulationFinding[] => {
    const { gang, namespace } = entry.workload
    if (gang === undefined || seen.has(`${namespace}/${gang.name}`)) return []
    seen.add(`${namespace}/${gang.name}`)
    const { count, inPart } = gangGroups(run, entry)
    if (inPart.count === 0) return []
    const needed = inPart.count * gang.size
    return [
      {
        id: 'gang-runs-in-part',
        severity: 'error',
        what:
          count === 1
            ? `${gang.name} runs ${inPart.running} of the ${needed} pods that it needs together`
            : `${inPart.count} of the ${count} groups of ${gang.name} run${inPart.count === 1 ? 's' : ''} in part: ${inPart.running} of the ${needed} pods that ${inPart.count === 1 ? 'it needs' : 'they need'} together`,
        why: `${inPart.running === 1 ? 'The pod holds' : `The ${inPart.running} pods hold`} ${inPart.gpus} GPU${inPart.gpus === 1 ? '' : 's'} and wait${inPart.running === 1 ? 's' : ''} for the others: kube-scheduler places pods one by one and gives nothing back.`,
        fix: 'make room for all of them (see the pending pods), or queue the job with Kueue, which starts it whole or not at all',
        workload: gang.name,
      },
    ]
  })
}
