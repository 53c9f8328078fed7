import { labelOf } from '../cluster/labels.ts'
import { podName, workloadId } from '../cluster/workload.ts'
import { daemonPod, daemonPodName } from './daemon-pod.ts'
import type { NodeUse, PodRef } from './engine/engine.ts'
import { gpuCount } from './gpu-resources.ts'
import { lonelyMessage } from './lonely-message.ts'
import { isDaemonPod } from './merged-cluster.ts'
import type { NodeRow, NodeScores, OutcomeRows, PodRow } from './outcome.ts'
import type { Run, RunWorkload } from './run-clock.ts'

/** Every pod and every node of a run, made as they are read. `scoresOf`: what the scoring plugins said of each pod. */
export function outcomeRows(run: Run, scoresOf?: (pod: PodRef) => readonly NodeScores[] | undefined): OutcomeRows {
  return {
    *pods() {
      for (const entry of run.workloads) {
        const id = workloadId(entry.workload)
        for (let index = 0; index < entry.workload.replicas; index += 1) yield podRow(run, entry, id, index, scoresOf)
      }
      yield* daemonRows(run)
      yield* boundRows(run)
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
  { workload, index: position, gated, evicted, nodeOf }: RunWorkload,
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
    const row: PodRow = { namespace, pod, workload: id, phase: 'Running', group, node, tied }
    const scores = scoresOf?.(ref)
    return scores === undefined ? row : { ...row, scores }
  }
  const phase = gated ? 'Gated' : evicted > 0 ? 'Evicted' : 'Pending'
  const row: PodRow = { namespace, pod, workload: id, phase, group: null, node: null, tied: 0 }
  return phase === 'Pending' && fate.kind === 'unschedulable' ? { ...row, message: fate.message } : row
}

function* daemonRows(run: Run): Iterable<PodRow> {
  const recorded = new Map(
    run.merged.boundPods.map(({ namespace, name, owner, nodeName }) => [
      `${namespace}/${owner?.name}/${nodeName}`,
      name,
    ]),
  )
  for (const [index, { workload }] of run.merged.daemonSets.entries()) {
    const { namespace, template } = workload
    const id = workloadId(workload)
    for (const { node, group, daemons } of run.fleet.nodes()) {
      const pod = recorded.get(`${namespace}/${workload.name}/${node.name}`) ?? daemonPodName(template, node.name)
      if (daemons.running.includes(index))
        yield { namespace, pod, workload: id, phase: 'Running', group, node: node.name, tied: 1 }
      else if (daemons.waiting.includes(index)) {
        const message = lonelyMessage(daemonPod(template, node.name), node.name, run)
        yield { namespace, pod, workload: id, phase: 'Pending', group: null, node: null, tied: 0, message }
      }
    }
  }
}

function* boundRows({ merged, fleet, gonePods }: Run): Iterable<PodRow> {
  const gone = new Set(gonePods.map(({ pod }) => `${pod.namespace}/${pod.name}`))
  for (const bound of merged.boundPods) {
    const { namespace, name, owner, nodeName } = bound
    if (isDaemonPod(bound, merged)) continue
    const node = nodeName === undefined ? undefined : fleet.find(nodeName)
    const workload = owner === undefined ? `Pod/${name}` : `${owner.kind}/${owner.name}`
    const isThere = node !== undefined && !gone.has(`${namespace}/${name}`)
    yield {
      namespace,
      pod: name,
      workload,
      phase: isThere ? 'Running' : 'Evicted',
      group: isThere ? node.group : null,
      node: isThere ? node.node.name : null,
      tied: 0,
    }
  }
}
