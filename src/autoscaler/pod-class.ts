import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { KubernetesVersion } from '../cluster/kubernetes-version.ts'
import type { Node } from '../cluster/node.ts'
import type { Pod } from '../cluster/pod.ts'
import type { PodAffinityTerm } from '../cluster/pod-affinity.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { prepareFilters } from '../scheduler/prepare-filters.ts'
import { specKey } from './spec-key.ts'

/**
 * How far filters look: at the node's labels, taints and free amounts; at the pods on it as well (host ports, anti-affinity
 * over host names); or at other nodes and objects too (affinity, hard spreading, anti-affinity over zones, volumes).
 */
export type Reach = 'amounts' | 'node' | 'cluster'

/** Pods that filters cannot tell apart, and what was found out about them. */
export type PodClass = {
  /** One of them, without its node. */
  readonly pod: Pod
  /** Equal for the same class in another loop. */
  readonly key: string
  /** What filters look at for it. */
  readonly reach: Reach
  /** Whether an empty node of that kind would take the pod, for classes that reach no further than that. */
  fitsEmpty(node: Node): boolean
}

/** The class of a pod; the same object for all pods of the class, until the function is dropped. */
export type PodClasses = (pod: Pod) => PodClass

/** Answers about amounts depend on spec and node alone, so they are kept for as long as the node is. */
const answersOf = new WeakMap<Node, Map<string, boolean>>()

/** Makes out the classes of pods in one cluster. `fitsEmpty` asks kube-scheduler's filters once for each node object. */
export function podClasses(version: KubernetesVersion, objects: ClusterObjects): PodClasses {
  const byPod = new WeakMap<Pod, PodClass>()
  const byKey = new Map<string, PodClass>()
  return (pod) => {
    const known = byPod.get(pod)
    if (known !== undefined) return known
    const key = `${version.minor}.${version.patch} ${specKey(pod)}`
    const found = byKey.get(key) ?? makeClass(pod, key, version, objects)
    byKey.set(key, found)
    byPod.set(pod, found)
    return found
  }
}

function makeClass(bound: Pod, key: string, version: KubernetesVersion, objects: ClusterObjects): PodClass {
  const { nodeName: _, ...pod } = bound
  return {
    pod,
    key,
    reach: reachOf(pod),
    fitsEmpty(node) {
      const answers = answersOf.get(node) ?? new Map<string, boolean>()
      answersOf.set(node, answers)
      const known = answers.get(key)
      if (known !== undefined) return known
      const empty = nodeState(node, [])
      const filters = prepareFilters(pod, { version, nodes: [empty], objects })
      const fits = filters.rejectionOn(empty) === undefined && (filters.only?.names.has(node.name) ?? true)
      answers.set(key, fits)
      return fits
    },
  }
}

function reachOf({ affinity, antiAffinity, topologySpread, hostPorts, volumes }: Pod): Reach {
  if (
    affinity.required.length > 0 ||
    topologySpread.some(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule') ||
    volumes.length > 0
  ) {
    return 'cluster'
  }
  const byTerms = reachOfTerms(antiAffinity.required)
  return byTerms === 'amounts' && hostPorts.length > 0 ? 'node' : byTerms
}

/** How far terms of required anti-affinity look, the pod's own or those of pods that are there; host names are taken for unique. */
export function reachOfTerms(terms: readonly PodAffinityTerm[]): Reach {
  if (terms.length === 0) return 'amounts'
  return terms.every(({ topologyKey }) => topologyKey === 'kubernetes.io/hostname') ? 'node' : 'cluster'
}
