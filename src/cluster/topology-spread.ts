import type { LabelSelector } from './label-selector.ts'

/** How evenly pods lie over the values of a node label. */
export type TopologySpreadConstraint = {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'
  /** Pods that are counted, in the pod's own namespace; `undefined` matches none. */
  readonly selector?: LabelSelector
  /** At least so many values must exist before the smallest count is more than 0. Only with `DoNotSchedule`. */
  readonly minDomains?: number
  /** Label keys whose values of the incoming pod are added to the selector. */
  readonly matchLabelKeys: readonly string[]
  /** Whether nodes that the pod's node affinity leaves out are counted; `Honor` by default: they are not. */
  readonly nodeAffinityPolicy: 'Honor' | 'Ignore'
  /** Whether nodes with taints that the pod does not tolerate are left out; `Ignore` by default: they are counted. */
  readonly nodeTaintsPolicy: 'Honor' | 'Ignore'
}
