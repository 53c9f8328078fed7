import type { ClusterObjects } from '../../src/cluster/cluster-objects.ts'
import { matchesLabelSelector } from '../../src/cluster/label-selector.ts'
import type { Node } from '../../src/cluster/node.ts'
import type { Pod } from '../../src/cluster/pod.ts'
import type { Workload } from '../../src/cluster/workload.ts'
import { workloadPod } from '../../src/cluster/workload-pod.ts'
import { type NodeState, nodeState, withoutPod, withPod } from '../../src/scheduler/node-state.ts'
import { schedule } from '../../src/scheduler/schedule.ts'
import { assumeVolumes } from '../../src/scheduler/volume-binding.ts'
import type {
  DisplacedPod,
  Engine,
  EngineOptions,
  EnginePreemption,
  PodFate,
  PodRef,
} from '../../src/simulation/engine/engine.ts'

/** What the reference can do of what the engine does. */
export type ReferenceEngine = Pick<
  Engine,
  | 'registerWorkload'
  | 'addNodes'
  | 'removeNodes'
  | 'replaceNode'
  | 'bind'
  | 'unbind'
  | 'setObjects'
  | 'fateOf'
  | 'states'
> & {
  /** One cycle for each pod, in order; pods of higher priority first. */
  schedule(queue: readonly PodRef[]): readonly EnginePreemption[]
}

/** The engine's task done one pod at a time over all nodes, with nothing kept but the nodes' states. */
export function createReferenceEngine({
  version,
  objects: given,
  percentageOfNodesToScore,
}: EngineOptions): ReferenceEngine {
  let objects = given
  let states: readonly NodeState[] = []
  let startIndex = 0
  const workloads: Workload[] = []
  const fates = new Map<string, PodFate>()
  const refs = new Map<Pod, PodRef>()

  const keyOf = ({ workload, index }: PodRef): string => `${workload}/${index}`
  const change = (name: string, to: (state: NodeState) => NodeState): void => {
    states = states.map((state) => (state.node.name === name ? to(state) : state))
  }
  const displaced = (pod: Pod, node: string): DisplacedPod => {
    const ref = refs.get(pod)
    if (ref === undefined) return { kind: 'bound', pod, node }
    refs.delete(pod)
    fates.delete(keyOf(ref))
    return { kind: 'workload', ...ref }
  }
  const podOf = ({ workload, index }: PodRef): Pod => {
    const from = workloads[workload]
    if (from === undefined) throw new RangeError(`no workload ${workload}`)
    return workloadPod(from, index)
  }

  return {
    registerWorkload: (workload) => workloads.push(workload) - 1,
    addNodes(nodes) {
      states = [...states, ...nodes.map(({ node, pods = [] }) => nodeState(node, pods))]
    },
    removeNodes: (names) =>
      names.flatMap((name) => {
        const state = states.find(({ node }) => node.name === name)
        states = states.filter((other) => other !== state)
        return (state?.pods ?? []).map((pod) => displaced(pod, name))
      }),
    replaceNode: (node: Node) => change(node.name, ({ pods }) => nodeState(node, pods)),
    bind: (pod, name) => change(name, (state) => withPod(state, pod)),
    unbind(pods) {
      for (const ref of pods) {
        const [pod] = [...refs].find(([, other]) => keyOf(other) === keyOf(ref)) ?? []
        const fate = fates.get(keyOf(ref))
        if (pod === undefined || fate?.kind !== 'placed') continue
        change(fate.node, (state) => withoutPod(state, pod))
        displaced(pod, fate.node)
      }
    },
    setObjects(next) {
      objects = next
    },
    fateOf: (ref) => fates.get(keyOf(ref)) ?? { kind: 'untried' },
    states: () => states,

    schedule(queue) {
      const preemptions: EnginePreemption[] = []
      const priorityOf = ({ workload }: PodRef): number => workloads[workload]?.template.priority ?? 0
      for (const ref of queue.toSorted((a, b) => priorityOf(b) - priorityOf(a))) {
        if (fates.get(keyOf(ref))?.kind === 'placed') continue
        const pod = podOf(ref)
        const outcome = schedule(
          pod,
          { version, nodes: states, objects },
          percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore, startIndex },
        )
        if (states.length > 0) startIndex = (startIndex + outcome.visited) % states.length
        let [node, tied] = ['', 1]
        if (outcome.kind === 'placed') {
          ;({ node, tied } = outcome)
        } else if (outcome.preemption === undefined) {
          fates.set(keyOf(ref), { kind: 'unschedulable', message: outcome.message })
          continue
        } else {
          node = outcome.preemption.node
          const { victims } = outcome.preemption
          change(node, (state) => victims.reduce(withoutPod, state))
          const left = victims.map((victim) => displaced(victim, node))
          preemptions.push({ pod: ref, node, victims: left, message: outcome.message })
          for (const victim of victims) objects = withoutDisruption(objects, victim)
        }
        change(node, (state) => withPod(state, pod))
        const there = states.find((state) => state.node.name === node)
        if (there !== undefined) objects = assumeVolumes(pod, there.node, objects)
        refs.set(pod, ref)
        fates.set(keyOf(ref), { kind: 'placed', node, tied })
      }
      return preemptions
    },
  }
}

/** Every budget that selects the pod allows one disruption less, never less than none. */
function withoutDisruption(objects: ClusterObjects, { namespace, labels }: Pod): ClusterObjects {
  return {
    ...objects,
    disruptionBudgets: objects.disruptionBudgets.map((budget) =>
      budget.namespace === namespace &&
      budget.selector !== undefined &&
      matchesLabelSelector(budget.selector, labels) &&
      budget.disruptionsAllowed > 0
        ? { ...budget, disruptionsAllowed: budget.disruptionsAllowed - 1 }
        : budget,
    ),
  }
}
