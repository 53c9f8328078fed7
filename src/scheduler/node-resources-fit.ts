import { isAtLeast } from '../cluster/kubernetes-version.ts'
import { scalarOf } from '../cluster/resources.ts'
import type { FilterPlugin, ScorePlugin } from './plugin.ts'

/**
 * Room for one more pod and for all it requests. Every resource that is short is named. From 1.34 on, a request larger
 * than the node's allocatable amount is unresolvable. Source: pkg/scheduler/framework/plugins/noderesources/fit.go.
 */
export const nodeResourcesFit: FilterPlugin = {
  name: 'NodeResourcesFit',
  filter(pod, { node, pods, requested }, version) {
    const amounts = [
      { name: 'cpu', wanted: pod.requests.milliCpu, used: requested.milliCpu, total: node.allocatable.milliCpu },
      { name: 'memory', wanted: pod.requests.memory, used: requested.memory, total: node.allocatable.memory },
      {
        name: 'ephemeral-storage',
        wanted: pod.requests.ephemeralStorage,
        used: requested.ephemeralStorage,
        total: node.allocatable.ephemeralStorage,
      },
      ...Object.entries(pod.requests.scalars).map(([name, wanted]) => ({
        name,
        wanted,
        used: scalarOf(requested, name),
        total: scalarOf(node.allocatable, name),
      })),
    ]
    const short = amounts.filter(({ wanted, used, total }) => wanted > 0 && wanted > total - used)
    const reasons = [
      ...(pods.length + 1 > node.allocatablePods ? ['Too many pods'] : []),
      ...short.map(({ name }) => `Insufficient ${name}`),
    ]
    if (reasons.length === 0) return undefined
    return { unresolvable: isAtLeast(version, 34) && short.some(({ wanted, total }) => wanted > total), reasons }
  },
}

/**
 * LeastAllocated, the default strategy: the free share of CPU and memory, in hundredths, with the pod on the node.
 * Extended resources have no part in it. Source: noderesources/least_allocated.go.
 */
export const leastAllocatedScore: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  score: (pod, nodes) =>
    nodes.map(({ node: { allocatable }, scoredRequested }) => {
      const scores = [
        { total: allocatable.milliCpu, used: scoredRequested.milliCpu + pod.scoredRequests.milliCpu },
        { total: allocatable.memory, used: scoredRequested.memory + pod.scoredRequests.memory },
      ]
        .filter(({ total }) => total > 0)
        .map(({ total, used }) => (used > total ? 0 : Math.floor(((total - used) * 100) / total)))
      return scores.length === 0 ? 0 : Math.floor(scores.reduce((sum, score) => sum + score, 0) / scores.length)
    }),
}
