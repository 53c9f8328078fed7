import { type ClusterObjects, noObjects } from '../../cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { Node } from '../../cluster/node.ts'
import type { Pod } from '../../cluster/pod.ts'
import { nodeStates } from '../node-state.ts'
import { type NodeRejection, prepareFilters } from '../prepare-filters.ts'
import type { Snapshot } from '../snapshot.ts'

/** A cluster for tests; `version` as a person writes it. */
export function sampleSnapshot(
  nodes: readonly Node[],
  bound: readonly Pod[] = [],
  { version = '1.36', objects = {} }: { readonly version?: string; readonly objects?: Partial<ClusterObjects> } = {},
): Snapshot {
  return {
    version: parseKubernetesVersion(version),
    nodes: nodeStates(nodes, bound),
    objects: { ...noObjects, ...objects },
  }
}

/** What the filters say of each node, by name: `fits`, or plugin, code and reasons as one line. */
export function askFilters(pod: Pod, snapshot: Snapshot): Readonly<Record<string, string>> {
  const filters = prepareFilters(pod, snapshot)
  return Object.fromEntries(snapshot.nodes.map((state) => [state.node.name, describe(filters.rejectionOn(state))]))
}

function describe(rejection: NodeRejection | undefined): string {
  if (rejection === undefined) return 'fits'
  return `${rejection.plugin} ${rejection.unresolvable ? 'UU' : 'U'}: ${rejection.reasons.join(', ')}`
}
