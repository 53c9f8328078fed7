import type { AutoscalerSettings } from '../../cluster/autoscaler-settings.ts'
import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** A cluster-wide limit of the autoscaler's kept a group from growing. */
export function resourceLimitsStopScaleUp({ merged, loops, workloads, engine }: Run): readonly SimulationFinding[] {
  const { autoscaler } = merged
  if (autoscaler === undefined) return []
  const waiting = workloads.some(({ gated, workload, index }) => !gated && engine.placedOf(index) < workload.replicas)
  if (!waiting) return []
  const perFlag = new Map<string, { readonly limit: string; readonly groups: Set<string> }>()
  for (const { skippedGroups } of loops)
    for (const { group, reason } of skippedGroups)
      for (const [flag, limit] of limitsIn(reason, autoscaler)) {
        const known = perFlag.get(flag) ?? { limit, groups: new Set<string>() }
        perFlag.set(flag, known)
        known.groups.add(group)
      }
  return [...perFlag].map(([flag, { limit, groups }]) => ({
    id: 'resource-limits-stop-scale-up',
    severity: 'error',
    what: `The autoscaler's ${flag} of ${limit} stops the growth of ${[...groups]
      .toSorted()
      .map((group) => `group ${group}`)
      .join(', ')}`,
    why: 'Its limits on the whole cluster hold before any group is at its max size, and their defaults are lower than a large cluster needs.',
    fix: `raise ${flag} in the autoscaler's arguments`,
  }))
}

function limitsIn(reason: string, settings: AutoscalerSettings): readonly (readonly [flag: string, limit: string])[] {
  const { coresTotal, memoryTotal, maxNodesTotal, gpuTotal } = settings
  if (/max total nodes/.test(reason)) return [['--max-nodes-total', `${maxNodesTotal} nodes`]]
  const resources = /resources: (.*)$/.exec(reason)?.[1]?.split(/,\s*/) ?? []
  return resources.map((resource) => {
    switch (resource) {
      case 'cpu':
        return ['--cores-total', `${coresTotal.max} cores`]
      case 'memory':
        return ['--memory-total', `${memoryTotal.max} GiB`]
      default:
        return ['--gpu-total', `${gpuTotal.find(({ type }) => type === resource)?.max ?? 0} GPUs of ${resource}`]
    }
  })
}
