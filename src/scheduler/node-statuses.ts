import type { NodeState } from './node-state.ts'
import type { Rejection } from './plugin.ts'
import type { NodeRejection } from './prepare-filters.ts'

/**
 * Why no node took a pod: a status for each node that was looked at, and one for all others.
 * Source: pkg/scheduler/framework `NodeToStatus`.
 */
export type NodeStatuses = {
  readonly explicit: ReadonlyMap<NodeState, NodeRejection>
  /** Of the nodes that no filter was asked about. */
  readonly absent: Rejection
}

/** The status of one node. */
export function statusOf(statuses: NodeStatuses, node: NodeState): Rejection {
  return statuses.explicit.get(node) ?? statuses.absent
}
