import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'

/** Pods that filters cannot tell apart, and what was found out about them. */
export type PodClass = {
  readonly pod: Pod
  /**
   * Whether filters look at nothing but the node itself, its labels, taints and free amounts: no required (anti-)affinity to
   * pods, no hard spreading, no host ports, no volumes.
   */
  readonly isPlain: boolean
  /** Whether an empty node of that kind would take the pod, for plain classes. */
  fitsEmpty(node: Node): boolean
}

/** Answers for plain classes depend on pod and node alone, so they are kept for as long as both are. */
const answersOf = new WeakMap<Pod, WeakMap<Node, boolean>>()

/** The class of one pod. `fitsEmpty` asks kube-scheduler's filters once for each node object. */
export function podClass(pod: Pod, version: KubernetesVersion, objects: ClusterObjects): PodClass {
  const answers = answersOf.get(pod) ?? new WeakMap<Node, boolean>()
  answersOf.set(pod, answers)
  return {
    pod,
    isPlain: isPlain(pod),
    fitsEmpty(node) {
      const known = answers.get(node)
      if (known !== undefined) return known
      const empty = nodeState(node, [])
      const filters = prepareFilters(pod, { version, nodes: [empty], objects })
      const fits = filters.rejectionOn(empty) === undefined && (filters.only?.names.has(node.name) ?? true)
      answers.set(node, fits)
      return fits
    },
  }
}

function isPlain({ affinity, antiAffinity, topologySpread, hostPorts, volumes }: Pod): boolean {
  return (
    affinity.required.length === 0 &&
    antiAffinity.required.length === 0 &&
    topologySpread.every(({ whenUnsatisfiable }) => whenUnsatisfiable !== 'DoNotSchedule') &&
    hostPorts.length === 0 &&
    volumes.length === 0
  )
}
