import type { JsonObject } from '../../src/read/kubernetes/json.ts'

/** Versions that the oracle is built for: their minors, and what kube-scheduler each is. */
export const oracleVersions: readonly { readonly minor: string; readonly version: string }[] = [
  { minor: '1.34', version: '1.34.4' },
  { minor: '1.35', version: '1.35.4' },
  { minor: '1.36', version: '1.36.3' },
]

/**
 * A scheduling case as the oracle reads it: plain Kubernetes objects without kinds, and the pods to be tried one after
 * another. A placed pod is bound to the first of the top-scoring nodes by name (bytes). A pod that preempts is nominated
 * to the first candidate by name, and its victims are gone at once. `again` names pods (`namespace/name`) that are tried
 * once more in the end, as long as they are not bound. See program/case.go.
 */
export type OracleCase = {
  readonly nodes: readonly JsonObject[]
  readonly bound: readonly JsonObject[]
  readonly queue: readonly JsonObject[]
  readonly again: readonly string[]
} & { readonly [list in ObjectList]: readonly JsonObject[] }

/** The lists of a case that are neither nodes nor pods. */
export type ObjectList = (typeof objectLists)[number]['list']

/** Lists of a case, with the kind of their objects. */
export const objectLists = [
  { list: 'services', apiVersion: 'v1', kind: 'Service' },
  { list: 'replicaSets', apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { list: 'statefulSets', apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { list: 'replicationControllers', apiVersion: 'v1', kind: 'ReplicationController' },
  { list: 'namespaces', apiVersion: 'v1', kind: 'Namespace' },
  { list: 'podDisruptionBudgets', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { list: 'persistentVolumes', apiVersion: 'v1', kind: 'PersistentVolume' },
  { list: 'persistentVolumeClaims', apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { list: 'storageClasses', apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' },
  { list: 'csiNodes', apiVersion: 'storage.k8s.io/v1', kind: 'CSINode' },
] as const

/** One scheduling cycle, as oracle and simulator describe it; what the fields hold is said in program/case.go. */
export type OracleStep = {
  readonly pod: string
  readonly outcome: 'placed' | 'unschedulable' | 'gated' | 'error'
  readonly rejected?: Readonly<Record<string, OracleRejection>>
  readonly feasible?: readonly string[]
  readonly scores?: Readonly<Record<string, OracleScores>>
  readonly hosts?: readonly string[]
  readonly message?: string
  readonly candidates?: readonly string[]
  readonly victims?: readonly string[]
}

/** Why a node was turned down. */
export type OracleRejection = {
  readonly plugin: string
  readonly unresolvable?: boolean
  readonly reasons: readonly string[]
}

/** One plugin's scores of the feasible nodes, in their order; `weighted` is normalised and times the weight. */
export type OracleScores = { readonly raw: readonly number[]; readonly weighted: readonly number[] }

/** What the oracle says to a case; `problem` when it could not play it. */
export type OracleAnswer = {
  readonly version: string
  readonly steps?: readonly OracleStep[]
  readonly problem?: string
}
