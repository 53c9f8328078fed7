import type { ClusterObjects } from '../cluster/cluster-objects.ts'
import type { Pod } from '../cluster/pod.ts'
import type { Workload } from '../cluster/workload.ts'
import { workloadPod } from '../cluster/workload-pod.ts'
import { type CycleExplanation, explainCycle } from '../scheduler/explain-cycle.ts'
import { type NodeState, nodeState, withoutPod, withPod } from '../scheduler/node-state.ts'
import { assumeVolumes } from '../scheduler/volume-binding.ts'
import type {
  DisplacedPod,
  Engine,
  EngineOptions,
  EnginePreemption,
  FailedRun,
  PodFate,
  PodRef,
  PodRun,
} from './engine/engine.ts'
import { withoutEvicted } from './engine/without-evicted.ts'

/** What one pod of a workload met in its last cycle. */
export type CycleTrace = (pod: PodRef, explanation: CycleExplanation) => void

type Place = { state: NodeState; readonly group: string | null }

/**
 * An engine that runs every pod's cycle by itself and shows it in every detail: what `--scores` and `--explain` are made
 * of. Time grows with pods × nodes.
 */
export function createTracingEngine(options: EngineOptions, trace: CycleTrace): Engine {
  const workloads: Workload[] = []
  const fates: Map<number, PodFate>[] = []
  const placed: number[] = []
  const places = new Map<string, Place>()
  const refs = new Map<Pod, PodRef>()
  const homes = new Map<string, { readonly pod: Pod; readonly node: string }>()
  let objects: ClusterObjects = options.objects
  /** Name of a node → its position in the order of joining. */
  const order = new Map<string, number>()
  let added = 0
  let startAt = 0

  const states = (): readonly NodeState[] => [...places.values()].map(({ state }) => state)
  const fateOf = ({ workload, index }: PodRef): PodFate => fates[workload]?.get(index) ?? { kind: 'untried' }

  return {
    workloads,
    registerWorkload(workload) {
      fates.push(new Map())
      placed.push(0)
      return workloads.push(workload) - 1
    },
    addNodes(nodes) {
      for (const { node, group, pods = [] } of nodes) {
        if (places.has(node.name)) throw new RangeError(`node ${node.name} is there already`)
        places.set(node.name, { state: nodeState(node, pods), group })
        order.set(node.name, added)
        added += 1
      }
    },
    removeNodes(names) {
      return names.flatMap((name) => {
        const place = placeOf(name)
        places.delete(name)
        return place.state.pods.map((pod) => displaced(pod, name))
      })
    },
    replaceNode(node) {
      const place = placeOf(node.name)
      place.state = { ...place.state, node }
    },
    bind(pod, nodeName) {
      const place = placeOf(nodeName)
      place.state = withPod(place.state, pod)
    },
    unbind(pods) {
      for (const ref of pods) {
        const home = homes.get(keyOf(ref))
        if (home === undefined) continue
        leave(home.node, home.pod)
        displaced(home.pod, home.node)
      }
    },
    setObjects(changed) {
      objects = changed
    },
    get objects() {
      return objects
    },
    schedule(queue) {
      const failures: FailedRun[] = []
      const preemptions: EnginePreemption[] = []
      let taken = 0
      for (const ref of inOrder(queue)) {
        if (fateOf(ref).kind === 'placed') continue
        const pod = podOf(ref)
        const snapshot = { version: options.version, nodes: states(), objects }
        const explanation = explainCycle(pod, snapshot, {
          percentageOfNodesToScore: options.percentageOfNodesToScore ?? 100,
          startIndex: startAt,
        })
        trace(ref, explanation)
        const { outcome } = explanation
        startAt = places.size === 0 ? 0 : (startAt + outcome.visited) % places.size
        if (outcome.kind === 'placed') {
          settle(ref, pod, outcome.node, outcome.tied)
          taken += 1
        } else if (outcome.preemption === undefined) {
          fates[ref.workload]?.set(ref.index, { kind: 'unschedulable', message: outcome.message })
          failures.push({ workload: ref.workload, first: ref.index, count: 1, message: outcome.message })
        } else {
          const { node, victims, tied } = outcome.preemption
          for (const victim of victims) leave(node, victim)
          const gone = victims.map((victim) => displaced(victim, node))
          objects = withoutEvicted(objects, victims)
          settle(ref, pod, node, tied)
          taken += 1
          preemptions.push({ pod: ref, node, victims: gone, message: outcome.message })
        }
      }
      return { placed: taken, unschedulable: failures.length, failures: () => failures, preemptions }
    },
    fateOf,
    nodeIndexOf(ref) {
      const fate = fateOf(ref)
      return fate.kind === 'placed' ? (order.get(fate.node) ?? -1) : -1
    },
    placedOf: (workload) => placed[workload] ?? 0,
    get nodeCount() {
      return places.size
    },
    *nodes() {
      for (const { state, group } of places.values())
        yield { node: state.node, group, pods: state.pods.length, requested: state.requested }
    },
    buckets() {
      return [...places.values()]
        .map(({ state, group }) => ({ state, group, count: 1, names: () => [state.node.name] }))
        .toSorted((a, b) => (a.state.node.name < b.state.node.name ? -1 : 1))
    },
    stateOf: (name) => places.get(name)?.state,
    states,
  }

  function placeOf(name: string): Place {
    const place = places.get(name)
    if (place === undefined) throw new RangeError(`there is no node ${name}`)
    return place
  }

  function podOf({ workload, index }: PodRef): Pod {
    const known = workloads[workload]
    if (known === undefined) throw new RangeError(`there is no workload ${workload}`)
    return workloadPod(known, index)
  }

  function settle(ref: PodRef, pod: Pod, node: string, tied: number): void {
    const place = placeOf(node)
    place.state = withPod(place.state, pod)
    objects = assumeVolumes(pod, place.state.node, objects)
    refs.set(pod, ref)
    homes.set(keyOf(ref), { pod, node })
    fates[ref.workload]?.set(ref.index, { kind: 'placed', node, tied })
    placed[ref.workload] = (placed[ref.workload] ?? 0) + 1
  }

  function leave(node: string, pod: Pod): void {
    const place = placeOf(node)
    place.state = withoutPod(place.state, pod)
  }

  function displaced(pod: Pod, node: string): DisplacedPod {
    const ref = refs.get(pod)
    if (ref === undefined) return { kind: 'bound', pod, node }
    refs.delete(pod)
    homes.delete(keyOf(ref))
    fates[ref.workload]?.delete(ref.index)
    placed[ref.workload] = (placed[ref.workload] ?? 0) - 1
    return { kind: 'workload', ...ref }
  }

  function inOrder(queue: readonly PodRun[] | Int32Array): readonly PodRef[] {
    const pods = queue instanceof Int32Array ? mentioned(queue) : expanded(queue)
    const priority = ({ workload }: PodRef): number => workloads[workload]?.template.priority ?? 0
    return pods.toSorted((a, b) => priority(b) - priority(a))
  }

  /** The k-th mention of a workload is the k-th of its pods that has no node. */
  function mentioned(queue: Int32Array): readonly PodRef[] {
    const next = new Map<number, number>()
    const pods: PodRef[] = []
    for (const workload of queue) {
      let index = next.get(workload) ?? 0
      while (fateOf({ workload, index }).kind === 'placed') index += 1
      next.set(workload, index + 1)
      if (index < (workloads[workload]?.replicas ?? 0)) pods.push({ workload, index })
    }
    return pods
  }
}

function expanded(runs: readonly PodRun[]): readonly PodRef[] {
  return runs.flatMap(({ workload, first, count }) =>
    Array.from({ length: count }, (_, offset) => ({ workload, index: first + offset })),
  )
}

function keyOf({ workload, index }: PodRef): string {
  return `${workload}/${index}`
}
