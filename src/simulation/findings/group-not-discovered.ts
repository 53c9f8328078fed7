import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** A group that could grow and that the autoscaler does not see. */
export function groupNotDiscovered({ merged, fleet }: Run): readonly SimulationFinding[] {
  if (merged.autoscaler === undefined) return []
  return merged.groups
    .filter(({ name, discovered, maxSize }) => !discovered && maxSize > fleet.sizeOf(name))
    .map(({ name, maxSize }) => ({
      id: 'group-not-discovered',
      severity: 'warning',
      what: `Group ${name} stays at ${fleet.sizeOf(name)} of ${maxSize} nodes whatever waits`,
      why: 'The autoscaler finds groups by their tags, and this one lacks them.',
      fix: `tag its Auto Scaling group with k8s.io/cluster-autoscaler/enabled and k8s.io/cluster-autoscaler/${merged.name}`,
      group: name,
    }))
}
