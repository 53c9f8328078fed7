import type { LabelSelector } from './label-selector.ts'
import type { Labels } from './labels.ts'
import type { CsiNode, PersistentVolume, PersistentVolumeClaim, StorageClass } from './storage.ts'

/** A Service: the pods behind it, by label. An empty selector is none. */
export type Service = { readonly namespace: string; readonly name: string; readonly selector: Labels }

/** A controller whose selector gives its pods the default spreading. */
export type SpreadingController = {
  readonly kind: 'ReplicaSet' | 'StatefulSet' | 'ReplicationController'
  readonly namespace: string
  readonly name: string
  readonly selector: LabelSelector
}

/** A PodDisruptionBudget. */
export type DisruptionBudget = {
  readonly namespace: string
  readonly name: string
  /** `undefined` matches no pod; an empty one all pods of the namespace. */
  readonly selector?: LabelSelector
  /** `status.disruptionsAllowed`: how many pods may go now. */
  readonly disruptionsAllowed: number
  /** Pods that are already counted as going (`status.disruptedPods`). */
  readonly disruptedPods: readonly string[]
}

/** Everything beside nodes and pods that decides where pods run. What is not in the input is an empty list. */
export type ClusterObjects = {
  readonly services: readonly Service[]
  readonly controllers: readonly SpreadingController[]
  readonly namespaces: readonly { readonly name: string; readonly labels: Labels }[]
  readonly disruptionBudgets: readonly DisruptionBudget[]
  readonly persistentVolumes: readonly PersistentVolume[]
  readonly persistentVolumeClaims: readonly PersistentVolumeClaim[]
  readonly storageClasses: readonly StorageClass[]
  readonly csiNodes: readonly CsiNode[]
}

/** A cluster without any such object. */
export const noObjects: ClusterObjects = {
  services: [],
  controllers: [],
  namespaces: [],
  disruptionBudgets: [],
  persistentVolumes: [],
  persistentVolumeClaims: [],
  storageClasses: [],
  csiNodes: [],
}
