import type { Pod } from '../../cluster/pod.ts'
import { noPodAffinity } from '../../cluster/pod-affinity.ts'
import { effectiveRequests } from '../../cluster/pod-requests.ts'
import type { Resources } from '../../cluster/resources.ts'
import { listAt, numberAt, objectAt, recordAt, textAt, valueAt } from './json.ts'
import { readNodeSelectorTerm } from './read-node-selector.ts'
import { readPartialResources, readResources } from './read-resources.ts'
import { readTolerations } from './read-taints.ts'

const mebibyte = 1024 * 1024

/** A Kubernetes Pod object as the scheduler's model; what the API server fills in (priority) is expected to be there. */
export function readPod(pod: unknown): Pod {
  const spec = objectAt(pod, 'spec')
  const nodeName = textAt(spec, 'nodeName')
  const required = valueAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
  return {
    namespace: textAt(pod, 'metadata', 'namespace') ?? 'default',
    name: textAt(pod, 'metadata', 'name') ?? '',
    labels: recordAt(pod, 'metadata', 'labels'),
    annotations: recordAt(pod, 'metadata', 'annotations'),
    schedulerName: textAt(spec, 'schedulerName') ?? 'default-scheduler',
    schedulingGates: listAt(spec, 'schedulingGates').map((gate) => textAt(gate, 'name') ?? ''),
    affinity: noPodAffinity,
    antiAffinity: noPodAffinity,
    topologySpread: [],
    hostPorts: [],
    volumes: [],
    images: [],
    resourceClaims: [],
    terminating: textAt(pod, 'metadata', 'deletionTimestamp') !== undefined,
    priority: numberAt(spec, 'priority') ?? 0,
    preemptionPolicy: textAt(spec, 'preemptionPolicy') === 'Never' ? 'Never' : 'PreemptLowerPriority',
    ...(nodeName !== undefined && nodeName !== '' && { nodeName }),
    nodeSelector: recordAt(spec, 'nodeSelector'),
    ...(required !== undefined && {
      requiredNodeTerms: listAt(required, 'nodeSelectorTerms').map(readNodeSelectorTerm),
    }),
    preferredNodeTerms: listAt(spec, 'affinity', 'nodeAffinity', 'preferredDuringSchedulingIgnoredDuringExecution').map(
      (preferred) => ({
        weight: numberAt(preferred, 'weight') ?? 0,
        preference: readNodeSelectorTerm(objectAt(preferred, 'preference')),
      }),
    ),
    tolerations: readTolerations(spec),
    requests: readPodRequests(spec, readResources),
    scoredRequests: readPodRequests(spec, readScoredResources),
    createdAt: Date.parse(textAt(pod, 'metadata', 'creationTimestamp') ?? '') || 0,
  }
}

function readPodRequests(spec: unknown, read: (requests: unknown) => Resources): Resources {
  const podLevel = readPartialResources(withLimits(objectAt(spec, 'resources')))
  return effectiveRequests({
    containers: listAt(spec, 'containers').map((container) => read(withLimits(objectAt(container, 'resources')))),
    initContainers: listAt(spec, 'initContainers').map((container) => ({
      requests: read(withLimits(objectAt(container, 'resources'))),
      restartable: textAt(container, 'restartPolicy') === 'Always',
    })),
    overhead: readResources(objectAt(spec, 'overhead')),
    ...(Object.keys(podLevel).length > 0 && { podLevel }),
  })
}

/** A request that is not given defaults to the limit. */
function withLimits(resources: unknown): unknown {
  return { ...objectAt(resources, 'limits'), ...objectAt(resources, 'requests') }
}

/** What scores assume for a container that requests no CPU or memory. Source: pkg/scheduler/util/pod_resources.go. */
function readScoredResources(requests: unknown): Resources {
  return {
    ...readResources(requests),
    ...(valueAt(requests, 'cpu') === undefined && { milliCpu: 100 }),
    ...(valueAt(requests, 'memory') === undefined && { memory: 200 * mebibyte }),
  }
}
