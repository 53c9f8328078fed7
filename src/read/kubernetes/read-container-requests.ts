import type { Pod } from '../../cluster/pod.ts'
import { listAt, objectAt } from './json.ts'
import { readResources } from './read-resources.ts'

/**
 * What the autoscaler sorts and weighs pods by: requests of the containers alone, a limit standing in for a request that is
 * not given. Left out where init containers, pod-level requests or overhead make no difference to it.
 */
export function readContainerRequests(podSpec: unknown): Pick<Pod, 'containerRequests'> {
  const isPlain =
    listAt(podSpec, 'initContainers').length === 0 &&
    Object.keys(objectAt(podSpec, 'resources')).length === 0 &&
    Object.keys(objectAt(podSpec, 'overhead')).length === 0
  if (isPlain) return {}
  const [milliCpu, memory] = listAt(podSpec, 'containers').reduce<readonly [number, number]>(
    ([cpuSum, memorySum], container) => {
      const requests = readResources({
        ...objectAt(container, 'resources', 'limits'),
        ...objectAt(container, 'resources', 'requests'),
      })
      return [cpuSum + requests.milliCpu, memorySum + requests.memory]
    },
    [0, 0],
  )
  return { containerRequests: { milliCpu, memory } }
}
