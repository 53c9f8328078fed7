import type { LabelRequirement, LabelSelector } from '../cluster/label-selector.ts'
import { matchesLabelSelector } from '../cluster/label-selector.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { findUntoleratedTaint } from '../cluster/toleration.ts'
import type { TopologySpreadConstraint } from '../cluster/topology-spread.ts'
import { defaultSpreadSelector } from './default-spread-selector.ts'
import { matchesRequiredNodeAffinity } from './node-affinity.ts'
import type { Snapshot } from './snapshot.ts'

/** The label whose values are single nodes. */
export const hostnameLabel = 'kubernetes.io/hostname'

const zoneLabel = 'topology.kubernetes.io/zone'

/** A constraint that is ready to count: selector and label keys are one. */
export type SpreadConstraint = {
  readonly maxSkew: number
  readonly topologyKey: string
  readonly minDomains: number
  /** `undefined` matches no pod. */
  readonly selector: LabelSelector | undefined
  readonly nodeAffinityPolicy: 'Honor' | 'Ignore'
  readonly nodeTaintsPolicy: 'Honor' | 'Ignore'
}

/** What kube-scheduler gives to pods that bring no constraints of their own. Source: podtopologyspread/plugin.go. */
const systemDefaults = [
  { topologyKey: hostnameLabel, maxSkew: 3 },
  { topologyKey: zoneLabel, maxSkew: 5 },
]

/** The pod's own constraints of one kind. */
export function ownConstraints(
  pod: Pod,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly SpreadConstraint[] {
  return pod.topologySpread
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => ({
      maxSkew: constraint.maxSkew,
      topologyKey: constraint.topologyKey,
      minDomains: constraint.minDomains ?? 1,
      selector: withMatchLabelKeys(constraint, pod),
      nodeAffinityPolicy: constraint.nodeAffinityPolicy,
      nodeTaintsPolicy: constraint.nodeTaintsPolicy,
    }))
}

/**
 * The constraints that a pod without own ones is scored by: over host names and over zones, counting the pods of its
 * Services and of its controller. None when it has neither.
 */
export function defaultConstraints(pod: Pod, { objects }: Snapshot): readonly SpreadConstraint[] {
  const selector = defaultSpreadSelector(pod, objects)
  if (selector === undefined) return []
  return systemDefaults.map((constraint) => ({
    ...constraint,
    minDomains: 1,
    selector,
    nodeAffinityPolicy: 'Honor',
    nodeTaintsPolicy: 'Ignore',
  }))
}

/** Whether the node has a value for the topology key of every constraint. */
export function hasAllTopologyKeys({ labels }: Node, constraints: readonly SpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => labelOf(labels, topologyKey) !== undefined)
}

/** Whether pods on the node are counted for the constraint. */
export function isIncluded(constraint: SpreadConstraint, pod: Pod, node: Node): boolean {
  if (constraint.nodeAffinityPolicy === 'Honor' && !matchesRequiredNodeAffinity(pod, node)) return false
  return (
    constraint.nodeTaintsPolicy === 'Ignore' ||
    findUntoleratedTaint(node.taints, pod.tolerations, ['NoSchedule', 'NoExecute']) === undefined
  )
}

/** Whether a pod is one of those that the constraint is about, its namespace aside. */
export function isSelected({ selector }: SpreadConstraint, pod: Pod): boolean {
  return selector !== undefined && matchesLabelSelector(selector, pod.labels)
}

/** How many of the pods a constraint counts: those in the namespace that stay. An empty selector counts none. */
export function countSelected(
  { selector }: Pick<SpreadConstraint, 'selector'>,
  pods: readonly Pod[],
  namespace: string,
): number {
  if (selector === undefined || isEmptySelector(selector)) return 0
  let count = 0
  for (const pod of pods) {
    if (!pod.terminating && pod.namespace === namespace && matchesLabelSelector(selector, pod.labels)) count++
  }
  return count
}

function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 0
}

function withMatchLabelKeys(
  { selector, matchLabelKeys }: TopologySpreadConstraint,
  pod: Pod,
): LabelSelector | undefined {
  if (selector === undefined || matchLabelKeys.length === 0) return selector
  const added = matchLabelKeys.flatMap((key): readonly LabelRequirement[] => {
    const value = labelOf(pod.labels, key)
    return value === undefined ? [] : [{ key, operator: 'In', values: [value] }]
  })
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...added] }
}
