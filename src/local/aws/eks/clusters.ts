import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { eksVersionsOn } from '../../../catalog/eks-versions.ts'
import { AwsError } from '../aws-error.ts'
import { describeSubnets } from '../ec2.ts'
import { roleNameOf, roleTrust } from '../iam-role.ts'
import { itemsAt, textAt } from '../parse-xml.ts'
import { addAccessEntry, associatePolicy, principalOf } from './access-entries.ts'
import { installSelfManagedAddons } from './addons.ts'
import {
  checkClusterSubnets,
  checkEndpoints,
  checkServiceCidr,
  checkVersion,
  checkVersionStep,
  describeLogging,
  logTypesAfter,
  parseCreateCluster,
  parseUpdateClusterConfig,
  type VpcConfigInput,
} from './cluster-input.ts'
import type { EksCluster } from './eks-cluster.ts'
import { eksError } from './eks-error.ts'
import {
  clusterKey,
  clusterOf,
  describeUpdate,
  type EksCall,
  type EksWorld,
  eksArn,
  epoch,
  finishUpdate,
  page,
  partitionOf,
  startUpdate,
} from './eks-world.ts'
import { nodeSkew } from './node-group-input.ts'
import { checkTags } from './parse-input.ts'

/** How long an update of a cluster stays InProgress, milliseconds. */
const updateTime = 400
/**
 * How long DescribeCluster waits for the end of what is under way, milliseconds. Terraform's provider asks with pauses that grow to
 * 10 seconds, and wants three answers 10 seconds apart once a deleted cluster is not found: asked too early, it finds out late.
 */
const holdTime = 8000

/** CreateCluster: checks, makes the cluster security group, then brings the control plane up in the background. */
export async function createCluster(call: EksCall): Promise<unknown> {
  const { world, region } = call
  const input = parseCreateCluster(call.body)
  const { name } = input
  const key = clusterKey(region, name)
  const existing = world.clusters.get(key)
  if (existing) {
    if (input.clientRequestToken !== undefined && existing.clientRequestToken === input.clientRequestToken)
      return { cluster: describeCluster(existing) }
    throw eksError('ResourceInUseException', `Cluster already exists with name: ${name}`, { clusterName: name })
  }
  checkTags(input.tags)
  const version = input.version ?? eksVersionsOn(world.asOf).at(-1)?.version ?? ''
  checkVersion(version, world.asOf, name)
  const vpc = input.resourcesVpcConfig
  const endpoints = {
    publicAccess: vpc.endpointPublicAccess ?? true,
    privateAccess: vpc.endpointPrivateAccess ?? false,
  }
  checkEndpoints(endpoints, name)
  const subnetIds = vpc.subnetIds ?? []
  const vpcId = checkClusterSubnets(subnetIds, await describeSubnets(world.moto, region, subnetIds), name)
  const network = input.kubernetesNetworkConfig
  if (network?.serviceIpv4Cidr !== undefined) checkServiceCidr(network.serviceIpv4Cidr, name)
  if (network?.ipFamily === 'ipv6')
    throw eksError('InvalidParameterException', 'IPv6 clusters are not available in the local stand-in', {
      clusterName: name,
    })
  if (input.computeConfig?.enabled)
    throw eksError('InvalidParameterException', 'EKS Auto Mode is not available in the local stand-in', {
      clusterName: name,
    })
  await checkSecurityGroups(world, region, vpc.securityGroupIds ?? [], name)
  await checkRole(world, region, input.roleArn, name)
  // Two creations of one name at once: whoever comes back from the checks first takes it.
  if (world.clusters.has(key))
    throw eksError('ResourceInUseException', `Cluster already exists with name: ${name}`, { clusterName: name })

  const partition = partitionOf(region)
  const cluster: EksCluster = {
    name,
    region,
    account: world.account,
    partition,
    arn: eksArn({ partition, region, account: world.account }, `cluster/${name}`),
    createdAt: new Date(),
    roleArn: input.roleArn,
    status: 'CREATING',
    version,
    vpcId,
    subnetIds,
    securityGroupIds: vpc.securityGroupIds ?? [],
    clusterSecurityGroupId: '',
    endpointPublicAccess: endpoints.publicAccess,
    endpointPrivateAccess: endpoints.privateAccess,
    publicAccessCidrs: endpoints.publicAccess
      ? vpc.publicAccessCidrs?.length
        ? vpc.publicAccessCidrs
        : ['0.0.0.0/0']
      : [],
    serviceIpv4Cidr: network?.serviceIpv4Cidr ?? (await defaultServiceCidr(world, region, vpcId)),
    ipFamily: 'ipv4',
    logTypes: logTypesAfter([], input.logging),
    encryptionConfig: input.encryptionConfig ?? [],
    authenticationMode: input.accessConfig?.authenticationMode ?? 'CONFIG_MAP',
    bootstrapClusterCreatorAdminPermissions: input.accessConfig?.bootstrapClusterCreatorAdminPermissions ?? true,
    bootstrapSelfManagedAddons: input.bootstrapSelfManagedAddons ?? true,
    supportType: input.upgradePolicy?.supportType ?? 'EXTENDED',
    zonalShift: input.zonalShiftConfig?.enabled,
    deletionProtection: input.deletionProtection ?? false,
    oidcId: randomBytes(16).toString('hex').toUpperCase(),
    tags: input.tags,
    issues: [],
    clientRequestToken: input.clientRequestToken,
    nodeGroups: new Map(),
    addons: new Map(),
    accessEntries: new Map(),
    podIdentityAssociations: new Map(),
    updates: new Map(),
    processes: [],
    kubernetes: undefined,
  }
  world.clusters.set(key, cluster)
  try {
    cluster.clusterSecurityGroupId = await createClusterSecurityGroup(world, cluster)
  } catch (error) {
    world.clusters.delete(key)
    throw error
  }
  if (cluster.bootstrapClusterCreatorAdminPermissions && cluster.authenticationMode !== 'CONFIG_MAP') {
    const entry = addAccessEntry(cluster, { principalArn: principalOf(call.caller.arn), type: 'STANDARD' })
    associatePolicy(entry, `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`, {
      type: 'cluster',
      namespaces: [],
    })
  }
  void world.onChange()
  world.background(`cluster ${name}`, async () => {
    try {
      cluster.kubernetes = await world.startKubernetes(cluster)
      // Whoever sees it ACTIVE finds it in the record.
      await world.onChange()
      if (cluster.bootstrapSelfManagedAddons) await installSelfManagedAddons(cluster)
      if (cluster.status === 'CREATING') cluster.status = 'ACTIVE'
    } catch (error) {
      cluster.status = 'FAILED'
      cluster.issues = [
        { code: 'InternalFailure', message: error instanceof Error ? error.message : String(error), resourceIds: [] },
      ]
    }
  })
  return { cluster: describeCluster(cluster) }
}

/** DescribeCluster: answers when what is under way has ended, or after eight seconds. */
export async function describeClusterOperation(call: EksCall): Promise<unknown> {
  const deadline = Date.now() + holdTime
  while (underWay.includes(clusterOf(call).status) && Date.now() < deadline) await sleep(25)
  return { cluster: describeCluster(clusterOf(call)) }
}

const underWay: readonly string[] = ['CREATING', 'UPDATING', 'DELETING'] satisfies readonly EksCluster['status'][]

/** ListClusters of the region, by name. */
export function listClusters(call: EksCall): unknown {
  const names = [...call.world.clusters.values()]
    .filter(({ region }) => region === call.region)
    .map(({ name }) => name)
    .sort()
  const { items, nextToken } = page(call, names)
  return { clusters: items, ...(nextToken && { nextToken }) }
}

/** UpdateClusterConfig: exactly one kind of change at a time, as EKS has it. */
export async function updateClusterConfig(call: EksCall): Promise<unknown> {
  const cluster = clusterOf(call)
  const input = parseUpdateClusterConfig(call.body)
  checkActive(cluster)
  const subject = { clusterName: cluster.name }
  const kinds = Object.entries(input).filter(([, value]) => value !== undefined)
  if (kinds.length === 0) throw eksError('InvalidParameterException', 'No changes provided for update', subject)
  if (kinds.length > 1) throw eksError('InvalidParameterException', 'Only one type of update can be allowed.', subject)

  if (input.logging) {
    const after = logTypesAfter(cluster.logTypes, input.logging)
    if (after.join() === cluster.logTypes.join())
      throw eksError('InvalidParameterException', 'No changes needed for the logging config provided', subject)
    return change(call, cluster, 'LoggingUpdate', [['ClusterLogging', JSON.stringify(input.logging)]], () => {
      cluster.logTypes = after
    })
  }
  if (input.accessConfig) return updateAuthenticationMode(call, cluster, input.accessConfig.authenticationMode)
  if (input.upgradePolicy) {
    const wanted = input.upgradePolicy.supportType ?? 'EXTENDED'
    return change(
      call,
      cluster,
      'UpgradePolicyUpdate',
      [['UpgradePolicy', JSON.stringify(input.upgradePolicy)]],
      () => {
        cluster.supportType = wanted
      },
    )
  }
  if (input.zonalShiftConfig) {
    const { enabled } = input.zonalShiftConfig
    return change(
      call,
      cluster,
      'ZonalShiftConfigUpdate',
      [['ZonalShiftConfig', JSON.stringify(input.zonalShiftConfig)]],
      () => {
        cluster.zonalShift = enabled
      },
    )
  }
  if (input.deletionProtection !== undefined) {
    const wanted = input.deletionProtection
    return change(call, cluster, 'DeletionProtectionUpdate', [['DeletionProtection', String(wanted)]], () => {
      cluster.deletionProtection = wanted
    })
  }
  if (input.computeConfig?.enabled)
    throw eksError('InvalidParameterException', 'EKS Auto Mode is not available in the local stand-in', subject)
  if (input.resourcesVpcConfig) return updateVpcConfig(call, cluster, input.resourcesVpcConfig)
  throw eksError('InvalidParameterException', 'No changes provided for update', subject)
}

async function updateVpcConfig(call: EksCall, cluster: EksCluster, vpc: VpcConfigInput): Promise<unknown> {
  const subject = { clusterName: cluster.name }
  if (vpc.subnetIds || vpc.securityGroupIds) {
    const subnetIds = vpc.subnetIds ?? cluster.subnetIds
    const found = await describeSubnets(call.world.moto, cluster.region, subnetIds)
    if (checkClusterSubnets(subnetIds, found, cluster.name) !== cluster.vpcId)
      throw eksError(
        'InvalidParameterException',
        'Provided subnets belong to a VPC other than the cluster VPC',
        subject,
      )
    const securityGroupIds = vpc.securityGroupIds ?? cluster.securityGroupIds
    return change(
      call,
      cluster,
      'VpcConfigUpdate',
      [
        ['Subnets', JSON.stringify(subnetIds)],
        ['SecurityGroups', JSON.stringify(securityGroupIds)],
      ],
      () => {
        cluster.subnetIds = subnetIds
        cluster.securityGroupIds = securityGroupIds
      },
    )
  }
  const publicAccess = vpc.endpointPublicAccess ?? cluster.endpointPublicAccess
  const privateAccess = vpc.endpointPrivateAccess ?? cluster.endpointPrivateAccess
  checkEndpoints({ publicAccess, privateAccess }, cluster.name)
  const given = vpc.publicAccessCidrs?.length ? vpc.publicAccessCidrs : undefined
  const kept = cluster.publicAccessCidrs.length > 0 ? cluster.publicAccessCidrs : ['0.0.0.0/0']
  const cidrs = publicAccess ? (given ?? kept) : []
  if (
    publicAccess === cluster.endpointPublicAccess &&
    privateAccess === cluster.endpointPrivateAccess &&
    cidrs.join() === cluster.publicAccessCidrs.join()
  )
    throw eksError(
      'InvalidParameterException',
      `Cluster is already at the desired configuration with endpointPrivateAccess: ${privateAccess} , endpointPublicAccess: ${publicAccess}, and Public Endpoint Restrictions: [${cidrs.join(', ')}]`,
      subject,
    )
  return change(
    call,
    cluster,
    'EndpointAccessUpdate',
    [
      ['EndpointPublicAccess', String(publicAccess)],
      ['EndpointPrivateAccess', String(privateAccess)],
      ['PublicAccessCidrs', JSON.stringify(cidrs)],
    ],
    () => {
      cluster.endpointPublicAccess = publicAccess
      cluster.endpointPrivateAccess = privateAccess
      cluster.publicAccessCidrs = cidrs
    },
  )
}

const authenticationModes: readonly string[] = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API']

function updateAuthenticationMode(call: EksCall, cluster: EksCluster, wanted: string | undefined): unknown {
  const rank = (mode: string): number => authenticationModes.indexOf(mode)
  if (wanted === undefined || rank(wanted) <= rank(cluster.authenticationMode))
    throw eksError(
      'InvalidParameterException',
      `Unsupported authentication mode update from ${cluster.authenticationMode} to ${wanted}`,
      { clusterName: cluster.name },
    )
  return change(call, cluster, 'AccessConfigUpdate', [['AuthenticationMode', `"${wanted}"`]], () => {
    cluster.authenticationMode = wanted
  })
}

/** UpdateClusterVersion: one minor at a time; the node groups stay where they are, and must not fall more than three minors behind. */
export function updateClusterVersion(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const body = call.body
  const version = typeof body === 'object' && body !== null ? Reflect.get(body, 'version') : undefined
  if (typeof version !== 'string')
    throw eksError('InvalidParameterException', 'Version must be specified', { clusterName: cluster.name })
  checkActive(cluster)
  checkVersionStep(cluster.version, version, call.world.asOf, cluster.name)
  const minor = (text: string): number => Number(text.split('.')[1])
  const behind = [...cluster.nodeGroups.values()].filter((group) => minor(version) - minor(group.version) > nodeSkew)
  // EKS says so as a finding of its upgrade insights; the text is ours.
  if (behind.length > 0)
    throw eksError(
      'InvalidRequestException',
      `Nodegroups [${behind.map((group) => `${group.name} (${group.version})`).join(', ')}] must be updated before the cluster version is updated to ${version}`,
      { clusterName: cluster.name },
    )
  return change(
    call,
    cluster,
    'VersionUpdate',
    [
      ['Version', version],
      ['PlatformVersion', 'eks.1'],
    ],
    () => {
      cluster.version = version
    },
  )
}

/** DeleteCluster: refused while node groups are attached; stops the control plane and removes the cluster security group. */
export function deleteCluster(call: EksCall): unknown {
  const { world } = call
  const cluster = clusterOf(call)
  const subject = { clusterName: cluster.name }
  if (cluster.nodeGroups.size > 0) throw eksError('ResourceInUseException', 'Cluster has nodegroups attached', subject)
  if (cluster.deletionProtection)
    throw eksError('InvalidRequestException', 'Cluster cannot be deleted while deletion protection is enabled', subject)
  if (cluster.status === 'UPDATING')
    throw eksError(
      'ResourceInUseException',
      `Cannot DeleteCluster because cluster ${cluster.name} currently has an update in progress`,
      subject,
    )
  if (cluster.status === 'CREATING')
    throw eksError('ResourceInUseException', `Cluster has status CREATING and cannot be deleted`, subject)
  const answer = { cluster: describeCluster({ ...cluster, status: 'DELETING' }) }
  if (cluster.status === 'DELETING') return answer
  cluster.status = 'DELETING'
  void world.onChange()
  world.background(`deletion of cluster ${cluster.name}`, async () => {
    await cluster.kubernetes?.stop()
    cluster.kubernetes = undefined
    await removeClusterSecurityGroup(world, cluster)
    world.clusters.delete(clusterKey(cluster.region, cluster.name))
    void world.onChange()
  })
  return answer
}

/** Throws ResourceInUseException unless a cluster can be changed now. */
function checkActive(cluster: EksCluster): void {
  if (cluster.status !== 'ACTIVE')
    throw eksError(
      'ResourceInUseException',
      `Cannot update the cluster ${cluster.name}: it is currently in status ${cluster.status}`,
      { clusterName: cluster.name },
    )
}

function change(
  call: EksCall,
  cluster: EksCluster,
  type: string,
  params: readonly (readonly [string, string])[],
  apply: () => void,
): unknown {
  const update = startUpdate(cluster, type, params)
  cluster.status = 'UPDATING'
  call.world.background(`update of cluster ${cluster.name}`, async () => {
    await sleep(updateTime)
    apply()
    if (cluster.status === 'UPDATING') cluster.status = 'ACTIVE'
    finishUpdate(update)
    void call.world.onChange()
  })
  return { update: describeUpdate(update) }
}

/** A cluster as the API shows it. */
function describeCluster(cluster: EksCluster): unknown {
  const { kubernetes } = cluster
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: epoch(cluster.createdAt),
    version: cluster.version,
    ...(kubernetes && {
      endpoint: kubernetes.plane.endpoint,
      certificateAuthority: { data: Buffer.from(kubernetes.plane.certificateAuthority).toString('base64') },
    }),
    ...(!kubernetes && { certificateAuthority: {} }),
    roleArn: cluster.roleArn,
    resourcesVpcConfig: {
      subnetIds: cluster.subnetIds,
      securityGroupIds: cluster.securityGroupIds,
      clusterSecurityGroupId: cluster.clusterSecurityGroupId,
      vpcId: cluster.vpcId,
      endpointPublicAccess: cluster.endpointPublicAccess,
      endpointPrivateAccess: cluster.endpointPrivateAccess,
      publicAccessCidrs: cluster.publicAccessCidrs,
    },
    kubernetesNetworkConfig: {
      serviceIpv4Cidr: cluster.serviceIpv4Cidr,
      ipFamily: cluster.ipFamily,
      elasticLoadBalancing: { enabled: false },
    },
    logging: describeLogging(cluster.logTypes),
    identity: {
      oidc: { issuer: `https://oidc.eks.${cluster.region}.amazonaws.com/id/${cluster.oidcId}` },
    },
    status: cluster.status,
    ...(cluster.clientRequestToken !== undefined && { clientRequestToken: cluster.clientRequestToken }),
    platformVersion: 'eks.1',
    tags: cluster.tags,
    ...(cluster.encryptionConfig.length > 0 && { encryptionConfig: cluster.encryptionConfig }),
    health: { issues: cluster.issues },
    accessConfig: {
      bootstrapClusterCreatorAdminPermissions: cluster.bootstrapClusterCreatorAdminPermissions,
      authenticationMode: cluster.authenticationMode,
    },
    upgradePolicy: { supportType: cluster.supportType },
    ...(cluster.zonalShift !== undefined && { zonalShiftConfig: { enabled: cluster.zonalShift } }),
    deletionProtection: cluster.deletionProtection,
  }
}

/** Throws InvalidParameterException unless the role exists and trusts EKS. */
async function checkRole(world: EksWorld, region: string, roleArn: string, clusterName: string): Promise<void> {
  const name = roleNameOf(roleArn)
  const trust = name === undefined ? undefined : await roleTrust(world.moto, region, name)
  if (!trust?.includes('eks.amazonaws.com'))
    throw eksError(
      'InvalidParameterException',
      `Role with arn: ${roleArn}, could not be assumed because it does not exist or the trusted entity is not correct`,
      { clusterName },
    )
}

async function checkSecurityGroups(
  world: EksWorld,
  region: string,
  ids: readonly string[],
  clusterName: string,
): Promise<void> {
  if (ids.length === 0) return
  const answer = await world.moto.query('ec2', region, 'DescribeSecurityGroups', {
    Filter: [{ Name: 'group-id', Value: ids }],
  })
  const found = itemsAt(answer, 'securityGroupInfo').map((item) => textAt(item, 'groupId'))
  const missing = ids.find((id) => !found.includes(id))
  if (missing !== undefined)
    throw eksError('InvalidParameterException', `The security group '${missing}' does not exist`, { clusterName })
}

/** EKS gives 10.100.0.0/16, or 172.20.0.0/16 when the VPC is inside 10.0.0.0/8. */
async function defaultServiceCidr(world: EksWorld, region: string, vpcId: string): Promise<string> {
  const answer = await world.moto.query('ec2', region, 'DescribeVpcs', { VpcId: [vpcId] })
  const vpc = answer.children.find(({ name }) => name === 'vpcSet')?.children[0]
  return textAt(vpc, 'cidrBlock').startsWith('10.') ? '172.20.0.0/16' : '10.100.0.0/16'
}

/** EKS's own group: everything among its members, everything out. */
async function createClusterSecurityGroup(world: EksWorld, cluster: EksCluster): Promise<string> {
  const number = BigInt(
    `0x${createHash('sha256')
      .update(cluster.arn + cluster.oidcId)
      .digest('hex')
      .slice(0, 8)}`,
  )
  const name = `eks-cluster-sg-${cluster.name}-${number}`
  const created = await world.moto.query('ec2', cluster.region, 'CreateSecurityGroup', {
    GroupName: name,
    GroupDescription:
      'EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.',
    VpcId: cluster.vpcId,
    TagSpecification: [
      {
        ResourceType: 'security-group',
        Tag: [
          { Key: 'Name', Value: name },
          { Key: `kubernetes.io/cluster/${cluster.name}`, Value: 'owned' },
          { Key: 'aws:eks:cluster-name', Value: cluster.name },
        ],
      },
    ],
  })
  const groupId = textAt(created, 'groupId')
  const self = [{ IpProtocol: '-1', Groups: [{ GroupId: groupId }] }]
  await world.moto.query('ec2', cluster.region, 'AuthorizeSecurityGroupIngress', {
    GroupId: groupId,
    IpPermissions: self,
  })
  await world.moto.query('ec2', cluster.region, 'AuthorizeSecurityGroupEgress', {
    GroupId: groupId,
    IpPermissions: self,
  })
  return groupId
}

async function removeClusterSecurityGroup(world: EksWorld, cluster: EksCluster): Promise<void> {
  try {
    await world.moto.query('ec2', cluster.region, 'DeleteSecurityGroup', { GroupId: cluster.clusterSecurityGroupId })
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'InvalidGroup.NotFound')) throw error
  }
}
