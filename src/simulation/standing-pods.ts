import type { Pod } from '../cluster/pod.ts'
import { workloadId } from '../cluster/workload.ts'
import { daemonPod, daemonPodName } from './daemon-pod.ts'
import type { FleetNode } from './fleet.ts'
import { isDaemonPod } from './merged-cluster.ts'
import type { Run } from './run-clock.ts'

/** A pod that is on no queue: a DaemonSet's on its one node, or one that was bound at the start. */
export type StandingPod = {
  readonly kind: 'daemon' | 'bound'
  readonly namespace: string
  readonly name: string
  /** `DaemonSet/agent`, or the controller as the pod's owner names it, or the pod itself. */
  readonly workload: string
  readonly phase: 'Running' | 'Pending' | 'Evicted'
  /** The node that it is on, or waits for; absent for one that had to leave. */
  readonly home?: FleetNode
  /** As kube-scheduler sees it before it has a node. */
  readonly pod: Pod
}

/** The pods of DaemonSets at the end, DaemonSet by DaemonSet, then those that were bound at the start, in their order. */
export function* standingPods(run: Run): Iterable<StandingPod> {
  yield* daemonPods(run)
  yield* boundPods(run)
}

function* daemonPods({ merged, fleet }: Run): Iterable<StandingPod> {
  const recorded = new Map(
    merged.boundPods.map(({ namespace, name, owner, nodeName }) => [`${namespace}/${owner?.name}/${nodeName}`, name]),
  )
  for (const [index, { workload }] of merged.daemonSets.entries()) {
    const { namespace, template } = workload
    const id = workloadId(workload)
    for (const home of fleet.nodes()) {
      const { node, daemons } = home
      const isRunning = daemons.running.includes(index)
      if (!isRunning && !daemons.waiting.includes(index)) continue
      yield {
        kind: 'daemon',
        namespace,
        name: recorded.get(`${namespace}/${workload.name}/${node.name}`) ?? daemonPodName(template, node.name),
        workload: id,
        phase: isRunning ? 'Running' : 'Pending',
        home,
        pod: daemonPod(template, node.name),
      }
    }
  }
}

function* boundPods({ merged, fleet, gonePods }: Run): Iterable<StandingPod> {
  const gone = new Set(gonePods.map(({ pod }) => `${pod.namespace}/${pod.name}`))
  for (const bound of merged.boundPods) {
    if (isDaemonPod(bound, merged)) continue
    const { nodeName, nominatedNodeName: _, ...pod } = bound
    const { namespace, name, owner } = bound
    const home = nodeName === undefined ? undefined : fleet.find(nodeName)
    const isThere = home !== undefined && !gone.has(`${namespace}/${name}`)
    yield {
      kind: 'bound',
      namespace,
      name,
      workload: owner === undefined ? `Pod/${name}` : `${owner.kind}/${owner.name}`,
      phase: isThere ? 'Running' : 'Evicted',
      ...(isThere ? { home } : {}),
      pod,
    }
  }
}
