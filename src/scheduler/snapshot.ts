import { type ClusterObjects, noObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import type { NodeState } from './node-state.ts'

/** What one scheduling cycle sees: every node with its pods, and the objects that bear on the choice. */
export type Snapshot = {
  readonly version: KubernetesVersion
  readonly nodes: readonly NodeState[]
  readonly objects: ClusterObjects
  /** Pods that wait for the room that a preemption made (`nominatedNodeName`); absent: none. */
  readonly nominated?: readonly Pod[]
}

/** A snapshot of these nodes alone, without objects and without nominated pods. */
export function snapshotOf(nodes: readonly NodeState[], version: KubernetesVersion): Snapshot {
  return { version, nodes, objects: noObjects }
}
