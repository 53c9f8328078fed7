import type { Labels } from './labels.ts'
import type { NodeSelectorTerm } from './node-selector.ts'
import type { PodAffinity } from './pod-affinity.ts'
import type { Resources } from './resources.ts'
import type { Toleration } from './toleration.ts'
import type { TopologySpreadConstraint } from './topology-spread.ts'
import type { HostPort, PodVolume } from './volume.ts'

/** A preference for nodes, with its weight 1–100. */
type PreferredNodeSelectorTerm = { readonly weight: number; readonly preference: NodeSelectorTerm }

/** The object that made a pod and keeps it alive. */
export type PodOwner = { readonly kind: string; readonly name: string; readonly uid: string }

/** A pod as scheduler and autoscaler see it. */
export type Pod = {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly annotations: Labels
  /** Its controller; absent for a bare pod. */
  readonly owner?: PodOwner
  readonly priority: number
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never'
  readonly schedulerName: string
  /** While there is any, the pod is not looked at. */
  readonly schedulingGates: readonly string[]
  /** The node it is bound to. */
  readonly nodeName?: string
  /** The node that a preemption freed for it. */
  readonly nominatedNodeName?: string
  readonly nodeSelector: Labels
  /** `undefined` when there is no required node affinity; an empty list matches nothing. */
  readonly requiredNodeTerms?: readonly NodeSelectorTerm[]
  readonly preferredNodeTerms: readonly PreferredNodeSelectorTerm[]
  readonly tolerations: readonly Toleration[]
  readonly affinity: PodAffinity
  readonly antiAffinity: PodAffinity
  /** Its own constraints; without any, kube-scheduler's defaults apply. */
  readonly topologySpread: readonly TopologySpreadConstraint[]
  readonly hostPorts: readonly HostPort[]
  readonly volumes: readonly PodVolume[]
  /** Images of its containers, init containers included, as written. */
  readonly images: readonly string[]
  /** Names of its resource claims (dynamic resource allocation), which are not simulated. */
  readonly resourceClaims: readonly string[]
  /** What filters count: see `effectiveRequests`. */
  readonly requests: Resources
  /** Sum of what the containers that are no init containers request; absent: as `requests`. The autoscaler sorts and weighs by it. */
  readonly containerRequests?: { readonly milliCpu: number; readonly memory: number }
  /** The most that one of its containers asks for, of devices of which the pod asks for more; absent: all is asked by one. */
  readonly largestAsks?: Readonly<Record<string, number>>
  /** Names of the volumes that a node keeps for it (emptyDir on disk, hostPath); absent: none. They hold the autoscaler from draining. */
  readonly localVolumes?: readonly string[]
  /** What scores count: as `requests`, with 100 millicores and 200 MiB for each container that asks for none. */
  readonly scoredRequests: { readonly milliCpu: number; readonly memory: number }
  /**
   * What the score LeastAllocated counts for this pod while it waits; absent: `scoredRequests`. It differs where a pod
   * has pod-level requests, which kube-scheduler 1.34 to 1.36 leaves out there, and there only (noderesources/fit.go:
   * the scorer is not told of the feature).
   */
  readonly scoredRequestsAlone?: { readonly milliCpu: number; readonly memory: number }
  /** Milliseconds since 1970 at which it was created; older pods go first and survive preemption longer. */
  readonly createdAt: number
  /** Milliseconds since 1970 at which its kubelet took it; absent before. */
  readonly startedAt?: number
  /** Whether it is being deleted. */
  readonly terminating: boolean
  /** Whether a preemption ends it (condition DisruptionTarget with reason PreemptionByScheduler); absent: no. */
  readonly preempted?: boolean
}
