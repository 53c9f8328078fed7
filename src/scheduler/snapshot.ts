import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { NodeState } from './node-state.ts'

/** What one scheduling cycle sees: every node with its pods, and the objects that bear on the choice. */
export type Snapshot = {
  readonly version: KubernetesVersion
  readonly nodes: readonly NodeState[]
  readonly objects: ClusterObjects
}
