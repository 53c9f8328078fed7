import type { ClusterNode } from '../cluster/cluster.ts'
import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Workload } from '../cluster/workload.ts'

/** What Kubernetes objects add to a cluster; what `readKubernetes` yields is one of these. */
export type SimulationInput = {
  /** In the order in which they are created. */
  readonly workloads: readonly Workload[]
  readonly daemonSets: readonly Workload[]
  readonly nodes: readonly ClusterNode[]
  /** Bound pods; one that is not bound waits before all workloads. */
  readonly pods: readonly Pod[]
  readonly objects: ClusterObjects
  /** Objects and fields that were met and are not simulated. */
  readonly notSimulated: readonly { readonly what: string; readonly why: string; readonly count: number }[]
}
