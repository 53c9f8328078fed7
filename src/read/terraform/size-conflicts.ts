import type { PlannedNodeGroup } from './plan-summary.ts'

/** A node group whose running size would lie outside its new limits. */
export type SizeConflict = {
  readonly label: string
  readonly limit: 'min' | 'max'
  /** Nodes. */
  readonly wanted: number
  readonly live: number
}

/**
 * Groups that EKS would refuse to change: desired size is left to the autoscaler after creation, so a minimum above it, or
 * a maximum below it, makes UpdateNodegroupConfig fail with InvalidParameterException.
 * Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
 */
export function sizeConflicts(groups: readonly PlannedNodeGroup[]): readonly SizeConflict[] {
  return groups.flatMap((group): readonly SizeConflict[] => {
    const { liveDesired: live, sizes, label } = group
    if (live === undefined) return []
    if (sizes.min !== null && sizes.min > live) return [{ label, limit: 'min', wanted: sizes.min, live }]
    if (sizes.max !== null && sizes.max < live) return [{ label, limit: 'max', wanted: sizes.max, live }]
    return []
  })
}
