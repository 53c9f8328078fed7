import { randomUUID } from 'node:crypto'
import { findInstanceType } from '../../../catalog/instance-types.ts'
import { AwsError } from '../aws-error.ts'
import { describeInstances, describeSubnets, type Ec2Instance, type LaunchTemplateData } from '../ec2.ts'
import { releaseInterfaces } from '../mends/release-interfaces.ts'
import { textAt } from '../parse-xml.ts'
import { findAutoScalingGroup, setDesiredCapacity } from '../spread-instances.ts'
import type { EksCluster, EksNodeGroup } from './eks-cluster.ts'
import type { EksWorld } from './eks-world.ts'
import { launchRefusal, reclaimTime } from './launch-refusal.ts'

/** What EKS makes in the account for a managed node group: a launch template of its own and an Auto Scaling group. */
export async function createNodeGroupResources(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
  template: LaunchTemplateData | undefined,
): Promise<void> {
  const { region } = cluster
  const id = group.arn.split('/').at(-1) ?? randomUUID()
  group.ownTemplate = `eks-${id}`
  await world.moto.query('ec2', region, 'CreateLaunchTemplate', {
    LaunchTemplateName: group.ownTemplate,
    LaunchTemplateData: templateData(cluster, group, template),
    TagSpecification: [
      {
        ResourceType: 'launch-template',
        Tag: [
          { Key: 'eks:cluster-name', Value: cluster.name },
          { Key: 'eks:nodegroup-name', Value: group.name },
        ],
      },
    ],
  })
  const name = `eks-${group.name}-${id}`
  const spot = group.capacityType === 'SPOT'
  await world.moto.query('autoscaling', region, 'CreateAutoScalingGroup', {
    AutoScalingGroupName: name,
    MinSize: group.scalingConfig.minSize,
    MaxSize: group.scalingConfig.maxSize,
    DesiredCapacity: 0,
    VPCZoneIdentifier: group.subnets.join(','),
    CapacityRebalance: spot,
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 15,
    TerminationPolicies: ['AllocationStrategy', 'OldestLaunchTemplate', 'OldestInstance'],
    MixedInstancesPolicy: {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateName: group.ownTemplate, Version: '$Default' },
        Overrides: group.launchedTypes.map((type) => ({ InstanceType: type })),
      },
      InstancesDistribution: {
        OnDemandAllocationStrategy: 'prioritized',
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    },
    Tags: Object.entries(groupTags(cluster, group)).map(([Key, Value]) => ({
      Key,
      Value,
      PropagateAtLaunch: true,
      ResourceId: name,
      ResourceType: 'auto-scaling-group',
    })),
  })
  group.autoScalingGroup = name
  emptyBeforeBlockEnds(world, cluster, group)
  await resizeNodeGroup(world, cluster, group, group.scalingConfig.desiredSize)
}

/** Sets the number of instances; minimum and maximum are those of the group's scaling configuration. */
export async function resizeNodeGroup(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
  desired: number,
): Promise<void> {
  if (group.autoScalingGroup === undefined) return
  const found = await findAutoScalingGroup(world.moto, cluster.region, group.autoScalingGroup)
  if (!found) return
  if (desired > found.desiredCapacity) await checkLaunch(world, cluster, group, desired)
  // Instances first: with a new minimum alone the emulator would start them all in one zone.
  await setDesiredCapacity(world.moto, cluster.region, found, desired)
  await world.moto.query('autoscaling', cluster.region, 'UpdateAutoScalingGroup', {
    AutoScalingGroupName: group.autoScalingGroup,
    MinSize: group.scalingConfig.minSize,
    MaxSize: group.scalingConfig.maxSize,
  })
  await releaseInterfaces(world.moto, cluster.region)
}

/** Makes new instances start from a changed launch template or type list. */
export async function changeNodeGroupTemplate(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
  template: LaunchTemplateData | undefined,
): Promise<void> {
  // moto launches nothing from a later version that has user data (it asserts that only a first version has any). Nobody reads it there:
  // what a node is told is the group's own.
  const data = templateData(cluster, { ...group, userData: '' }, template)
  const created = await world.moto.query('ec2', cluster.region, 'CreateLaunchTemplateVersion', {
    LaunchTemplateName: group.ownTemplate,
    LaunchTemplateData: data,
  })
  await world.moto.query('ec2', cluster.region, 'ModifyLaunchTemplate', {
    LaunchTemplateName: group.ownTemplate,
    SetDefaultVersion: textAt(created, 'launchTemplateVersion', 'versionNumber'),
  })
  emptyBeforeBlockEnds(world, cluster, group)
}

const blockEndAction = 'eks-capacity-block-end'

/**
 * EKS empties a group of a Capacity Block ten minutes before EC2 ends its instances, by a scheduled action of its own. Its name is ours.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
 */
function emptyBeforeBlockEnds(world: EksWorld, { region }: EksCluster, group: EksNodeGroup): void {
  if (group.autoScalingGroup === undefined || group.capacityType !== 'CAPACITY_BLOCK') return
  world.scheduledActions.forget(region, group.autoScalingGroup, blockEndAction)
  const reservation = world.reservations.find(region, group.launch.reservationId)
  if (reservation?.block === undefined) return
  const startAt = new Date(reclaimTime(reservation.block.endAt, reservation.instanceType).getTime() - 600_000)
  if (startAt <= world.clock.now()) return
  world.scheduledActions.put({
    region,
    group: group.autoScalingGroup,
    name: blockEndAction,
    startAt,
    desiredCapacity: 0,
  })
}

/** Starts one more instance, of the current template, in the zone that has the fewest. */
export async function addInstance(world: EksWorld, cluster: EksCluster, group: EksNodeGroup): Promise<void> {
  if (group.autoScalingGroup === undefined) return
  const found = await findAutoScalingGroup(world.moto, cluster.region, group.autoScalingGroup)
  if (!found) return
  await checkLaunch(world, cluster, group, found.instanceIds.length + 1)
  await setDesiredCapacity(world.moto, cluster.region, found, found.instanceIds.length + 1)
}

/** Throws EC2's refusal when a group of that size could not start. */
export async function checkLaunch(
  world: EksWorld,
  cluster: Pick<EksCluster, 'region'>,
  group: EksNodeGroup,
  size: number,
): Promise<void> {
  const { region } = cluster
  const type = findInstanceType(group.launchedTypes[0] ?? '')
  if (type === undefined) return
  const subnets = await describeSubnets(world.moto, region, group.subnets)
  const refusal = launchRefusal({
    launch: group.launch,
    type,
    zones: [...new Set(subnets.map(({ zone }) => zone))].sort(),
    size,
    placementGroup: world.placementGroups.find(region, group.launch.placementGroup),
    reservation: world.reservations.find(region, group.launch.reservationId),
    inBlock: group.capacityType === 'CAPACITY_BLOCK',
    now: world.clock.now(),
  })
  if (refusal) throw refusal
}

/** Terminates an instance without another taking its place. */
export async function removeInstance(world: EksWorld, cluster: EksCluster, instanceId: string): Promise<void> {
  await world.moto.query('autoscaling', cluster.region, 'TerminateInstanceInAutoScalingGroup', {
    InstanceId: instanceId,
    ShouldDecrementDesiredCapacity: true,
  })
  await releaseInterfaces(world.moto, cluster.region)
}

/** Instances of a node group that run now. */
export async function nodeGroupInstances(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
): Promise<readonly Ec2Instance[]> {
  if (group.autoScalingGroup === undefined) return []
  const found = await findAutoScalingGroup(world.moto, cluster.region, group.autoScalingGroup)
  return found ? describeInstances(world.moto, cluster.region, found.instanceIds) : []
}

/** Terminates a node group's instances and removes its Auto Scaling group and launch template; what is gone already is no error. */
export async function deleteNodeGroupResources(
  world: EksWorld,
  cluster: EksCluster,
  group: EksNodeGroup,
): Promise<void> {
  const { autoScalingGroup, ownTemplate } = group
  if (autoScalingGroup !== undefined) world.scheduledActions.forget(cluster.region, autoScalingGroup)
  if (autoScalingGroup !== undefined)
    await ignoring('ValidationError', () =>
      world.moto.query('autoscaling', cluster.region, 'DeleteAutoScalingGroup', {
        AutoScalingGroupName: autoScalingGroup,
        ForceDelete: true,
      }),
    )
  if (ownTemplate !== undefined)
    await ignoring('InvalidLaunchTemplateName.NotFoundException', () =>
      world.moto.query('ec2', cluster.region, 'DeleteLaunchTemplate', { LaunchTemplateName: ownTemplate }),
    )
  await releaseInterfaces(world.moto, cluster.region)
}

function templateData(cluster: EksCluster, group: EksNodeGroup, template: LaunchTemplateData | undefined) {
  const groups = template?.securityGroupIds.length ? template.securityGroupIds : [cluster.clusterSecurityGroupId]
  return {
    ImageId: group.imageId,
    InstanceType: group.launchedTypes[0],
    SecurityGroupId: groups,
    ...(group.userData !== '' && { UserData: Buffer.from(group.userData).toString('base64') }),
  }
}

function groupTags(cluster: EksCluster, group: EksNodeGroup): Readonly<Record<string, string>> {
  return {
    'eks:cluster-name': cluster.name,
    'eks:nodegroup-name': group.name,
    [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
    'k8s.io/cluster-autoscaler/enabled': 'true',
    [`k8s.io/cluster-autoscaler/${cluster.name}`]: 'owned',
  }
}

async function ignoring(code: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AwsError && error.code === code)) throw error
  }
}
