import { daemonPodRefusal } from '../../cluster/daemon-pod.ts'
import { workloadId } from '../../cluster/workload.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** DaemonSets that get no pod on nodes where they belong, since a quota of their namespace is used up. */
export function daemonSetOverQuota({ merged, fleet }: Run): readonly SimulationFinding[] {
  return merged.daemonSets.flatMap(({ workload }, index): readonly SimulationFinding[] => {
    const { mostPods, template, namespace } = workload
    if (mostPods === undefined) return []
    const without = [...fleet.nodes()].filter(
      ({ node, daemons: { running, waiting } }) =>
        !running.includes(index) && !waiting.includes(index) && daemonPodRefusal(template, node) === undefined,
    ).length
    if (without === 0) return []
    const id = workloadId(workload)
    return [
      {
        id: 'daemon-set-over-quota',
        severity: 'error',
        what: `${id} has no pod on ${without} node${without === 1 ? '' : 's'} where it belongs: a ResourceQuota of namespace ${namespace} lets it have ${mostPods} in all`,
        why: 'The API server refuses pods beyond the quota, whoever makes them; the DaemonSet controller tries again and again. Pods that exist count, whether they run or wait.',
        fix: `raise the ResourceQuota of namespace ${namespace}, or run ${id} in a namespace without one`,
        workload: id,
      },
    ]
  })
}
