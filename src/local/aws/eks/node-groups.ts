import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { findInstanceType } from '../../../catalog/instance-types.ts'
import { AwsError } from '../aws-error.ts'
import { anywhere, describeLaunchTemplate, describeSubnets, type LaunchTemplateData } from '../ec2.ts'
import { roleNameOf, roleTrust } from '../iam-role.ts'
import { findAutoScalingGroup } from '../spread-instances.ts'
import { addAccessEntry } from './access-entries.ts'
import { checkVersion } from './cluster-input.ts'
import { defaultAmiType, imageIdOf, releaseVersionOf } from './eks-ami.ts'
import type { EksCluster, EksNodeGroup, HealthIssue } from './eks-cluster.ts'
import { type EksErrorSubject, eksError } from './eks-error.ts'
import {
  clusterOf,
  describeUpdate,
  type EksCall,
  type EksWorld,
  eksArn,
  epoch,
  finishUpdate,
  page,
  startUpdate,
} from './eks-world.ts'
import { launchFailure } from './launch-refusal.ts'
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
  nodeSkew,
  parseCreateNodegroup,
  parseUpdateNodegroupConfig,
  parseUpdateNodegroupVersion,
  replacedAtOnce,
  type UpdateNodegroupConfigInput,
  userDataFault,
} from './node-group-input.ts'
import { cordonAndDrain, readyNodes } from './node-group-nodes.ts'
import {
  addInstance,
  changeNodeGroupTemplate,
  createNodeGroupResources,
  deleteNodeGroupResources,
  nodeGroupInstances,
  removeInstance,
  resizeNodeGroup,
} from './node-group-resources.ts'
import { checkTags } from './parse-input.ts'

/** How long the nodes of a group may take to become Ready before it is CREATE_FAILED, milliseconds; EKS waits some 20 minutes. */
const joinTimeout = 180_000

/** CreateNodegroup: checks, then makes the Auto Scaling group in the background and waits for its nodes. */
export async function createNodegroup(call: EksCall): Promise<unknown> {
  const { world, region } = call
  const cluster = clusterOf(call)
  const input = parseCreateNodegroup(call.body)
  const name = input.nodegroupName
  const subject = { clusterName: cluster.name, nodegroupName: name }
  if (cluster.status !== 'ACTIVE')
    throw eksError('InvalidRequestException', `Cluster '${cluster.name}' is not in ACTIVE status`, subject)
  checkNodegroupName(name, subject)
  checkExisting(cluster, name, subject)
  const scalingConfig = checkScaling(input.scalingConfig, subject)
  const labels = input.labels ?? {}
  checkLabels(labels, subject)
  const taints = checkTaints(input.taints ?? [], subject)
  checkTags(input.tags)
  checkUpdateConfig(input.updateConfig, subject)
  const version = input.version ?? cluster.version
  if (input.version !== undefined) checkGroupVersion(input.version, cluster, world.asOf, subject)
  const zones = await checkSubnets(world, cluster, input.subnets, subject)
  const template = await readTemplate(call, input, subject)
  const amiType = input.amiType ?? (template?.imageId ? 'CUSTOM' : defaultAmiType(version))
  if (amiType === 'CUSTOM' && !template?.imageId)
    throw eksError(
      'InvalidParameterException',
      "Launch template details can't be null for Custom ami type node group",
      subject,
    )
  checkAmiTypeForVersion(amiType, version, subject)
  if (input.releaseVersion !== undefined) checkReleaseVersion(input.releaseVersion, amiType, version, subject)
  const instanceTypes = input.instanceTypes ?? []
  const launchedTypes = template?.instanceType
    ? [template.instanceType]
    : instanceTypes.length > 0
      ? instanceTypes
      : [amiType.includes('ARM_64') ? 't4g.medium' : 't3.medium']
  checkInstanceTypes(launchedTypes, amiType, (type) => findInstanceType(type)?.arch, subject)
  checkCapacityType(input, template, launchedTypes, zones, subject)
  await checkNodeRole(world, region, input.nodeRole, subject)
  // The checks ask the emulator; another request may have taken the name meanwhile.
  checkExisting(cluster, name, subject)

  const now = new Date()
  const group: EksNodeGroup = {
    name,
    arn: eksArn(cluster, `nodegroup/${cluster.name}/${name}/${randomUUID()}`),
    createdAt: now,
    modifiedAt: now,
    status: 'CREATING',
    version,
    releaseVersion:
      amiType === 'CUSTOM' ? (template?.imageId ?? '') : (input.releaseVersion ?? releaseVersionOf(amiType, version)),
    capacityType: input.capacityType ?? 'ON_DEMAND',
    scalingConfig,
    instanceTypes: template?.instanceType ? [] : launchedTypes,
    launchedTypes,
    subnets: input.subnets,
    amiType,
    nodeRole: input.nodeRole,
    labels,
    taints,
    diskSize: template ? undefined : (input.diskSize ?? 20),
    remoteAccess: input.remoteAccess,
    launchTemplate: template && { id: template.id, name: template.name, version: template.version },
    updateConfig: input.updateConfig ?? { maxUnavailable: 1 },
    nodeRepairConfig: input.nodeRepairConfig,
    warmPoolConfig: input.warmPoolConfig,
    tags: input.tags,
    issues: [],
    autoScalingGroup: undefined,
    ownTemplate: undefined,
    making: Promise.resolve(),
    userData: template?.userData ?? '',
    volumes: template?.volumes ?? {},
    launch: template?.launch ?? anywhere,
    imageId: template?.imageId || imageIdOf(region, amiType, version),
  }
  cluster.nodeGroups.set(name, group)
  if (cluster.authenticationMode !== 'CONFIG_MAP' && !cluster.accessEntries.has(group.nodeRole))
    addAccessEntry(cluster, { principalArn: group.nodeRole, type: 'EC2_LINUX' })
  world.background(`node group ${name}`, async (signal) => {
    try {
      const fault = userDataFault(group.userData, amiType)
      if (fault !== undefined) {
        group.issues = [{ code: 'Ec2LaunchTemplateInvalidConfiguration', message: fault, resourceIds: [] }]
        group.status = 'CREATE_FAILED'
        return
      }
      const making = createNodeGroupResources(world, cluster, group, template)
      group.making = making.catch(() => undefined)
      await making
      const failure = await waitForNodes(world, cluster, group, signal)
      if (group.status !== 'CREATING') return
      group.issues = failure ? [failure] : []
      group.status = failure ? 'CREATE_FAILED' : 'ACTIVE'
    } catch (error) {
      if (group.status !== 'CREATING') return
      group.status = 'CREATE_FAILED'
      group.issues = [launchFailure(error, group)]
    }
  })
  return { nodegroup: describeGroup(cluster, group) }
}

/** DescribeNodegroup; the desired size is the Auto Scaling group's, which an autoscaler may have changed. */
export async function describeNodegroup(call: EksCall): Promise<unknown> {
  const cluster = clusterOf(call)
  const group = groupOf(call, cluster)
  await syncSize(call.world, cluster, group)
  return { nodegroup: describeGroup(cluster, group) }
}

/** ListNodegroups, by name. */
export function listNodegroups(call: EksCall): unknown {
  const cluster = clusterOf(call)
  const { items, nextToken } = page(call, [...cluster.nodeGroups.keys()].sort())
  return { nodegroups: items, ...(nextToken && { nextToken }) }
}

/** UpdateNodegroupConfig: labels, taints, sizes, update and repair settings, all in place. */
export async function updateNodegroupConfig(call: EksCall): Promise<unknown> {
  const { world } = call
  const cluster = clusterOf(call)
  const group = groupOf(call, cluster)
  const subject = { clusterName: cluster.name, nodegroupName: group.name }
  const input = parseUpdateNodegroupConfig(call.body)
  checkGroupActive(group, subject)
  await syncSize(world, cluster, group)
  const scaling = input.scalingConfig
    ? checkScalingUpdate(group.scalingConfig, input.scalingConfig, subject)
    : undefined
  checkUpdateConfig(input.updateConfig, subject)
  const labels = { ...group.labels, ...input.labels?.addOrUpdateLabels }
  for (const key of input.labels?.removeLabels ?? []) delete labels[key]
  checkLabels(labels, subject)
  const taints = updatedTaints(group, input.taints, subject)

  const params: (readonly [string, string])[] = []
  if (input.labels?.addOrUpdateLabels) params.push(['LabelsToAdd', JSON.stringify(input.labels.addOrUpdateLabels)])
  if (input.labels?.removeLabels) params.push(['LabelsToRemove', JSON.stringify(input.labels.removeLabels)])
  if (input.taints?.addOrUpdateTaints) params.push(['TaintsToAdd', JSON.stringify(input.taints.addOrUpdateTaints)])
  if (input.taints?.removeTaints) params.push(['TaintsToRemove', JSON.stringify(input.taints.removeTaints)])
  if (scaling)
    params.push(
      ['MinSize', String(scaling.minSize)],
      ['MaxSize', String(scaling.maxSize)],
      ['DesiredSize', String(scaling.desiredSize)],
    )
  if (input.updateConfig?.maxUnavailable !== undefined)
    params.push(['MaxUnavailable', String(input.updateConfig.maxUnavailable)])
  if (input.updateConfig?.maxUnavailablePercentage !== undefined)
    params.push(['MaxUnavailablePercentage', String(input.updateConfig.maxUnavailablePercentage)])
  if (input.nodeRepairConfig) params.push(['NodeRepairConfig', JSON.stringify(input.nodeRepairConfig)])
  if (input.warmPoolConfig) params.push(['WarmPoolEnabled', String(input.warmPoolConfig['enabled'] !== false)])
  if (params.length === 0)
    throw eksError('InvalidParameterException', 'No changes needed for the nodegroup config provided', subject)

  const update = startUpdate(cluster, 'ConfigUpdate', params, { nodegroupName: group.name })
  group.status = 'UPDATING'
  world.background(`update of node group ${group.name}`, async (signal) => {
    try {
      group.labels = labels
      group.taints = taints
      if (input.updateConfig) group.updateConfig = input.updateConfig
      if (input.nodeRepairConfig) group.nodeRepairConfig = input.nodeRepairConfig
      if (input.warmPoolConfig) group.warmPoolConfig = input.warmPoolConfig
      if (scaling) {
        group.scalingConfig = scaling
        await resizeNodeGroup(world, cluster, group, scaling.desiredSize)
        await waitForNodes(world, cluster, group, signal)
      } else await sleep(300)
      finishUpdate(update)
    } catch (error) {
      const issue = launchFailure(error, group)
      finishUpdate(update, { code: 'Unknown', message: issue.message, resourceIds: issue.resourceIds })
    } finally {
      group.modifiedAt = new Date()
      if (group.status === 'UPDATING') group.status = 'ACTIVE'
    }
  })
  return { update: describeUpdate(update) }
}

/** UpdateNodegroupVersion: another launch template version, AMI release or Kubernetes minor; nodes are replaced one by one. */
export async function updateNodegroupVersion(call: EksCall): Promise<unknown> {
  const { world, region } = call
  const cluster = clusterOf(call)
  const group = groupOf(call, cluster)
  const subject = { clusterName: cluster.name, nodegroupName: group.name }
  const input = parseUpdateNodegroupVersion(call.body)
  checkGroupActive(group, subject)
  if (input.launchTemplate && !group.launchTemplate)
    throw eksError(
      'InvalidParameterException',
      'You cannot specify a launch template for a node group that was created without one.',
      subject,
    )
  if (group.amiType === 'CUSTOM' && (input.version !== undefined || input.releaseVersion !== undefined))
    throw eksError(
      'InvalidParameterException',
      'You cannot specify the field kubernetes version or release version when using custom AMIs.',
      subject,
    )
  if (input.version !== undefined) checkGroupVersion(input.version, cluster, world.asOf, subject)
  const reference = input.launchTemplate
    ? { id: group.launchTemplate?.id, version: input.launchTemplate.version }
    : group.launchTemplate && { id: group.launchTemplate.id, version: group.launchTemplate.version }
  const template = reference && (await describeTemplate(world, region, reference, subject))
  if (template && (template.imageId !== '') !== (group.amiType === 'CUSTOM'))
    throw eksError(
      'InvalidParameterException',
      'You cannot change between an EKS optimized AMI and a custom AMI: create a new node group instead.',
      subject,
    )
  if (template?.instanceType && group.instanceTypes.length > 0)
    throw eksError(
      'InvalidRequestException',
      'Cannot specify instance types in launch template and API request',
      subject,
    )
  // Without a version the group stays at its own, also where the cluster is ahead.
  const version = input.version ?? group.version
  const releaseVersion = input.releaseVersion ?? releaseVersionOf(group.amiType, version)
  if (group.amiType !== 'CUSTOM') {
    checkNotOlder(version, group.version, subject)
    checkAmiTypeForVersion(group.amiType, version, subject)
    if (input.releaseVersion !== undefined) checkReleaseVersion(releaseVersion, group.amiType, version, subject)
  }
  const params: (readonly [string, string])[] = []
  if (group.amiType !== 'CUSTOM') {
    params.push(['Version', version])
    params.push(['ReleaseVersion', releaseVersion])
  }
  if (input.launchTemplate && template) {
    params.push(['LaunchTemplateName', template.name])
    params.push(['LaunchTemplateVersion', template.version])
  }
  const update = startUpdate(cluster, 'VersionUpdate', params, { nodegroupName: group.name })
  group.status = 'UPDATING'
  world.background(`version update of node group ${group.name}`, async (signal) => {
    try {
      const fault = template && userDataFault(template.userData, group.amiType)
      if (fault !== undefined) {
        finishUpdate(update, { code: 'Ec2LaunchTemplateInvalidConfiguration', message: fault, resourceIds: [] })
        return
      }
      group.version = version
      if (group.amiType !== 'CUSTOM') group.releaseVersion = releaseVersion
      if (template) {
        group.launchTemplate = { id: template.id, name: template.name, version: template.version }
        group.userData = template.userData
        group.volumes = template.volumes
        group.launch = template.launch
        if (template.imageId !== '') {
          group.imageId = template.imageId
          group.releaseVersion = template.imageId
        }
        if (template.instanceType !== '') group.launchedTypes = [template.instanceType]
      }
      if (!template?.imageId) group.imageId = imageIdOf(region, group.amiType, version)
      await changeNodeGroupTemplate(world, cluster, group, template)
      const old = await nodeGroupInstances(world, cluster, group)
      const atOnce = replacedAtOnce(group.updateConfig, old.length)
      // MINIMAL takes the old nodes away first, for instances that are hard to get; DEFAULT brings the new ones up first.
      const minimal = group.updateConfig.updateStrategy === 'MINIMAL'
      for (let done = 0; done < old.length; done += atOnce) {
        const batch = old.slice(done, done + atOnce)
        if (!minimal) for (const _ of batch) await addInstance(world, cluster, group)
        const failure = minimal ? undefined : await waitForNodes(world, cluster, group, signal)
        if (failure) {
          group.issues = [failure]
          finishUpdate(update, {
            code: 'NodeCreationFailure',
            message: failure.message,
            resourceIds: failure.resourceIds,
          })
          return
        }
        await cordonAndDrain(
          cluster,
          batch.map(({ privateDnsName }) => privateDnsName),
          signal,
        )
        for (const { id } of batch) await removeInstance(world, cluster, id)
        if (!minimal) continue
        for (const _ of batch) await addInstance(world, cluster, group)
        await waitForNodes(world, cluster, group, signal)
      }
      finishUpdate(update)
    } catch (error) {
      const issue = launchFailure(error, group)
      finishUpdate(update, { code: 'Unknown', message: issue.message, resourceIds: issue.resourceIds })
    } finally {
      group.modifiedAt = new Date()
      if (group.status === 'UPDATING') group.status = 'ACTIVE'
    }
  })
  return { update: describeUpdate(update) }
}

/** DeleteNodegroup: drains the nodes, then removes what EKS made; a dead API server does not hold it up. */
export function deleteNodegroup(call: EksCall): unknown {
  const { world } = call
  const cluster = clusterOf(call)
  const group = groupOf(call, cluster)
  if (group.status === 'UPDATING')
    throw eksError('ResourceInUseException', 'Nodegroup cannot be deleted as it is currently not in Active State', {
      clusterName: cluster.name,
      nodegroupName: group.name,
    })
  const answer = { nodegroup: describeGroup(cluster, { ...group, status: 'DELETING' }) }
  if (group.status === 'DELETING') return answer
  group.status = 'DELETING'
  world.background(`deletion of node group ${group.name}`, async (signal) => {
    try {
      // What is half made would be found by nobody afterwards.
      await group.making
      const names = (await nodeGroupInstances(world, cluster, group)).map(({ privateDnsName }) => privateDnsName)
      await cordonAndDrain(cluster, names, signal)
      await deleteNodeGroupResources(world, cluster, group)
      cluster.nodeGroups.delete(group.name)
      // EKS takes its own access entry away with the last group of the role.
      const entry = cluster.accessEntries.get(group.nodeRole)
      const inUse = [...cluster.nodeGroups.values()].some(({ nodeRole }) => nodeRole === group.nodeRole)
      if (entry?.type === 'EC2_LINUX' && !inUse) cluster.accessEntries.delete(group.nodeRole)
    } catch (error) {
      group.status = 'DELETE_FAILED'
      group.issues = [launchFailure(error, group)]
    }
  })
  return answer
}

async function syncSize(world: EksWorld, cluster: EksCluster, group: EksNodeGroup): Promise<void> {
  // While a change is on its way the group says what was asked for.
  if (group.autoScalingGroup === undefined || (group.status !== 'ACTIVE' && group.status !== 'DEGRADED')) return
  const found = await findAutoScalingGroup(world.moto, cluster.region, group.autoScalingGroup)
  if (found)
    group.scalingConfig = { minSize: found.minSize, maxSize: found.maxSize, desiredSize: found.desiredCapacity }
}

async function waitForNodes(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
  signal: AbortSignal,
): Promise<HealthIssue | undefined> {
  const deadline = Date.now() + joinTimeout
  for (;;) {
    const instances = await nodeGroupInstances(world, cluster, group)
    const ready = await readyNodes(cluster)
    const missing = instances.filter(({ privateDnsName }) => !ready.has(privateDnsName))
    if (missing.length === 0 && instances.length >= group.scalingConfig.desiredSize) return undefined
    if (group.status === 'DELETING' || signal.aborted) return undefined
    if (Date.now() > deadline)
      return {
        code: 'NodeCreationFailure',
        message: `Unhealthy nodes in the kubernetes cluster`,
        resourceIds: missing.map(({ id }) => id),
      }
    await sleep(250, undefined, { signal }).catch(() => undefined)
  }
}

function checkExisting(cluster: EksCluster, name: string, subject: EksErrorSubject): void {
  if (cluster.nodeGroups.has(name))
    throw eksError(
      'ResourceInUseException',
      `NodeGroup already exists with name ${name} and cluster name ${cluster.name}`,
      subject,
    )
}

function checkGroupActive(group: EksNodeGroup, subject: EksErrorSubject): void {
  if (group.status !== 'ACTIVE' && group.status !== 'DEGRADED')
    throw eksError(
      'ResourceInUseException',
      'Nodegroup cannot be updated as it is currently not in Active State',
      subject,
    )
}

/** A group may be as old as three minors before its cluster, never newer. */
function checkGroupVersion(version: string, cluster: EksCluster, asOf: string, subject: EksErrorSubject): void {
  checkVersion(version, asOf, cluster.name)
  const behind = Number(cluster.version.split('.')[1]) - Number(version.split('.')[1])
  if (behind < 0 || behind > nodeSkew)
    throw eksError(
      'InvalidParameterException',
      `Nodegroup kubernetes version ${version} is not compatible with cluster version ${cluster.version}`,
      subject,
    )
}

/** Throws InvalidParameterException for a step back, which EKS does not offer; the text is ours. */
function checkNotOlder(version: string, now: string, subject: EksErrorSubject): void {
  if (Number(version.split('.')[1]) < Number(now.split('.')[1]))
    throw eksError(
      'InvalidParameterException',
      `Nodegroup kubernetes version cannot be rolled back from ${now} to ${version}`,
      subject,
    )
}

async function checkSubnets(
  world: EksWorld,
  cluster: EksCluster,
  asked: readonly string[],
  subject: EksErrorSubject,
): Promise<ReadonlySet<string>> {
  if (asked.length === 0) throw eksError('InvalidParameterException', 'subnets can not be empty', subject)
  const found = await describeSubnets(world.moto, cluster.region, asked)
  const missing = asked.find((id) => !found.some((subnet) => subnet.id === id))
  if (missing !== undefined)
    throw eksError('InvalidParameterException', `The subnet ID '${missing}' does not exist`, subject)
  const foreign = found.find(({ vpcId }) => vpcId !== cluster.vpcId)
  if (foreign)
    throw eksError(
      'InvalidParameterException',
      `Subnet ${foreign.id} does not belong to the VPC of the cluster, ${cluster.vpcId}`,
      subject,
    )
  return new Set(found.map(({ zone }) => zone))
}

async function readTemplate(
  call: EksCall,
  input: CreateNodegroupInput,
  subject: EksErrorSubject,
): Promise<LaunchTemplateData | undefined> {
  const asked = input.launchTemplate
  if (!asked) return undefined
  if ((asked.id === undefined) === (asked.name === undefined))
    throw eksError(
      'InvalidParameterException',
      'Either a launch template name or a launch template id must be specified, but not both',
      subject,
    )
  const template = await describeTemplate(call.world, call.region, asked, subject)
  checkLaunchTemplate(input, template, subject)
  return template
}

async function describeTemplate(
  world: EksWorld,
  region: string,
  reference: {
    readonly id?: string | undefined
    readonly name?: string | undefined
    readonly version?: string | undefined
  },
  subject: EksErrorSubject,
): Promise<LaunchTemplateData> {
  try {
    const template = await describeLaunchTemplate(world.moto, region, reference)
    if (template.version !== '') return template
  } catch (error) {
    if (!(error instanceof AwsError && error.status < 500)) throw error
  }
  throw eksError(
    'InvalidRequestException',
    `Launch template ${reference.id ?? reference.name} with version ${reference.version ?? '$Default'} does not exist`,
    subject,
  )
}

function checkCapacityType(
  input: CreateNodegroupInput,
  template: LaunchTemplateData | undefined,
  types: readonly string[],
  zones: ReadonlySet<string>,
  subject: EksErrorSubject,
): void {
  if (input.capacityType !== 'CAPACITY_BLOCK') {
    if (template?.marketType === 'capacity-block')
      throw eksError(
        'InvalidParameterException',
        'Launch template with market type capacity-block requires the capacity type CAPACITY_BLOCK',
        subject,
      )
    if (template?.marketType === 'spot')
      throw eksError('InvalidRequestException', 'Launch template should not specify instance market options.', subject)
    return
  }
  if (!template?.instanceType || template.marketType !== 'capacity-block')
    throw eksError(
      'InvalidParameterException',
      'Capacity type CAPACITY_BLOCK requires a launch template with an instance type and the market type capacity-block',
      subject,
    )
  if (template.launch.reservationId === '')
    throw eksError(
      'InvalidParameterException',
      'Capacity type CAPACITY_BLOCK requires a launch template with the id of a Capacity Reservation',
      subject,
    )
  if (types.length > 1 || zones.size > 1)
    throw eksError(
      'InvalidParameterException',
      'Capacity type CAPACITY_BLOCK requires exactly one instance type and one Availability Zone',
      subject,
    )
}

async function checkNodeRole(world: EksWorld, region: string, arn: string, subject: EksErrorSubject): Promise<void> {
  const name = roleNameOf(arn)
  if (name === undefined)
    throw eksError('InvalidParameterException', `The role with name ${arn} is not a valid ARN`, subject)
  const trust = await roleTrust(world.moto, region, name)
  if (trust === undefined)
    throw eksError('InvalidParameterException', `The role with name ${name} cannot be found.`, subject)
  if (!trust.includes('ec2.amazonaws.com'))
    throw eksError(
      'InvalidParameterException',
      `Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of nodeRole ${arn}`,
      subject,
    )
}

function updatedTaints(
  group: EksNodeGroup,
  asked: UpdateNodegroupConfigInput['taints'],
  subject: EksErrorSubject,
): EksNodeGroup['taints'] {
  const same = (a: { key?: string | undefined; effect?: string | undefined }) => `${a.key}:${a.effect}`
  const gone = new Set([...(asked?.removeTaints ?? []), ...(asked?.addOrUpdateTaints ?? [])].map(same))
  return checkTaints(
    [...group.taints.filter((taint) => !gone.has(same(taint))), ...(asked?.addOrUpdateTaints ?? [])],
    subject,
  )
}

function groupOf(call: EksCall, cluster: EksCluster): EksNodeGroup {
  const name = call.path['nodegroupName'] ?? ''
  const group = cluster.nodeGroups.get(name)
  if (!group)
    throw eksError('ResourceNotFoundException', `No node group found for name: ${name}.`, {
      clusterName: cluster.name,
      nodegroupName: name,
    })
  return group
}

function describeGroup(cluster: EksCluster, group: EksNodeGroup): unknown {
  return {
    nodegroupName: group.name,
    nodegroupArn: group.arn,
    clusterName: cluster.name,
    version: group.version,
    releaseVersion: group.releaseVersion,
    createdAt: epoch(group.createdAt),
    modifiedAt: epoch(group.modifiedAt),
    status: group.status,
    capacityType: group.capacityType,
    scalingConfig: group.scalingConfig,
    ...(group.instanceTypes.length > 0 && { instanceTypes: group.instanceTypes }),
    subnets: group.subnets,
    ...(group.remoteAccess !== undefined && { remoteAccess: group.remoteAccess }),
    amiType: group.amiType,
    nodeRole: group.nodeRole,
    labels: group.labels,
    ...(group.taints.length > 0 && { taints: group.taints }),
    ...(group.autoScalingGroup !== undefined && {
      resources: { autoScalingGroups: [{ name: group.autoScalingGroup }] },
    }),
    ...(group.diskSize !== undefined && { diskSize: group.diskSize }),
    health: { issues: group.issues },
    updateConfig: group.updateConfig,
    ...(group.nodeRepairConfig && { nodeRepairConfig: group.nodeRepairConfig }),
    ...(group.warmPoolConfig && { warmPoolConfig: group.warmPoolConfig }),
    ...(group.launchTemplate && { launchTemplate: group.launchTemplate }),
    tags: group.tags,
  }
}
