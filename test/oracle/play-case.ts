import type { ClusterObjects } from '../../src/cluster/cluster-objects.ts'
import { parseKubernetesVersion } from '../../src/cluster/kubernetes-version.ts'
import type { Pod } from '../../src/cluster/pod.ts'
import { type JsonObject, textAt } from '../../src/read/kubernetes/json.ts'
import { readClusterObjects } from '../../src/read/kubernetes/read-cluster-objects.ts'
import { readNode } from '../../src/read/kubernetes/read-node.ts'
import { readPod } from '../../src/read/kubernetes/read-pod.ts'
import { type CycleExplanation, explainCycle, type NodeExplanation } from '../../src/scheduler/explain-cycle.ts'
import { nodeStates } from '../../src/scheduler/node-state.ts'
import { assumeVolumes } from '../../src/scheduler/volume-binding.ts'
import { type OracleCase, type OracleScores, type OracleStep, objectLists } from './oracle-case.ts'

/** Plays a case with our own scheduler, step by step as the oracle does. */
export function playCase(input: OracleCase, version: string): readonly OracleStep[] {
  const nodes = input.nodes.map(readNode)
  let objects: ClusterObjects = readClusterObjects(
    objectLists.flatMap(({ list, kind }) => input[list].map((object) => ({ ...object, kind }))),
  )
  const waiting = new Map(input.queue.map(readPod).map((pod) => [keyOf(pod), pod]))
  let bound: readonly Pod[] = input.bound.filter(isRunning).map(readPod)
  const steps: OracleStep[] = []
  for (const key of [...waiting.keys(), ...input.again]) {
    const pod = waiting.get(key)
    if (pod === undefined) continue
    if (pod.schedulingGates.length > 0) {
      steps.push({
        pod: key,
        outcome: 'gated',
        message: `waiting for scheduling gates: [${pod.schedulingGates.join(' ')}]`,
      })
      continue
    }
    const explanation = explainCycle(pod, {
      version: parseKubernetesVersion(version),
      nodes: nodeStates(nodes, bound),
      objects,
      nominated: [...waiting.values()].filter(({ nominatedNodeName }) => nominatedNodeName !== undefined),
    })
    steps.push(describe(key, explanation))

    const { outcome, preemption } = explanation
    if (outcome.kind === 'placed') {
      waiting.delete(key)
      bound = [...bound, { ...withoutNomination(pod), nodeName: outcome.node }]
      const node = nodes.find(({ name }) => name === outcome.node)
      if (node !== undefined) objects = assumeVolumes(pod, node, objects)
    } else if (outcome.preemption !== undefined) {
      const { node, victims } = outcome.preemption
      bound = bound.filter((other) => !victims.some((victim) => keyOf(victim) === keyOf(other)))
      for (const [otherKey, other] of waiting) {
        if (other.nominatedNodeName === node && other.priority < pod.priority) {
          waiting.set(otherKey, withoutNomination(other))
        }
      }
      waiting.set(key, { ...pod, nominatedNodeName: node })
    } else if (nodes.length === 0 || (preemption?.kind === 'impossible' && preemption.text.startsWith('0/'))) {
      waiting.set(key, withoutNomination(pod))
    }
  }
  return steps
}

function describe(pod: string, { outcome, preFilter, nodes, best, preemption }: CycleExplanation): OracleStep {
  const rejected = Object.fromEntries(
    nodes.flatMap((node) =>
      node.kind === 'rejected' && node.plugin !== '' && preFilter === undefined
        ? [
            [
              node.node,
              {
                plugin: node.plugin,
                ...(node.code === 'UnschedulableAndUnresolvable' && { unresolvable: true }),
                // The real one goes through extended resources in the random order of a Go map.
                reasons: node.reasons.toSorted(),
              },
            ],
          ]
        : [],
    ),
  )
  const feasible = nodes.filter((node) => node.kind === 'feasible').toSorted((a, b) => (a.node < b.node ? -1 : 1))
  return {
    pod,
    outcome: outcome.kind,
    ...(Object.keys(rejected).length > 0 && { rejected }),
    ...(feasible.length > 0 && { feasible: feasible.map(({ node }) => node) }),
    ...(feasible.length > 1 && { scores: scoresOf(feasible) }),
    ...(best.length > 0 && { hosts: best }),
    ...(outcome.kind === 'unschedulable' && { message: outcome.message }),
    ...(preemption?.kind === 'possible' && {
      candidates: preemption.tied,
      victims: preemption.victims.map(keyOf),
    }),
  }
}

function scoresOf(
  feasible: readonly Extract<NodeExplanation, { kind: 'feasible' }>[],
): Readonly<Record<string, OracleScores>> {
  const plugins = feasible[0]?.scores.map(({ plugin }) => plugin) ?? []
  return Object.fromEntries(
    plugins.map((plugin) => {
      const scores = feasible.flatMap((node) => node.scores.filter((score) => score.plugin === plugin))
      return [plugin, { raw: scores.map(({ raw }) => raw), weighted: scores.map(({ weighted }) => weighted) }]
    }),
  )
}

/** The scheduler does not watch pods that have ended. */
function isRunning(pod: JsonObject): boolean {
  return !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '')
}

function withoutNomination(pod: Pod): Pod {
  const { nominatedNodeName: _, ...rest } = pod
  return rest
}

function keyOf(pod: Pod): string {
  return `${pod.namespace}/${pod.name}`
}
