import { isAtLeast, type KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Pod } from '../cluster/pod.ts'
import { scalarOf } from '../cluster/resources.ts'
import { leastAllocated } from './least-allocated.ts'
import type { NodeState } from './node-state.ts'
import type { FilterPlugin, Rejection, ScorePlugin } from './plugin.ts'

/**
 * Room for one more pod and for all it requests. Every resource that is short is named. From 1.34 on, a request larger
 * than the node's allocatable amount is unresolvable. Source: pkg/scheduler/framework/plugins/noderesources/fit.go.
 */
export const nodeResourcesFitFilter: FilterPlugin = {
  name: 'NodeResourcesFit',
  prepare(pod, { version }) {
    const scalars = Object.keys(pod.requests.scalars).filter((name) => scalarOf(pod.requests, name) > 0)
    return { kind: 'ready', filter: { rejectionOn: (state) => shortage(pod, state, scalars, version) } }
  },
}

/**
 * LeastAllocated, the default strategy: the free share of CPU and memory, in hundredths, with the pod on the node.
 * Extended resources have no part in it. Source: noderesources/least_allocated.go.
 */
export const nodeResourcesFitScore: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  prepare: ({ scoredRequests, scoredRequestsAlone: own = scoredRequests }) => ({
    scoreOf: ({ node: { allocatable }, scoredRequested }) =>
      leastAllocated(
        allocatable.milliCpu,
        scoredRequested.milliCpu + own.milliCpu,
        allocatable.memory,
        scoredRequested.memory + own.memory,
      ),
  }),
}

function shortage(
  { requests }: Pod,
  { node: { allocatable, allocatablePods }, pods, requested }: NodeState,
  scalars: readonly string[],
  version: KubernetesVersion,
): Rejection | undefined {
  const reasons: string[] = []
  let tooLarge = false
  const check = (name: string, wanted: number, total: number, used: number): void => {
    if (wanted <= 0 || wanted <= total - used) return
    reasons.push(`Insufficient ${name}`)
    tooLarge ||= wanted > total
  }
  if (pods.length + 1 > allocatablePods) reasons.push('Too many pods')
  check('cpu', requests.milliCpu, allocatable.milliCpu, requested.milliCpu)
  check('memory', requests.memory, allocatable.memory, requested.memory)
  check('ephemeral-storage', requests.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage)
  for (const name of scalars)
    check(name, scalarOf(requests, name), scalarOf(allocatable, name), scalarOf(requested, name))
  return reasons.length === 0 ? undefined : { unresolvable: tooLarge && isAtLeast(version, 34), reasons }
}
