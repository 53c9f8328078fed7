/** Flags of `eks-gpu simulate`; durations and the like are read by `simulationOptions`. */
export type SimulateFlags = {
  readonly filename?: readonly string[]
  readonly plan?: string
  readonly cluster?: string
  readonly clusterName?: string
  readonly fromCluster: boolean
  readonly printCluster: boolean
  readonly varFile?: readonly string[]
  readonly var?: readonly string[]
  readonly asOf?: string
  readonly kubernetesVersion?: string
  readonly namespace?: string
  readonly fire?: readonly string[]
  readonly podTemplate?: readonly string[]
  readonly order: 'file' | 'grouped' | 'shuffled'
  readonly seed: number
  readonly percentageOfNodesToScore: number
  readonly autoscaler: boolean
  readonly expander?: string
  readonly balanceSimilarNodeGroups?: boolean
  readonly coresTotal?: string
  readonly memoryTotal?: string
  readonly maxNodesTotal?: number
  readonly autoscalerFlag?: readonly string[]
  readonly provisioning?: string
  readonly gpuReady?: string
  readonly until?: string
  readonly eachPod: boolean
  readonly explain?: string
  readonly scores: boolean
  readonly cost: boolean
  readonly compare?: string
  readonly html?: string
  readonly format: 'human' | 'json'
  readonly output?: string
  readonly quiet: boolean
  readonly debug: boolean
}
