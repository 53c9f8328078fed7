import { effectiveRequests, type PodRequestParts } from '../../cluster/pod-requests.ts'
import { maxResources, noResources, type Resources } from '../../cluster/resources.ts'
import { isJsonObject, type JsonObject, listAt, objectAt, textAt, valueAt } from './json.ts'
import { readPartialResources, readResources } from './read-resources.ts'

const mebibyte = 1024 * 1024

/** What a pod takes from its node, as filters and as scores count it. */
export type PodRequests = {
  readonly requests: Resources
  readonly scoredRequests: { readonly milliCpu: number; readonly memory: number }
  /** Only with pod-level requests: see Pod. */
  readonly scoredRequestsAlone?: { readonly milliCpu: number; readonly memory: number }
}

/**
 * The requests of a Kubernetes Pod object: what is not requested defaults to the limit, pod-level requests replace the
 * sum for cpu, memory and huge pages, and a container that was resized in place counts with the most that it asks for,
 * was promised or has; what it asks for counts not once the kubelet has called it infeasible. Scores assume 100 millicores and 200 MiB where nothing is asked.
 * Sources: k8s.io/component-helpers/resource `PodRequests`, pkg/apis/core/v1/defaults.go `defaultPodRequests`,
 * pkg/scheduler/framework/types.go `CalculateResource`.
 */
export function readPodRequests(pod: unknown): PodRequests {
  const spec = objectAt(pod, 'spec')
  const isInfeasible = listAt(pod, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'PodResizePending' && textAt(condition, 'reason') === 'Infeasible',
  )
  const podLevel = readPodLevel(spec)
  const readSources = (container: unknown, statuses: string): Sources => {
    const asked = withLimits(valueAt(container, 'resources'))
    const kept = resized(pod, statuses, textAt(container, 'name'))
    if (kept === undefined) return sources([asked])
    return sources(isInfeasible ? kept : [asked, ...kept])
  }
  // Filters and scores both ask for each container.
  const known = new Map<unknown, Sources>()
  const sourcesOf = (container: unknown, statuses: string): Sources => {
    const found = known.get(container) ?? readSources(container, statuses)
    known.set(container, found)
    return found
  }
  const overhead = readResources(objectAt(spec, 'overhead'))
  const sum = (read: Reader, whole: Partial<Resources> | undefined): Resources =>
    effectiveRequests({
      ...readParts(spec, read, sourcesOf),
      overhead,
      ...(whole !== undefined && { podLevel: whole }),
    })
  const requests = sum(readLargest, podLevel)
  const alone = scored(sum(readScored, undefined))
  if (!isPodLevelSet(spec)) return { requests, scoredRequests: alone }
  // With pod-level requests a default steps in only where neither the pod nor a container nor the overhead asks.
  const asking = [
    objectAt(spec, 'resources', 'requests'),
    objectAt(spec, 'resources', 'limits'),
    objectAt(spec, 'overhead'),
    ...listAt(spec, 'containers').flatMap((container) => sourcesOf(container, 'containerStatuses').lists),
    ...listAt(spec, 'initContainers').flatMap((container) => sourcesOf(container, 'initContainerStatuses').lists),
  ]
  const isAsked = (name: string): boolean => asking.some((list) => list[name] !== undefined)
  const defaulted = scored(sum(readScored, podLevel))
  return {
    requests,
    scoredRequests: {
      milliCpu: isAsked('cpu') ? requests.milliCpu : defaulted.milliCpu,
      memory: isAsked('memory') ? requests.memory : defaulted.memory,
    },
    scoredRequestsAlone: alone,
  }
}

/** All that one container asks for, was promised and has, and the most of each. */
type Sources = { readonly lists: readonly JsonObject[]; readonly largest: Resources }

/** Reads what one container takes. */
type Reader = (sources: Sources) => Resources

function sources(lists: readonly JsonObject[]): Sources {
  return { lists, largest: lists.map(readResources).reduce(maxResources, noResources) }
}

/** Containers and init containers; only those that keep running can have been resized. */
function readParts(
  spec: JsonObject,
  read: Reader,
  sourcesOf: (container: unknown, statuses: string) => Sources,
): Pick<PodRequestParts, 'containers' | 'initContainers'> {
  return {
    containers: listAt(spec, 'containers').map((container) => read(sourcesOf(container, 'containerStatuses'))),
    initContainers: listAt(spec, 'initContainers').map((container) => {
      const restartable = textAt(container, 'restartPolicy') === 'Always'
      const own = restartable
        ? sourcesOf(container, 'initContainerStatuses')
        : sources([withLimits(valueAt(container, 'resources'))])
      return { requests: read(own), restartable }
    }),
  }
}

/** Once a pod as a whole has a request or a limit, the API server gives it requests of all that its containers ask for. */
function isPodLevelSet(spec: JsonObject): boolean {
  const own = {
    ...supported(valueAt(spec, 'resources', 'limits')),
    ...supported(valueAt(spec, 'resources', 'requests')),
  }
  return Object.keys(own).length > 0
}

function scored({ milliCpu, memory }: Resources): { readonly milliCpu: number; readonly memory: number } {
  return { milliCpu, memory }
}

/**
 * Pod-level requests, with what the API server fills in when the pod is made: for CPU and memory the sum of what the
 * containers ask for, where they do; the pod's limits otherwise.
 */
function readPodLevel(spec: JsonObject): Partial<Resources> | undefined {
  if (!isPodLevelSet(spec)) return undefined
  const requests = supported(valueAt(spec, 'resources', 'requests'))
  const limits = supported(valueAt(spec, 'resources', 'limits'))
  const asked = (container: unknown): JsonObject => withLimits(valueAt(container, 'resources'))
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')].map(asked)
  const isLeftToContainers = (name: string): boolean =>
    requests[name] === undefined && containers.some((container) => container[name] !== undefined)
  const sum = effectiveRequests({
    ...readParts(spec, readLargest, (container) => sources([asked(container)])),
    overhead: noResources,
  })
  return {
    ...readPartialResources({ ...limits, ...requests }),
    ...(isLeftToContainers('cpu') && { milliCpu: sum.milliCpu }),
    ...(isLeftToContainers('memory') && { memory: sum.memory }),
  }
}

/** The resources that a pod may ask for as a whole. */
function supported(list: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(list)).filter(
      ([name]) => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-'),
    ),
  )
}

/** What the kubelet says that a container has and was promised; `undefined` before it says anything. */
function resized(pod: unknown, statuses: string, name: string | undefined): readonly JsonObject[] | undefined {
  const status = listAt(pod, 'status', statuses).find((candidate) => textAt(candidate, 'name') === name)
  const resources = valueAt(status, 'resources')
  if (!isJsonObject(resources)) return undefined
  return [objectAt(resources, 'requests'), objectAt(status, 'allocatedResources')]
}

/** A request that is not given defaults to the limit. */
function withLimits(resources: unknown): JsonObject {
  return { ...objectAt(resources, 'limits'), ...objectAt(resources, 'requests') }
}

function readLargest({ largest }: Sources): Resources {
  return largest
}

/** What scores assume for a container that requests no CPU or memory. Source: pkg/scheduler/util/pod_resources.go. */
function readScored({ lists, largest }: Sources): Resources {
  const isAsked = (name: string): boolean => lists.some((list) => list[name] !== undefined)
  return {
    ...largest,
    ...(!isAsked('cpu') && { milliCpu: 100 }),
    ...(!isAsked('memory') && { memory: 200 * mebibyte }),
  }
}
