import { effectiveRequests } from '../../cluster/pod-requests.ts'
import { maxResources, type Resources } from '../../cluster/resources.ts'
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
  const sum = (read: (requests: JsonObject) => Resources, whole: Partial<Resources> | undefined): Resources => {
    const requestsOf = (container: unknown, statuses: string): Resources => {
      const asked = read(withLimits(valueAt(container, 'resources')))
      const kept = resized(pod, statuses, textAt(container, 'name'))
      if (kept === undefined) return asked
      return isInfeasible ? kept : maxResources(asked, kept)
    }
    const parts = {
      containers: listAt(spec, 'containers').map((container) => requestsOf(container, 'containerStatuses')),
      initContainers: listAt(spec, 'initContainers').map((container) => {
        const restartable = textAt(container, 'restartPolicy') === 'Always'
        return {
          requests: restartable
            ? requestsOf(container, 'initContainerStatuses')
            : read(withLimits(valueAt(container, 'resources'))),
          restartable,
        }
      }),
      overhead: readResources(objectAt(spec, 'overhead')),
    }
    return effectiveRequests({ ...parts, ...(whole !== undefined && { podLevel: whole }) })
  }
  const requests = sum(readResources, podLevel)
  const alone = scored(sum(readScoredResources, undefined))
  if (!isPodLevelSet(spec)) return { requests, scoredRequests: alone }
  // With pod-level requests a default steps in only where neither the pod nor a container nor the overhead asks.
  const all = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  const isAsked = (name: string): boolean =>
    valueAt(spec, 'resources', 'requests', name) !== undefined ||
    valueAt(spec, 'resources', 'limits', name) !== undefined ||
    valueAt(spec, 'overhead', name) !== undefined ||
    all.some((container) => withLimits(valueAt(container, 'resources'))[name] !== undefined)
  const defaulted = scored(sum(readScoredResources, podLevel))
  return {
    requests,
    scoredRequests: {
      milliCpu: isAsked('cpu') ? requests.milliCpu : defaulted.milliCpu,
      memory: isAsked('memory') ? requests.memory : defaulted.memory,
    },
    scoredRequestsAlone: alone,
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

/** Pod-level requests, with what the API server fills in: the containers' requests come before the pod's limits. */
function readPodLevel(spec: JsonObject): Partial<Resources> | undefined {
  const requests = supported(valueAt(spec, 'resources', 'requests'))
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]
  const isAskedOf = (name: string): boolean =>
    !name.startsWith('hugepages-') &&
    containers.some((container) => withLimits(valueAt(container, 'resources'))[name] !== undefined)
  const limits = Object.entries(supported(valueAt(spec, 'resources', 'limits'))).filter(([name]) => !isAskedOf(name))
  const podLevel = readPartialResources({ ...Object.fromEntries(limits), ...requests })
  return Object.keys(podLevel).length > 0 ? podLevel : undefined
}

/** The resources that a pod may ask for as a whole. */
function supported(list: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(list)).filter(
      ([name]) => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-'),
    ),
  )
}

/** What the kubelet says that a container was promised and has; `undefined` before it says anything. */
function resized(pod: unknown, statuses: string, name: string | undefined): Resources | undefined {
  const status = listAt(pod, 'status', statuses).find((candidate) => textAt(candidate, 'name') === name)
  const actuated = valueAt(status, 'resources', 'requests')
  if (!isJsonObject(actuated)) return undefined
  return maxResources(readResources(actuated), readResources(valueAt(status, 'allocatedResources')))
}

/** A request that is not given defaults to the limit. */
function withLimits(resources: unknown): JsonObject {
  return { ...objectAt(resources, 'limits'), ...objectAt(resources, 'requests') }
}

/** What scores assume for a container that requests no CPU or memory. Source: pkg/scheduler/util/pod_resources.go. */
function readScoredResources(requests: JsonObject): Resources {
  return {
    ...readResources(requests),
    ...(requests['cpu'] === undefined && { milliCpu: 100 }),
    ...(requests['memory'] === undefined && { memory: 200 * mebibyte }),
  }
}
