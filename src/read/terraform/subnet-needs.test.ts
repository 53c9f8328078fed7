import { expect, test } from 'vitest'
import { summarizePlan } from './plan-summary.ts'
import { subnetNeeds } from './subnet-needs.ts'
import { type BuiltResource, buildPlan } from './testing/plan-builder.ts'

const cluster: BuiltResource = {
  address: 'module.m.aws_eks_cluster.this',
  after: { name: 'c', vpc_config: [{ subnet_ids: ['subnet-a', 'subnet-b'] }] },
}
const group = (name: string, after: Readonly<Record<string, unknown>>): BuiltResource => ({
  address: `module.m.aws_eks_node_group.gpu["${name}"]`,
  after: {
    instance_types: ['g5.xlarge'],
    subnet_ids: ['subnet-a', 'subnet-b'],
    scaling_config: [{ min_size: 0, desired_size: 0, max_size: 10 }],
    update_config: [{ max_unavailable: 1, max_unavailable_percentage: null }],
    ...after,
  },
})
const needsOf = (...resources: readonly BuiltResource[]) => {
  const plan = buildPlan({ resources })
  return subnetNeeds(plan, summarizePlan(plan))
}

test.each([
  ['two more for each zone while an update runs', {}, { nodes: 14, surge: 4, addresses: 30 }],
  [
    'as many as are replaced at once, if that is more',
    { update_config: [{ max_unavailable: 6 }] },
    { nodes: 16, surge: 6, addresses: 30 },
  ],
  [
    'the same in per cent',
    { update_config: [{ max_unavailable: null, max_unavailable_percentage: 75 }] },
    { nodes: 18, surge: 8, addresses: 30 },
  ],
  [
    'none more where the old nodes go first',
    { update_config: [{ update_strategy: 'MINIMAL' }] },
    { nodes: 10, surge: 0, addresses: 30 },
  ],
] as const)('%s', (_, after, expected) => {
  expect(needsOf(group('g', after)).groups).toEqual([{ label: 'g', subnets: ['subnet-a', 'subnet-b'], ...expected }])
})

test('says nothing of groups that stay empty, and of subnets that nobody knows yet', () => {
  expect(
    needsOf(group('empty', { scaling_config: [{ min_size: 0, desired_size: 0, max_size: 0 }] }), {
      ...group('unknown', { subnet_ids: undefined }),
      unknown: { subnet_ids: true },
    }).groups,
  ).toEqual([])
})

test('counts what the CNI of the plan holds, and the nodes that run already', () => {
  const cni = {
    address: 'module.m.aws_eks_addon.vpc_cni',
    after: {
      addon_name: 'vpc-cni',
      configuration_values: JSON.stringify({ env: { WARM_IP_TARGET: '4', MINIMUM_IP_TARGET: '12' } }),
    },
  }
  const plan = buildPlan({ resources: [{ ...cluster, actions: ['no-op'] }, cni, group('g', {})] })
  const nodeGroups = summarizePlan(plan).nodeGroups.map((each) => ({ ...each, liveDesired: 5 }))
  expect(subnetNeeds(plan, { nodeGroups })).toEqual({
    groups: [{ label: 'g', subnets: ['subnet-a', 'subnet-b'], nodes: 9, surge: 4, addresses: 13 }],
    controlPlane: [],
  })
})

test('knows where a new control plane goes', () => {
  expect(needsOf(cluster).controlPlane).toEqual(['subnet-a', 'subnet-b'])
})
