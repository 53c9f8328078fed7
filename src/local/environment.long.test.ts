import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProblemError } from '../cluster/problem.ts'
import { isRunning } from '../terraform/process-identity.ts'
import { findMoto } from './aws/moto/find-moto.ts'
import { itemsAt, parseXml, textAt, type XmlElement } from './aws/parse-xml.ts'
import type { EnvironmentRecord } from './environment.ts'
import { environmentLeftovers, interruptCluster, resumeCluster } from './environment-control.ts'
import { environmentState, findEnvironment } from './find-environment.ts'
import { listEnvironments } from './list-environments.ts'
import { signClusterToken } from './sign-cluster-token.ts'
import { type StartEnvironmentOptions, startEnvironment } from './start-environment.ts'
import { stopEnvironment } from './stop-environment.ts'

const moto = await findMoto(process.env)
if (moto === undefined)
  process.stderr.write("environment.long.test.ts: skipped, there is no moto_server (pip install 'moto[server]')\n")

const region = 'us-east-1'
let home = ''
let record: EnvironmentRecord

const options = (directory: string, more: Partial<StartEnvironmentOptions> = {}): StartEnvironmentOptions => ({
  home,
  directory: join(home, directory),
  asOf: '2026-11-23',
  kubernetes: 'embedded',
  onProgress: () => undefined,
  ...more,
})

function authorization(service: string, key: string = record.credentials.accessKeyId): string {
  return `AWS4-HMAC-SHA256 Credential=${key}/20261123/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`
}

type EksAnswer = {
  readonly status: number
  readonly type: string | null
  readonly body: Record<string, Record<string, unknown>>
}

async function eks(method: string, path: string, body?: unknown, key?: string): Promise<EksAnswer> {
  const response = await fetch(record.awsEndpoint + path, {
    method,
    headers: { authorization: authorization('eks', key) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: (await response.json()) as Record<string, Record<string, unknown>>,
  }
}

async function query(service: string, parameters: Record<string, string>, key?: string): Promise<XmlElement> {
  const response = await fetch(record.awsEndpoint, {
    method: 'POST',
    headers: { authorization: authorization(service, key) },
    body: new URLSearchParams({ Version: 'x', ...parameters }),
  })
  return parseXml(await response.text())
}

/** Status code of a request to a cluster's API server. */
function kubernetesStatus(endpoint: string, path: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(
      new URL(path, endpoint),
      { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false, agent: false },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end()
  })
}

async function createRole(name: string, service: string): Promise<string> {
  const answer = await query('iam', {
    Action: 'CreateRole',
    RoleName: name,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    }),
  })
  return textAt(answer, 'CreateRoleResult', 'Role', 'Arn')
}

describe.skipIf(moto === undefined)('a local environment', () => {
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'eks-gpu-environment-'))
    await mkdir(join(home, 'one'))
    record = await startEnvironment(options('one'))
  })

  afterAll(async () => {
    for (const { record: left } of await listEnvironments(home)) await stopEnvironment(left)
    await rm(home, { recursive: true, force: true })
  })

  test('is recorded with its processes, and taken again by a second start', async () => {
    expect(record.processes.map(({ name }) => name)).toEqual(['aws-stand-in', 'moto'])
    for (const process of record.processes) expect(isRunning(process)).toBe(true)
    expect(await startEnvironment(options('one'))).toEqual(record)
    expect(await findEnvironment(home, join(home, 'one'))).toEqual(record)
    expect(await environmentState(record)).toBe('running')
    await expect(startEnvironment(options('one', { asOf: '2025-01-15' }))).rejects.toThrow(ProblemError)
    await expect(startEnvironment(options('one', { asOf: '2025-01-15' }))).rejects.toThrow(
      `The local environment of ${join(home, 'one')} runs already, with the calendar at 2026-11-23, not 2025-01-15.`,
    )
  })

  test('knows its own user and nobody else', async () => {
    const known = await query('sts', { Action: 'GetCallerIdentity' })
    expect(textAt(known, 'GetCallerIdentityResult', 'Arn')).toBe('arn:aws:iam::123456789012:user/eks-gpu-local')
    const unknown = await query('sts', { Action: 'GetCallerIdentity' }, 'AKIANOBODY')
    expect(textAt(unknown, 'Error', 'Code')).toBe('InvalidClientTokenId')
    expect(await eks('GET', '/clusters', undefined, 'AKIANOBODY')).toMatchObject({
      status: 403,
      type: 'UnrecognizedClientException',
      body: { message: 'The security token included in the request is invalid.' },
    })
    expect(textAt(await query('ec2', { Action: 'DescribeVpcs' }, 'AKIANOBODY'), 'Errors', 'Error', 'Code')).toBe(
      'AuthFailure',
    )
  })

  test('brings up a cluster, refuses what EKS refuses, and leaves nothing behind', async () => {
    expect(await environmentLeftovers(record)).toEqual([])
    const clusterRole = await createRole('cluster', 'eks.amazonaws.com')
    const nodeRole = await createRole('node', 'ec2.amazonaws.com')
    const vpc = await query('ec2', { Action: 'CreateVpc', CidrBlock: '10.0.0.0/16' })
    const vpcId = textAt(vpc, 'vpc', 'vpcId')
    const subnets: string[] = []
    for (const [index, zone] of ['a', 'b', 'a'].entries()) {
      const subnet = await query('ec2', {
        Action: 'CreateSubnet',
        VpcId: vpcId,
        CidrBlock: `10.0.${index}.0/24`,
        AvailabilityZone: region + zone,
      })
      subnets.push(textAt(subnet, 'subnet', 'subnetId'))
    }
    const [a = '', b = '', a2 = ''] = subnets
    const create = (more: object) =>
      eks('POST', '/clusters', {
        name: 'demo',
        roleArn: clusterRole,
        resourcesVpcConfig: { subnetIds: [a, b] },
        accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        ...more,
      })
    expect(await create({ version: '1.29' })).toMatchObject({
      status: 400,
      type: 'InvalidParameterException',
      body: { message: 'unsupported Kubernetes version 1.29' },
    })
    expect((await create({ resourcesVpcConfig: { subnetIds: [a, a2] } })).body).toMatchObject({
      message: 'Subnets specified must be in at least two different AZs',
    })
    expect((await create({ roleArn: nodeRole })).body).toMatchObject({
      message: `Role with arn: ${nodeRole}, could not be assumed because it does not exist or the trusted entity is not correct`,
    })
    expect(await create({ version: '1.36' })).toMatchObject({ status: 200, body: { cluster: { status: 'CREATING' } } })
    const group = (more: object = {}) =>
      eks('POST', '/clusters/demo/node-groups', {
        nodegroupName: 'system',
        subnets: [a, b],
        nodeRole,
        instanceTypes: ['m7i.large'],
        amiType: 'AL2023_x86_64_STANDARD',
        scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 2 },
        ...more,
      })
    expect(await group()).toMatchObject({
      status: 400,
      type: 'InvalidRequestException',
      body: { message: "Cluster 'demo' is not in ACTIVE status", clusterName: 'demo', nodegroupName: 'system' },
    })
    await expect
      .poll(async () => (await eks('GET', '/clusters/demo')).body['cluster']?.['status'], { timeout: 120_000 })
      .toBe('ACTIVE')
    expect(await create({})).toMatchObject({
      status: 409,
      body: { message: 'Cluster already exists with name: demo' },
    })

    const cluster = (await findEnvironment(home, join(home, 'one')))?.clusters[0]
    if (!cluster) throw new Error('the record has no cluster')
    expect(await readFile(cluster.kubeconfig, 'utf8')).toContain('--cluster')
    const { token } = signClusterToken(record, 'demo', { region })
    expect(await kubernetesStatus(cluster.endpoint, '/api/v1/nodes', token)).toBe(401)
    const me = 'arn:aws:iam::123456789012:user/eks-gpu-local'
    await eks('POST', '/clusters/demo/access-entries', { principalArn: me })
    expect(await kubernetesStatus(cluster.endpoint, '/api/v1/nodes', token)).toBe(403)
    await eks('POST', `/clusters/demo/access-entries/${encodeURIComponent(me)}/access-policies`, {
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
      accessScope: { type: 'cluster' },
    })
    expect(await kubernetesStatus(cluster.endpoint, '/api/v1/nodes', token)).toBe(200)

    expect(await eks('POST', '/clusters/demo/addons', { addonName: 'vpc-cni' })).toMatchObject({ status: 200 })
    expect((await group({ nodeRole: clusterRole })).body).toMatchObject({
      message: `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${clusterRole}`,
    })
    expect(await group()).toMatchObject({ status: 200, body: { nodegroup: { status: 'CREATING' } } })
    const describeGroup = async () => (await eks('GET', '/clusters/demo/node-groups/system')).body['nodegroup'] ?? {}
    await expect.poll(async () => (await describeGroup())['status'], { timeout: 120_000 }).toBe('ACTIVE')
    const instances = async () =>
      itemsAt(await query('ec2', { Action: 'DescribeInstances' }), 'reservationSet')
        .flatMap((one) => itemsAt(one, 'instancesSet'))
        .filter((one) => textAt(one, 'instanceState', 'name') === 'running')
    expect((await instances()).map((one) => textAt(one, 'subnetId')).sort()).toEqual([a, b].sort())
    expect((await eks('GET', '/clusters/demo/access-entries')).body).toEqual({ accessEntries: [nodeRole, me].sort() })

    const groups = await query('autoscaling', { Action: 'DescribeAutoScalingGroups' })
    const [asg] = itemsAt(groups, 'DescribeAutoScalingGroupsResult', 'AutoScalingGroups')
    const name = textAt(asg, 'AutoScalingGroupName')
    expect(name).toMatch(/^eks-system-[0-9a-f-]{36}$/)
    expect(
      itemsAt(asg, 'Tags')
        .map((tag) => `${textAt(tag, 'Key')}=${textAt(tag, 'Value')}`)
        .sort(),
    ).toEqual([
      'eks:cluster-name=demo',
      'eks:nodegroup-name=system',
      'k8s.io/cluster-autoscaler/demo=owned',
      'k8s.io/cluster-autoscaler/enabled=true',
      'kubernetes.io/cluster/demo=owned',
    ])
    const resize = (capacity: number) =>
      query('autoscaling', {
        Action: 'SetDesiredCapacity',
        AutoScalingGroupName: name,
        DesiredCapacity: String(capacity),
      })
    expect(textAt(await resize(4), 'Error', 'Message')).toBe(
      'New SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup.',
    )
    await resize(3)
    expect(await describeGroup()).toMatchObject({ scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 3 } })
    expect(await instances()).toHaveLength(3)
    const changed = await eks('POST', '/clusters/demo/node-groups/system/update-config', {
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 1 },
      labels: { addOrUpdateLabels: { team: 'x' } },
      taints: { addOrUpdateTaints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }] },
    })
    expect(changed.body).toMatchObject({ update: { status: 'InProgress', type: 'ConfigUpdate' } })
    await expect.poll(async () => (await describeGroup())['status'], { timeout: 120_000 }).toBe('ACTIVE')
    expect(await describeGroup()).toMatchObject({
      labels: { team: 'x' },
      taints: [{ key: 'a', value: 'b', effect: 'NO_SCHEDULE' }],
      scalingConfig: { desiredSize: 1 },
    })
    expect(await instances()).toHaveLength(1)

    const [before] = await instances()
    await eks('POST', '/clusters/demo/node-groups/system/update-version', {})
    await expect.poll(async () => (await describeGroup())['status'], { timeout: 120_000 }).toBe('ACTIVE')
    const [after, ...more] = await instances()
    expect(more).toEqual([])
    expect(textAt(after, 'instanceId')).not.toBe(textAt(before, 'instanceId'))

    expect(await eks('DELETE', '/clusters/demo')).toMatchObject({
      status: 409,
      body: { message: 'Cluster has nodegroups attached' },
    })
    // An API server that is gone holds nothing up.
    await interruptCluster(record, 'demo')
    await expect(kubernetesStatus(cluster.endpoint, '/version', token)).rejects.toThrow('ECONNREFUSED')
    await resumeCluster(record, 'demo')
    expect(await kubernetesStatus(cluster.endpoint, '/version', token)).toBe(200)
    await interruptCluster(record, 'demo')
    await eks('DELETE', '/clusters/demo/node-groups/system')
    await expect
      .poll(async () => (await eks('GET', '/clusters/demo/node-groups/system')).status, { timeout: 120_000 })
      .toBe(404)
    await eks('DELETE', '/clusters/demo')
    await expect.poll(async () => (await eks('GET', '/clusters/demo')).status, { timeout: 120_000 }).toBe(404)
    expect((await environmentLeftovers(record)).map(({ kind }) => kind)).toEqual([
      'iam-role',
      'iam-role',
      'route-table',
      'subnet',
      'subnet',
      'subnet',
      'vpc',
    ])
    for (const subnet of subnets) await query('ec2', { Action: 'DeleteSubnet', SubnetId: subnet })
    await query('ec2', { Action: 'DeleteVpc', VpcId: vpcId })
    for (const role of ['cluster', 'node']) await query('iam', { Action: 'DeleteRole', RoleName: role })
    expect(await environmentLeftovers(record)).toEqual([])
  })

  test('stands beside others, and is cleaned up after a crash', async () => {
    await mkdir(join(home, 'two'))
    const other = await startEnvironment(options('two', { asOf: '2025-01-15' }))
    expect(other.awsEndpoint).not.toBe(record.awsEndpoint)
    expect((await listEnvironments(home)).map(({ state }) => state)).toEqual(['running', 'running'])
    const [daemon, emulator] = other.processes
    if (!daemon || !emulator) throw new Error('the record lacks a process')
    process.kill(daemon.pid, 'SIGKILL')
    await expect.poll(() => isRunning(daemon)).toBe(false)
    expect(isRunning(emulator)).toBe(true)
    expect(await environmentState(other)).toBe('broken')
    expect(await stopEnvironment(other)).toEqual(['moto'])
    expect(isRunning(emulator)).toBe(false)
    expect(await findEnvironment(home, join(home, 'two'))).toBe(undefined)
  })

  test('ends with all its processes', async () => {
    expect(await stopEnvironment(record)).toEqual([])
    for (const process of record.processes) expect(isRunning(process)).toBe(false)
    expect(await listEnvironments(home)).toEqual([])
  })
})
