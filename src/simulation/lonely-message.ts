import type { Pod } from '../cluster/pod.ts'
import { nodeState } from '../scheduler/node-state.ts'
import { schedule } from '../scheduler/schedule.ts'
import type { Run } from './run-clock.ts'

/**
 * FailedScheduling text of a pod that names its only node, as a DaemonSet's pod does. All other nodes enter the text by
 * their number alone, so they stand in it empty.
 */
export function lonelyMessage(pod: Pod, nodeName: string, { engine, merged, fleet }: Run): string {
  const state = engine.stateOf(nodeName)
  if (state === undefined) return ''
  const others = [...fleet.nodes()].filter(({ node }) => node.name !== nodeName).map(({ node }) => nodeState(node, []))
  const outcome = schedule(pod, { version: merged.version, nodes: [state, ...others], objects: engine.objects })
  return outcome.kind === 'unschedulable' ? outcome.message : ''
}
