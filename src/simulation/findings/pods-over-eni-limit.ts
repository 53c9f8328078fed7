import { amountText } from '../amount-text.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** Pods per node that the autoscaler takes for given as long as a group has no node. */
const believedPods = 110

/** Nodes that are full by the number of pods, where the autoscaler believes in more. */
export function podsOverEniLimit({ fleet, merged }: Run): readonly SimulationFinding[] {
  const perGroup = new Map<string, { full: number; readonly limit: number; cpu: number }>()
  for (const { state, group, count } of fleet.alike()) {
    const { node, pods, requested } = state
    if (group === null || node.allocatablePods >= believedPods || pods.length < node.allocatablePods) continue
    const known = perGroup.get(group) ?? { full: 0, limit: node.allocatablePods, cpu: 0 }
    perGroup.set(group, known)
    known.full += count
    known.cpu += count * Math.max(0, node.allocatable.milliCpu - requested.milliCpu)
  }
  return merged.groups.flatMap(({ name }): readonly SimulationFinding[] => {
    const found = perGroup.get(name)
    if (found === undefined) return []
    const { full, limit, cpu } = found
    return [
      {
        id: 'pods-over-eni-limit',
        severity: 'warning',
        what: `${full} node${full === 1 ? '' : 's'} of group ${name} ${full === 1 ? 'is' : 'are'} full with ${limit} pods, and ${amountText('cpu', cpu)} of CPU ${full === 1 ? 'stays' : 'stay'} idle there`,
        why: `The instance type's network interfaces carry addresses for ${limit} pods; at zero nodes the autoscaler believes in ${believedPods}, so it asks for too few nodes first.`,
        fix: `turn on prefix delegation of the VPC CNI (ENABLE_PREFIX_DELEGATION) with a matching maxPods, or use a type with more interfaces`,
        group: name,
      },
    ]
  })
}
