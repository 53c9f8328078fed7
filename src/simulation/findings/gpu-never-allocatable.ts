import { gpuCount } from '../gpu-resources.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** GPUs that no device plugin ever tells the kubelet of. */
export function gpuNeverAllocatable({ merged, fleet }: Run): readonly SimulationFinding[] {
  return merged.groups.flatMap((group): readonly SimulationFinding[] => {
    const readiness = fleet.readinessOf(group.name)
    const gpus = gpuCount(group.realNode.capacity)
    const stuck = [...fleet.nodes()].filter(
      (node) => node.group === group.name && readiness.kind === 'after-plugin' && lacksPlugin(node.daemons.waiting),
    )
    if (readiness.kind !== 'never' && stuck.length === 0) return []
    const why =
      readiness.kind === 'never'
        ? readiness.why
        : `the pod of the device plugin DaemonSet finds no room on ${stuck.length} of its nodes`
    return [
      {
        id: 'gpu-never-allocatable',
        severity: fleet.sizeOf(group.name) > 0 ? 'error' : 'warning',
        what: `Nodes of group ${group.name} have ${gpus} GPU${gpus === 1 ? '' : 's'} each that no pod can ever get: ${why}`,
        why: 'A node offers its GPUs only after a device plugin on it has told the kubelet of them.',
        fix: `install the NVIDIA device plugin so that its DaemonSet selects nodes of group ${group.name} and tolerates their taints`,
        group: group.name,
      },
    ]

    function lacksPlugin(waiting: readonly number[]): boolean {
      return waiting.some(
        (index) => readiness.kind === 'after-plugin' && merged.daemonSets[index]?.workload === readiness.daemonSet,
      )
    }
  })
}
