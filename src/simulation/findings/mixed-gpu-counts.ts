import { findInstanceType } from '../../catalog/instance-types.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** A group whose instance types have different numbers of GPUs: the autoscaler believes in the first. */
export function mixedGpuCounts({ merged }: Run): readonly SimulationFinding[] {
  return merged.groups.flatMap(({ name, instanceTypes }): readonly SimulationFinding[] => {
    const counts = instanceTypes.map((type) => ({ type, gpus: findInstanceType(type)?.gpu?.count ?? 0 }))
    if (new Set(counts.map(({ gpus }) => gpus)).size < 2) return []
    const [first] = instanceTypes
    return [
      {
        id: 'mixed-gpu-counts',
        severity: 'warning',
        what: `Instance types of group ${name} differ in GPUs: ${counts.map(({ type, gpus }) => `${type} has ${gpus}`).join(', ')}`,
        why: `The autoscaler reckons with ${first ?? 'the first type'} for every new node, later with any one running node, while EC2 may start another type; it then adds too many nodes or nodes that the pods do not fit on. This simulation, too, takes every node for ${first ?? 'the first type'}.`,
        fix: `make one group for each number of GPUs`,
        group: name,
      },
    ]
  })
}
