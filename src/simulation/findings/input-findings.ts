import { workloadId } from '../../cluster/workload.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** What the API server refuses, what preemption ends for good, DaemonSets without room, and a run that was cut off. */
export function inputFindings(run: Run): readonly SimulationFinding[] {
  const { merged, gonePods, unsettled, workloads, fleet } = run
  const evicted = [
    ...workloads.filter((entry) => entry.evicted > 0).map(({ workload }) => workloadId(workload)),
    ...gonePods.filter(({ pod }) => pod.owner === undefined).map(({ pod }) => `Pod/${pod.name}`),
  ]
  const crowded = merged.daemonSets.flatMap(({ workload }, index): readonly SimulationFinding[] => {
    const nodes = [...fleet.nodes()].filter(({ daemons }) => daemons.waiting.includes(index))
    if (nodes.length === 0) return []
    const id = workloadId(workload)
    return [
      {
        id: 'daemon-pod-without-room',
        severity: 'error',
        what: `${id} has no room for its pod on ${nodes.length} node${nodes.length === 1 ? '' : 's'}`,
        why: 'Its pod can run on that node alone, and what is there already takes the room.',
        fix: `lower the requests of ${id}, or give it a priority class so that it goes before other pods`,
        workload: id,
      },
    ]
  })
  return [
    ...merged.refused.map(
      ({ workload, namespace, pods, message }): SimulationFinding => ({
        id: 'pods-refused',
        severity: 'error',
        what: `The API server refuses ${pods} pod${pods === 1 ? '' : 's'} of ${workload} in ${namespace}`,
        why: message,
        fix: 'change what the message names: the quota, the limit range or the pod',
        workload,
      }),
    ),
    ...crowded,
    ...(evicted.length === 0
      ? []
      : [
          {
            id: 'bare-pods-preempted',
            severity: 'warning' as const,
            what: `Preemption ends ${evicted.length} pod${evicted.length === 1 ? '' : 's'} for good: ${evicted.slice(0, 5).join(', ')}`,
            why: 'They have no controller that makes them again.',
            fix: 'run them by a Job or a Deployment, or give them a higher priority',
          },
        ]),
    ...(unsettled
      ? [
          {
            id: 'did-not-settle',
            severity: 'warning' as const,
            what: 'The simulation was cut off: the cluster keeps changing',
            why: 'Nodes come and go without end, so the figures are those of the moment at which it was cut off.',
            fix: 'read the timeline for what repeats',
          },
        ]
      : []),
  ]
}
