import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import { balancedAllocationScore } from './balanced-allocation.ts'
import { nodeAffinityFilter, nodeAffinityScore } from './node-affinity.ts'
import { nodeNameFilter } from './node-name.ts'
import { nodeResourcesFitFilter, nodeResourcesFitScore } from './node-resources-fit.ts'
import { nodeUnschedulableFilter } from './node-unschedulable.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'
import { taintTolerationFilter, taintTolerationScore } from './taint-toleration.ts'

const filters: readonly FilterPlugin[] = [
  nodeUnschedulableFilter,
  nodeNameFilter,
  taintTolerationFilter,
  nodeAffinityFilter,
  nodeResourcesFitFilter,
]

/** The filters of the default profile, in the order in which kube-scheduler asks them; the first that rejects ends a node. */
export function filterPlugins(_version: KubernetesVersion): readonly FilterPlugin[] {
  return filters
}

/** The scores of the default profile. */
export const scorePlugins: readonly ScorePlugin[] = [
  taintTolerationScore,
  nodeAffinityScore,
  nodeResourcesFitScore,
  balancedAllocationScore,
]
