import { addResources, maxResources, noResources, type Resources } from './resources.ts'

/** What decides a pod's requests. */
export type PodRequestParts = {
  readonly containers: readonly Resources[]
  /** In the pod's order; a restartable one is a sidecar and keeps running. */
  readonly initContainers: readonly { readonly requests: Resources; readonly restartable: boolean }[]
  readonly overhead: Resources
  /** Pod-level requests, which replace the containers' sum for the resources they name. */
  readonly podLevel?: Partial<Resources>
}

/**
 * What the pod takes from a node: the larger of its steady state (containers and sidecars) and of each step of its start
 * (one init container and the sidecars declared before it), with pod-level requests in place of the sum, plus overhead.
 * Source: k8s.io/component-helpers/resource `PodRequests`.
 */
export function effectiveRequests(parts: PodRequestParts): Resources {
  let steady = parts.containers.reduce(addResources, noResources)
  let sidecars = noResources
  let start = noResources
  for (const { requests, restartable } of parts.initContainers) {
    if (restartable) {
      sidecars = addResources(sidecars, requests)
      steady = addResources(steady, requests)
      start = maxResources(start, sidecars)
    } else {
      start = maxResources(start, addResources(sidecars, requests))
    }
  }
  const aggregate = maxResources(steady, start)
  const { podLevel } = parts
  const requested =
    podLevel === undefined
      ? aggregate
      : { ...aggregate, ...podLevel, scalars: { ...aggregate.scalars, ...podLevel.scalars } }
  return addResources(requested, parts.overhead)
}
