import type { Pod } from '../../cluster/pod.ts'
import { listAt, numberAt, objectAt, recordAt, textAt, valueAt } from './json.ts'
import { readContainerRequests } from './read-container-requests.ts'
import { readHostPorts } from './read-host-ports.ts'
import { readLargestAsks } from './read-largest-asks.ts'
import { readLocalVolumes } from './read-local-volumes.ts'
import { readNodeSelectorTerm } from './read-node-selector.ts'
import { readOwner } from './read-owner.ts'
import { readPodAffinity } from './read-pod-affinity.ts'
import { readPodRequests } from './read-pod-requests.ts'
import { readPodVolumes } from './read-pod-volumes.ts'
import { readTolerations } from './read-taints.ts'
import { readTopologySpread } from './read-topology-spread.ts'

/** A Kubernetes Pod object as the scheduler's model; what the API server fills in (priority) is expected to be there. */
export function readPod(pod: unknown): Pod {
  const spec = objectAt(pod, 'spec')
  const name = textAt(pod, 'metadata', 'name') ?? ''
  const nodeName = textAt(spec, 'nodeName') ?? ''
  const nominatedNodeName = textAt(pod, 'status', 'nominatedNodeName') ?? ''
  const owner = readOwner(pod)
  const startedAt = Date.parse(textAt(pod, 'status', 'startTime') ?? '')
  const requests = readPodRequests(pod)
  const required = valueAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
  return {
    namespace: textAt(pod, 'metadata', 'namespace') ?? 'default',
    name,
    labels: recordAt(pod, 'metadata', 'labels'),
    annotations: recordAt(pod, 'metadata', 'annotations'),
    ...(owner !== undefined && { owner }),
    priority: numberAt(spec, 'priority') ?? 0,
    preemptionPolicy: textAt(spec, 'preemptionPolicy') === 'Never' ? 'Never' : 'PreemptLowerPriority',
    schedulerName: textAt(spec, 'schedulerName') || 'default-scheduler',
    schedulingGates: listAt(spec, 'schedulingGates').map((gate) => textAt(gate, 'name') ?? ''),
    ...(nodeName !== '' && { nodeName }),
    ...(nominatedNodeName !== '' && { nominatedNodeName }),
    nodeSelector: recordAt(spec, 'nodeSelector'),
    ...((required ?? undefined) !== undefined && {
      requiredNodeTerms: listAt(required, 'nodeSelectorTerms').map(readNodeSelectorTerm),
    }),
    preferredNodeTerms: listAt(spec, 'affinity', 'nodeAffinity', 'preferredDuringSchedulingIgnoredDuringExecution').map(
      (preferred) => ({
        weight: numberAt(preferred, 'weight') ?? 0,
        preference: readNodeSelectorTerm(objectAt(preferred, 'preference')),
      }),
    ),
    tolerations: readTolerations(spec),
    affinity: readPodAffinity(valueAt(spec, 'affinity', 'podAffinity')),
    antiAffinity: readPodAffinity(valueAt(spec, 'affinity', 'podAntiAffinity')),
    topologySpread: readTopologySpread(spec),
    hostPorts: readHostPorts(spec),
    volumes: readPodVolumes(spec, name),
    images: [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')].flatMap((container) => {
      const image = textAt(container, 'image')
      return image === undefined ? [] : [image]
    }),
    resourceClaims: listAt(spec, 'resourceClaims').map((claim) => textAt(claim, 'name') ?? ''),
    ...requests,
    ...readContainerRequests(spec),
    ...readLargestAsks(spec, requests.requests),
    ...readLocalVolumes(spec),
    createdAt: Date.parse(textAt(pod, 'metadata', 'creationTimestamp') ?? '') || 0,
    ...(!Number.isNaN(startedAt) && { startedAt }),
    terminating: textAt(pod, 'metadata', 'deletionTimestamp') !== undefined,
    ...(isPreempted(pod) && { preempted: true }),
  }
}

/** Whether kube-scheduler ended it to make room. Source: defaultpreemption `podTerminatingByPreemption`. */
export function isPreempted(pod: unknown): boolean {
  const disruption = listAt(pod, 'status', 'conditions').find(
    (condition) => textAt(condition, 'type') === 'DisruptionTarget',
  )
  return textAt(disruption, 'status') === 'True' && textAt(disruption, 'reason') === 'PreemptionByScheduler'
}
