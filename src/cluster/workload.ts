import type { Pod } from './pod.ts'

/** A position in a file that a person wrote: 1-based line and column. */
export type SourcePosition = { readonly file: string; readonly line: number; readonly column: number }

/**
 * Pods that are alike: the replicas of a controller, one part of a composite (a JobSet's job, a RayCluster's worker
 * group), or a single pod. Never holds an object per pod: a million replicas are one workload.
 */
export type Workload = {
  /** Kind of the object that was written, e.g. `Deployment`. */
  readonly kind: string
  readonly namespace: string
  /** Name of the object that was written. */
  readonly name: string
  /** Which part of a composite, e.g. `workers`; absent where the object has only one. */
  readonly part?: string
  /**
   * The pod that each replica is. Its `name` is the base: a bare Pod's own name, else pods are named `<base>-<index>`,
   * counting from 0.
   */
  readonly template: Pod
  readonly replicas: number
  /** Of a DaemonSet: how many pods the quotas of its namespace let come into being; absent: one for each node. */
  readonly mostPods?: number
  /** Number in the name of its first pod; 0 when absent. A StatefulSet that lacks its pods 3 and 4 begins at 3. */
  readonly firstIndex?: number
  /**
   * Set where pods help only together: a composite's parts share the name. With `perGroup` there is one gang of `size` after
   * the other, and so many of each one's pods are of this workload, in the order of their indexes.
   */
  readonly gang?: { readonly name: string; readonly size: number; readonly perGroup?: number }
  readonly at?: SourcePosition
}

/** Name of one pod of a workload; `index` counts from 0. */
export function podName(workload: Pick<Workload, 'kind' | 'template' | 'firstIndex'>, index: number): string {
  const { kind, template, firstIndex = 0 } = workload
  return kind === 'Pod' ? template.name : `${template.name}-${firstIndex + index}`
}

/** What a person calls a workload: `Deployment/web`, or `JobSet/train/workers` for a part. */
export function workloadId(workload: Pick<Workload, 'kind' | 'name' | 'part'>): string {
  return `${workload.kind}/${workload.name}${workload.part === undefined ? '' : `/${workload.part}`}`
}
