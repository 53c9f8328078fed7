import { type Labels, labelOf } from '../../../cluster/labels.ts'
import type { AutoscalerFlags, DiscoveryTag } from '../../config/autoscaler-flags.ts'

/** What the autoscaler looks for when nobody says: the tags that EKS puts on the groups of its managed node groups. */
export function defaultDiscovery(cluster: string): readonly (readonly DiscoveryTag[])[] {
  return [[{ key: 'k8s.io/cluster-autoscaler/enabled' }, { key: `k8s.io/cluster-autoscaler/${cluster}` }]]
}

/** Whether the autoscaler takes a group: by its tags, all those of one list, or by its name. */
export function isDiscovered(
  { discovery, groups }: Pick<AutoscalerFlags, 'discovery' | 'groups'>,
  autoScalingGroup: string,
  tags: Labels,
): boolean {
  return (
    groups.some(({ name }) => name === autoScalingGroup) ||
    discovery.some((list) =>
      list.every(({ key, value }) => {
        const found = labelOf(tags, key)
        return found !== undefined && (value === undefined || value === found)
      }),
    )
  )
}
