import type { Labels } from './labels.ts'
import type { Resources } from './resources.ts'
import type { Taint } from './taint.ts'

/** What a node of a group is once it has joined, names and zone left out. */
export type NodeShape = {
  /** Without `kubernetes.io/hostname` and the zone and region labels, which every node gets. */
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly capacity: Resources
  readonly capacityPods: number
  readonly allocatable: Resources
  readonly allocatablePods: number
  /** Devices of which the plugin gives a container one and refuses more: shares of GPUs; absent: none. */
  readonly oneShareEach?: readonly string[]
}

/** How EKS answers DescribeNodegroup for a managed node group. */
export type ManagedNodeGroup = {
  readonly cluster: string
  /** Its name in EKS. */
  readonly nodegroup: string
  readonly labels: Labels
  /** In the model's spelling of effects; a value that was left out is `undefined`, which hides the taint from the autoscaler. */
  readonly taints: readonly { readonly key: string; readonly value?: string; readonly effect: Taint['effect'] }[]
  readonly amiType?: string
  readonly capacityType?: string
  readonly diskSizeGib?: number
  readonly kubernetesMinor?: string
}

/** A group of nodes that the autoscaler may grow and shrink: an Auto Scaling group, managed by EKS or not. */
export type NodeGroup = {
  /** What a person calls it; unique in the cluster. New nodes are named `<name>-<6 digits>`. */
  readonly name: string
  /** Name of its Auto Scaling group in texts and expander patterns; `name` where it is not known yet. */
  readonly autoScalingGroup: string
  /** In the order of its launch template's overrides: the autoscaler believes in the first. */
  readonly instanceTypes: readonly string[]
  /** In the order of its subnets. */
  readonly zones: readonly string[]
  readonly region: string
  /** In nodes. */
  readonly minSize: number
  readonly maxSize: number
  readonly desiredSize: number
  readonly capacityType: 'on-demand' | 'spot' | 'capacity-block'
  /** Tags of the Auto Scaling group. */
  readonly tags: Labels
  /** Whether the autoscaler's discovery tags are on it; it never touches a group without them. */
  readonly discovered: boolean
  /** Present for an EKS managed node group that the autoscaler may describe. */
  readonly managed?: ManagedNodeGroup
  /** The node that its first instance type really becomes. */
  readonly realNode: NodeShape
  /** USD/hour of one node of the first type; 0 in a Capacity Block, which is paid when it is bought; `null` when the catalogue has no price. */
  readonly usdPerHour: number | null
  /** Where it is written, for messages: a Terraform address. */
  readonly address?: string
}

/** What the autoscaler knows of a group: everything but what its nodes really become and cost. */
export type AutoscaledGroup = Omit<NodeGroup, 'realNode' | 'usdPerHour'>
