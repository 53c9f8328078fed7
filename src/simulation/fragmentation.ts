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
 * Idle GPUs that no class of the workloads could use where they are, in GPUs, weighted by class: the measure of
 * "fragmentation gradient descent" (Weng et al., USENIX ATC 2023) for whole GPUs. For each node and each class of pods, with
 * the class's share of all pods as weight: a class that lacks anything on the node (GPUs, processor time, memory, room for
 * a pod), that may not run there, or that asks for no GPU can use none of the node's idle GPUs, and all of them count; a
 * class that fits counts none. Classes without GPUs are left out of the weights, since they would count every idle GPU.
 */
export function fragmentedGpus(
  nodes: Iterable<FreeNodes>,
  classes: readonly { readonly pod: Pod; readonly pods: number }[],
): number {
  const asking = classes.filter(({ pod, pods }) => pods > 0 && gpuCount(pod.requests) > 0)
  const all = asking.reduce((sum, { pods }) => sum + pods, 0)
  if (all === 0) return 0
  let fragmented = 0
  for (const { count, free, freePods, admits } of nodes) {
    const idle = gpuCount(free)
    if (idle <= 0) continue
    const unusable = asking.reduce(
      (sum, { pod, pods }) => (freePods >= 1 && fits(pod.requests, free) && admits(pod) ? sum : sum + pods),
      0,
    )
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
