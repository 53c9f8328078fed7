import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import { balancedAllocationScore } from './balanced-allocation.ts'
import { ebsLimitsFilter } from './ebs-limits.ts'
import { imageLocalityScore } from './image-locality.ts'
import { interPodAffinityFilter, interPodAffinityScore } from './inter-pod-affinity.ts'
import { nodeAffinityFilter, nodeAffinityScore } from './node-affinity.ts'
import { nodeNameFilter } from './node-name.ts'
import { nodePortsFilter } from './node-ports.ts'
import { nodeResourcesFitFilter, nodeResourcesFitScore } from './node-resources-fit.ts'
import { nodeUnschedulableFilter } from './node-unschedulable.ts'
import { nodeVolumeLimitsFilter } from './node-volume-limits.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'
import { podTopologySpreadFilter, podTopologySpreadScore } from './pod-topology-spread.ts'
import { taintTolerationFilter, taintTolerationScore } from './taint-toleration.ts'
import { volumeBindingFilter } from './volume-binding.ts'
import { volumeRestrictionsFilter } from './volume-restrictions.ts'
import { volumeZoneFilter } from './volume-zone.ts'

const filters: readonly FilterPlugin[] = [
  nodeUnschedulableFilter,
  nodeNameFilter,
  taintTolerationFilter,
  nodeAffinityFilter,
  nodePortsFilter,
  nodeResourcesFitFilter,
  volumeRestrictionsFilter,
  nodeVolumeLimitsFilter,
  volumeBindingFilter,
  volumeZoneFilter,
  podTopologySpreadFilter,
  interPodAffinityFilter,
]

const filtersUntil130: readonly FilterPlugin[] = filters.flatMap((filter) =>
  filter === nodeVolumeLimitsFilter ? [ebsLimitsFilter, filter] : [filter],
)

/**
 * The filters of the default profile, in the order in which kube-scheduler asks them; the first that rejects ends a
 * node. Those for clouds other than AWS and for dynamic resource allocation are left out.
 * Source: pkg/scheduler/apis/config/v1/default_plugins.go.
 */
export function filterPlugins(version: KubernetesVersion): readonly FilterPlugin[] {
  return isAtLeast(version, 31) ? filters : filtersUntil130
}

/** The scores of the default profile, in kube-scheduler's order. */
export const scorePlugins: readonly ScorePlugin[] = [
  taintTolerationScore,
  nodeAffinityScore,
  nodeResourcesFitScore,
  podTopologySpreadScore,
  interPodAffinityScore,
  balancedAllocationScore,
  imageLocalityScore,
]
