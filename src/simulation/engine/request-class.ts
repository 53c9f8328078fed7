import { isAtLeast, type KubernetesVersion } from '../../cluster/kubernetes-version.ts'
import type { NodeSelectorTerm } from '../../cluster/node-selector.ts'
import type { Pod } from '../../cluster/pod.ts'
import { noPodAffinity } from '../../cluster/pod-affinity.ts'
import { nodeState } from '../../scheduler/node-state.ts'
import { type NodeRejection, prepareFilters } from '../../scheduler/prepare-filters.ts'
import { snapshotOf } from '../../scheduler/snapshot.ts'
import type { Shape } from './node-shapes.ts'

/**
 * Pods that every node treats alike as long as nothing but the node itself matters: same requests, selectors, tolerations
 * and preferences. Labels, namespace and owner are no part of it.
 */
export type RequestClass = {
  readonly id: number
  readonly version: KubernetesVersion
  /** Any of its pods, without what is no part of the class. */
  readonly pod: Pod
  /** Ids and amounts of the extended resources that are asked for, amounts above 0. */
  readonly scalars: readonly { readonly id: number; readonly name: string; readonly amount: number }[]
  /** Whether BalancedAllocation scores its pods. */
  readonly balanced: boolean
  /** Labels of nodes that its selectors read. */
  readonly labelKeys: readonly string[]
  /** Whether its selectors tell single nodes apart: by name or by host name. */
  readonly perNode: boolean
}

const hostname = 'kubernetes.io/hostname'

/** Equal texts for pods of the same request class. */
export function requestClassKey(pod: Pod): string {
  const { requests, scoredRequests, nodeSelector, requiredNodeTerms, preferredNodeTerms, tolerations } = pod
  return JSON.stringify([
    [requests.milliCpu, requests.memory, requests.ephemeralStorage, sortedEntries(requests.scalars)],
    [scoredRequests.milliCpu, scoredRequests.memory],
    pod.scoredRequestsAlone ?? null,
    sortedEntries(nodeSelector),
    requiredNodeTerms ?? null,
    preferredNodeTerms,
    tolerations,
    pod.images,
    pod.preemptionPolicy,
  ])
}

/** The request class of a pod; `scalarId` numbers extended resources. */
export function requestClass(
  id: number,
  pod: Pod,
  version: KubernetesVersion,
  scalarId: (name: string) => number,
): RequestClass {
  const { requests } = pod
  const terms = [...(pod.requiredNodeTerms ?? []), ...pod.preferredNodeTerms.map(({ preference }) => preference)]
  const labelKeys = [...new Set([...Object.keys(pod.nodeSelector), ...terms.flatMap(keysOfTerm)])]
  return {
    id,
    version,
    pod: {
      ...pod,
      affinity: noPodAffinity,
      antiAffinity: noPodAffinity,
      topologySpread: [],
      hostPorts: [],
      volumes: [],
    },
    scalars: Object.entries(requests.scalars)
      .filter(([, amount]) => amount > 0)
      .map(([name, amount]) => ({ id: scalarId(name), name, amount })),
    balanced: requests.milliCpu !== 0 || requests.memory !== 0 || !isAtLeast(version, 33),
    labelKeys: labelKeys.filter((key) => key !== hostname),
    perNode: labelKeys.includes(hostname) || terms.some(({ matchFields }) => matchFields.length > 0),
  }
}

/**
 * Why no node of a shape takes the class however empty it is, as far as it is not for lack of room; `undefined` where room
 * decides.
 */
export function shapeRejection({ pod, version }: RequestClass, shape: Shape): NodeRejection | undefined {
  const state = nodeState(shape.node, [])
  const rejection = prepareFilters(pod, snapshotOf([state], version)).rejectionOn(state)
  return rejection?.plugin === 'NodeResourcesFit' ? undefined : rejection
}

function keysOfTerm({ matchExpressions }: NodeSelectorTerm): readonly string[] {
  return matchExpressions.map(({ key }) => key)
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
}
