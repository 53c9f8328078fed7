import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StateResource } from '../../read/terraform/plan-json.ts'
import { fakeWorkspace } from '../testing/fake-terraform.ts'
import { parseUiLine } from '../ui-events.ts'
import { filesOf } from '../workspace.ts'
import { adoptOrphans, dropStaleLockInfo } from './adopt-orphans.ts'
import { attributeValue, moduleOf } from './attribute-value.ts'
import type { AwsInventory } from './aws-inventory.ts'
import { findId } from './find-id.ts'
import { begunResources } from './in-flight.ts'
import { type IntendedResource, keepIntent } from './intent.ts'

const empty: AwsInventory = {
  nodeGroups: async () => [],
  podIdentityAssociations: async () => [],
  readinessOf: async () => 'absent',
  roles: async () => [],
  launchTemplates: async () => [],
  securityGroups: async () => [],
  securityGroupRules: async () => [],
  taggedParts: async () => [],
  subnetsOf: async () => [],
  close: () => undefined,
}

function intended(
  address: string,
  values: Record<string, unknown>,
  references: IntendedResource['references'] = {},
): IntendedResource {
  const match = /(\w+)\.\w+(?:\[(?:"([^"]*)"|(\d+))\])?$/.exec(address)
  return {
    address,
    module: moduleOf(address),
    type: match?.[1] ?? '',
    index: match?.[2] ?? (match?.[3] === undefined ? null : Number(match[3])),
    values,
    references,
  }
}

function recorded(address: string, values: Record<string, unknown>): StateResource {
  const { type, index } = intended(address, {})
  return {
    address,
    mode: 'managed',
    type,
    name: /\.(\w+)(?:\[[^\]]*\])?$/.exec(address)?.[1] ?? '',
    ...(index !== null && { index }),
    values,
  }
}

const find = (resource: IntendedResource, aws: Partial<AwsInventory> = {}, state: readonly StateResource[] = []) =>
  findId({ resource, state, aws: { ...empty, ...aws }, onWait: () => undefined, patienceMs: 0 })

describe('begunResources', () => {
  test('are those begun and not errored, or given up by an interrupt, with the id where it was told', () => {
    const line = (type: string, addr: string, more = {}) =>
      parseUiLine(JSON.stringify({ type, hook: { resource: { addr, resource_type: 'x' }, action: 'create', ...more } }))
    const diagnostic = (address: string, summary: string) =>
      parseUiLine(
        JSON.stringify({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail: '', address } }),
      )
    expect(
      begunResources([
        line('apply_start', 'x.begun'),
        line('apply_start', 'x.errored'),
        line('apply_errored', 'x.errored'),
        line('apply_start', 'x.done'),
        line('apply_complete', 'x.done', { id_value: 'i-1' }),
        line('apply_start', 'x.deleted', { action: 'delete' }),
        line('apply_start', 'x.given-up'),
        line('apply_errored', 'x.given-up'),
        diagnostic('x.errored', 'creating X: already exists'),
        diagnostic('x.given-up', 'creating X: request canceled, context canceled'),
      ]),
    ).toEqual([{ address: 'x.begun' }, { address: 'x.done', id: 'i-1' }, { address: 'x.given-up' }])
  })
})

describe('attributeValue', () => {
  const state = [
    recorded('module.m.aws_iam_role.node["a"]', { name: 'role-a', arn: 'arn:a' }),
    recorded('module.m.aws_iam_role.node["b"]', { name: 'role-b', arn: 'arn:b' }),
    recorded('module.other.aws_iam_role.node["a"]', { name: 'other', arn: 'arn:other' }),
    recorded('module.m.aws_iam_role.installer[0]', { name: 'inst', arn: 'arn:i' }),
  ]
  test.each([
    [
      'as planned',
      intended('module.m.x.y', { role: 'planned' }, { role: ['aws_iam_role.installer[0].name'] }),
      'planned',
    ],
    [
      'by an exact reference',
      intended('module.m.x.y', {}, { role: ['aws_iam_role.installer[0].arn', 'aws_iam_role.installer[0]'] }),
      'arn:i',
    ],
    ['by its own key', intended('module.m.x.y["b"]', {}, { role: ['aws_iam_role.node', 'each.key'] }), 'role-b'],
    [
      'by the first part of its key',
      intended('module.m.x.y["b/Policy"]', {}, { role: ['each.value', 'aws_iam_role.node'] }),
      'role-b',
    ],
    ['not by a local', intended('module.m.x.y', {}, { role: ['local.role'] }), undefined],
    ['not among several', intended('module.m.x.y', {}, { role: ['aws_iam_role.node'] }), undefined],
  ])('%s', (_, resource, expected) => {
    expect(attributeValue(resource, 'role', state)).toBe(expected)
  })
})

describe('findId', () => {
  const cluster = recorded('aws_eks_cluster.this', { name: 'c', vpc_config: [{ cluster_security_group_id: 'sg-c' }] })

  test('waits for a cluster and takes its name', async () => {
    const looks = ['ready'] as const
    const resource = intended('aws_eks_cluster.this', { name: 'c' })
    expect(await find(resource, { readinessOf: async () => looks[0] })).toEqual({ kind: 'found', id: 'c' })
    expect(await find(resource)).toEqual({ kind: 'nothing' })
    expect(await find(resource, { readinessOf: async () => 'failed' })).toEqual({
      kind: 'found',
      id: 'c',
      failed: true,
    })
    expect(await find(resource, { readinessOf: async () => 'making' })).toEqual({
      kind: 'unclear',
      why: 'c is still being made',
    })
  })

  test('finds a node group by its prefix, unless it is recorded or there are several', async () => {
    const resource = intended('aws_eks_node_group.gpu["a"]', { cluster_name: 'c', node_group_name_prefix: 'a-' })
    const ready = async () => 'ready' as const
    expect(await find(resource, { readinessOf: ready, nodeGroups: async () => ['a-1', 'b-1'] })).toEqual({
      kind: 'found',
      id: 'c:a-1',
    })
    const state = [recorded('aws_eks_node_group.gpu["b"]', { node_group_name: 'a-1' })]
    expect(await find(resource, { readinessOf: ready, nodeGroups: async () => ['a-1'] }, state)).toEqual({
      kind: 'nothing',
    })
    expect(await find(resource, { readinessOf: ready, nodeGroups: async () => ['a-1', 'a-2'] })).toEqual({
      kind: 'unclear',
      why: 'several node groups begin with a-',
    })
  })

  test('forms the ids that terraform import wants', async () => {
    const entry = { cluster_name: 'c', principal_arn: 'arn:x', policy_arn: 'arn:p' }
    expect(await find(intended('aws_eks_access_entry.x', entry))).toEqual({ kind: 'found', id: 'c:arn:x' })
    expect(await find(intended('aws_eks_access_policy_association.x', entry))).toEqual({
      kind: 'found',
      id: 'c#arn:x#arn:p',
    })
    expect(
      await find(intended('aws_route.x', { route_table_id: 'rtb-1', destination_cidr_block: '0.0.0.0/0' })),
    ).toEqual({
      kind: 'found',
      id: 'rtb-1_0.0.0.0/0',
    })
    expect(
      await find(
        intended('aws_eks_pod_identity_association.x', { cluster_name: 'c', namespace: 'n', service_account: 's' }),
        {
          podIdentityAssociations: async () => ['a-1'],
        },
      ),
    ).toEqual({ kind: 'found', id: 'c,a-1' })
  })

  test('takes a VPC only when nothing is in it, and no part without a name of its own', async () => {
    const vpc = intended('aws_vpc.this', { tags_all: { Name: 'c' } })
    const taggedParts = async () => ['vpc-1', 'vpc-2']
    expect(await find(vpc, { taggedParts, subnetsOf: async (id) => (id === 'vpc-1' ? ['subnet'] : []) })).toEqual({
      kind: 'found',
      id: 'vpc-2',
    })
    expect(await find(vpc, { taggedParts })).toMatchObject({ kind: 'unclear' })
    expect(await find(intended('aws_subnet.x', { tags_all: { Project: 'p' } }), { taggedParts })).toEqual({
      kind: 'nothing',
    })
  })

  test('tells the rule of a security group by everything it says', async () => {
    const rule = intended('aws_vpc_security_group_ingress_rule.x', {
      ip_protocol: 'tcp',
      from_port: 443,
      to_port: 443,
      description: 'API',
    })
    const of = (id: string, more = {}) => ({
      id,
      groupId: 'sg-c',
      egress: false,
      description: 'API',
      protocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      ...more,
    })
    const securityGroupRules = async (groups: readonly string[]) =>
      groups.includes('sg-c') ? [of('sgr-1'), of('sgr-2', { egress: true }), of('sgr-3', { description: 'other' })] : []
    expect(await find(rule, { securityGroupRules }, [cluster])).toEqual({ kind: 'found', id: 'sgr-1' })
  })

  test('lets alone what may be made twice, and says what it cannot look up', async () => {
    expect(await find(intended('aws_lambda_invocation.x', {}))).toEqual({ kind: 'nothing' })
    expect(await find(intended('aws_kms_key.x', {}))).toEqual({
      kind: 'unclear',
      why: 'there is no way to look up aws_kms_key',
    })
    expect(
      await find(intended('aws_iam_role.x', { name_prefix: 'r-' }), {
        roles: async () => Promise.reject(new Error('denied')),
      }),
    ).toEqual({
      kind: 'unclear',
      why: 'denied',
    })
  })
})

describe('adoptOrphans', () => {
  /** A Terraform whose state is a JSON file that `import` appends to. */
  const terraform = `
const state = JSON.parse(fs.readFileSync(env.FAKE_STATE, 'utf8'))
if (args[0] === 'show') { say({ values: { root_module: { resources: state } } }); process.exit(0) }
fs.appendFileSync(env.FAKE_LOG, args.filter((arg) => !arg.startsWith('-')).join(' ') + '\\n')
if (args[0] === 'import') {
  const [address, id] = args.slice(-2)
  if (id === 'gone') { fs.writeSync(2, 'Error: Cannot import non-existent remote object'); process.exit(1) }
  if (id === 'odd') { fs.writeSync(2, '╷\\n│ Error: Something odd\\n│\\n│ More.\\n╵'); process.exit(1) }
  state.push({ address, type: address.split('.')[0], name: address.split('.')[1], values: { id, name: id } })
  fs.writeFileSync(env.FAKE_STATE, JSON.stringify(state))
}`

  test('imports what the run had begun and the state lacks, and taints what AWS failed to make', async () => {
    const plain = fakeWorkspace(terraform)
    const stateFile = join(plain.folder, 'fake-state.json')
    const log = join(plain.folder, 'fake.log')
    const workspace = { ...plain, env: { ...plain.env, FAKE_STATE: stateFile, FAKE_LOG: log } }
    writeFileSync(
      stateFile,
      JSON.stringify([
        { address: 'aws_eks_cluster.kept', type: 'aws_eks_cluster', name: 'kept', values: { name: 'kept' } },
      ]),
    )
    keepIntent(workspace, [
      intended('aws_eks_cluster.this', { name: 'c' }),
      intended('aws_eks_cluster.kept', { name: 'kept' }),
      intended('aws_cloudwatch_log_group.gone', { name: 'gone' }),
      intended('aws_cloudwatch_log_group.odd', { name: 'odd' }),
      intended('aws_cloudwatch_log_group.never', { name: 'never' }),
      intended('aws_vpc.this', {}),
      intended('aws_kms_key.this', {}),
    ])
    const begin = (addr: string, type = 'apply_start', more = {}) =>
      appendFileSync(
        filesOf(workspace).stream('apply'),
        `${JSON.stringify({ type, hook: { resource: { addr, resource_type: addr.split('.')[0] }, action: 'create', ...more } })}\n`,
      )
    for (const address of [
      'aws_eks_cluster.this',
      'aws_eks_cluster.kept',
      'aws_cloudwatch_log_group.gone',
      'aws_cloudwatch_log_group.odd',
      'aws_kms_key.this',
    ])
      begin(address)
    begin('aws_vpc.this', 'apply_complete', { id_value: 'vpc-9' })
    const adoption = await adoptOrphans(workspace, {}, { ...empty, readinessOf: async () => 'failed' }, () => undefined)
    expect(adoption).toEqual({
      adopted: [
        { address: 'aws_vpc.this', id: 'vpc-9' },
        { address: 'aws_eks_cluster.this', id: 'c' },
      ],
      unclear: [
        { address: 'aws_kms_key.this', why: 'there is no way to look up aws_kms_key' },
        { address: 'aws_cloudwatch_log_group.odd', why: 'Something odd' },
      ],
    })
    expect(readFileSync(log, 'utf8').split('\n')).toEqual([
      'import aws_vpc.this vpc-9',
      'import aws_eks_cluster.this c',
      'taint aws_eks_cluster.this',
      'import aws_cloudwatch_log_group.gone gone',
      'import aws_cloudwatch_log_group.odd odd',
      '',
    ])
  })

  test('drops what a dead Terraform left of a local lock', () => {
    const workspace = fakeWorkspace('')
    const info = join(workspace.folder, '.terraform.tfstate.lock.info')
    writeFileSync(info, '{}')
    dropStaleLockInfo(workspace)
    expect(existsSync(info)).toBe(false)
  })

  test('keeps what is tainted only because an interrupt ended the wait for it', async () => {
    const plain = fakeWorkspace(terraform)
    const stateFile = join(plain.folder, 'fake-state.json')
    const log = join(plain.folder, 'fake.log')
    const workspace = { ...plain, env: { ...plain.env, FAKE_STATE: stateFile, FAKE_LOG: log } }
    const tainted = (address: string, id: string) => ({
      address,
      type: address.split('.')[0],
      name: address.split('.')[1],
      values: { id },
      tainted: true,
    })
    writeFileSync(
      stateFile,
      JSON.stringify([
        tainted('aws_eks_access_entry.x', 'c:arn:x'),
        tainted('aws_iam_role_policy_attachment.x', 'role-x'),
        tainted('aws_eks_node_group.ready', 'c:ready'),
        tainted('aws_eks_node_group.failed', 'c:failed'),
        tainted('aws_lambda_invocation.x', 'x'),
        tainted('aws_eks_cluster.errored', 'errored'),
      ]),
    )
    const say = (line: unknown) => appendFileSync(filesOf(workspace).stream('apply'), `${JSON.stringify(line)}\n`)
    for (const [addr, summary] of [
      ['aws_eks_access_entry.x', 'reading EKS Access Entry (c:arn:x): context canceled'],
      ['aws_iam_role_policy_attachment.x', 'reading IAM Role Policy Attachment (role-x): context canceled'],
      ['aws_eks_node_group.ready', 'waiting for EKS Node Group (c:ready) create: context canceled'],
      ['aws_eks_node_group.failed', 'waiting for EKS Node Group (c:failed) create: context canceled'],
      ['aws_lambda_invocation.x', 'context canceled'],
      ['aws_eks_cluster.errored', 'waiting for EKS Cluster (errored) create: unexpected state FAILED'],
    ] as const) {
      for (const type of ['apply_start', 'apply_errored'])
        say({ type, hook: { resource: { addr, resource_type: 'x' }, action: 'create' } })
      say({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail: '', address: addr } })
    }
    const readinessOf: AwsInventory['readinessOf'] = async (_, __, name) => (name === 'ready' ? 'ready' : 'failed')
    expect(await adoptOrphans(workspace, {}, { ...empty, readinessOf }, () => undefined)).toEqual({
      adopted: [
        { address: 'aws_eks_access_entry.x', id: 'c:arn:x' },
        { address: 'aws_iam_role_policy_attachment.x', id: 'role-x' },
        { address: 'aws_eks_node_group.ready', id: 'c:ready' },
      ],
      unclear: [],
    })
    expect(readFileSync(log, 'utf8')).toBe(
      'untaint aws_eks_access_entry.x\nuntaint aws_iam_role_policy_attachment.x\nuntaint aws_eks_node_group.ready\n',
    )
  })
})
