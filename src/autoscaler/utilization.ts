import type { Pod } from '../cluster/pod.ts'
import { scalarOf } from '../cluster/resources.ts'
import type { NodeState } from '../scheduler/node-state.ts'
import { isDaemonSetPod, isMirrorPod } from './daemon-set-pods.ts'
import { gpuResourceOf } from './gpu-nodes.ts'

/** How full a node is: the share of the resource by which it is judged. */
export type Utilization = { readonly resource: string; readonly share: number }

/**
 * A node with GPUs is judged by them alone, and counts as empty while it offers none; any other by the larger share of cpu
 * and memory. What is ignored is taken off both sides. `undefined` where a node has no cpu or memory to share.
 * Source: cluster-autoscaler 1.36.1, simulator/utilization/info.go.
 */
export function utilizationOf(
  state: NodeState,
  ignored: { readonly daemonSets: boolean; readonly mirrorPods: boolean },
): Utilization | undefined {
  const gpu = gpuResourceOf(state.node)
  if (gpu !== undefined) return { resource: gpu, share: shareOf(state, gpu, ignored) ?? 0 }
  const [cpu, memory] = [shareOf(state, 'cpu', ignored), shareOf(state, 'memory', ignored)]
  if (cpu === undefined || memory === undefined) return undefined
  return cpu > memory ? { resource: 'cpu', share: cpu } : { resource: 'memory', share: memory }
}

function shareOf(
  { node, pods }: NodeState,
  resource: string,
  ignored: { readonly daemonSets: boolean; readonly mirrorPods: boolean },
): number | undefined {
  const amountOf = ({ requests }: Pick<Pod, 'requests'>): number =>
    resource === 'cpu' ? requests.milliCpu : resource === 'memory' ? requests.memory : scalarOf(requests, resource)
  const total = amountOf({ requests: node.allocatable })
  if (total === 0) return undefined
  let [counted, left] = [0, total]
  for (const pod of pods) {
    const isIgnored = (ignored.daemonSets && isDaemonSetPod(pod)) || (ignored.mirrorPods && isMirrorPod(pod))
    if (isIgnored) left -= amountOf(pod)
    else counted += amountOf(pod)
  }
  return counted / left
}
