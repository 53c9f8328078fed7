import type { Labels } from '../../../cluster/labels.ts'
import type { JsonObject } from '../json.ts'
import type { Shape } from '../manifest-shape.ts'

/** Pods of a workload object that are alike. */
export type WorkloadPart = {
  /** Which part of a composite, e.g. `workers`; absent where the object has only one. */
  readonly part?: string
  /** What the names of its pods begin with. */
  readonly base: string
  /** The pod template: `metadata` and `spec`. */
  readonly template: unknown
  readonly replicas: number
  /** Number of the first pod's name, where it is not 0. */
  readonly firstIndex?: number
  /** Labels that the controller adds to every pod. */
  readonly labels?: Labels
  /** What the pods' owner reference says; absent: the object itself. */
  readonly owner?: { readonly kind: string; readonly name: string }
  /** Where each group of pods is a gang of its own: how many of a group's pods are of this part. */
  readonly perGroup?: number
  /** Templates of the claims that each pod gets. */
  readonly claimTemplates?: readonly unknown[]
}

/** How one kind of object makes pods. */
export type WorkloadKind = {
  readonly kind: string
  /** API groups that the kind has this meaning in; empty text is the core group. */
  readonly groups: readonly string[]
  /** What the object must be like; `metadata` is looked at everywhere. */
  readonly spec: Shape
  /** Parts of an object whose shape is right. */
  readonly parts: (object: JsonObject) => readonly WorkloadPart[]
  /** Whether the parts help only together. */
  readonly isGang?: (object: JsonObject) => boolean
  /** Whether the object is over and makes no more pods. */
  readonly isFinished?: (object: JsonObject) => boolean
  /** Whether the object is on hold, so that it makes no pods now. */
  readonly isSuspended?: (object: JsonObject) => boolean
  /** What the object asks for beyond its pods' own specs, and nothing here does. */
  readonly notSimulated?: (object: JsonObject) => readonly { readonly what: string; readonly why: string }[]
  /** The kind of controller that its selector gives the default spreading by. */
  readonly spreads?: 'ReplicaSet' | 'StatefulSet' | 'ReplicationController'
}
