import { describe, expectTypeOf, it } from 'vitest'
import type { ClusterInput, GpuNodeGroup } from '../cluster-input.ts'
import type { Config } from '../config-input.ts'
import type { Ref } from '../reference.ts'
import type { AcceptedCluster, AcceptedConfig } from './accepted.ts'

type WithGroup<Group> = { readonly cluster_name: 'x'; readonly gpu_node_groups: { readonly a: Group } }
type Both = { readonly ami_id: 'ami-1'; readonly ami_type: 'AL2023_x86_64_NVIDIA' }
type Sentence =
  'GPU group "a" has both ami_id and ami_type: EKS refuses a type for a custom image. Remove ami_type; ami_family says which operating system the image is.'

describe('the type of a cluster', () => {
  it('is that of all clusters, where nothing is refused for certain', () => {
    expectTypeOf<AcceptedCluster<{ readonly cluster_name: 'x' }>>().toEqualTypeOf<ClusterInput>()
    expectTypeOf<AcceptedCluster<ClusterInput>>().toEqualTypeOf<ClusterInput>()
    expectTypeOf<AcceptedCluster<WithGroup<GpuNodeGroup>>>().toEqualTypeOf<ClusterInput>()
    expectTypeOf<
      AcceptedCluster<WithGroup<{ readonly min_size: number; readonly max_size: 1 }>>
    >().toEqualTypeOf<ClusterInput>()
    expectTypeOf<AcceptedCluster<WithGroup<{ readonly efa: boolean }>>>().toEqualTypeOf<ClusterInput>()
    expectTypeOf<AcceptedCluster<WithGroup<{ readonly efa: Ref }>>>().toEqualTypeOf<ClusterInput>()
    expectTypeOf<
      AcceptedCluster<WithGroup<{ readonly ami_id: Ref; readonly kubernetes_version: '1.36' }>>
    >().toEqualTypeOf<ClusterInput>()
    expectTypeOf<
      AcceptedConfig<{ readonly clusters: { readonly prod: { readonly cluster_name: 'x' } } }>
    >().toEqualTypeOf<Config>()
  })

  it('has the sentence of the module for what is refused', () => {
    type Group = AcceptedCluster<WithGroup<Both>> extends WithGroup<infer Refused> ? Refused : never
    expectTypeOf<Group>().toExtend<{ readonly ami_id: 'ami-1'; readonly ami_type: Sentence }>()
    type Clusters = AcceptedConfig<{ readonly clusters: { readonly prod: WithGroup<Both> } }>['clusters']
    expectTypeOf<Clusters>().toExtend<{ readonly prod: WithGroup<{ readonly ami_type: Sentence }> }>()
    expectTypeOf<AcceptedCluster<{ readonly cluster_name: 'x'; readonly karpenter: object }>>().toExtend<{
      readonly karpenter: 'karpenter is set beside the Cluster Autoscaler: both would start nodes for the same pods. Set autoscaler = "none", or remove karpenter.'
    }>()
  })
})
