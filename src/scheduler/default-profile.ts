import { balancedAllocationScore } from './balanced-allocation.ts'
import { nodeAffinity, nodeAffinityScore } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { leastAllocatedScore, nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'
import { taintToleration, taintTolerationScore } from './taint-toleration.ts'

/** The filters of the default profile, in the order in which kube-scheduler asks them; the first that rejects ends a node. */
export const filterPlugins: readonly FilterPlugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodeResourcesFit,
]

/** The scores of the default profile. */
export const scorePlugins: readonly ScorePlugin[] = [
  taintTolerationScore,
  nodeAffinityScore,
  leastAllocatedScore,
  balancedAllocationScore,
]
