import { workloadId } from '../../cluster/workload.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'
import { pendingOf } from '../workload-outcomes.ts'

/** The cluster's own workloads without a node: nothing works without DNS, and nothing scales without the autoscaler. */
export function systemPodsPending(run: Run): readonly SimulationFinding[] {
  const waiting = run.workloads.filter((entry) => entry.system && pendingOf(run, entry) > 0)
  const isStuck = run.merged.autoscaler !== undefined && run.lastDecision === undefined
  return [
    ...waiting.map((entry): SimulationFinding => {
      const id = workloadId(entry.workload)
      return {
        id: 'system-pods-pending',
        severity: 'error',
        what: `${id} in ${entry.workload.namespace} lacks a node for ${pendingOf(run, entry)} of its ${entry.workload.replicas} pods`,
        why: 'The cluster needs them to work, and they tolerate no taints of GPU groups.',
        fix: 'add a node group without taints, with at least two nodes from the start',
        workload: id,
      }
    }),
    ...(isStuck
      ? [
          {
            id: 'autoscaler-not-running',
            severity: 'error' as const,
            what: 'The autoscaler has no node to run on, so no group grows',
            why: 'It is a pod like any other: something else has to bring the first node that takes it.',
            fix: 'give a group without taints a desired size of at least 1',
          },
        ]
      : []),
  ]
}
