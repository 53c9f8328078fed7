import { describe, expect, test } from 'vitest'
import { AwsError } from '../aws-error.ts'
import { offerCapacityBlocks } from '../capacity-block-offerings.ts'
import { keepCapacityReservations } from '../capacity-reservations.ts'
import { startClock } from '../clock.ts'
import { openCredentialStore } from '../credentials.ts'
import { openMotoClient } from '../moto/moto-client.ts'
import { keepPlacementGroups } from '../placement-groups.ts'
import { keepScheduledActions } from '../scheduled-actions.ts'
import { sampleCluster } from '../testing/sample-cluster.ts'
import { sampleNodeGroup } from '../testing/sample-node-group.ts'
import { clusterKey, type EksWorld } from './eks-world.ts'
import { handleEks, matchPath } from './handle-eks.ts'

const account = '123456789012'

/** A world without an emulator: whatever asks it fails. */
function world(asOf = '2026-11-23'): EksWorld {
  const cluster = sampleCluster()
  const clock = startClock()
  return {
    asOf,
    clock,
    account,
    moto: openMotoClient('http://127.0.0.1:9'),
    credentials: openCredentialStore(),
    placementGroups: keepPlacementGroups(),
    reservations: keepCapacityReservations(clock, offerCapacityBlocks(clock)),
    scheduledActions: keepScheduledActions(clock),
    regions: new Set(),
    clusters: new Map([[clusterKey(cluster.region, cluster.name), cluster]]),
    startKubernetes: () => Promise.reject(new Error('not here')),
    onChange: async () => undefined,
    background: (_, work) => void work(new AbortController().signal).catch(() => undefined),
  }
}

const caller = {
  accessKeyId: 'AKIA',
  secretAccessKey: 's',
  arn: `arn:aws:iam::${account}:user/me`,
  userId: 'AIDA',
  account,
}

async function ask(at: EksWorld, method: string, target: string, body: unknown = {}): Promise<unknown> {
  const url = new URL(target, 'http://eks')
  try {
    return await handleEks(method, url.pathname, {
      world: at,
      region: 'us-east-1',
      caller,
      query: url.searchParams,
      body,
    })
  } catch (error) {
    if (error instanceof AwsError) return `${error.status} ${error.code}: ${error.message}`
    throw error
  }
}

test('matches paths', () => {
  expect(matchPath('/clusters/{name}', '/clusters/demo')).toEqual({ name: 'demo' })
  expect(matchPath('/clusters/{name}', '/clusters/')).toBe(undefined)
  expect(matchPath('/clusters/{name}', '/clusters/demo/addons')).toBe(undefined)
  expect(matchPath('/tags/{resourceArn}', '/tags/arn%3Aaws%3Aeks%3A%3A%3Acluster%2Fdemo')).toEqual({
    resourceArn: 'arn:aws:eks:::cluster/demo',
  })
})

describe('what is not there', () => {
  test.each([
    ['GET', '/clusters/other', '404 ResourceNotFoundException: No cluster found for name: other.'],
    ['GET', '/clusters/demo/node-groups/x', '404 ResourceNotFoundException: No node group found for name: x.'],
    ['DELETE', '/clusters/demo/addons/x', '404 ResourceNotFoundException: No addon: x found in cluster: demo'],
    ['GET', '/clusters/demo/updates/x', '404 ResourceNotFoundException: No update found for ID: x'],
    [
      'GET',
      '/clusters/demo/access-entries/arn%3Ax',
      "404 ResourceNotFoundException: The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    ],
    [
      'GET',
      '/clusters/demo/pod-identity-associations/a-x',
      '404 ResourceNotFoundException: Association not found: a-x in cluster: demo',
    ],
    ['GET', '/tags/arn%3Ax', '404 NotFoundException: Resource not found: arn:x'],
    ['PUT', '/clusters', '400 InvalidRequestException: The local EKS stand-in does not offer PUT /clusters'],
  ])('%s %s', async (method, target, expected) => {
    expect(await ask(world(), method, target)).toBe(expected)
  })
})

describe('DescribeCluster', () => {
  test('answers when what is under way has ended', async () => {
    const at = world()
    const [cluster] = at.clusters.values()
    if (!cluster) throw new Error('no cluster')
    cluster.status = 'CREATING'
    const created = ask(at, 'GET', '/clusters/demo')
    cluster.status = 'ACTIVE'
    expect(await created).toMatchObject({ cluster: { status: 'ACTIVE' } })
    cluster.status = 'DELETING'
    const deleted = ask(at, 'GET', '/clusters/demo')
    at.clusters.clear()
    expect(await deleted).toBe('404 ResourceNotFoundException: No cluster found for name: demo.')
  })
})

describe('access entries', () => {
  test('take policies of a scope, once each', async () => {
    const at = world()
    const [cluster] = at.clusters.values()
    const role = 'arn:aws:iam::999999999999:role/x'
    const path = `/clusters/demo/access-entries/${encodeURIComponent(role)}`
    expect(await ask(at, 'POST', '/clusters/demo/access-entries', { principalArn: role })).toMatchObject({
      accessEntry: {
        principalArn: role,
        type: 'STANDARD',
        username: 'arn:aws:sts::999999999999:assumed-role/x/{{SessionName}}',
        kubernetesGroups: [],
      },
    })
    expect(await ask(at, 'POST', '/clusters/demo/access-entries', { principalArn: role })).toBe(
      '409 ResourceInUseException: The specified access entry resource is already in use on this cluster.',
    )
    expect(
      await ask(at, 'POST', '/clusters/demo/access-entries', {
        principalArn: 'arn:aws:iam::999999999999:role/y',
        kubernetesGroups: ['system:masters'],
      }),
    ).toBe(
      '400 InvalidParameterException: The kubernetes group name system:masters is invalid, it cannot start with system:, eks:, aws:, amazon: or iam:.',
    )
    expect(await ask(at, 'POST', '/clusters/demo/access-entries', { principalArn: 'me' })).toBe(
      '400 InvalidParameterException: The specified principalArn is invalid: invalid principal.',
    )
    const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy'
    expect(await ask(at, 'POST', `${path}/access-policies`, { policyArn: 'arn:x', accessScope: {} })).toBe(
      "400 InvalidParameterException: The policyArn parameter format is not valid. You can view available access policies with 'list-access-policies'.",
    )
    expect(await ask(at, 'POST', `${path}/access-policies`, { policyArn, accessScope: { type: 'namespace' } })).toBe(
      '400 InvalidParameterException: The namespaces parameter is required for the namespace access scope type.',
    )
    await ask(at, 'POST', `${path}/access-policies`, { policyArn, accessScope: { type: 'cluster' } })
    await ask(at, 'POST', `${path}/access-policies`, {
      policyArn,
      accessScope: { type: 'namespace', namespaces: ['a'] },
    })
    expect(await ask(at, 'GET', `${path}/access-policies`)).toMatchObject({
      associatedAccessPolicies: [{ policyArn, accessScope: { type: 'namespace', namespaces: ['a'] } }],
    })
    expect(await ask(at, 'GET', `/clusters/demo/access-entries?associatedPolicyArn=${policyArn}`)).toEqual({
      accessEntries: [role],
    })
    expect(await ask(at, 'DELETE', `${path}/access-policies/${encodeURIComponent(policyArn)}`)).toEqual({})
    expect(await ask(at, 'DELETE', path)).toEqual({})
    expect(cluster?.accessEntries.size).toBe(0)
  })

  test('need an authentication mode with API', async () => {
    const at = world()
    for (const cluster of at.clusters.values()) cluster.authenticationMode = 'CONFIG_MAP'
    expect(await ask(at, 'GET', '/clusters/demo/access-entries')).toBe(
      "400 InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    )
  })
})

describe('cluster updates', () => {
  test.each([
    [{}, '400 InvalidParameterException: No changes provided for update'],
    [
      { logging: { clusterLogging: [{ types: ['api'], enabled: false }] } },
      '400 InvalidParameterException: No changes needed for the logging config provided',
    ],
    [
      { resourcesVpcConfig: { endpointPrivateAccess: true } },
      '400 InvalidParameterException: Cluster is already at the desired configuration with endpointPrivateAccess: true , endpointPublicAccess: false, and Public Endpoint Restrictions: []',
    ],
    [
      { resourcesVpcConfig: { endpointPrivateAccess: false } },
      '400 InvalidParameterException: Private and public endpoint access cannot be false',
    ],
    [
      { accessConfig: { authenticationMode: 'CONFIG_MAP' } },
      '400 InvalidParameterException: Unsupported authentication mode update from API to CONFIG_MAP',
    ],
    [
      { logging: {}, deletionProtection: true },
      '400 InvalidParameterException: Only one type of update can be allowed.',
    ],
  ])('%j', async (body, expected) => {
    expect(await ask(world(), 'POST', '/clusters/demo/update-config', body)).toBe(expected)
  })

  test('go by one minor and end', async () => {
    const at = world()
    for (const cluster of at.clusters.values()) cluster.version = '1.34'
    const started = await ask(at, 'POST', '/clusters/demo/updates', { version: '1.35' })
    expect(started).toMatchObject({ update: { status: 'InProgress', type: 'VersionUpdate' } })
    expect(await ask(at, 'DELETE', '/clusters/demo')).toBe(
      '409 ResourceInUseException: Cannot DeleteCluster because cluster demo currently has an update in progress',
    )
    const { updateIds } = (await ask(at, 'GET', '/clusters/demo/updates')) as { updateIds: string[] }
    await expect
      .poll(() => ask(at, 'GET', `/clusters/demo/updates/${updateIds[0]}`))
      .toMatchObject({ update: { status: 'Successful' } })
    expect(await ask(at, 'GET', '/clusters/demo')).toMatchObject({ cluster: { version: '1.35', status: 'ACTIVE' } })
  })

  test('keep a protected cluster', async () => {
    const at = world()
    for (const cluster of at.clusters.values()) cluster.deletionProtection = true
    expect(await ask(at, 'DELETE', '/clusters/demo')).toBe(
      '400 InvalidRequestException: Cluster cannot be deleted while deletion protection is enabled',
    )
  })
})

describe('add-ons', () => {
  test.each([
    [
      { addonName: 'gpu-thing' },
      '400 InvalidParameterException: Addon gpu-thing specified is not supported in 1.36 kubernetes version',
    ],
    [
      { addonName: 'vpc-cni', addonVersion: 'latest' },
      '400 InvalidParameterException: Addon version specified is not supported',
    ],
    [
      { addonName: 'kube-proxy', addonVersion: 'v1.37.0-eksbuild.1' },
      '400 InvalidParameterException: Addon version specified is not supported',
    ],
    [
      { addonName: 'coredns', configurationValues: '{"replicaCount":"two"}' },
      '400 InvalidParameterException: ConfigurationValue provided in request is not supported: Json schema validation failed with error: [$.replicaCount: Invalid input: expected number, received string]',
    ],
    [
      { addonName: 'coredns', resolveConflicts: 'FORCE' },
      "400 InvalidParameterException: 1 validation error detected: Value 'FORCE' at 'resolveConflicts' failed to satisfy constraint: Member must satisfy enum value set: [OVERWRITE, NONE, PRESERVE]",
    ],
  ])('refuse %j', async (body, expected) => {
    expect(await ask(world(), 'POST', '/clusters/demo/addons', body)).toBe(expected)
  })

  test('are there once', async () => {
    const at = world()
    expect(await ask(at, 'POST', '/clusters/demo/addons', { addonName: 'vpc-cni' })).toMatchObject({
      addon: { addonName: 'vpc-cni', status: 'CREATING' },
    })
    expect(await ask(at, 'POST', '/clusters/demo/addons', { addonName: 'vpc-cni' })).toBe(
      '409 ResourceInUseException: Addon already exists.',
    )
  })

  test('have a version for each offered minor', async () => {
    expect(
      await ask(world(), 'GET', '/addons/supported-versions?addonName=kube-proxy&kubernetesVersion=1.36'),
    ).toMatchObject({ addons: [{ addonName: 'kube-proxy', addonVersions: [{ addonVersion: 'v1.36.0-eksbuild.2' }] }] })
    expect(await ask(world(), 'GET', '/addons/supported-versions?kubernetesVersion=1.29')).toEqual({ addons: [] })
    expect(
      await ask(world('2025-01-15'), 'GET', '/addons/supported-versions?addonName=vpc-cni&kubernetesVersion=1.29'),
    ).toMatchObject({ addons: [{ addonName: 'vpc-cni' }] })
  })
})

describe('versions', () => {
  const minors = async (asOf: string, query = ''): Promise<unknown> => {
    const answer = (await ask(world(asOf), 'GET', `/cluster-versions${query}`)) as {
      clusterVersions: readonly { clusterVersion: string; versionStatus: string; defaultVersion: boolean }[]
    }
    return answer.clusterVersions.map(
      (one) => `${one.clusterVersion} ${one.versionStatus}${one.defaultVersion ? ' *' : ''}`,
    )
  }

  test('follow the calendar', async () => {
    expect(await minors('2026-11-23')).toEqual([
      '1.36 STANDARD_SUPPORT *',
      '1.35 STANDARD_SUPPORT',
      '1.34 STANDARD_SUPPORT',
      '1.33 EXTENDED_SUPPORT',
      '1.32 EXTENDED_SUPPORT',
      '1.31 EXTENDED_SUPPORT',
    ])
    expect(await minors('2026-11-23', '?clusterVersions=1.29&includeAll=true')).toEqual(['1.29 UNSUPPORTED'])
    expect(await minors('2026-11-23', '?defaultOnly=true')).toEqual(['1.36 STANDARD_SUPPORT *'])
    expect(await minors('2025-01-15', '?versionStatus=STANDARD_SUPPORT')).toEqual([
      '1.31 STANDARD_SUPPORT *',
      '1.30 STANDARD_SUPPORT',
      '1.29 STANDARD_SUPPORT',
    ])
  })
})

test('cuts lists into pages', async () => {
  const at = world()
  for (const name of ['c', 'a', 'b']) at.clusters.set(`us-east-1/${name}`, sampleCluster({ name }))
  const first = (await ask(at, 'GET', '/clusters?maxResults=3')) as { nextToken: string }
  expect(first).toMatchObject({ clusters: ['a', 'b', 'c'] })
  expect(await ask(at, 'GET', `/clusters?maxResults=3&nextToken=${first.nextToken}`)).toEqual({ clusters: ['demo'] })
  expect(await ask(at, 'GET', '/clusters?maxResults=0')).toBe(
    '400 InvalidParameterException: maxResults must be between 1 and 100, but was 0',
  )
})

test('tags whatever has an ARN', async () => {
  const at = world()
  const path = `/tags/${encodeURIComponent('arn:aws:eks:us-east-1:123456789012:cluster/demo')}`
  expect(await ask(at, 'POST', path, { tags: { a: '1', b: '2' } })).toEqual({})
  expect(await ask(at, 'DELETE', `${path}?tagKeys=a`)).toEqual({})
  expect(await ask(at, 'GET', path)).toEqual({ tags: { b: '2' } })
  expect(await ask(at, 'POST', path, { tags: { 'aws:x': '1' } })).toBe(
    "400 InvalidParameterException: Tag keys starting with 'aws:' are reserved for system use: aws:x",
  )
})

describe('UpdateClusterVersion', () => {
  test('goes one minor at a time, never back, and never so far that nodes are left behind', async () => {
    const at = world()
    const [cluster] = at.clusters.values()
    if (!cluster) throw new Error('no cluster')
    cluster.version = '1.34'
    const update = (version: string) => ask(at, 'POST', '/clusters/demo/updates', { version })
    expect(await update('1.36')).toBe(
      '400 InvalidParameterException: Unsupported Kubernetes minor version update from 1.34 to 1.36',
    )
    expect(await update('1.33')).toBe(
      '400 InvalidParameterException: Unsupported Kubernetes minor version update from 1.34 to 1.33',
    )
    cluster.nodeGroups.set('gpu', sampleNodeGroup({ name: 'gpu', version: '1.31' }))
    expect(await update('1.35')).toBe(
      '400 InvalidRequestException: Nodegroups [gpu (1.31)] must be updated before the cluster version is updated to 1.35',
    )
    cluster.nodeGroups.set('gpu', sampleNodeGroup({ name: 'gpu', version: '1.32' }))
    expect(await update('1.35')).toMatchObject({ update: { type: 'VersionUpdate' } })
  })
})

describe('UpdateNodegroupVersion', () => {
  test('stays at the minor of the group, and never goes back', async () => {
    const at = world()
    const [cluster] = at.clusters.values()
    if (!cluster) throw new Error('no cluster')
    cluster.version = '1.36'
    const group = sampleNodeGroup({ name: 'gpu', version: '1.35' })
    cluster.nodeGroups.set('gpu', group)
    const update = (body: object) => ask(at, 'POST', '/clusters/demo/node-groups/gpu/update-version', body)
    expect(await update({ version: '1.34' })).toBe(
      '400 InvalidParameterException: Nodegroup kubernetes version cannot be rolled back from 1.35 to 1.34',
    )
    expect(await update({ releaseVersion: '1.36.0-20261003' })).toBe(
      '400 InvalidParameterException: Requested Nodegroup release version 1.36.0-20261003 is invalid. Allowed release version is 1.35.0-20260101',
    )
    expect(await update({})).toMatchObject({
      update: {
        params: [
          { type: 'Version', value: '1.35' },
          { type: 'ReleaseVersion', value: '1.35.0-20260101' },
        ],
      },
    })
  })
})
