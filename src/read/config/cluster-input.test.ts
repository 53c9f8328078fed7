import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { ClusterInput, GpuNodeGroup } from './cluster-input.ts'
import type { Config } from './config-input.ts'
import type { clusterFileSchema, WrittenCluster, WrittenConfig } from './config-schema.ts'
import { defineCluster, defineConfig } from './define-cluster.ts'
import { callSiteOf } from './marked-call.ts'
import { type Ref, ref } from './reference.ts'
import { type Unlisted, unlisted } from './unlisted.ts'

describe('types', () => {
  it('of TypeScript are among those of files', () => {
    expectTypeOf<ClusterInput>().toExtend<WrittenCluster>()
    expectTypeOf<Config>().toExtend<WrittenConfig>()
    expectTypeOf<ClusterInput>().toExtend<z.input<typeof clusterFileSchema>>()
  })

  it('say what a field may be', () => {
    expectTypeOf<GpuNodeGroup['capacity_type']>().toEqualTypeOf<
      'ON_DEMAND' | 'SPOT' | 'CAPACITY_BLOCK' | Ref | undefined
    >()
    expectTypeOf<ClusterInput['cluster_name']>().toEqualTypeOf<string | Ref>()
    expectTypeOf<ClusterInput['nat']>().toEqualTypeOf<'single' | 'per_az' | 'none' | Ref | undefined>()
    expectTypeOf<{ readonly instance_types: readonly ('g5.xlarge' | 'g5.2xlarge')[] }>().toExtend<GpuNodeGroup>()
    expectTypeOf<{ readonly instance_types: readonly ('g5.xlarge' | 'g5.12xlarge')[] }>().not.toExtend<GpuNodeGroup>()
    expectTypeOf<{ readonly instance_types: readonly ('g5.xlarge' | 'g5g.xlarge')[] }>().not.toExtend<GpuNodeGroup>()
    expectTypeOf<{ readonly instance_types: readonly Unlisted[] }>().toExtend<GpuNodeGroup>()
  })

  it('of references are names in Terraform', () => {
    expectTypeOf(ref).toBeCallableWith('module.vpc.vpc_id')
    expectTypeOf(ref).toBeCallableWith('data.aws_vpc.main.id')
    expectTypeOf(ref).toBeCallableWith('aws_subnet.private[*].id')
  })
})

describe('defineCluster', () => {
  it('gives back what it was given, with the place for messages', () => {
    const input = {
      cluster_name: 'x',
      vpc_id: ref('module.vpc.vpc_id'),
      subnet_ids: ref('module.vpc.private_subnets'),
      gpu_node_groups: { new: { instance_types: [unlisted('g9.xlarge')] } },
    }
    const cluster = defineCluster(input)
    expect(cluster).toEqual(input)
    expect(Object.keys(cluster)).toEqual(Object.keys(input))
    expect(callSiteOf(cluster)?.file).toContain('cluster-input.test.ts')
    expect(callSiteOf(defineConfig({ clusters: { a: cluster } }))?.line).toBeGreaterThan(0)
    expect(callSiteOf(input)).toBeUndefined()
  })
})
