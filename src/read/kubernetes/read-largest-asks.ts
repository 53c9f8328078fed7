import type { Pod } from '../../cluster/pod.ts'
import { listAt, objectAt } from './json.ts'
import { readResources } from './read-resources.ts'

/** Of devices that several containers ask for: what the one asks for that asks for most. The kubelet asks plugins for each container. */
export function readLargestAsks(podSpec: unknown, requests: Pod['requests']): Pick<Pod, 'largestAsks'> {
  const asked = [...listAt(podSpec, 'containers'), ...listAt(podSpec, 'initContainers')].map(
    (container) => readResources(objectAt(container, 'resources', 'limits')).scalars,
  )
  const largest = Object.entries(requests.scalars).flatMap(([name, whole]) => {
    const most = Math.max(0, ...asked.map((scalars) => scalars[name] ?? 0))
    return name.includes('/') && most > 0 && most < whole ? [[name, most] as const] : []
  })
  return largest.length === 0 ? {} : { largestAsks: Object.fromEntries(largest) }
}
