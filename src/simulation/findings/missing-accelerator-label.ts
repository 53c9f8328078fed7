import { labelOf } from '../../cluster/labels.ts'
import { scalarOf } from '../../cluster/resources.ts'
import { gpuCount } from '../gpu-resources.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

const acceleratorLabel = 'k8s.amazonaws.com/accelerator'

/** GPU nodes that the autoscaler takes for finished before their GPUs can be had, so that it adds more. */
export function missingAcceleratorLabel({ merged, fleet, engine, sizesAtStart }: Run): readonly SimulationFinding[] {
  if (merged.autoscaler === undefined) return []
  return merged.groups.flatMap((group): readonly SimulationFinding[] => {
    const { name, realNode, discovered } = group
    if (!discovered || gpuCount(realNode.capacity) === 0 || labelOf(realNode.labels, acceleratorLabel) !== undefined)
      return []
    if (fleet.readinessOf(name).kind !== 'after-plugin') return []
    const added = fleet.sizeOf(name) - (sizesAtStart.get(name) ?? 0)
    if (added <= 0) return []
    const idle = [...engine.nodes()].filter((use) => use.group === name && gpuCount(use.requested) === 0).length
    return [
      {
        id: 'missing-accelerator-label',
        severity: 'warning',
        what: `Nodes of group ${name} lack the label ${acceleratorLabel}: ${added} came, and ${idle} of the group's nodes use no GPU in the end`,
        why: 'By that label the autoscaler knows that a Ready node still waits for its GPUs. Without it, pods that wait for the device plugin make it add nodes a second time.',
        fix:
          scalarOf(realNode.capacity, 'nvidia.com/gpu') > 0
            ? `label the nodes of group ${name} with ${acceleratorLabel}=<model>, e.g. nvidia-a10g`
            : `let the nodes of group ${name} offer nvidia.com/gpu by that name (no renamed shares, MIG strategy single) and label them with ${acceleratorLabel}=<model>: with the label alone the autoscaler would take them for unready for ever`,
        group: name,
      },
    ]
  })
}
