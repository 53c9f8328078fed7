import { describe, expect, test } from 'vitest'
import { AwsError } from '../aws-error.ts'
import type { LaunchTemplateData } from '../ec2.ts'
import { anywhere } from '../ec2.ts'
import {
  type CreateNodegroupInput,
  checkAmiTypeForVersion,
  checkInstanceTypes,
  checkLabels,
  checkLaunchTemplate,
  checkNodegroupName,
  checkReleaseVersion,
  checkScaling,
  checkScalingUpdate,
  checkTaints,
  checkUpdateConfig,
  parseCreateNodegroup,
  replacedAtOnce,
  userDataFault,
} from './node-group-input.ts'

const subject = { clusterName: 'demo', nodegroupName: 'gpu' }

function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

const invalid = '400 InvalidParameterException: '
const body = { nodegroupName: 'gpu', subnets: ['subnet-1'], nodeRole: 'arn:aws:iam::123456789012:role/node' }

describe('parseCreateNodegroup', () => {
  test.each([
    [
      { ...body, taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }] },
      "1 validation error detected: Value 'NoSchedule' at 'taints.1.member.effect' failed to satisfy constraint: Member must satisfy enum value set: [NO_SCHEDULE, NO_EXECUTE, PREFER_NO_SCHEDULE]",
    ],
    [
      { ...body, capacityType: 'spot' },
      "1 validation error detected: Value 'spot' at 'capacityType' failed to satisfy constraint: Member must satisfy enum value set: [ON_DEMAND, SPOT, CAPACITY_BLOCK]",
    ],
    [
      { ...body, scalingConfig: { minSize: -1, maxSize: 0 } },
      "2 validation errors detected: Value '-1' at 'scalingConfig.minSize' failed to satisfy constraint: Member must have value greater than or equal to 0; Value '0' at 'scalingConfig.maxSize' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { nodegroupName: 'gpu', subnets: ['subnet-1'] },
      "1 validation error detected: Value null at 'nodeRole' failed to satisfy constraint: Member must not be null",
    ],
  ])('refuses %j', (given, message) => {
    expect(refusal(() => parseCreateNodegroup(given))).toBe(invalid + message)
  })
})

test.each([
  ['inference-20261123', 'accepted'],
  ['a'.repeat(63), 'accepted'],
  ['a'.repeat(64), `${invalid}nodegroupName can not be greater than 63 characters!`],
  ['-gpu', `${invalid}The nodegroup name parameter contains invalid characters`],
  ['gpu group', `${invalid}The nodegroup name parameter contains invalid characters`],
])('name %s', (name, expected) => {
  expect(refusal(() => checkNodegroupName(name, subject))).toBe(expected)
})

describe('sizes', () => {
  test('have EKS defaults', () => {
    expect(checkScaling(undefined, subject)).toEqual({ minSize: 1, maxSize: 2, desiredSize: 2 })
    expect(checkScaling({ minSize: 0, maxSize: 1, desiredSize: 0 }, subject)).toEqual({
      minSize: 0,
      maxSize: 1,
      desiredSize: 0,
    })
  })

  test.each([
    [{ minSize: 3, maxSize: 2, desiredSize: 2 }, "minSize can't be greater than maxSize"],
    [{ minSize: 0, maxSize: 2, desiredSize: 3 }, "desiredSize can't be greater than maxSize"],
    [{ minSize: 2, maxSize: 4, desiredSize: 1 }, "minSize can't be greater than desiredSize"],
  ])('refuse %j', (sizes, message) => {
    expect(refusal(() => checkScaling(sizes, subject))).toBe(invalid + message)
  })

  const now = { minSize: 1, maxSize: 4, desiredSize: 2 }
  test.each([
    [{ minSize: 3 }, "Minimum capacity 3 can't be greater than desired size 2"],
    [{ minSize: 5 }, "Minimum capacity 5 can't be greater than maximum size 4"],
    [{ maxSize: 1 }, "desired capacity 2 can't be greater than max size 1"],
    [{ desiredSize: 9 }, "desired capacity 9 can't be greater than max size 4"],
  ])('of a running group refuse %j', (change, message) => {
    expect(refusal(() => checkScalingUpdate(now, change, subject))).toBe(invalid + message)
  })

  test('of a running group keep what is not named', () => {
    expect(checkScalingUpdate(now, { maxSize: 9 }, subject)).toEqual({ minSize: 1, maxSize: 9, desiredSize: 2 })
  })
})

describe('labels', () => {
  const rule =
    "field must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
  test.each([
    [{ 'k8s.amazonaws.com/accelerator': 'nvidia-a10g', 'nvidia.com/gpu': 'true' }, 'accepted'],
    [{ 'node.kubernetes.io/role': 'gpu' }, 'accepted'],
    [
      { 'eks.amazonaws.com/nodegroup': 'x' },
      `${invalid}Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]`,
    ],
    [
      { 'kubernetes.io/role': 'x' },
      `${invalid}Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]`,
    ],
    [{ team: '' }, `${invalid}Invalid value:  : ${rule}`],
    [{ team: 'a b' }, `${invalid}Invalid value: a b : ${rule}`],
    [
      { ['x'.repeat(64)]: 'y' },
      `${invalid}1 validation error detected: Value '{${'x'.repeat(64)}=y}' at 'labels' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 63, Member must have length greater than or equal to 1]`,
    ],
  ])('%j', (labels, expected) => {
    expect(refusal(() => checkLabels(labels as Record<string, string>, subject))).toBe(expected)
  })
})

describe('taints', () => {
  const gpu = { key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' } as const
  test.each([
    [[gpu, { ...gpu, effect: 'NO_EXECUTE' as const }], 'accepted'],
    [[{ key: 'dedicated', effect: 'NO_SCHEDULE' as const }], 'accepted'],
    [[gpu, gpu], `${invalid}Duplicate taints with key nvidia.com/gpu and effect NO_SCHEDULE`],
    [[{ key: 'dedicated', value: 'x' }], `${invalid}Taint effect can not be null or empty`],
    [[{ value: 'x', effect: 'NO_SCHEDULE' as const }], `${invalid}Taint key can not be null or empty`],
    [
      Array.from({ length: 51 }, (_, index) => ({ ...gpu, key: `k${index}` })),
      `${invalid}Number of taints provided exceeds the limit of 50`,
    ],
  ])('%#', (taints, expected) => {
    expect(refusal(() => checkTaints(taints, subject))).toBe(expected)
  })
})

describe('launch templates', () => {
  const template: LaunchTemplateData = {
    id: 'lt-1',
    name: 'gpu',
    version: '1',
    latestVersion: '1',
    imageId: '',
    volumes: {},
    instanceType: '',
    userData: '',
    launch: anywhere,
    securityGroupIds: [],
    hasSubnet: false,
    hasInstanceProfile: false,
    hasShutdownBehavior: false,
    hasHibernation: false,
    marketType: '',
  }
  const input: CreateNodegroupInput = { ...body, tags: {} }
  test.each<readonly [Partial<CreateNodegroupInput>, Partial<LaunchTemplateData>, string]>([
    [{ instanceTypes: ['g5.xlarge'], amiType: 'AL2023_x86_64_NVIDIA' }, {}, 'accepted'],
    [{}, { hasSubnet: true }, '400 InvalidRequestException: Launch template gpu should not specify a subnet.'],
    [
      {},
      { hasInstanceProfile: true },
      '400 InvalidRequestException: Launch template gpu should not specify an instance profile.',
    ],
    [
      {},
      { hasShutdownBehavior: true },
      '400 InvalidRequestException: Launch template gpu should not specify an instance shutdown behavior.',
    ],
    [{ diskSize: 100 }, {}, `${invalid}Disk size must be specified within the launch template.`],
    [
      { remoteAccess: { ec2SshKey: 'k' } },
      {},
      `${invalid}Remote access configuration cannot be specified with a launch template.`,
    ],
    [
      { instanceTypes: ['g5.xlarge'] },
      { instanceType: 'g5.xlarge' },
      '400 InvalidRequestException: Cannot specify instance types in launch template and API request',
    ],
    [
      { amiType: 'AL2023_x86_64_NVIDIA' },
      { imageId: 'ami-1' },
      `${invalid}You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.`,
    ],
    [
      { version: '1.36' },
      { imageId: 'ami-1' },
      `${invalid}You cannot specify a kubernetes version to use when specifying an image id to use within the launch template.`,
    ],
    [
      { releaseVersion: '1.36.0-20260101' },
      { imageId: 'ami-1' },
      `${invalid}You cannot specify a release version to use when specifying an image id to use within the launch template.`,
    ],
    [{ amiType: 'CUSTOM' }, {}, `${invalid}Launch template details can't be null for Custom ami type node group`],
  ])('%j with %j', (asked, has, expected) => {
    expect(refusal(() => checkLaunchTemplate({ ...input, ...asked }, { ...template, ...has }, subject))).toBe(expected)
  })
})

describe('instance types', () => {
  const archOf = (type: string) => (type.startsWith('g5g.') ? 'arm64' : type.startsWith('g5.') ? 'x86_64' : undefined)
  test.each([
    [['g5.xlarge', 'x99.large'], 'AL2023_x86_64_NVIDIA', 'accepted'],
    [['g5g.xlarge'], 'CUSTOM', 'accepted'],
    [
      ['g5.xlarge', 'g5g.xlarge'],
      'AL2023_x86_64_NVIDIA',
      `${invalid}[g5g.xlarge] is not a valid instance type for requested amiType AL2023_x86_64_NVIDIA`,
    ],
    [['G5'], 'AL2023_x86_64_NVIDIA', `${invalid}The following supplied instance types do not exist: [G5]`],
    [
      Array.from({ length: 21 }, () => 'g5.xlarge'),
      'AL2023_x86_64_NVIDIA',
      `${invalid}Number of instance types provided exceeds the limit of 20`,
    ],
  ])('%j on %s', (types, amiType, expected) => {
    expect(refusal(() => checkInstanceTypes(types, amiType, archOf, subject))).toBe(expected)
  })
})

test('refuses Amazon Linux 2 from 1.33 on', () => {
  expect(refusal(() => checkAmiTypeForVersion('AL2_x86_64_GPU', '1.32', subject))).toBe('accepted')
  expect(refusal(() => checkAmiTypeForVersion('AL2_x86_64_GPU', '1.33', subject))).toBe(
    `${invalid}Requested AMI type AL2_x86_64_GPU is not supported for kubernetes version 1.33`,
  )
})

test('refuses two limits of an update', () => {
  expect(refusal(() => checkUpdateConfig({ maxUnavailablePercentage: 33 }, subject))).toBe('accepted')
  expect(refusal(() => checkUpdateConfig({ maxUnavailable: 1, maxUnavailablePercentage: 33 }, subject))).toBe(
    `${invalid}maxUnavailable and maxUnavailablePercentage cannot be specified together`,
  )
})

test.each([
  ['1.36.0-20261003', 'AL2023_x86_64_NVIDIA', 'accepted'],
  ['1.35.0-20261003', 'AL2023_x86_64_NVIDIA', '1.36.0-20260101'],
  ['latest', 'AL2023_x86_64_NVIDIA', '1.36.0-20260101'],
  ['1.68.0-0123abcd', 'BOTTLEROCKET_x86_64_NVIDIA', 'accepted'],
  ['v1.68.0', 'BOTTLEROCKET_x86_64_NVIDIA', '1.50.0-00000000'],
])('release %s of %s', (release, amiType, expected) => {
  const said = refusal(() => checkReleaseVersion(release, amiType, '1.36', subject))
  expect(said).toBe(
    expected === 'accepted'
      ? expected
      : `${invalid}Requested Nodegroup release version ${release} is invalid. Allowed release version is ${expected}`,
  )
})

const mime = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B--\n'
test.each([
  ['', 'AL2023_x86_64_NVIDIA', undefined],
  [mime, 'AL2023_x86_64_NVIDIA', undefined],
  ['#!/bin/bash\n', 'AL2023_x86_64_NVIDIA', 'User data was not in the MIME multipart format.'],
  ['[settings]\na = 1\n', 'BOTTLEROCKET_x86_64_NVIDIA', undefined],
  [
    '[settings.kernel."x"]\na = 1\n',
    'BOTTLEROCKET_x86_64_NVIDIA',
    'User data was not in a TOML format that could be processed.',
  ],
  ['[settings.a]\nb = [["c", "d"]]\n', 'BOTTLEROCKET_x86_64_NVIDIA', undefined],
  [mime, 'BOTTLEROCKET_x86_64_NVIDIA', 'User data was not in a TOML format that could be processed.'],
  ['#!/bin/bash\n', 'CUSTOM', undefined],
])('user data %j for %s', (userData, amiType, expected) => {
  expect(userDataFault(userData, amiType)).toBe(expected)
})

test('replaces so many nodes at once', () => {
  expect(replacedAtOnce({ maxUnavailable: 2 }, 8)).toBe(2)
  expect(replacedAtOnce({ maxUnavailablePercentage: 33 }, 8)).toBe(2)
  expect(replacedAtOnce({ maxUnavailablePercentage: 33 }, 2)).toBe(1)
  expect(replacedAtOnce({}, 0)).toBe(1)
})

test('takes what node repair has, and nothing else', () => {
  expect(refusal(() => parseCreateNodegroup({ ...body, nodeRepairConfig: { enabled: true } }))).toBe('accepted')
  expect(refusal(() => parseCreateNodegroup({ ...body, nodeRepairConfig: { enabled: 'yes' } }))).toContain(invalid)
})
