import type { Leftover } from '../environment-control.ts'
import { describeAutoScalingGroups } from './auto-scaling.ts'
import type { EksWorld } from './eks/eks-world.ts'
import type { MotoClient } from './moto/moto-client.ts'
import { itemsAt, textAt, type XmlElement } from './parse-xml.ts'

/** One kind of EC2 object: how it is listed, and which of the listed ones somebody made. */
type Ec2Kind = {
  readonly kind: string
  readonly action: string
  readonly set: string
  readonly id: string
  readonly made: (item: XmlElement, defaultVpcs: ReadonlySet<string>) => boolean
}

const notIn =
  (member: string) =>
  (item: XmlElement, vpcs: ReadonlySet<string>): boolean =>
    !vpcs.has(textAt(item, member))

const ec2Kinds: readonly Ec2Kind[] = [
  { kind: 'vpc', action: 'DescribeVpcs', set: 'vpcSet', id: 'vpcId', made: notIn('vpcId') },
  { kind: 'subnet', action: 'DescribeSubnets', set: 'subnetSet', id: 'subnetId', made: notIn('vpcId') },
  {
    kind: 'route-table',
    action: 'DescribeRouteTables',
    set: 'routeTableSet',
    id: 'routeTableId',
    made: notIn('vpcId'),
  },
  {
    kind: 'internet-gateway',
    action: 'DescribeInternetGateways',
    set: 'internetGatewaySet',
    id: 'internetGatewayId',
    made: (item, vpcs) => !itemsAt(item, 'attachmentSet').some((one) => vpcs.has(textAt(one, 'vpcId'))),
  },
  {
    kind: 'nat-gateway',
    action: 'DescribeNatGateways',
    set: 'natGatewaySet',
    id: 'natGatewayId',
    made: (item) => textAt(item, 'state') !== 'deleted',
  },
  { kind: 'elastic-ip', action: 'DescribeAddresses', set: 'addressesSet', id: 'allocationId', made: () => true },
  {
    kind: 'security-group',
    action: 'DescribeSecurityGroups',
    set: 'securityGroupInfo',
    id: 'groupId',
    made: (item) => textAt(item, 'groupName') !== 'default',
  },
  {
    kind: 'network-interface',
    action: 'DescribeNetworkInterfaces',
    set: 'networkInterfaceSet',
    id: 'networkInterfaceId',
    made: () => true,
  },
  {
    kind: 'network-acl',
    action: 'DescribeNetworkAcls',
    set: 'networkAclSet',
    id: 'networkAclId',
    made: (item) => textAt(item, 'default') !== 'true',
  },
  {
    kind: 'vpc-endpoint',
    action: 'DescribeVpcEndpoints',
    set: 'vpcEndpointSet',
    id: 'vpcEndpointId',
    made: (item) => textAt(item, 'state') !== 'deleted',
  },
  { kind: 'flow-log', action: 'DescribeFlowLogs', set: 'flowLogSet', id: 'flowLogId', made: () => true },
  {
    kind: 'launch-template',
    action: 'DescribeLaunchTemplates',
    set: 'launchTemplates',
    id: 'launchTemplateName',
    made: () => true,
  },
  { kind: 'volume', action: 'DescribeVolumes', set: 'volumeSet', id: 'volumeId', made: () => true },
  { kind: 'key-pair', action: 'DescribeKeyPairs', set: 'keySet', id: 'keyName', made: () => true },
]

/**
 * Everything the emulator and the stand-in hold that somebody made: what a new account has (default VPCs, AWS's own policies and keys,
 * the environment's user) is left out, and so is what AWS keeps for a while after deletion (terminated instances, keys that wait for
 * their deletion). Sorted by kind, region and id.
 */
export async function leftovers(world: EksWorld, ownUser: string): Promise<readonly Leftover[]> {
  const found: Leftover[] = []
  for (const cluster of world.clusters.values()) {
    const add = (kind: string, id: string): void => void found.push({ kind, region: cluster.region, id })
    add('eks-cluster', cluster.name)
    for (const name of cluster.nodeGroups.keys()) add('eks-node-group', `${cluster.name}/${name}`)
    for (const name of cluster.addons.keys()) add('eks-add-on', `${cluster.name}/${name}`)
    for (const arn of cluster.accessEntries.keys()) add('eks-access-entry', `${cluster.name}/${arn}`)
    for (const id of cluster.podIdentityAssociations.keys())
      add('eks-pod-identity-association', `${cluster.name}/${id}`)
  }
  for (const { region, groupName } of world.placementGroups.all())
    found.push({ kind: 'placement-group', region, id: groupName })
  for (const { region, id } of world.reservations.all()) found.push({ kind: 'capacity-reservation', region, id })
  for (const region of [...world.regions].sort()) {
    for (const [kind, id] of await regionLeftovers(world.moto, region)) found.push({ kind, region, id })
  }
  for (const [kind, id] of await iamLeftovers(world.moto, ownUser)) found.push({ kind, region: 'global', id })
  const text = ({ kind, region, id }: Leftover): string => `${kind} ${region} ${id}`
  return found.sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

async function regionLeftovers(moto: MotoClient, region: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  const vpcs = await moto.query('ec2', region, 'DescribeVpcs')
  const defaultVpcs = new Set(
    itemsAt(vpcs, 'vpcSet')
      .filter((vpc) => textAt(vpc, 'isDefault') === 'true')
      .map((vpc) => textAt(vpc, 'vpcId')),
  )
  for (const { kind, action, set, id, made } of ec2Kinds)
    for (const item of itemsAt(await moto.query('ec2', region, action), set))
      if (made(item, defaultVpcs)) found.push([kind, textAt(item, id)])
  const instances = itemsAt(await moto.query('ec2', region, 'DescribeInstances'), 'reservationSet')
  for (const instance of instances.flatMap((one) => itemsAt(one, 'instancesSet')))
    if (textAt(instance, 'instanceState', 'name') !== 'terminated')
      found.push(['instance', textAt(instance, 'instanceId')])
  for (const { name } of await describeAutoScalingGroups(moto, region)) found.push(['auto-scaling-group', name])
  found.push(...(await kmsLeftovers(moto, region)))
  for (const name of await jsonNames(
    moto,
    region,
    'logs',
    'Logs_20140328.DescribeLogGroups',
    'logGroups',
    'logGroupName',
  ))
    found.push(['log-group', name])
  for (const url of await queueUrls(moto, region)) found.push(['sqs-queue', url.split('/').at(-1) ?? url])
  for (const rule of await jsonNames(moto, region, 'events', 'AWSEvents.ListRules', 'Rules', 'Name'))
    found.push(['event-rule', rule])
  const functions = await moto.json({ service: 'lambda', region, method: 'GET', path: '/2015-03-31/functions/' })
  for (const name of namesIn(functions, 'Functions', 'FunctionName')) found.push(['lambda-function', name])
  return found
}

async function queueUrls(moto: MotoClient, region: string): Promise<readonly string[]> {
  const answer = await moto.json({ service: 'sqs', region, target: 'AmazonSQS.ListQueues', body: {} })
  const urls: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'QueueUrls') : undefined
  return Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : []
}

async function kmsLeftovers(moto: MotoClient, region: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  for (const id of await jsonNames(moto, region, 'kms', 'TrentService.ListKeys', 'Keys', 'KeyId')) {
    const key = await moto.json({ service: 'kms', region, target: 'TrentService.DescribeKey', body: { KeyId: id } })
    const metadata = typeof key === 'object' && key !== null ? Reflect.get(key, 'KeyMetadata') : undefined
    const field = (name: string): unknown =>
      typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, name) : undefined
    if (field('KeyManager') !== 'AWS' && field('KeyState') !== 'PendingDeletion') found.push(['kms-key', id])
  }
  for (const alias of await jsonNames(moto, region, 'kms', 'TrentService.ListAliases', 'Aliases', 'AliasName'))
    if (!alias.startsWith('alias/aws/')) found.push(['kms-alias', alias])
  return found
}

async function iamLeftovers(moto: MotoClient, ownUser: string): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = []
  const list = async (action: string, member: string, parameters: Record<string, string> = {}) => {
    const answer = await moto.query('iam', 'us-east-1', action, { MaxItems: 1000, ...parameters })
    return itemsAt(answer, `${action}Result`, member)
  }
  for (const role of await list('ListRoles', 'Roles'))
    if (!textAt(role, 'Path').startsWith('/aws-service-role/')) found.push(['iam-role', textAt(role, 'RoleName')])
  for (const policy of await list('ListPolicies', 'Policies', { Scope: 'Local' }))
    found.push(['iam-policy', textAt(policy, 'PolicyName')])
  for (const profile of await list('ListInstanceProfiles', 'InstanceProfiles'))
    found.push(['iam-instance-profile', textAt(profile, 'InstanceProfileName')])
  for (const user of await list('ListUsers', 'Users'))
    if (textAt(user, 'UserName') !== ownUser) found.push(['iam-user', textAt(user, 'UserName')])
  for (const provider of await list('ListOpenIDConnectProviders', 'OpenIDConnectProviderList'))
    found.push(['iam-oidc-provider', textAt(provider, 'Arn')])
  return found
}

async function jsonNames(
  moto: MotoClient,
  region: string,
  service: string,
  target: string,
  member: string,
  name: string,
): Promise<readonly string[]> {
  return namesIn(await moto.json({ service, region, target, body: {} }), member, name)
}

function namesIn(answer: unknown, member: string, name: string): readonly string[] {
  const list: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, member) : undefined
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown) => {
    const value = typeof item === 'object' && item !== null ? Reflect.get(item, name) : undefined
    return typeof value === 'string' ? [value] : []
  })
}
