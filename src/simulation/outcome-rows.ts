import { labelOf } from '../cluster/labels.ts'
import { podName, workloadId } from '../cluster/workload.ts'
import type { NodeUse, PodRef } from './engine/engine.ts'
import { gpuCount } from './gpu-resources.ts'
import { lonelyMessage } from './lonely-message.ts'
import type { NodeRow, NodeScores, OutcomeRows, PodRow } from './outcome.ts'
import type { Run, RunWorkload } from './run-clock.ts'
import { type StandingPod, standingPods } from './standing-pods.ts'

/** Every pod and every node of a run, made as they are read. `scoresOf`: what the scoring plugins said of each pod. */
export function outcomeRows(run: Run, scoresOf?: (pod: PodRef) => readonly NodeScores[] | undefined): OutcomeRows {
  return {
    *pods() {
      for (const entry of run.workloads) {
        const id = workloadId(entry.workload)
        for (let index = 0; index < entry.workload.replicas; index += 1) yield podRow(run, entry, id, index, scoresOf)
      }
      for (const pod of standingPods(run)) yield standingRow(pod, run)
    },
    *nodes() {
      for (const use of run.engine.nodes()) yield nodeRow(use)
    },
  }
}

function nodeRow({ node, group, pods, requested }: NodeUse): NodeRow {
  return {
    node: node.name,
    group,
    zone: labelOf(node.labels, 'topology.kubernetes.io/zone') ?? null,
    pods,
    gpus: { total: gpuCount(node.allocatable), used: gpuCount(requested) },
    cpu: { total: node.allocatable.milliCpu, used: requested.milliCpu },
    memory: { total: node.allocatable.memory, used: requested.memory },
  }
}

function podRow(
  { engine, fleet }: Run,
  { workload, index: position, gated, evicted, nodeOf, preempting }: RunWorkload,
  id: string,
  index: number,
  scoresOf: ((pod: PodRef) => readonly NodeScores[] | undefined) | undefined,
): PodRow {
  const ref = { workload: position, index }
  const fate = engine.fateOf(ref)
  const { namespace } = workload
  const pod = podName(workload, index)
  if (fate.kind === 'placed') {
    const group = fleet.all[nodeOf[index] ?? -1]?.group ?? null
    const { node, tied } = fate
    const message = preempting.get(index)
    const row: PodRow = {
      namespace,
      pod,
      workload: id,
      phase: 'Running',
      group,
      node,
      tied,
      ...(message === undefined ? {} : { message }),
    }
    const scores = scoresOf?.(ref)
    return scores === undefined ? row : { ...row, scores }
  }
  const phase = gated ? 'Gated' : evicted > 0 ? 'Evicted' : 'Pending'
  const row: PodRow = { namespace, pod, workload: id, phase, group: null, node: null, tied: 0 }
  return phase === 'Pending' && fate.kind === 'unschedulable' ? { ...row, message: fate.message } : row
}

function standingRow({ kind, namespace, name, workload, phase, home, pod }: StandingPod, run: Run): PodRow {
  const row = { namespace, pod: name, workload, phase, group: null, node: null, tied: 0 }
  if (home === undefined) return row
  if (phase === 'Pending') return { ...row, message: lonelyMessage(pod, home.node.name, run) }
  return { ...row, group: home.group, node: home.node.name, tied: kind === 'daemon' ? 1 : 0 }
}
