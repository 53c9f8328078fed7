import { describe, expect, test } from 'vitest'
import { AwsError } from '../aws-error.ts'
import {
  checkClusterSubnets,
  checkEndpoints,
  checkServiceCidr,
  checkVersion,
  checkVersionStep,
  describeLogging,
  logTypesAfter,
  parseCreateCluster,
} from './cluster-input.ts'

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
const body = { name: 'demo', roleArn: 'arn:aws:iam::123456789012:role/c', resourcesVpcConfig: {} }

describe('parseCreateCluster', () => {
  const pattern = 'Member must satisfy regular expression pattern: ^[0-9A-Za-z][A-Za-z0-9\\-_]*$'
  test.each([
    ['a'.repeat(100), 'accepted'],
    [
      'a'.repeat(101),
      `${invalid}1 validation error detected: Value '${'a'.repeat(101)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 100`,
    ],
    ['-x', `${invalid}1 validation error detected: Value '-x' at 'name' failed to satisfy constraint: ${pattern}`],
    ['a.b', `${invalid}1 validation error detected: Value 'a.b' at 'name' failed to satisfy constraint: ${pattern}`],
  ])('name %s', (name, expected) => {
    expect(refusal(() => parseCreateCluster({ ...body, name }))).toBe(expected)
  })

  test('takes tags, and none', () => {
    expect(parseCreateCluster(body).tags).toEqual({})
    expect(parseCreateCluster({ ...body, tags: { a: 'b' } }).tags).toEqual({ a: 'b' })
  })
})

describe('versions', () => {
  test.each([
    ['1.36', '2026-11-23', 'accepted'],
    ['1.31', '2026-11-25', 'accepted'],
    ['1.31', '2026-11-26', `${invalid}unsupported Kubernetes version 1.31`],
    ['1.29', '2025-01-15', 'accepted'],
    ['1.29', '2026-11-23', `${invalid}unsupported Kubernetes version 1.29`],
    ['1.36', '2025-01-15', `${invalid}unsupported Kubernetes version 1.36`],
    ['latest', '2026-11-23', `${invalid}unsupported Kubernetes version latest`],
  ])('%s on %s', (version, asOf, expected) => {
    expect(refusal(() => checkVersion(version, asOf, 'demo'))).toBe(expected)
  })

  test.each([
    ['1.34', '1.35', 'accepted'],
    ['1.34', '1.36', `${invalid}Unsupported Kubernetes minor version update from 1.34 to 1.36`],
    ['1.35', '1.34', `${invalid}Unsupported Kubernetes minor version update from 1.35 to 1.34`],
    ['1.35', '1.35', `${invalid}Cluster is already at the desired configuration with version: 1.35`],
    ['1.36', '1.37', `${invalid}unsupported Kubernetes version 1.37`],
  ])('from %s to %s', (from, to, expected) => {
    expect(refusal(() => checkVersionStep(from, to, '2026-11-23', 'demo'))).toBe(expected)
  })
})

describe('subnets', () => {
  const subnet = (id: string, zone: string, more: object = {}) => ({
    id,
    zone,
    vpcId: 'vpc-1',
    freeAddresses: 250,
    ...more,
  })
  const [a, b, a2] = [subnet('s-a', '1a'), subnet('s-b', '1b'), subnet('s-a2', '1a')]
  test.each([
    [['s-a', 's-b'], [a, b], 'accepted'],
    [[], [], `${invalid}subnets can not be empty`],
    [['s-a', 's-x'], [a], `${invalid}The subnet ID 's-x' does not exist`],
    [['s-a', 's-a2'], [a, a2], `${invalid}Subnets specified must be in at least two different AZs`],
    [['s-a'], [a], `${invalid}Subnets specified must be in at least two different AZs`],
    [
      ['s-a', 's-b'],
      [a, subnet('s-b', '1b', { vpcId: 'vpc-2' })],
      `${invalid}Subnets specified must belong to the same VPC`,
    ],
    [
      ['s-a', 's-b'],
      [a, subnet('s-b', '1b', { freeAddresses: 4 })],
      `${invalid}One or more of the subnets provided does not have enough free IP addresses: s-b`,
    ],
  ])('%j', (asked, found, expected) => {
    expect(refusal(() => checkClusterSubnets(asked, found, 'demo'))).toBe(expected)
  })
})

test('wants one endpoint at least', () => {
  expect(refusal(() => checkEndpoints({ publicAccess: false, privateAccess: true }, 'demo'))).toBe('accepted')
  expect(refusal(() => checkEndpoints({ publicAccess: false, privateAccess: false }, 'demo'))).toBe(
    `${invalid}Private and public endpoint access cannot be false`,
  )
})

describe('service range', () => {
  const rule =
    'kubernetes network config serviceIpv4Cidr must be within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, and between /24 and /12'
  test.each([
    ['172.20.0.0/16', 'accepted'],
    ['10.100.0.0/12', 'accepted'],
    ['192.168.5.0/24', 'accepted'],
    ['192.168.5.0/25', invalid + rule],
    ['11.0.0.0/16', invalid + rule],
    ['172.32.0.0/16', invalid + rule],
    ['10.0.0.0/8', invalid + rule],
    ['300.0.0.0/16', `${invalid}kubernetes network config serviceIpv4Cidr is invalid: 300.0.0.0/16`],
    ['x', `${invalid}kubernetes network config serviceIpv4Cidr is invalid: x`],
  ])('%s', (cidr, expected) => {
    expect(refusal(() => checkServiceCidr(cidr, 'demo'))).toBe(expected)
  })
})

test('turns log types on and off', () => {
  const on = logTypesAfter(['api'], {
    clusterLogging: [
      { types: ['audit', 'scheduler'], enabled: true },
      { types: ['api'], enabled: false },
    ],
  })
  expect(on).toEqual(['audit', 'scheduler'])
  expect(describeLogging(on)).toEqual({
    clusterLogging: [
      { types: ['audit', 'scheduler'], enabled: true },
      { types: ['api', 'authenticator', 'controllerManager'], enabled: false },
    ],
  })
})
