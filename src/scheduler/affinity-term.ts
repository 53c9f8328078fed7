import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import { type LabelRequirement, type LabelSelector, matchesLabelSelector } from '../cluster/label-selector.ts'
import { type Labels, labelOf } from '../cluster/labels.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodAffinityTerm } from '../cluster/pod-affinity.ts'
import { objectIndex } from './object-index.ts'
import type { Snapshot } from './snapshot.ts'

/** A term of pod affinity that is ready to be matched against pods. */
export type AffinityTerm = {
  readonly topologyKey: string
  /** `undefined` matches no pod. */
  readonly selector: LabelSelector | undefined
  readonly namespaces: ReadonlySet<string>
  readonly namespaceSelector: LabelSelector | undefined
}

const noLabels: Labels = {}

/** A term of a pod that runs somewhere. Source: kube-scheduler/framework `newAffinityTerm`. */
export function termOf(term: PodAffinityTerm, owner: Pod, version: KubernetesVersion): AffinityTerm {
  const isOwnNamespace = term.namespaces.length === 0 && term.namespaceSelector === undefined
  return {
    topologyKey: term.topologyKey,
    selector: withLabelKeys(term, owner, version),
    namespaces: new Set(isOwnNamespace ? [owner.namespace] : term.namespaces),
    namespaceSelector: term.namespaceSelector,
  }
}

/**
 * A term of the pod to schedule: the namespaces that its selector matches are looked up once. From 1.34 on the selector
 * stays and is then asked about no labels at all, so that `NotIn` and `DoesNotExist` match every namespace.
 * Source: interpodaffinity/plugin.go `mergeAffinityTermNamespacesIfNotEmpty`.
 */
export function incomingTermOf(term: PodAffinityTerm, pod: Pod, { version, objects }: Snapshot): AffinityTerm {
  const ready = termOf(term, pod, version)
  const { namespaceSelector } = ready
  if (namespaceSelector === undefined || isEmpty(namespaceSelector)) return ready
  const matching = [...objectIndex(objects).namespaces]
    .filter(([, labels]) => matchesLabelSelector(namespaceSelector, labels))
    .map(([name]) => name)
  return {
    ...ready,
    namespaces: new Set([...ready.namespaces, ...matching]),
    namespaceSelector: isAtLeast(version, 34) ? namespaceSelector : undefined,
  }
}

/** Whether the term is about the pod; `namespaceLabels` are those of its namespace, none for a term of the pod to schedule. */
export function isAbout(
  { selector, namespaces, namespaceSelector }: AffinityTerm,
  pod: Pod,
  namespaceLabels: Labels = noLabels,
): boolean {
  if (selector === undefined) return false
  const inNamespace =
    namespaces.has(pod.namespace) ||
    (namespaceSelector !== undefined && matchesLabelSelector(namespaceSelector, namespaceLabels))
  return inNamespace && matchesLabelSelector(selector, pod.labels)
}

/**
 * `matchLabelKeys` and `mismatchLabelKeys`, which the API server adds to the selector from 1.31 on.
 * Source: pkg/registry/core/pod/strategy.go.
 */
function withLabelKeys(
  { selector, matchLabelKeys, mismatchLabelKeys }: PodAffinityTerm,
  { labels }: Pod,
  version: KubernetesVersion,
): LabelSelector | undefined {
  if (selector === undefined || !isAtLeast(version, 31)) return selector
  if (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0) return selector
  const requirement = (key: string, operator: 'In' | 'NotIn'): readonly LabelRequirement[] => {
    const value = labelOf(labels, key)
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  }
  const added = [
    ...matchLabelKeys.flatMap((key) => requirement(key, 'In')),
    ...mismatchLabelKeys.flatMap((key) => requirement(key, 'NotIn')),
  ]
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...added] }
}

function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return matchExpressions.length === 0 && Object.keys(matchLabels).length === 0
}
