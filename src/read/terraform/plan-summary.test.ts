import { describe, expect, test } from 'vitest'
import { ProblemError } from '../../cluster/problem.ts'
import { appliedClusters } from './applied-cluster.ts'
import { costOf } from './plan-cost.ts'
import { readPlanJson, readStateJson } from './plan-json.ts'
import { summarizePlan } from './plan-summary.ts'
import { redact } from './redact.ts'
import { sizeConflicts } from './size-conflicts.ts'
import { planFixture } from './testing/plan-fixture.ts'

const summary = summarizePlan(readPlanJson(planFixture))
const group = (label: string) => summary.nodeGroups.find((each) => each.label === label)

describe('summarizePlan', () => {
  test('counts resources, a replacement once, data sources never', () => {
    expect(summary.counts).toEqual({ create: 3, update: 1, replace: 1, delete: 1, import: 0 })
  })

  test('reads clusters, the region from the provider when it is nowhere else', () => {
    expect(summary.clusters).toEqual([
      { address: 'module.gpu.aws_eks_cluster.this', name: 'ai', version: '1.36', region: 'us-west-2' },
    ])
    const plan = structuredClone(readPlanJson(planFixture))
    expect(
      summarizePlan({
        ...plan,
        resource_changes: plan.resource_changes.map((each) =>
          each.type === 'aws_eks_cluster' ? { ...each, change: { ...each.change, after: { name: 'ai' } } } : each,
        ),
      }).clusters,
    ).toEqual([{ address: 'module.gpu.aws_eks_cluster.this', name: 'ai', version: null, region: 'us-west-2' }])
  })

  test('reads GPU groups by their key, with GPUs from the catalogue', () => {
    expect(group('inference')).toEqual({
      address: 'module.gpu.aws_eks_node_group.gpu["inference"]',
      label: 'inference',
      name: null,
      cluster: 'ai',
      instanceTypes: ['g5.xlarge', 'g5.2xlarge', 'g5.4xlarge'],
      capacityType: 'SPOT',
      amiType: 'AL2023_x86_64_NVIDIA',
      sizes: { min: 0, desired: 2, max: 10 },
      gpusPerNode: 1,
      gpuModel: 'A10G',
      labels: { a: 'b', 'nvidia.com/gpu': 'true' },
      taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
    })
    expect(group('training')).toMatchObject({ name: 'training-x', gpusPerNode: 8, liveDesired: 1 })
  })

  test('takes the type of the launch template where the group has none', () => {
    expect(group('system')).toMatchObject({ instanceTypes: ['m7i.large'], gpusPerNode: 0 })
  })

  test('says unknown where a plan does not know', () => {
    expect(group('aws_eks_node_group.odd')).toMatchObject({
      instanceTypes: null,
      gpusPerNode: null,
      sizes: { min: null, desired: null, max: null },
    })
  })

  test('refuses what is not a plan', () => {
    expect(() => readPlanJson({ hello: 1 })).toThrow(ProblemError)
    expect(() => readStateJson([])).toThrow(ProblemError)
  })
})

describe('costOf', () => {
  const cost = costOf(summary, '2026-11-23')
  const inference = cost.nodeGroups.get('module.gpu.aws_eks_node_group.gpu["inference"]')

  test('prices a group from its cheapest to its dearest type', () => {
    expect(inference?.min).toEqual({ low: 0, high: 0 })
    expect(inference?.desired).toEqual({ low: 2 * 1.006, high: 2 * 1.624 })
  })

  test('leaves out what has no price, and names it', () => {
    expect(cost.unpriced).toEqual(['aws_eks_node_group.odd'])
    expect(cost.nodeGroups.get('aws_eks_node_group.odd')).toEqual({ min: null, desired: null, max: null })
  })

  test('counts nothing for what was paid when a Capacity Block was bought', () => {
    const blocks = summary.nodeGroups.map((each) =>
      each.label === 'training' ? { ...each, capacityType: 'CAPACITY_BLOCK' } : each,
    )
    const paid = costOf({ clusters: [], nodeGroups: blocks }, '2026-11-23')
    const none = { low: 0, high: 0 }
    expect(paid.nodeGroups.get(group('training')?.address ?? '')).toEqual({ min: none, desired: none, max: none })
    expect(paid.prepaid).toEqual(['training'])
  })

  test('adds the control plane by its support on the day', () => {
    expect(cost.clusters.get('module.gpu.aws_eks_cluster.this')).toEqual({
      support: 'STANDARD_SUPPORT',
      usdPerHour: 0.1,
    })
    expect(costOf(summary, '2027-12-01').clusters.get('module.gpu.aws_eks_cluster.this')).toEqual({
      support: 'EXTENDED_SUPPORT',
      usdPerHour: 0.6,
    })
    expect(costOf({ clusters: summary.clusters, nodeGroups: [] }, '2026-11-23').total.max).toEqual({
      low: 0.1,
      high: 0.1,
    })
  })
})

test('sizeConflicts names limits that the running size lies outside of', () => {
  expect(sizeConflicts(summary.nodeGroups)).toEqual([{ label: 'training', limit: 'min', wanted: 2, live: 1 }])
  const [training] = summary.nodeGroups.filter(({ label }) => label === 'training')
  expect(training && sizeConflicts([{ ...training, liveDesired: 5 }])).toEqual([
    { label: 'training', limit: 'max', wanted: 4, live: 5 },
  ])
})

test('redact follows the mask at any depth', () => {
  expect(redact({ a: 'x', b: [{ c: 's', d: 1 }], e: { f: 's' } }, { b: [{ c: true }], e: true })).toEqual({
    a: 'x',
    b: [{ c: '(sensitive)', d: 1 }],
    e: '(sensitive)',
  })
  expect(redact('s', true)).toBe('(sensitive)')
})

test('appliedClusters reads what is needed to reach and to judge a cluster', () => {
  const resource = (address: string, values: unknown, index?: string) => ({
    address,
    mode: 'managed',
    type: address.split('.').at(-2),
    name: address.split('.').at(-1),
    index,
    values,
  })
  const state = readStateJson({
    values: {
      root_module: {
        child_modules: [
          {
            resources: [
              resource('module.m.aws_eks_cluster.this', {
                name: 'ai',
                arn: 'arn:aws:eks:eu-west-1:1:cluster/ai',
                endpoint: 'https://x.eks',
                certificate_authority: [{ data: 'Q0E=' }],
              }),
              resource('module.m.aws_lambda_function.other', { function_name: 'other', environment: [] }),
              resource('module.m.aws_lambda_function.installer', {
                function_name: 'ai-installer',
                environment: [{ variables: { CLUSTER_NAME: 'ai' } }],
              }),
              resource(
                'module.m.aws_eks_node_group.gpu',
                {
                  cluster_name: 'ai',
                  node_group_name: 'inference-20261123',
                  instance_types: ['g5.xlarge'],
                  scaling_config: [{ min_size: 0, desired_size: 1, max_size: 2 }],
                },
                'inference',
              ),
            ],
          },
        ],
      },
    },
  })
  expect(appliedClusters(state)).toEqual([
    {
      name: 'ai',
      region: 'eu-west-1',
      endpoint: 'https://x.eks',
      certificateAuthority: 'Q0E=',
      installerFunction: 'ai-installer',
      expected: {
        installed: true,
        autoscaler: true,
        nodeGroups: [{ label: 'inference', name: 'inference-20261123', desired: 1, gpusPerNode: 1 }],
      },
    },
  ])
})
