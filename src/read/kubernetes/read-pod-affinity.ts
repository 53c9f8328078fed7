import type { PodAffinity, PodAffinityTerm } from '../../cluster/pod-affinity.ts'
import { listAt, numberAt, textAt, textsAt, valueAt } from './json.ts'
import { readLabelSelector } from './read-label-selector.ts'

/** A `PodAffinity` or `PodAntiAffinity` of the Kubernetes API; `undefined` demands nothing. */
export function readPodAffinity(affinity: unknown): PodAffinity {
  return {
    required: listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution').map(readTerm),
    preferred: listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((preferred) => ({
      weight: numberAt(preferred, 'weight') ?? 0,
      term: readTerm(valueAt(preferred, 'podAffinityTerm')),
    })),
  }
}

function readTerm(term: unknown): PodAffinityTerm {
  const selector = valueAt(term, 'labelSelector') ?? undefined
  const namespaceSelector = valueAt(term, 'namespaceSelector') ?? undefined
  return {
    ...(selector !== undefined && { selector: readLabelSelector(selector) }),
    namespaces: textsAt(term, 'namespaces'),
    ...(namespaceSelector !== undefined && { namespaceSelector: readLabelSelector(namespaceSelector) }),
    topologyKey: textAt(term, 'topologyKey') ?? '',
    matchLabelKeys: textsAt(term, 'matchLabelKeys'),
    mismatchLabelKeys: textsAt(term, 'mismatchLabelKeys'),
  }
}
