import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { AutoscaledGroup } from '../cluster/node-group.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from '../scheduler/node-state.ts'

/** A group that the autoscaler manages, with what the cloud says about it now. */
export type GroupView = {
  readonly group: AutoscaledGroup
  /** Desired capacity of its Auto Scaling group, in nodes. */
  readonly targetSize: number
  /**
   * Instances that have no Node object yet, by id; together with the nodes they make up the target size. Only what stays
   * without a node for longer than `maxNodeProvisionTime` changes a decision. Absent: none are known.
   */
  readonly unregistered?: readonly string[]
}

/**
 * Nodes that are alike: same group, same readiness, and equal in everything that filters read, the pods on them included.
 * Where a filter looks at single nodes (host names, anti-affinity over them), the nodes must come as buckets of one.
 */
export type NodeBucket = {
  /** One of the nodes with its pods, in place of all. */
  readonly state: NodeState
  /** Names of the nodes, in the order in which the API server lists them. Never empty. */
  readonly names: readonly string[]
  /** Name of its group; absent for nodes outside of groups. */
  readonly group?: string
  /** Condition Ready. */
  readonly ready: boolean
  /** Second of the view's clock at which the Ready condition last changed. */
  readonly readySince: number
  /** Second at which the node was created; absent: as `readySince`. */
  readonly createdAt?: number
  /** Whether it carries the autoscaler's `ToBeDeletedByClusterAutoscaler` taint. */
  readonly toBeDeleted?: boolean
}

/** Waiting pods that are alike (same controller, same spec, same labels): a million of them are one entry. */
export type PendingPods = {
  /** Unique in the view; results name the class by it. */
  readonly id: string
  /** One of the pods, in place of all: its owner is the class's controller, its priority orders it. */
  readonly pod: Pod
  /** How many wait, at least 1. */
  readonly count: number
  /** Second of the view's clock at which the oldest of them was created. */
  readonly createdAt: number
}

/** What one loop of the autoscaler sees. Times are seconds of one clock, whatever its origin. */
export type AutoscalerView = {
  readonly now: number
  /** Of the cluster: texts of filters depend on it. */
  readonly kubernetes: KubernetesVersion
  /** In any order; groups that are not `discovered` are left out by the loop. */
  readonly groups: readonly GroupView[]
  readonly nodes: readonly NodeBucket[]
  /** Pods that the scheduler has tried and found unschedulable, in the order in which the API server lists them. */
  readonly pending: readonly PendingPods[]
  /**
   * DaemonSets: the pod that each of them puts on a matching node, its `owner.kind` being `DaemonSet`. The autoscaler reads
   * the DaemonSet's template, in which a limit does not stand in for a request that is not given.
   */
  readonly daemonSets: readonly Pod[]
  readonly objects: ClusterObjects
  /** Desired replicas of ReplicaSets, StatefulSets, Jobs …, by `kind/namespace/name`; draining looks at them. */
  readonly controllerReplicas?: ReadonlyMap<string, number>
}
