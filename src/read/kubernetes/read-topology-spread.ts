import type { TopologySpreadConstraint } from '../../cluster/topology-spread.ts'
import { listAt, numberAt, textAt, textsAt, valueAt } from './json.ts'
import { readLabelSelector } from './read-label-selector.ts'

/**
 * The `topologySpreadConstraints` of a pod spec. A policy that is not given is what kube-scheduler takes it for:
 * `Honor` for node affinity, `Ignore` for taints.
 */
export function readTopologySpread(podSpec: unknown): readonly TopologySpreadConstraint[] {
  return listAt(podSpec, 'topologySpreadConstraints').map((constraint) => {
    const selector = valueAt(constraint, 'labelSelector') ?? undefined
    const minDomains = numberAt(constraint, 'minDomains')
    return {
      maxSkew: numberAt(constraint, 'maxSkew') ?? 1,
      topologyKey: textAt(constraint, 'topologyKey') ?? '',
      whenUnsatisfiable:
        textAt(constraint, 'whenUnsatisfiable') === 'ScheduleAnyway' ? 'ScheduleAnyway' : 'DoNotSchedule',
      ...(selector !== undefined && { selector: readLabelSelector(selector) }),
      ...(minDomains !== undefined && { minDomains }),
      matchLabelKeys: textsAt(constraint, 'matchLabelKeys'),
      nodeAffinityPolicy: textAt(constraint, 'nodeAffinityPolicy') === 'Ignore' ? 'Ignore' : 'Honor',
      nodeTaintsPolicy: textAt(constraint, 'nodeTaintsPolicy') === 'Honor' ? 'Honor' : 'Ignore',
    }
  })
}
