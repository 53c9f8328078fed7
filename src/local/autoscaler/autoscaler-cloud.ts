import type { GroupView } from '../../autoscaler/view.ts'
import type { AutoscalerFlags } from '../../read/config/autoscaler-flags.ts'

/** The cloud as the autoscaler stand-in needs it: the Auto Scaling groups of one cluster. */
export type AutoscalerCloud = {
  /** Every group of the cluster as it stands, with whether the autoscaler finds it by its flags. */
  groups(finds: Pick<AutoscalerFlags, 'discovery' | 'groups'>): Promise<readonly CloudGroup[]>
  /** Sets the desired capacity of a group, by the name that {@link GroupView} has. */
  resize(group: string, desired: number): Promise<void>
  /** Ends an instance without another taking its place. */
  terminate(instanceId: string): Promise<void>
}

/** One group with the instances that it has. */
export type CloudGroup = Pick<GroupView, 'group' | 'targetSize'> & { readonly instanceIds: readonly string[] }
