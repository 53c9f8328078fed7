import type { AutoscalerSettings } from './autoscaler-settings.ts'
import type { ClusterObjects } from './cluster-objects.ts'
import type { Node } from './node.ts'
import type { NodeGroup } from './node-group.ts'
import type { Pod } from './pod.ts'
import type { Workload } from './workload.ts'

/** A node that exists, and the group it belongs to; nodes outside of groups never come or go. */
export type ClusterNode = {
  readonly node: Node
  readonly group?: string
  /** Condition Ready. */
  readonly ready: boolean
  /** Milliseconds since 1970; a node is its group's template only once it has been ready for a minute. */
  readonly readySince: number
}

/** Something that the source leaves open, so that no result may claim it. */
export type Unknown = {
  /** What is unknown, e.g. `instance types of node group training`. */
  readonly what: string
  /** Why, and what was assumed instead. */
  readonly why: string
  /** Terraform address or file position. */
  readonly at?: string
}

/** A cluster, from whatever source: what every analysis takes. */
export type Cluster = {
  readonly name: string
  /** `1.36` or `1.36.3`; the patch level decides texts. */
  readonly kubernetesVersion: string
  readonly region?: string
  readonly nodeGroups: readonly NodeGroup[]
  /** Nodes that exist now; the desired nodes of a group that is yet to be made are not among them. */
  readonly nodes: readonly ClusterNode[]
  /** Pods that exist now: bound ones, and waiting ones in their queue's order. */
  readonly pods: readonly Pod[]
  /** DaemonSets, each with one pod per matching node: `replicas` is 0 and means nothing. */
  readonly daemonSets: readonly Workload[]
  /** What runs in the cluster by itself before any workload of the user's: CoreDNS, the autoscaler. */
  readonly systemWorkloads: readonly Workload[]
  readonly objects: ClusterObjects
  /** Absent: nothing scales by itself. */
  readonly autoscaler?: AutoscalerSettings
  readonly unknowns: readonly Unknown[]
}
