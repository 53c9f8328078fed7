import { secondShareRefusal } from '../../catalog/plugin-devices.ts'
import { rejectedPod } from '../../cluster/rejected-pod.ts'
import { scalarOf } from '../../cluster/resources.ts'
import { workloadId } from '../../cluster/workload.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run, RunWorkload } from '../run-clock.ts'

/** Pods that get a node and never start: a container of theirs asks for several shares where the device plugin gives one. */
export function secondShareRefused({ merged, fleet, workloads }: Run): readonly SimulationFinding[] {
  return workloads.flatMap((entry): readonly SimulationFinding[] => {
    const { workload } = entry
    const { requests, largestAsks } = workload.template
    const counts = podsByGroup(entry)
    return merged.groups.flatMap(({ name, realNode }): readonly SimulationFinding[] => {
      const pods = counts.get(name) ?? 0
      if (pods === 0) return []
      return (realNode.oneShareEach ?? []).flatMap((device): readonly SimulationFinding[] => {
        const asked = largestAsks?.[device] ?? scalarOf(requests, device)
        if (asked < 2) return []
        const { reason, message } = rejectedPod(secondShareRefusal(device, asked))
        const id = workloadId(workload)
        return [
          {
            id: 'second-share-refused',
            severity: 'error',
            what: `${pods} pod${pods === 1 ? '' : 's'} of ${id} get${pods === 1 ? 's' : ''} a node of group ${name} and fail${pods === 1 ? 's' : ''} there with ${reason}: ${message}`,
            why: `${device} is a share of a GPU in group ${name}, and its device plugin gives a container one: two could be of the same GPU, and would not be twice as much. kube-scheduler does not know, so it places the pod, and what made it makes another that fails as well.`,
            fix: `ask for ${device}: 1 in each container of ${id}, or let it go to a group without sharing; with time-slicing, fail_requests_greater_than_one = false allows more than one, with MPS nothing does`,
            workload: id,
            group: name,
          },
        ]
      })
    })
  })

  function podsByGroup({ nodeOf }: RunWorkload): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const node of nodeOf) {
      const group = node < 0 ? undefined : fleet.all[node]?.group
      if (typeof group === 'string') counts.set(group, (counts.get(group) ?? 0) + 1)
    }
    return counts
  }
}
