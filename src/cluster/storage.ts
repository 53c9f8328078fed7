import type { LabelSelector } from './label-selector.ts'
import type { Labels } from './labels.ts'
import type { NodeSelectorTerm } from './node-selector.ts'

/** A persistent volume, as far as the scheduler reads it. */
export type PersistentVolume = {
  readonly name: string
  readonly labels: Labels
  /** Bytes. */
  readonly capacity: number
  readonly accessModes: readonly string[]
  readonly storageClass: string
  readonly volumeMode: 'Filesystem' | 'Block'
  readonly phase: string
  /** The claim it is bound to or reserved for. */
  readonly claim?: { readonly namespace: string; readonly name: string; readonly uid?: string }
  /** Required node affinity; absent when any node may use it. */
  readonly nodeTerms?: readonly NodeSelectorTerm[]
  /** CSI driver, or the CSI driver that an in-tree volume migrates to. */
  readonly driver?: string
  readonly handle?: string
  /** The in-tree plugin that it was written for, such as `kubernetes.io/aws-ebs`; absent for a CSI volume. */
  readonly inTree?: string
}

/** A claim for a persistent volume. */
export type PersistentVolumeClaim = {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly labels: Labels
  /** Annotations that binding reads, such as `volume.kubernetes.io/selected-node`. */
  readonly annotations: Labels
  /** Bytes. */
  readonly request: number
  readonly accessModes: readonly string[]
  /** `undefined` when the claim names none: the default class. */
  readonly storageClass?: string
  readonly volumeMode: 'Filesystem' | 'Block'
  /** Labels that a volume must have to be bound. */
  readonly selector?: LabelSelector
  readonly volumeName?: string
  readonly phase: string
  /** Owner, for the claim of a generic ephemeral volume. */
  readonly ownerPod?: string
  readonly terminating: boolean
}

/** A storage class. */
export type StorageClass = {
  readonly name: string
  readonly provisioner: string
  readonly bindingMode: 'Immediate' | 'WaitForFirstConsumer'
  readonly allowedTopologies: readonly NodeSelectorTerm[]
  readonly isDefault: boolean
}

/** What a node's CSI drivers say: how many volumes of each the node takes; `undefined` is no limit. */
export type CsiNode = {
  readonly name: string
  readonly drivers: readonly { readonly name: string; readonly limit?: number }[]
  /** In-tree plugins that the node has migrated to CSI (annotation `storage.alpha.kubernetes.io/migrated-plugins`). */
  readonly migratedPlugins: readonly string[]
}
