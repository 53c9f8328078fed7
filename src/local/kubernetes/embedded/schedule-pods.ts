import { parseKubernetesVersion } from '../../../cluster/kubernetes-version.ts'
import { listAt, numberAt, objectAt, textAt } from '../../../read/kubernetes/json.ts'
import { readClusterObjects } from '../../../read/kubernetes/read-cluster-objects.ts'
import { readNode } from '../../../read/kubernetes/read-node.ts'
import { readPod } from '../../../read/kubernetes/read-pod.ts'
import { nodeStates, withPod } from '../../../scheduler/node-state.ts'
import { type ScheduleOutcome, schedule } from '../../../scheduler/schedule.ts'
import { schedulingGatesMessage } from '../../../scheduler/scheduling-gates.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { bindPod } from './bind-pod.ts'
import type { EmbeddedApi } from './embedded-api.ts'
import { isFinishedPod, isTerminating } from './owned-objects.ts'
import { recordEvent } from './record-event.ts'
import { kindNamed } from './resource-kind.ts'
import { timestamp } from './timestamp.ts'
import { updateStatus } from './update-status.ts'

const component = 'default-scheduler'

/** Kinds beside pods and nodes that decide where pods run, as far as the embedded API server has them. */
const objectKinds = ['Service', 'ReplicaSet', 'Namespace', 'PodDisruptionBudget', 'StorageClass', 'CSINode']

/** Places every pod that waits, the most important first, and says of the others why not. */
export function schedulePods(api: EmbeddedApi, kubernetesVersion: string): void {
  const waiting = api.store.list(kindNamed('Pod')).filter(isWaiting).sort(byUrgency)
  if (waiting.length === 0) return
  const version = parseKubernetesVersion(kubernetesVersion)
  const pods = api.store.list(kindNamed('Pod')).filter((pod) => !isFinishedPod(pod))
  const objects = readClusterObjects(objectKinds.flatMap((kind) => api.store.list(kindNamed(kind))))
  const nominated = waiting.map(readPod).filter(({ nominatedNodeName }) => nominatedNodeName !== undefined)
  let nodes = nodeStates(api.store.list(kindNamed('Node')).map(readNode), pods.map(readPod))
  // Equal pods fare equally as long as nobody is placed; most pods that wait are replicas of a few.
  let unplaced = new Map<string, ScheduleOutcome>()

  for (const object of waiting) {
    if (listAt(object, 'spec', 'schedulingGates').length > 0) {
      condition(api, object, 'SchedulingGated', schedulingGatesMessage)
      continue
    }
    if (waitsForVictims(object, pods)) continue
    const pod = readPod(object)
    const likeness = JSON.stringify({ ...pod, name: '', createdAt: 0 })
    const outcome = unplaced.get(likeness) ?? schedule(pod, { version, nodes, objects, nominated })
    if (outcome.kind === 'placed') {
      place(api, object, outcome.node)
      nodes = nodes.map((state) =>
        state.node.name === outcome.node ? withPod(state, { ...pod, nodeName: outcome.node }) : state,
      )
      unplaced = new Map()
    } else {
      leave(api, object, outcome)
      if (outcome.preemption === undefined) unplaced.set(likeness, outcome)
      // The victims' room is spoken for: the next round sees who is left.
      else return
    }
  }
}

function place(api: EmbeddedApi, pod: KubernetesObject, node: string): void {
  bindPod(api, pod, node)
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`
  recordEvent(api.store, pod, { type: 'Normal', reason: 'Scheduled', message, component })
}

function leave(
  api: EmbeddedApi,
  pod: KubernetesObject,
  { message, preemption }: Extract<ScheduleOutcome, { kind: 'unschedulable' }>,
): void {
  if (condition(api, pod, 'Unschedulable', message, preemption?.node)) {
    recordEvent(api.store, pod, { type: 'Warning', reason: 'FailedScheduling', message, component })
  }
  for (const victim of preemption?.victims ?? []) {
    const object = api.get(kindNamed('Pod'), victim.namespace, victim.name)
    recordEvent(api.store, object, {
      type: 'Normal',
      reason: 'Preempted',
      message: `Preempted by pod ${pod.metadata.uid} on node ${preemption?.node}`,
      component,
    })
    api.remove(kindNamed('Pod'), victim.namespace, victim.name, { propagationPolicy: 'Background', dryRun: false })
  }
}

function isWaiting(pod: KubernetesObject): boolean {
  return (
    (textAt(pod, 'spec', 'nodeName') ?? '') === '' &&
    textAt(pod, 'spec', 'schedulerName') === 'default-scheduler' &&
    !isTerminating(pod) &&
    !isFinishedPod(pod)
  )
}

/** By priority, then by age, then by name. */
function byUrgency(a: KubernetesObject, b: KubernetesObject): number {
  const priority = (pod: KubernetesObject): number => numberAt(pod, 'spec', 'priority') ?? 0
  const born = (pod: KubernetesObject): string => textAt(pod, 'metadata', 'creationTimestamp') ?? ''
  const revision = (pod: KubernetesObject): number => Number(pod.metadata.resourceVersion)
  return priority(b) - priority(a) || compare(born(a), born(b)) || revision(a) - revision(b)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A pod whose victims still end has its node promised and takes nobody else's. */
function waitsForVictims(pod: KubernetesObject, pods: readonly KubernetesObject[]): boolean {
  const nominated = textAt(pod, 'status', 'nominatedNodeName') ?? ''
  if (nominated === '') return false
  return pods.some(
    (other) =>
      isTerminating(other) &&
      textAt(other, 'spec', 'nodeName') === nominated &&
      (numberAt(other, 'spec', 'priority') ?? 0) < (numberAt(pod, 'spec', 'priority') ?? 0),
  )
}

/** Says on the pod why it has no node; returns whether that is news. */
function condition(
  api: EmbeddedApi,
  pod: KubernetesObject,
  reason: string,
  message: string,
  nominatedNodeName?: string,
): boolean {
  const conditions = listAt(pod, 'status', 'conditions')
  const before = conditions.find((entry) => textAt(entry, 'type') === 'PodScheduled')
  if (textAt(before, 'reason') === reason && textAt(before, 'message') === message) return false
  updateStatus(api.store, pod, {
    ...objectAt(pod, 'status'),
    conditions: [
      ...conditions.filter((entry) => entry !== before),
      {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: textAt(before, 'lastTransitionTime') ?? timestamp(),
        reason,
        message,
      },
    ],
    ...(nominatedNodeName !== undefined && { nominatedNodeName }),
  })
  return true
}
