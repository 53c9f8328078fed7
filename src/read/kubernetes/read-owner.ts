import type { PodOwner } from '../../cluster/pod.ts'
import { listAt, textAt, valueAt } from './json.ts'

/** The controller of a Kubernetes object: of its owners the one that keeps it alive. */
export function readOwner(object: unknown): PodOwner | undefined {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(
    (reference) => valueAt(reference, 'controller') === true,
  )
  return owner === undefined
    ? undefined
    : { kind: textAt(owner, 'kind') ?? '', name: textAt(owner, 'name') ?? '', uid: textAt(owner, 'uid') ?? '' }
}
