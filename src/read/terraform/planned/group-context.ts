import type { AutoscalerFlags } from '../../config/autoscaler-flags.ts'
import type { ChosenCluster } from './choose-cluster.ts'
import type { DevicePlugin, GpuPlugin } from './gpu-devices.ts'
import type { PlanIndex } from './plan-index.ts'
import type { Unknowns } from './unknowns.ts'

/** What reading a node group needs to know of its cluster. */
export type GroupContext = {
  readonly index: PlanIndex
  readonly cluster: ChosenCluster
  /** `1.36` */
  readonly version: string
  readonly minor: number
  readonly region: string
  readonly prefixDelegation: boolean
  readonly gpuOperator: boolean
  readonly plugins: { readonly gpu: readonly GpuPlugin[]; readonly efa: readonly DevicePlugin[] }
  /** How the autoscaler finds its groups. */
  readonly discovery: Pick<AutoscalerFlags, 'discovery' | 'groups'>
  readonly mayDescribe: () => boolean
  readonly unknowns: Unknowns
}
