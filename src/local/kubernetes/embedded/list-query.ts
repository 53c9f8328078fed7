import { matchesLabelRequirement } from '../../../cluster/label-selector.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { parseFieldSelector } from './parse-field-selector.ts'
import { parseLabelSelector } from './parse-label-selector.ts'
import type { ResourceKind } from './resource-kind.ts'

/** The test that a list's or a watch's selectors make. Throws an {@link ApiError} 400 for one that cannot be read. */
export function selectionOf(resource: ResourceKind, query: URLSearchParams): (object: KubernetesObject) => boolean {
  const requirements = parseLabelSelector(query.get('labelSelector') ?? '')
  const matchesFields = parseFieldSelector(query.get('fieldSelector') ?? '', resource)
  return (object) =>
    requirements.every((requirement) => matchesLabelRequirement(requirement, object.metadata.labels ?? {})) &&
    matchesFields(object)
}
