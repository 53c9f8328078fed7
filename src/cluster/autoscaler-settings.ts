/** One pattern list of the priority expander. */
export type ExpanderPriority = { readonly priority: number; readonly patterns: readonly string[] }

/** Every setting of the Cluster Autoscaler that changes what it decides; durations in seconds. */
export type AutoscalerSettings = {
  /** Its own version, e.g. `1.36.1`. */
  readonly version: string
  /** In order; each narrows what the one before left, the last tie is random. */
  readonly expanders: readonly ('random' | 'most-pods' | 'least-waste' | 'least-nodes' | 'priority')[]
  /** ConfigMap `cluster-autoscaler-priority-expander`; absent: the priority expander filters nothing. */
  readonly expanderPriorities?: readonly ExpanderPriority[]
  readonly balanceSimilarNodeGroups: boolean
  readonly balancingIgnoreLabels: readonly string[]
  /** When not empty, only these labels are compared. */
  readonly balancingLabels: readonly string[]
  readonly scaleUpFromZero: boolean
  /** `--aws-use-static-instance-list`: it knows the instance types built into it, and does not ask EC2; absent: false. */
  readonly staticInstanceTypes?: boolean
  readonly scanInterval: number
  /** 0: no limit. */
  readonly maxNodesTotal: number
  readonly coresTotal: { readonly min: number; readonly max: number }
  /** GiB. */
  readonly memoryTotal: { readonly min: number; readonly max: number }
  /** By GPU label value, e.g. `nvidia-a10g`. */
  readonly gpuTotal: readonly { readonly type: string; readonly min: number; readonly max: number }[]
  readonly maxNodesPerScaleUp: number
  readonly maxNodeGroupBinpackingDuration: number
  readonly expendablePodsPriorityCutoff: number
  readonly newPodScaleUpDelay: number
  readonly maxNodeProvisionTime: number
  readonly initialNodeGroupBackoff: number
  readonly maxNodeGroupBackoff: number
  readonly nodeGroupBackoffReset: number
  readonly ignoreDaemonSetsUtilization: boolean
  readonly ignoreMirrorPodsUtilization: boolean
  readonly forceDaemonSets: boolean
  readonly ignoredTaints: readonly string[]
  readonly startupTaints: readonly string[]
  readonly statusTaints: readonly string[]
  readonly scaleDown: {
    readonly enabled: boolean
    readonly unneededTime: number
    readonly unreadyTime: number
    readonly delayAfterAdd: number
    readonly delayAfterDelete: number
    readonly delayAfterFailure: number
    readonly utilizationThreshold: number
    readonly gpuUtilizationThreshold: number
    readonly nonEmptyCandidatesCount: number
    readonly candidatesPoolRatio: number
    readonly candidatesPoolMinCount: number
    readonly maxParallelism: number
    readonly maxDrainParallelism: number
    readonly unremovableNodeRecheckTimeout: number
    readonly skipNodesWithSystemPods: boolean
    readonly skipNodesWithLocalStorage: boolean
    readonly skipNodesWithCustomControllerPods: boolean
    readonly minReplicaCount: number
  }
}
