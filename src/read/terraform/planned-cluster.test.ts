import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import type { Cluster } from '../../cluster/cluster.ts'
import type { NodeGroup } from '../../cluster/node-group.ts'
import { ProblemError } from '../../cluster/problem.ts'
import { defaultAutoscalerSettings } from '../config/autoscaler-flags.ts'
import { clusterJson, readClusterJson } from '../config/cluster-json.ts'
import { objectAt, recordAt } from '../kubernetes/json.ts'
import { readPlannedCluster } from './planned-cluster.ts'
import { parsePlanText } from './read-plan-file.ts'
import { selfManagedPlan, terraformAwsModulesPlan } from './testing/other-modules-plan.ts'
import { type BuiltResource, buildPlan, written } from './testing/plan-builder.ts'

const productionPlan = parsePlanText(
  readFileSync(new URL('./testdata/production-plan.json', import.meta.url), 'utf8'),
  'production-plan.json',
)
const production = readPlannedCluster(productionPlan)

function groupOf(cluster: Cluster, name: string): NodeGroup {
  const group = cluster.nodeGroups.find((each) => each.name === name)
  if (group === undefined) throw new Error(`no group ${name}`)
  return group
}

describe('a plan of our module', () => {
  it('has a name, a version with its newest patch and a region', () => {
    const { name, kubernetesVersion, region } = production
    expect({ name, kubernetesVersion, region }).toEqual({
      name: 'ai-workloads-prod',
      kubernetesVersion: '1.36.3',
      region: 'us-east-1',
    })
  })

  it.each([
    ['batch', 0, 0, 4, 'spot', 'nvidia-l4'],
    ['inference', 1, 1, 4, 'on-demand', 'nvidia-a10g'],
    ['inference-spot', 0, 2, 10, 'spot', 'nvidia-a10g'],
    ['training', 0, 0, 4, 'on-demand', 'nvidia-tesla-a100'],
    ['system', 3, 3, 6, 'on-demand', undefined],
  ])('group %s: %i, %i, %i, %s, %s', (name, minSize, desiredSize, maxSize, capacityType, accelerator) => {
    const group = groupOf(production, name)
    expect(group).toMatchObject({
      minSize,
      desiredSize,
      maxSize,
      capacityType,
      discovered: true,
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    })
    expect(group.realNode.labels['k8s.amazonaws.com/accelerator']).toBe(accelerator)
    expect(group.managed?.labels['k8s.amazonaws.com/accelerator']).toBe(accelerator)
  })

  it('tells what the autoscaler reads from the tags of a group at zero', () => {
    expect(groupOf(production, 'training').tags).toEqual({
      'eks:cluster-name': 'ai-workloads-prod',
      'eks:nodegroup-name': 'training',
      'kubernetes.io/cluster/ai-workloads-prod': 'owned',
      'k8s.io/cluster-autoscaler/enabled': 'true',
      'k8s.io/cluster-autoscaler/ai-workloads-prod': 'owned',
      'k8s.io/cluster-autoscaler/node-template/label/eks-gpu-clusters/ami-family': 'al2023',
      'k8s.io/cluster-autoscaler/node-template/label/k8s.amazonaws.com/accelerator': 'nvidia-tesla-a100',
      'k8s.io/cluster-autoscaler/node-template/label/nvidia.com/gpu': 'true',
      'k8s.io/cluster-autoscaler/node-template/label/nvidia.com/gpu.present': 'true',
      'k8s.io/cluster-autoscaler/node-template/label/workload-type': 'training',
      'k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage': '6627Gi',
      'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': '8',
      'k8s.io/cluster-autoscaler/node-template/taint/nvidia.com/gpu': 'true:NoSchedule',
      'k8s.io/cluster-autoscaler/node-template/taint/workload-type': 'training:NoSchedule',
    })
  })

  it.each([
    // Allocatable as nodes of the type show it; disks are NVMe where the type has them, Bottlerocket's too.
    ['inference', 3920, 58, 1, 223_051_809_626],
    ['training', 95_690, 250, 8, 7_198_293_435_146],
    ['batch', 47_810, 234, 4, 3_382_107_624_786],
    ['system', 3920, 58, 0, 47_172_899_146],
  ])('a node of %s: %i millicores, %i pods, %i GPUs, %i bytes of disk', (name, milliCpu, pods, gpus, disk) => {
    const { allocatable, allocatablePods } = groupOf(production, name).realNode
    expect(allocatable.milliCpu).toBe(milliCpu)
    expect(allocatablePods).toBe(pods)
    expect(allocatable.scalars['nvidia.com/gpu'] ?? 0).toBe(gpus)
    expect(allocatable.ephemeralStorage).toBe(disk)
  })

  it('runs add-ons, device plugin and autoscaler with the requests that they really have', () => {
    const of = (list: Cluster['daemonSets']) =>
      list.map(({ name, replicas, template }) => [name, replicas, template.priority, template.requests.milliCpu])
    expect(of(production.daemonSets)).toEqual([
      ['eks-pod-identity-agent', 0, 2_000_001_000, 0],
      ['kube-proxy', 0, 2_000_001_000, 100],
      ['aws-node', 0, 2_000_001_000, 50],
      ['nvidia-device-plugin-daemonset', 0, 2_000_001_000, 10],
    ])
    expect(of(production.systemWorkloads)).toEqual([
      ['coredns', 2, 2_000_000_000, 100],
      ['metrics-server', 2, 2_000_000_000, 100],
      ['cluster-autoscaler', 1, 2_000_000_000, 100],
    ])
    expect(production.objects.disruptionBudgets).toMatchObject([{ name: 'cluster-autoscaler', disruptionsAllowed: 1 }])
    expect(production.objects.services).toMatchObject([{ name: 'kube-dns' }])
    expect(production.objects.controllers.map(({ name }) => name)).toEqual([
      'coredns',
      'metrics-server',
      'cluster-autoscaler',
    ])
  })

  it("reads the autoscaler's flags from its manifest", () => {
    const base = defaultAutoscalerSettings('1.36.1')
    expect(production.autoscaler).toEqual({
      ...base,
      maxNodeProvisionTime: 1200,
      ignoreDaemonSetsUtilization: true,
      scaleDown: { ...base.scaleDown, skipNodesWithSystemPods: false },
    })
  })

  it('knows what the module installs, where the plan does not show it: with a depends_on on the call', () => {
    const late = readPlannedCluster({
      ...productionPlan,
      resource_changes: productionPlan.resource_changes.map((change) => {
        if (change.type !== 'aws_lambda_invocation' && change.type !== 'aws_iam_role_policy') return change
        return { ...change, change: { ...change.change, after: {}, after_unknown: { input: true, policy: true } } }
      }),
    })
    const { unknowns, ...same } = late
    const { unknowns: _, ...known } = production
    expect(same).toEqual(known)
    expect(unknowns.slice(0, 2)).toEqual([
      {
        what: 'manifests that the module installs',
        why: 'they are known only after apply; taken to be as the module writes them',
        at: 'module.gpu_cluster.aws_lambda_invocation.manifests[0]',
      },
      {
        what: 'rights of the autoscaler',
        why: 'its policy is known only after apply; it is taken to be allowed to, and to call eks:DescribeNodegroup',
      },
    ])
  })

  it('knows them where others install them', () => {
    const left = readPlannedCluster({
      ...productionPlan,
      resource_changes: [
        ...productionPlan.resource_changes.filter(({ type }) => type !== 'aws_lambda_invocation'),
        {
          address: 'module.gpu_cluster.terraform_data.guard_cluster',
          mode: 'managed',
          type: 'terraform_data',
          name: 'guard_cluster',
          change: { actions: ['create'], after: {} },
        },
      ],
    })
    expect(left.autoscaler).toEqual(production.autoscaler)
    expect(left.daemonSets.map(({ name }) => name)).toEqual(production.daemonSets.map(({ name }) => name))
    expect(left.unknowns[0]).toEqual({
      what: 'manifests of the module',
      why: 'others install them (install_manifests is false); taken to be as the module writes them',
      at: 'module.gpu_cluster.terraform_data.guard_cluster',
    })
  })

  it.each<readonly [string, unknown, readonly [readonly string[], unknown] | undefined]>([
    ['no autoscaler', null, undefined],
    [
      'flags and priorities',
      {
        image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1',
        flags: ['--expander=priority,least-waste', '--max-nodes-total=7'],
        priorities: { '10': ['^(eks-)?(a)$', '.*\\.large'], '50': ['b'] },
      },
      [
        ['priority', 'least-waste'],
        [
          { priority: 50, patterns: ['b'] },
          { priority: 10, patterns: ['^(eks-)?(a)$', '.*\\.large'] },
        ],
      ],
    ],
  ])('takes %s from what the module shows beside its manifests', (_, shown, wanted) => {
    const { autoscaler, daemonSets, systemWorkloads } = readPlannedCluster({
      ...productionPlan,
      resource_changes: [
        ...productionPlan.resource_changes
          .filter(({ type, name }) => type !== 'terraform_data' && !(shown === null && name === 'autoscaler'))
          .map((change) =>
            change.type === 'aws_lambda_invocation'
              ? { ...change, change: { ...change.change, after: {}, after_unknown: { input: true } } }
              : change,
          ),
        {
          address: 'module.gpu_cluster.terraform_data.guard_cluster',
          mode: 'managed',
          type: 'terraform_data',
          name: 'guard_cluster',
          change: { actions: ['create'], after: { input: { cluster_autoscaler: shown } } },
        },
      ],
    })
    expect(autoscaler && [autoscaler.expanders, autoscaler.expanderPriorities]).toEqual(wanted)
    expect(systemWorkloads.some(({ name }) => name === 'cluster-autoscaler')).toBe(wanted !== undefined)
    expect(daemonSets.filter(({ name }) => name === 'nvidia-device-plugin-daemonset')).toHaveLength(1)
  })

  it('gives nodes with EFA their interfaces and huge pages, and the autoscaler what it is told of them', () => {
    const withEfa = readPlannedCluster({
      ...productionPlan,
      resource_changes: productionPlan.resource_changes.map((resource) => {
        const changed = (more: (before: unknown) => object) => ({
          ...resource,
          change: { ...resource.change, after: { ...objectAt(resource.change.after), ...more(resource.change.after) } },
        })
        switch (resource.address) {
          case 'module.gpu_cluster.aws_lambda_invocation.manifests[0]':
            return { ...resource, change: { ...resource.change, after: {}, after_unknown: { input: true } } }
          case 'module.gpu_cluster.aws_eks_node_group.gpu["training"]':
            return changed((before) => ({
              labels: { ...recordAt(before, 'labels'), 'vpc.amazonaws.com/efa.present': 'true' },
            }))
          case 'module.gpu_cluster.aws_launch_template.gpu["training"]':
            return changed(() => ({
              network_interfaces: ['interface', 'efa-only', 'efa-only'].map((interface_type) => ({ interface_type })),
              user_data: Buffer.from('#!/bin/bash\nsysctl -w vm.nr_hugepages=5280\n').toString('base64'),
            }))
          default:
            return resource
        }
      }),
    })
    const { realNode } = groupOf(withEfa, 'training')
    expect(realNode.allocatable.scalars).toEqual({
      'hugepages-2Mi': 10_560 * 1024 ** 2,
      'nvidia.com/gpu': 8,
      'vpc.amazonaws.com/efa': 2,
    })
    expect(withEfa.daemonSets.map(({ name, template }) => [name, template.images[0]])).toContainEqual([
      'aws-efa-k8s-device-plugin',
      '602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.30',
    ])
    expect(groupOf(withEfa, 'inference').realNode.allocatable.scalars).toEqual({ 'nvidia.com/gpu': 1 })
  })

  it('names what it assumed', () => {
    expect(production.unknowns).toEqual([
      {
        what: 'name in EKS of groups batch, inference, inference-spot, training, system',
        why: 'it gets a random end when it is made; its label is taken to be the same without',
      },
    ])
  })

  it('is the cluster of the documented workloads', () => {
    const documented = new URL('../../../examples/workloads/production.json', import.meta.url)
    expect(readClusterJson(readFileSync(documented, 'utf8'))).toEqual(production)
  })

  it('can be written out and read back', () => {
    expect(readClusterJson(clusterJson(production))).toEqual(production)
  })
})

describe('a plan of terraform-aws-modules', () => {
  const cluster = readPlannedCluster(terraformAwsModulesPlan())

  it('follows subnets through both modules, in their order', () => {
    expect(cluster.nodeGroups.map(({ name, zones }) => [name, zones])).toEqual([
      ['gpu', ['us-west-2b', 'us-west-2a']],
      ['default', ['us-west-2b', 'us-west-2a']],
    ])
  })

  it('takes shapes from the template beside, prefixes from the CNI, shared GPUs from the chart', () => {
    const { realNode, managed } = groupOf(cluster, 'gpu')
    expect(realNode.allocatable.scalars).toEqual({ 'nvidia.com/gpu.shared': 4 })
    expect(realNode.allocatablePods).toBe(110)
    expect(Math.ceil(realNode.capacity.ephemeralStorage / 1024 ** 3)).toBe(150)
    expect(managed?.taints).toEqual([
      { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' },
      { key: 'dedicated', effect: 'NoExecute' },
    ])
    expect(realNode.labels['k8s.amazonaws.com/accelerator']).toBeUndefined()
  })

  it("reads the chart's values", () => {
    const base = defaultAutoscalerSettings('1.34.5')
    expect(cluster.autoscaler).toEqual({
      ...base,
      expanders: ['priority'],
      expanderPriorities: [{ priority: 10, patterns: ['.*'] }],
      balanceSimilarNodeGroups: true,
      scaleDown: { ...base.scaleDown, unneededTime: 300 },
    })
    expect(cluster.systemWorkloads.map(({ name, template }) => [name, template.nodeSelector])).toEqual([
      ['cluster-autoscaler-aws-cluster-autoscaler', { 'kubernetes.io/arch': 'arm64' }],
    ])
  })

  it('names what it assumed', () => {
    expect(cluster.unknowns.map(({ what }) => what)).toEqual([
      'pods of Helm release ingress',
      "taint dedicated of group gpu in the autoscaler's eyes",
      'name in EKS of group gpu',
    ])
  })

  it('hides node groups from an autoscaler that may not describe them', () => {
    const blind = readPlannedCluster(terraformAwsModulesPlan({ autoscalerActions: ['autoscaling:*'] }))
    expect(blind.nodeGroups.map(({ managed }) => managed)).toEqual([undefined, undefined])
    expect(
      groupOf(blind, 'gpu').tags['k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu'],
    ).toBeUndefined()
  })

  it.each(['eks:*', 'eks:Describe*', 'eks:describenodegroup', '*'])('reads %s as the right to describe', (action) => {
    const seeing = readPlannedCluster(
      terraformAwsModulesPlan({ autoscalerActions: ['autoscaling:SetDesiredCapacity', action] }),
    )
    expect(groupOf(seeing, 'gpu').managed?.nodegroup).toBe('gpu')
  })

  it("offers no GPU where the chart's plugin does not land: no label from 1.34's image, a taint that it does not bear", () => {
    const { nodeGroups } = readPlannedCluster(terraformAwsModulesPlan({ deviceValues: '{}' }))
    expect(nodeGroups[0]?.realNode.allocatable.scalars).toEqual({})
  })
})

describe('self-managed groups', () => {
  const cluster = readPlannedCluster(selfManagedPlan())

  it('believes in the first override, and in what user data says', () => {
    const { realNode, ...group } = groupOf(cluster, 'plain-mixed')
    expect(group).toMatchObject({
      autoScalingGroup: 'plain-mixed',
      instanceTypes: ['g5.2xlarge', 'g5.xlarge'],
      capacityType: 'spot',
      zones: ['eu-west-1a', 'eu-west-1b'],
      minSize: 0,
      desiredSize: 1,
      maxSize: 8,
      discovered: true,
    })
    expect(group.managed).toBeUndefined()
    expect(realNode).toMatchObject({
      taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }],
      allocatablePods: 40,
    })
    expect(realNode.labels).toMatchObject({ team: 'ml', 'node.kubernetes.io/instance-type': 'g5.2xlarge' })
    expect(realNode.allocatable.scalars).toEqual({ 'nvidia.com/gpu': 1 })
  })

  it("takes labels and taints from the group's tags where user data is unknown; the plugin does not bear that taint", () => {
    const { realNode, tags, desiredSize } = groupOf(cluster, 'plain-late')
    expect(realNode.labels['team']).toBe('batch')
    expect(realNode.taints).toEqual([{ key: 'team', value: 'batch', effect: 'NoExecute' }])
    expect(realNode.allocatable.scalars).toEqual({})
    expect(tags['k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage']).toBe('80Gi')
    expect(desiredSize).toBe(0)
  })

  it('installs what EKS installs by itself', () => {
    expect(cluster.daemonSets.map(({ name }) => name)).toEqual(['aws-node', 'kube-proxy', 'plugin'])
    expect(cluster.systemWorkloads.map(({ name }) => name)).toEqual(['coredns'])
  })

  it('has no autoscaler, and says so', () => {
    expect(cluster.autoscaler).toBeUndefined()
    expect(cluster.unknowns).toEqual([
      { what: 'autoscaler', why: 'the plan shows none; node groups are taken to keep their desired size' },
      {
        what: 'Auto Scaling group aws_autoscaling_group.web',
        why: 'neither its tags nor its user data name cluster plain; it is left out',
        at: 'aws_autoscaling_group.web',
      },
      {
        what: 'user data of group plain-late',
        why: "it is known only after apply; its nodes are taken to register with the labels and taints that the group's tags tell the autoscaler",
      },
    ])
  })
})

const clusterResource: BuiltResource = { address: 'aws_eks_cluster.this', after: { name: 'c', version: '1.36' } }

function nodeGroup(
  after: Readonly<Record<string, unknown>>,
  unknown: Readonly<Record<string, unknown>> = {},
): BuiltResource {
  return {
    address: 'aws_eks_node_group.g',
    after: {
      cluster_name: 'c',
      node_group_name: 'g',
      instance_types: ['m7i.large'],
      subnet_ids: ['subnet-1'],
      scaling_config: [{ min_size: 1, max_size: 2, desired_size: 1 }],
      ...after,
    },
    unknown,
  }
}

/** What is unknown about a cluster with one group, the autoscaler left aside. */
function unknownsOf(
  group: BuiltResource,
  more: { readonly resources?: readonly BuiltResource[]; readonly data?: Parameters<typeof buildPlan>[0]['data'] } = {},
): readonly string[] {
  const plan = buildPlan({
    region: 'us-east-1',
    resources: [clusterResource, group, ...(more.resources ?? [])],
    ...(more.data !== undefined && { data: more.data }),
    root: { resources: [written('aws_eks_node_group', 'g', { instance_types: ['var.types'] })] },
  })
  return readPlannedCluster(plan)
    .unknowns.map(({ what }) => what)
    .filter((what) => what !== 'autoscaler')
}

const zoneOfSubnet1 = [{ address: 'data.aws_subnet.one', values: { id: 'subnet-1', availability_zone: 'us-east-1d' } }]

describe('what a plan leaves open is said', () => {
  it.each<readonly [string, BuiltResource, Parameters<typeof unknownsOf>[1], readonly string[]]>([
    ['nothing', nodeGroup({}), { data: zoneOfSubnet1 }, []],
    ['subnets that exist elsewhere', nodeGroup({}), {}, ['zones of group g']],
    [
      'instance types',
      nodeGroup({ instance_types: undefined }, { instance_types: true }),
      { data: zoneOfSubnet1 },
      ['instance types of group g'],
    ],
    [
      'a type outside of the catalogue',
      nodeGroup({ instance_types: ['m6a.2xlarge'] }),
      { data: zoneOfSubnet1 },
      ['shape and price of instance type m6a.2xlarge (group g)'],
    ],
    ['sizes', nodeGroup({ scaling_config: [{ min_size: 1 }] }), { data: zoneOfSubnet1 }, ['sizes of group g']],
    [
      'a launch template that exists elsewhere',
      nodeGroup({ launch_template: [{ id: 'lt-1' }] }),
      { data: zoneOfSubnet1 },
      ['launch template of group g'],
    ],
    [
      'a GPU type without a plugin in sight',
      nodeGroup({ instance_types: ['g5.xlarge'], ami_type: 'AL2023_x86_64_NVIDIA' }),
      { data: zoneOfSubnet1 },
      ['device plugin on group g'],
    ],
    [
      'an image without a driver offers no GPU',
      nodeGroup({ instance_types: ['g5.xlarge'] }),
      { data: zoneOfSubnet1 },
      [],
    ],
    [
      'Fargate',
      nodeGroup({}),
      { data: zoneOfSubnet1, resources: [{ address: 'aws_eks_fargate_profile.f', after: {} }] },
      ['pods on Fargate'],
    ],
    [
      'an add-on that nobody knows',
      nodeGroup({}),
      {
        data: zoneOfSubnet1,
        resources: [{ address: 'aws_eks_addon.x', after: { addon_name: 'x', cluster_name: 'c' } }],
      },
      ['pods of EKS add-on x'],
    ],
  ])('%s', (_name, group, more, expected) => {
    expect(unknownsOf(group, more)).toEqual(expected)
  })

  it('the version, the region and the name of the cluster', () => {
    const plan = buildPlan({ resources: [{ address: 'aws_eks_cluster.this', after: {}, unknown: { name: true } }] })
    const cluster = readPlannedCluster(plan, { region: 'eu-central-1' })
    expect(cluster).toMatchObject({ name: 'aws_eks_cluster.this', kubernetesVersion: '1.36.3', region: 'eu-central-1' })
    expect(cluster.unknowns.map(({ what }) => what)).toEqual([
      'name of the cluster',
      'Kubernetes version of the cluster',
      'region of the cluster',
      'autoscaler',
    ])
  })
})

describe('which cluster', () => {
  const two = buildPlan({
    region: 'us-east-1',
    resources: [
      { address: 'module.a.aws_eks_cluster.this', after: { name: 'blue', version: '1.35' } },
      { address: 'module.b.aws_eks_cluster.this', after: { name: 'green', version: '1.36' } },
      {
        address: 'module.a.aws_eks_addon.p',
        after: { addon_name: 'eks-pod-identity-agent', cluster_name: 'blue' },
      },
    ],
  })

  it('is chosen by name', () => {
    expect(readPlannedCluster(two, { cluster: 'blue' })).toMatchObject({ name: 'blue', kubernetesVersion: '1.35.4' })
    expect(readPlannedCluster(two, { cluster: 'green' }).daemonSets.map(({ name }) => name)).toEqual([
      'aws-node',
      'kube-proxy',
    ])
  })

  it.each<readonly [string, () => Cluster, string, string]>([
    ['several', () => readPlannedCluster(two), 'plan-with-several-clusters', 'The plan has 2 clusters: blue, green.'],
    [
      'another',
      () => readPlannedCluster(two, { cluster: 'red' }),
      'plan-cluster-not-found',
      'The plan has no cluster "red".',
    ],
    [
      'none',
      () => readPlannedCluster(buildPlan({ resources: [] })),
      'plan-without-cluster',
      'The plan has no EKS cluster and no EKS node group.',
    ],
  ])('%s', (_name, read, id, what) => {
    expect(problemOf(read)).toMatchObject({ id, what })
  })

  it('is one that exists, where the plan only adds a group', () => {
    const plan = buildPlan({
      resources: [nodeGroup({})],
      data: [
        ...zoneOfSubnet1,
        {
          address: 'data.aws_eks_cluster.c',
          values: { name: 'c', version: '1.33', arn: 'arn:aws:eks:us-west-2:1:cluster/c' },
        },
      ],
    })
    expect(readPlannedCluster(plan)).toMatchObject({
      name: 'c',
      kubernetesVersion: '1.33.13',
      region: 'us-west-2',
      nodeGroups: [{ name: 'g', zones: ['us-east-1d'] }],
    })
  })
})

test('an own image whose user data is unknown: Bottlerocket by its second volume, labels and taints by the group', () => {
  const group = nodeGroup({
    instance_types: ['g6.xlarge'],
    launch_template: [{ id: 'lt-2' }],
    labels: { team: 'ml' },
    taint: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
  })
  const template: BuiltResource = {
    address: 'aws_launch_template.t',
    after: {
      id: 'lt-2',
      image_id: 'ami-1',
      block_device_mappings: [
        { device_name: '/dev/xvda', ebs: [{ volume_size: 4 }] },
        { device_name: '/dev/xvdb', ebs: [{ volume_size: 200 }] },
      ],
    },
    unknown: { user_data: true },
  }
  const { nodeGroups, unknowns } = readPlannedCluster(
    buildPlan({ region: 'us-east-1', resources: [clusterResource, group, template], data: zoneOfSubnet1 }),
  )
  expect(nodeGroups[0]?.managed?.amiType).toBe('CUSTOM')
  expect(nodeGroups[0]?.realNode).toMatchObject({
    labels: { team: 'ml' },
    taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }],
    allocatable: { ephemeralStorage: 192_128_045_146, scalars: { 'nvidia.com/gpu': 1 } },
  })
  expect(unknowns.map(({ what }) => what)).toEqual(['autoscaler', 'user data of group g'])
})

test('an autoscaler in a manifest: its gRPC expander and what is not known of it are said', () => {
  const manifest = {
    kind: 'Deployment',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system' },
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: 'registry.k8s.io/autoscaling/cluster-autoscaler',
              command: [
                './cluster-autoscaler',
                '--expander=grpc,most-pods',
                '--scale-down-enabled=false',
                '--x=1',
                null,
              ],
            },
          ],
        },
      },
    },
  }
  const unknown = {
    manifest: { spec: { template: { spec: { containers: [{ command: [false, false, false, false, true] }] } } } },
  }
  const { autoscaler, nodeGroups, unknowns } = readPlannedCluster(
    buildPlan({
      region: 'us-east-1',
      resources: [
        clusterResource,
        nodeGroup({}),
        { address: 'kubernetes_manifest.autoscaler', after: { manifest }, unknown },
      ],
      data: zoneOfSubnet1,
    }),
  )
  expect(autoscaler).toMatchObject({ version: '1.36.1', expanders: ['most-pods'], scaleDown: { enabled: false } })
  // Without a discovery flag it finds no group.
  expect(nodeGroups.map(({ discovered }) => discovered)).toEqual([false])
  expect(unknowns.map(({ what }) => what)).toEqual([
    'parts of the object of kubernetes_manifest.autoscaler',
    'version of the Cluster Autoscaler',
    'choices of the gRPC expander',
    'flags of the Cluster Autoscaler --x=1',
    'rights of the autoscaler',
  ])
})

test.each([
  [0, 0, 'spot', []],
  [100, 0, 'on-demand', []],
  [0, 2, 'spot', ['capacity type of group g']],
  [70, 0, 'on-demand', ['capacity type of group g']],
])('%i % On-Demand above a base of %i: %s', (above, base, capacityType, expected) => {
  const { nodeGroups, unknowns } = readPlannedCluster(
    buildPlan({
      region: 'us-east-1',
      resources: [
        clusterResource,
        {
          address: 'aws_autoscaling_group.g',
          after: {
            name: 'g',
            min_size: 0,
            max_size: 1,
            availability_zones: ['us-east-1a'],
            tag: [{ key: 'kubernetes.io/cluster/c', value: 'owned' }],
            mixed_instances_policy: [
              {
                instances_distribution: [
                  { on_demand_percentage_above_base_capacity: above, on_demand_base_capacity: base },
                ],
                launch_template: [
                  {
                    launch_template_specification: [{ launch_template_id: 'lt-3' }],
                    override: [{ instance_requirements: [{ allowed_instance_types: ['g6.xlarge', 'g5.xlarge'] }] }],
                  },
                ],
              },
            ],
          },
        },
        { address: 'aws_launch_template.t', after: { id: 'lt-3' } },
      ],
    }),
  )
  expect(nodeGroups).toMatchObject([{ capacityType, instanceTypes: ['g5.xlarge', 'g6.xlarge'] }])
  expect(unknowns.map(({ what }) => what)).toEqual([
    'autoscaler',
    'instance types of group g',
    ...expected,
    'device plugin on group g',
  ])
})

test.each([
  ['ON_DEMAND', 'on-demand', 0.2016],
  ['CAPACITY_BLOCK', 'capacity-block', 0],
])('a node of a %s group costs what is still to be paid', (capacity, capacityType, usdPerHour) => {
  const group = nodeGroup({ capacity_type: capacity, instance_types: ['m7i.xlarge'] })
  const plan = buildPlan({ region: 'us-east-1', resources: [clusterResource, group] })
  expect(readPlannedCluster(plan).nodeGroups).toMatchObject([{ capacityType, usdPerHour }])
})

test('a cluster that stands: names of Auto Scaling groups and sizes are those of now', () => {
  const plan = buildPlan({
    region: 'us-east-1',
    resources: [
      clusterResource,
      {
        ...nodeGroup({
          resources: [{ autoscaling_groups: [{ name: 'eks-g-123' }] }],
          subnet_ids: ['subnet-1', 'subnet-2'],
          scaling_config: [{ min_size: 0, max_size: 9, desired_size: 4 }],
        }),
        actions: ['no-op'],
      },
      {
        address: 'aws_autoscaling_group_tag.t["x"]',
        after: { autoscaling_group_name: 'eks-g-123', tag: [{ key: 'a', value: 'b' }] },
      },
      { address: 'aws_eks_node_group.gone', after: { cluster_name: 'c' }, actions: ['delete'] },
    ],
    data: [
      ...zoneOfSubnet1,
      { address: 'data.aws_subnet.two', values: { id: 'subnet-2', availability_zone: 'us-east-1b' } },
    ],
  })
  const cluster = readPlannedCluster(plan)
  expect(cluster.nodeGroups).toHaveLength(1)
  expect(cluster.nodeGroups[0]).toMatchObject({
    autoScalingGroup: 'eks-g-123',
    zones: ['us-east-1b', 'us-east-1d'],
    desiredSize: 4,
    tags: { a: 'b' },
  })
})

function problemOf(read: () => unknown): ProblemError['problem'] {
  try {
    read()
  } catch (error) {
    if (error instanceof ProblemError) return error.problem
    throw error
  }
  throw new Error('it was read')
}
