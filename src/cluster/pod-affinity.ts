import type { LabelSelector } from './label-selector.ts'

/** One term of pod affinity or anti-affinity: which pods, in which namespaces, and over which node label "near" is meant. */
export type PodAffinityTerm = {
  /** Pods that the term is about; `undefined` matches none. Keys of `matchLabelKeys` are not in it yet. */
  readonly selector?: LabelSelector
  /** Namespaces by name; the pod's own when this is empty and there is no `namespaceSelector`. */
  readonly namespaces: readonly string[]
  /** Namespaces by label, besides the named ones; an empty selector is every namespace. */
  readonly namespaceSelector?: LabelSelector
  readonly topologyKey: string
  /** Label keys whose values of the incoming pod are added to the selector. */
  readonly matchLabelKeys: readonly string[]
  /** Label keys whose values of the incoming pod must differ. */
  readonly mismatchLabelKeys: readonly string[]
}

/** A preference with its weight, 1 to 100. */
export type WeightedPodAffinityTerm = { readonly weight: number; readonly term: PodAffinityTerm }

/** What a pod demands or prefers of its neighbours. */
export type PodAffinity = {
  readonly required: readonly PodAffinityTerm[]
  readonly preferred: readonly WeightedPodAffinityTerm[]
}

/** No demands and no preferences. */
export const noPodAffinity: PodAffinity = { required: [], preferred: [] }
