import { expect, test } from 'vitest'
import type { LocalInstance, LocalNodeGroup } from '../instance.ts'
import { type NodePlan, planNode } from './node-plan.ts'

function instance(type: string, group: Partial<LocalNodeGroup> = {}, more: Partial<LocalInstance> = {}): LocalInstance {
  return {
    instanceId: 'i-0abc',
    instanceType: type,
    region: 'us-east-1',
    availabilityZone: 'us-east-1b',
    subnetId: 'subnet-1',
    privateIpAddress: '10.0.1.23',
    privateDnsName: 'ip-10-0-1-23.ec2.internal',
    nodeGroup: {
      clusterName: 'prod',
      name: 'gpu',
      amiType: 'AL2023_x86_64_NVIDIA',
      capacityType: 'SPOT',
      kubernetesVersion: '1.34',
      releaseVersion: '1.34.2-20261003',
      labels: { team: 'ml' },
      taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
      userData: '',
      efaInterfaces: 0,
      imageId: 'ami-0123',
      ...group,
    },
    ...more,
  }
}

function planned(given: LocalInstance): NodePlan {
  const result = planNode(given, 'prod')
  if (!result.joins) throw new Error(result.reason)
  return result.plan
}

test('an instance of a GPU group becomes the node that EKS makes of it', () => {
  const plan = planned(instance('g5.xlarge', {}, { storageGib: 200, launchTemplate: { id: 'lt-1', version: '3' } }))
  expect(plan.labels).toEqual({
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/instance-type': 'g5.xlarge',
    'beta.kubernetes.io/os': 'linux',
    'eks.amazonaws.com/capacityType': 'SPOT',
    'eks.amazonaws.com/nodegroup': 'gpu',
    'eks.amazonaws.com/nodegroup-image': 'ami-0123',
    'eks.amazonaws.com/sourceLaunchTemplateId': 'lt-1',
    'eks.amazonaws.com/sourceLaunchTemplateVersion': '3',
    'failure-domain.beta.kubernetes.io/region': 'us-east-1',
    'failure-domain.beta.kubernetes.io/zone': 'us-east-1b',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': 'ip-10-0-1-23.ec2.internal',
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': 'g5.xlarge',
    team: 'ml',
    'topology.kubernetes.io/region': 'us-east-1',
    'topology.kubernetes.io/zone': 'us-east-1b',
  })
  expect(plan.taints).toEqual([{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }])
  expect(plan.driver).toEqual({ state: 'ok', version: '580.159.03', gpus: 1, builtInPlugin: false })
  expect(plan.resources.capacity).toMatchObject({ cpu: '4', 'ephemeral-storage': '209637356Ki', pods: '58' })
  expect(plan.kubeletVersion).toBe('v1.34.2-eks-local')
})

test('nodeadm labels GPU nodes by itself from 1.35 on', () => {
  expect(planned(instance('g5.xlarge', { kubernetesVersion: '1.35' })).labels['nvidia.com/gpu.present']).toBe('true')
  expect(planned(instance('m7i.large', { kubernetesVersion: '1.35' })).labels['nvidia.com/gpu.present']).toBeUndefined()
})

test.each<readonly [string, string, Partial<LocalNodeGroup>, NodePlan['driver']['state']]>([
  ['the NVIDIA image', 'g5.xlarge', {}, 'ok'],
  ['the standard image', 'g5.xlarge', { amiType: 'AL2023_x86_64_STANDARD' }, 'none'],
  ['a driver that is too old for the GPU', 'g7.2xlarge', {}, 'unfit'],
  ['a custom image for the same GPU', 'g7.2xlarge', { amiType: 'CUSTOM' }, 'ok'],
  ['no GPU', 'm7i.large', { amiType: 'AL2023_x86_64_STANDARD' }, 'no-gpu'],
])('driver: %s', (_name, type, group, state) => {
  expect(planned(instance(type, group)).driver.state).toBe(state)
})

test('a fractional GPU counts as the device that its guest sees', () => {
  expect(planned(instance('g6f.large')).driver).toMatchObject({ state: 'ok', gpus: 1 })
})

test('Bottlerocket brings its device plugin, also as a custom image', () => {
  expect(planned(instance('g5.xlarge', { amiType: 'BOTTLEROCKET_x86_64_NVIDIA' })).driver).toMatchObject({
    builtInPlugin: true,
  })
  const userData = '[settings.kubernetes]\ncluster-name = "prod"\n'
  expect(planned(instance('g5.xlarge', { amiType: 'CUSTOM', userData })).driver).toMatchObject({ builtInPlugin: true })
})

const config = (spec: string): string => `apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: ${spec}\n`

test('a custom image has the labels and taints of its user data, and no others', () => {
  const userData = config(
    '{cluster: {name: prod}, kubelet: {flags: ["--node-labels=own=yes", "--register-with-taints=own=yes:NoExecute"]}}',
  )
  const plan = planned(instance('g5.xlarge', { amiType: 'CUSTOM', userData }))
  expect(plan.labels['own']).toBe('yes')
  expect(plan.labels['team']).toBeUndefined()
  expect(plan.labels['eks.amazonaws.com/nodegroup']).toBeUndefined()
  expect(plan.taints).toEqual([{ key: 'own', value: 'yes', effect: 'NoExecute' }])
})

test('a fragment of user data is merged with what EKS says', () => {
  const userData = config(
    '{kubelet: {config: {maxPods: 20}, flags: ["--node-labels=own=yes"]}, instance: {localStorage: {strategy: RAID0}}}',
  )
  const plan = planned(instance('g5.xlarge', { userData }))
  expect(plan.labels).toMatchObject({ own: 'yes', team: 'ml' })
  expect(plan.resources.capacity).toMatchObject({ pods: '20', 'ephemeral-storage': '243191788Ki' })
})

test('disks that are mounted one by one carry no images', () => {
  const userData = config('{instance: {localStorage: {strategy: Mount}}}')
  const mounted = planned(instance('g5.xlarge', { userData })).resources
  expect(mounted).toEqual(planned(instance('g5.xlarge')).resources)
})

test.each([
  [
    'another cluster',
    'AL2023_x86_64_NVIDIA',
    config('{cluster: {name: dev}}'),
    'its user data names cluster "dev", not "prod"',
  ],
  [
    'no cluster, on a custom image',
    'CUSTOM',
    config('{kubelet: {}}'),
    'its user data names no cluster, and EKS adds nothing to the user data of a custom image',
  ],
])('an instance whose user data names %s does not join', (_name, amiType, userData, reason) => {
  expect(planNode(instance('g5.xlarge', { amiType, userData }), 'prod')).toMatchObject({ joins: false, reason })
})

test('an image with a bootstrap of its own joins', () => {
  expect(planNode(instance('g5.xlarge', { amiType: 'CUSTOM' }), 'prod').joins).toBe(true)
})

test('a type that the catalogue does not know joins as a small node, and the log says so', () => {
  const result = planNode(instance('x99.large', { amiType: 'AL2023_x86_64_STANDARD' }), 'prod')
  expect(result).toMatchObject({
    joins: true,
    notes: ['i-0abc: type x99.large is not in the catalogue'],
    plan: { resources: { capacity: { cpu: '2' } } },
  })
})

const divide = (profiles: string): string =>
  `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/x-shellscript\n\nnvidia-smi mig -cgi ${profiles} -C\n\n--B--\n`

test('MIG devices are what the boot makes of each GPU', () => {
  const plan = planned(instance('p4d.24xlarge', { userData: divide('3g.20gb,1g.5gb') }))
  expect([plan.migProfiles, plan.driver]).toMatchObject([['3g.20gb', '1g.5gb'], { state: 'ok', gpus: 8 }])
  expect(planned(instance('p4d.24xlarge')).migProfiles).toEqual([])
  expect(planned(instance('m7i.large', { userData: divide('1g.5gb') })).migProfiles).toEqual([])
})

test.each([
  ['g5.xlarge', '1g.5gb', 'A10G has no MIG'],
  ['p4d.24xlarge', '1g.18gb', 'A100 40 GB has no MIG profile 1g.18gb'],
])('a node whose GPUs cannot be divided does not join: %s into %s', (type, profiles, why) => {
  expect(planNode(instance(type, { userData: divide(profiles) }), 'prod')).toMatchObject({
    joins: false,
    reason: `nvidia-smi cannot divide its GPUs: ${why}`,
  })
})

test.each([
  ['what the user data sets', 'AL2023_x86_64_NVIDIA', '#!/bin/bash\nsysctl -w vm.nr_hugepages=5280\n', '10560Mi'],
  ['none on AL2023 by itself', 'AL2023_x86_64_NVIDIA', '', '0'],
  ["Bottlerocket's own count", 'BOTTLEROCKET_x86_64_NVIDIA', '', '21120Mi'],
])('huge pages with EFA: %s', (_, amiType, userData, quantity) => {
  const { resources } = planned(instance('p4d.24xlarge', { amiType, userData, efaInterfaces: 4 }))
  expect(resources.allocatable['hugepages-2Mi']).toBe(quantity)
})
