import type { Pod } from '../cluster/pod.ts'
import type { Resources } from '../cluster/resources.ts'
import { gpuCount } from './gpu-resources.ts'

/** Nodes that are alike, as far as fragmentation is about: what is free on each, and who may use it. */
export type FreeNodes = {
  readonly count: number
  readonly free: Resources
  /** Pods that still fit on each. */
  readonly freePods: number
  /** Whether filters other than room let a pod of the class on. */
  readonly admits: (pod: Pod) => boolean
}

/**
 * Idle GPUs that a typical pod of the workloads cannot use where they are, in GPUs: the fragmentation measure of "Beware of
 * Fragmentation" (FGD; Weng et al., USENIX ATC 2023), for whole GPUs. For each node, the sum over classes of pods of the
 * class's share of all pods × the node's idle GPUs that the class cannot use: all of them when the class may not run there,
 * lacks anything on the node (GPUs, processor time, memory, disk, room for a pod) or asks for no GPU; none when it fits.
 */
export function fragmentedGpus(
  nodes: Iterable<FreeNodes>,
  classes: readonly { readonly pod: Pod; readonly pods: number }[],
): number {
  const all = classes.reduce((sum, { pods }) => sum + pods, 0)
  if (all === 0) return 0
  let fragmented = 0
  for (const { count, free, freePods, admits } of nodes) {
    const idle = gpuCount(free)
    if (idle <= 0) continue
    const uses = (pod: Pod): boolean =>
      gpuCount(pod.requests) > 0 && freePods >= 1 && fits(pod.requests, free) && admits(pod)
    const unusable = classes.reduce((sum, { pod, pods }) => (uses(pod) ? sum : sum + pods), 0)
    fragmented += (count * idle * unusable) / all
  }
  return fragmented
}

function fits(requests: Resources, free: Resources): boolean {
  return (
    requests.milliCpu <= free.milliCpu &&
    requests.memory <= free.memory &&
    requests.ephemeralStorage <= free.ephemeralStorage &&
    Object.entries(requests.scalars).every(([name, amount]) => amount <= (free.scalars[name] ?? 0))
  )
}
