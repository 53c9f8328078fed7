import { noObjects } from '../cluster/cluster-objects.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { freshNode } from './fresh-node.ts'
import type { MergedCluster } from './merged-cluster.ts'
import type { Run } from './run-clock.ts'

/** Filters that look at a node by itself: what they reject there, they reject whatever else happens. */
const ownFilters = ['NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodeResourcesFit']
/** Kinds of nodes that are looked at. */
const mostKinds = 500

/**
 * Whether a changed cluster may take pods of a workload at all: some node that there is, or some node that a growing
 * group would bring, turns them down for nothing of its own. A cheap answer that spares trials which must fail.
 */
export function mayHelp(changed: MergedCluster, workload: number, { fleet }: Run): boolean {
  const pod = changed.workloads[workload]?.workload.template
  if (pod === undefined) return false
  const growing = changed.autoscaler === undefined ? [] : changed.groups.filter(({ discovered }) => discovered)
  const states = [
    ...growing.map((group) => freshNode(group, changed)),
    ...fleet
      .alike()
      .slice(0, mostKinds)
      .map(({ state }) => state),
  ]
  return states.some((state) => {
    const filters = prepareFilters(pod, { version: changed.version, nodes: [state], objects: noObjects })
    const rejection = filters.rejectionOn(state)
    return rejection === undefined || !ownFilters.includes(rejection.plugin)
  })
}
