import type { Pod } from './pod.ts'
import { noPodAffinity } from './pod-affinity.ts'
import { noResources } from './resources.ts'

/** A pod of one container that asks for nothing, with what `shape` says instead. */
export function barePod(namespace: string, name: string, shape: Partial<Pod> = {}): Pod {
  return {
    namespace,
    name,
    labels: {},
    annotations: {},
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    schedulerName: 'default-scheduler',
    schedulingGates: [],
    nodeSelector: {},
    preferredNodeTerms: [],
    tolerations: [],
    affinity: noPodAffinity,
    antiAffinity: noPodAffinity,
    topologySpread: [],
    hostPorts: [],
    volumes: [],
    images: [],
    resourceClaims: [],
    requests: noResources,
    // What kube-scheduler's scores count for a container that asks for none.
    scoredRequests: { milliCpu: 100, memory: 200 * 1024 ** 2 },
    createdAt: 0,
    terminating: false,
    ...shape,
  }
}
