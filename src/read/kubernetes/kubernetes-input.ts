import type { ClusterNode, Unknown } from '../../cluster/cluster.ts'
import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import type { Pod } from '../../cluster/pod.ts'
import type { Problem } from '../../cluster/problem.ts'
import type { StorageClass } from '../../cluster/storage.ts'
import type { SourcePosition, Workload } from '../../cluster/workload.ts'

/** Objects that were met and that no simulation looks at, counted by what they are and why. */
export type NotSimulated = {
  /** e.g. `Ingress`, `Pod with schedulerName volcano`. */
  readonly what: string
  readonly why: string
  /** How many objects; for pods, how many pods. */
  readonly count: number
  /** The first of them. */
  readonly at?: SourcePosition
}

/** Pods that the API server would never let into being. */
export type RefusedPods = {
  /** `Deployment/web`, as `workloadId` names it. */
  readonly workload: string
  readonly namespace: string
  readonly pods: number
  /** The API server's own words, e.g. `exceeded quota: gpus, requested: …`. */
  readonly message: string
  readonly at?: SourcePosition
}

/** What Kubernetes objects say, as the model: workloads to be placed and the cluster that they find. */
export type KubernetesInput = {
  /**
   * What waits for a node, in the order of the input: controllers with the replicas that are not in the input as pods
   * yet, and single Pods without a node. Admitted, without refused ones and without those of another scheduler.
   */
  readonly workloads: readonly Workload[]
  /** `replicas` is 0 and means nothing; their pods that exist are among `pods`, with the DaemonSet as `owner`. */
  readonly daemonSets: readonly Workload[]
  readonly nodes: readonly ClusterNode[]
  /** Pods that are bound to a node; finished ones are left out. */
  readonly pods: readonly Pod[]
  readonly objects: ClusterObjects
  readonly notSimulated: readonly NotSimulated[]
  readonly refused: readonly RefusedPods[]
  /** What the input leaves open, such as spreading where there are pods of a cluster and no Services. */
  readonly missing: readonly Unknown[]
  /** Everything that is wrong with the input, in its order; with any, the rest is only what could be read. */
  readonly problems: readonly Problem[]
}

/** One stream of manifests: a file, or standard input as `-`. */
export type KubernetesSource = {
  /** As the user calls it, for messages. */
  readonly name: string
  /** Opens it; the text comes in pieces of any size and is never held as a whole. */
  readonly open: () => AsyncIterable<string>
}

/** A kind that carries a pod template, as `--pod-template KIND=PATH:COUNTPATH` names it. */
export type PodTemplatePath = {
  readonly kind: string
  /** Field names to the pod template, e.g. `['spec', 'template']`. */
  readonly path: readonly string[]
  /** Field names to the number of pods; absent: one. */
  readonly countPath?: readonly string[]
}

/** How to read Kubernetes objects. */
export type KubernetesInputOptions = {
  /** Version of the API server that admits the pods: `1.36` or `1.36.3`. */
  readonly kubernetesVersion: string
  /** Namespace of objects that name none; `default` when absent. */
  readonly namespace?: string
  /** CronJobs that fire once, by name or by `namespace/name`. */
  readonly fire?: readonly string[]
  readonly podTemplates?: readonly PodTemplatePath[]
  /**
   * Whether nodes and what stands around them are known from elsewhere: what is not in the input is then not reported as
   * missing.
   */
  readonly clusterKnown?: boolean
  /** Classes that the cluster has already, beside those of the input. */
  readonly storageClasses?: readonly StorageClass[]
  /**
   * Whether the API server lets pods tolerate a NoSchedule taint that is named like an extended resource they ask for
   * (admission plugin ExtendedResourceToleration, which EKS has on); false when absent, as in a plain cluster.
   */
  readonly extendedResourceToleration?: boolean
}
