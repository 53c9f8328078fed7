import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AwsError } from '../aws-error.ts'
import { accessPolicies } from './access-policies.ts'
import type { AccessEntry, AccessScope, AssociatedPolicy, EksCluster, Tags } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'
import { clusterOf, type EksCall, type EksWorld, eksArn, epoch, page } from './eks-world.ts'
import { checkTags, parseInput, tagsSchema } from './parse-input.ts'

const entryTypes = [
  'STANDARD',
  'FARGATE_LINUX',
  'EC2_LINUX',
  'EC2_WINDOWS',
  'EC2',
  'HYBRID_LINUX',
  'HYPERPOD_LINUX',
] as const

const createSchema = z.object({
  principalArn: z.string(),
  kubernetesGroups: z.array(z.string()).optional(),
  tags: tagsSchema,
  username: z.string().optional(),
  type: z.enum(entryTypes).optional(),
})

const updateSchema = z.object({
  kubernetesGroups: z.array(z.string()).optional(),
  username: z.string().optional(),
})

const associateSchema = z.object({
  policyArn: z.string(),
  accessScope: z.object({
    type: z.enum(['cluster', 'namespace']).optional(),
    namespaces: z.array(z.string()).optional(),
  }),
})

/** CreateAccessEntry. */
export async function createAccessEntry(call: EksCall): Promise<unknown> {
  const cluster = entryCluster(call)
  const input = parseInput(createSchema, call.body)
  checkTags(input.tags)
  if (cluster.accessEntries.has(input.principalArn))
    throw eksError('ResourceInUseException', 'The specified access entry resource is already in use on this cluster.', {
      clusterName: cluster.name,
    })
  const type = input.type ?? 'STANDARD'
  checkNames(type, input)
  await checkPrincipal(call.world, call.region, input.principalArn, type)
  const entry = addAccessEntry(cluster, { ...input, type })
  return { accessEntry: describeEntry(cluster, entry) }
}

/** DescribeAccessEntry. */
export function describeAccessEntry(call: EksCall): unknown {
  const cluster = entryCluster(call)
  return { accessEntry: describeEntry(cluster, entryOf(call, cluster)) }
}

/** ListAccessEntries, optionally those with an associated policy. */
export function listAccessEntries(call: EksCall): unknown {
  const cluster = entryCluster(call)
  const policy = call.query.get('associatedPolicyArn')
  const arns = [...cluster.accessEntries.values()]
    .filter((entry) => policy === null || entry.policies.has(policy))
    .map(({ principalArn }) => principalArn)
    .sort()
  const { items, nextToken } = page(call, arns)
  return { accessEntries: items, ...(nextToken && { nextToken }) }
}

/** UpdateAccessEntry: groups and username of a STANDARD entry. */
export function updateAccessEntry(call: EksCall): unknown {
  const cluster = entryCluster(call)
  const entry = entryOf(call, cluster)
  const input = parseInput(updateSchema, call.body)
  checkNames(entry.type, input)
  if (input.kubernetesGroups) entry.kubernetesGroups = input.kubernetesGroups
  if (input.username !== undefined) entry.username = input.username
  entry.modifiedAt = new Date()
  return { accessEntry: describeEntry(cluster, entry) }
}

/** DeleteAccessEntry. */
export function deleteAccessEntry(call: EksCall): unknown {
  const cluster = entryCluster(call)
  cluster.accessEntries.delete(entryOf(call, cluster).principalArn)
  return {}
}

/** AssociateAccessPolicy; again for the same policy it changes the scope. */
export function associateAccessPolicy(call: EksCall): unknown {
  const cluster = entryCluster(call)
  const entry = entryOf(call, cluster)
  const input = parseInput(associateSchema, call.body)
  if (entry.type !== 'STANDARD')
    throw eksError(
      'InvalidRequestException',
      `Access policies can only be associated with access entries of type STANDARD, not ${entry.type}.`,
      { clusterName: cluster.name },
    )
  if (!accessPolicies(cluster.partition).some(({ arn }) => arn === input.policyArn))
    throw eksError(
      'InvalidParameterException',
      "The policyArn parameter format is not valid. You can view available access policies with 'list-access-policies'.",
      { clusterName: cluster.name },
    )
  const type = input.accessScope.type ?? 'cluster'
  const namespaces = input.accessScope.namespaces ?? []
  if (type === 'cluster' && namespaces.length > 0)
    throw eksError(
      'InvalidParameterException',
      'The namespaces parameter is not allowed for the cluster access scope type.',
      {
        clusterName: cluster.name,
      },
    )
  if (type === 'namespace' && namespaces.length === 0)
    throw eksError(
      'InvalidParameterException',
      'The namespaces parameter is required for the namespace access scope type.',
      {
        clusterName: cluster.name,
      },
    )
  const associated = associatePolicy(entry, input.policyArn, { type, namespaces })
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicy: describePolicy(associated),
  }
}

/** DisassociateAccessPolicy. */
export function disassociateAccessPolicy(call: EksCall): unknown {
  const cluster = entryCluster(call)
  const entry = entryOf(call, cluster)
  if (!entry.policies.delete(call.path['policyArn'] ?? ''))
    throw eksError(
      'ResourceNotFoundException',
      'No associated policy found for the specified policyArn and principalArn.',
      {
        clusterName: cluster.name,
      },
    )
  return {}
}

/** ListAssociatedAccessPolicies. */
export function listAssociatedAccessPolicies(call: EksCall): unknown {
  const cluster = entryCluster(call)
  const entry = entryOf(call, cluster)
  const { items, nextToken } = page(call, [...entry.policies.values()])
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicies: items.map(describePolicy),
    ...(nextToken && { nextToken }),
  }
}

/** ListAccessPolicies. */
export function listAccessPolicies(call: EksCall): unknown {
  const policies = accessPolicies('aws').map(({ name, arn }) => ({ name, arn }))
  const { items, nextToken } = page(call, policies)
  return { accessPolicies: items, ...(nextToken && { nextToken }) }
}

/** Puts an entry into a cluster, with the username and groups that EKS gives when none are asked for. */
export function addAccessEntry(
  cluster: EksCluster,
  asked: {
    readonly principalArn: string
    readonly type: string
    readonly kubernetesGroups?: readonly string[] | undefined
    readonly username?: string | undefined
    readonly tags?: Tags
  },
): AccessEntry {
  const [kind = 'role', ...rest] = (asked.principalArn.split(':')[5] ?? '').split('/')
  const now = new Date()
  const entry: AccessEntry = {
    principalArn: asked.principalArn,
    arn: eksArn(
      cluster,
      `access-entry/${cluster.name}/${kind}/${cluster.account}/${rest.at(-1)}/${uuidOf(cluster.arn + asked.principalArn)}`,
    ),
    type: asked.type,
    username: asked.username ?? defaultUsername(asked.principalArn, asked.type),
    kubernetesGroups: asked.kubernetesGroups ?? defaultGroups(asked.type),
    createdAt: now,
    modifiedAt: now,
    tags: asked.tags ?? {},
    policies: new Map(),
  }
  cluster.accessEntries.set(entry.principalArn, entry)
  return entry
}

/** Associates a policy with an entry, or changes its scope. */
export function associatePolicy(entry: AccessEntry, policyArn: string, accessScope: AccessScope): AssociatedPolicy {
  const now = new Date()
  const before = entry.policies.get(policyArn)
  const associated = { policyArn, accessScope, associatedAt: before?.associatedAt ?? now, modifiedAt: now }
  entry.policies.set(policyArn, associated)
  return associated
}

/** The IAM principal behind a caller: a session's role without its path, any other ARN unchanged. */
export function principalOf(callerArn: string): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(callerArn)
  return session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : callerArn
}

function defaultUsername(principalArn: string, type: string): string {
  switch (type) {
    case 'EC2_LINUX':
    case 'EC2_WINDOWS':
    case 'EC2':
      return 'system:node:{{EC2PrivateDNSName}}'
    case 'FARGATE_LINUX':
      return 'system:node:{{SessionName}}'
    default: {
      const role = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(principalArn)
      return role ? `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/{{SessionName}}` : principalArn
    }
  }
}

function defaultGroups(type: string): readonly string[] {
  switch (type) {
    case 'EC2_LINUX':
      return ['system:nodes']
    case 'EC2_WINDOWS':
      return ['system:nodes', 'eks:kube-proxy-windows']
    case 'FARGATE_LINUX':
      return ['system:bootstrappers', 'system:nodes', 'system:node-proxier']
    default:
      return []
  }
}

function checkNames(
  type: string,
  input: { readonly kubernetesGroups?: readonly string[] | undefined; readonly username?: string | undefined },
): void {
  if (type !== 'STANDARD' && (input.kubernetesGroups?.length || input.username !== undefined))
    throw eksError(
      'InvalidParameterException',
      `The kubernetesGroups and username parameters can not be specified for access entries of type ${type}.`,
    )
  const reserved = input.kubernetesGroups?.find((group) => /^(system:|eks:|aws:|amazon:|iam:)/.test(group))
  if (reserved !== undefined)
    throw eksError(
      'InvalidParameterException',
      `The kubernetes group name ${reserved} is invalid, it cannot start with system:, eks:, aws:, amazon: or iam:.`,
    )
  if (input.username !== undefined && /^(system:|eks:|aws:|amazon:|iam:)/.test(input.username))
    throw eksError(
      'InvalidParameterException',
      'The username parameter is invalid, it cannot start with system:, eks:, aws:, amazon: or iam:.',
    )
}

async function checkPrincipal(world: EksWorld, region: string, arn: string, type: string): Promise<void> {
  const match = /^arn:[\w-]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn)
  if (!match) throw eksError('InvalidParameterException', 'The specified principalArn is invalid: invalid principal.')
  const [, account, kind, name] = match
  if (account !== world.account) {
    if (type === 'STANDARD') return
    throw eksError('InvalidParameterException', 'The specified principalArn is invalid: invalid principal.')
  }
  try {
    await (kind === 'role'
      ? world.moto.query('iam', region, 'GetRole', { RoleName: name })
      : world.moto.query('iam', region, 'GetUser', { UserName: name }))
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity')
      throw eksError('InvalidParameterException', 'The specified principalArn is invalid: invalid principal.')
    throw error
  }
}

/** Access entries need an authentication mode with API. */
function entryCluster(call: EksCall): EksCluster {
  const cluster = clusterOf(call)
  if (cluster.authenticationMode === 'CONFIG_MAP')
    throw eksError(
      'InvalidRequestException',
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
      { clusterName: cluster.name },
    )
  return cluster
}

function entryOf(call: EksCall, cluster: EksCluster): AccessEntry {
  const entry = cluster.accessEntries.get(call.path['principalArn'] ?? '')
  if (!entry)
    throw eksError(
      'ResourceNotFoundException',
      "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
      { clusterName: cluster.name },
    )
  return entry
}

function describeEntry(cluster: EksCluster, entry: AccessEntry): unknown {
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.kubernetesGroups,
    accessEntryArn: entry.arn,
    createdAt: epoch(entry.createdAt),
    modifiedAt: epoch(entry.modifiedAt),
    tags: entry.tags,
    username: entry.username,
    type: entry.type,
  }
}

function describePolicy(policy: AssociatedPolicy): unknown {
  return {
    policyArn: policy.policyArn,
    accessScope: policy.accessScope,
    associatedAt: epoch(policy.associatedAt),
    modifiedAt: epoch(policy.modifiedAt),
  }
}

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
