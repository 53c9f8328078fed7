import type { Pod } from '../cluster/pod.ts'
import { filterPlugins } from './default-profile.ts'
import type { NodeState } from './node-state.ts'
import type { Rejection } from './plugin.ts'
import type { Snapshot } from './snapshot.ts'

/** A rejection with the plugin that made it. */
export type NodeRejection = Rejection & { readonly plugin: string }

/** The default profile's filters for one pod in one snapshot: PreFilter has run, each node can be asked. */
export type PreparedFilters = {
  /** The first filter's rejection, in the profile's order; `undefined` when the pod fits. */
  rejectionOn(node: NodeState): NodeRejection | undefined
}

/** Runs PreFilter for a pod: what depends on all nodes (domain counts, affinities) is counted once. */
export function prepareFilters(pod: Pod, snapshot: Snapshot): PreparedFilters {
  return {
    rejectionOn(node) {
      for (const plugin of filterPlugins) {
        const rejection = plugin.filter(pod, node, snapshot.version)
        if (rejection !== undefined) return { ...rejection, plugin: plugin.name }
      }
      return undefined
    },
  }
}
