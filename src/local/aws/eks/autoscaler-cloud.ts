import type { AutoscaledGroup } from '../../../cluster/node-group.ts'
import type { Taint } from '../../../cluster/taint.ts'
import { isDiscovered } from '../../../read/terraform/planned/discovered.ts'
import type { AutoscalerCloud, CloudGroup } from '../../autoscaler/autoscaler-cloud.ts'
import { type AutoScalingGroup, describeAutoScalingGroups } from '../auto-scaling.ts'
import { AwsError } from '../aws-error.ts'
import { describeSubnets } from '../ec2.ts'
import type { EksCluster, EksNodeGroup } from './eks-cluster.ts'
import type { EksWorld } from './eks-world.ts'
import { launchFailure } from './launch-refusal.ts'
import { removeInstance, resizeNodeGroup } from './node-group-resources.ts'

const effects = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
} as const satisfies Record<string, Taint['effect']>

/** The Auto Scaling groups of a cluster's managed node groups, as the autoscaler finds and changes them. */
export function autoscalerCloud(world: EksWorld, cluster: EksCluster): AutoscalerCloud {
  /** Group and node group of the last answer, by Auto Scaling group and by instance. */
  const byName = new Map<string, EksNodeGroup>()
  const byInstance = new Map<string, EksNodeGroup>()

  return {
    groups: async (finds) => {
      const nodeGroups = [...cluster.nodeGroups.values()].filter(({ status }) => status !== 'DELETING')
      byName.clear()
      byInstance.clear()
      for (const group of nodeGroups)
        if (group.autoScalingGroup !== undefined) byName.set(group.autoScalingGroup, group)
      if (byName.size === 0) return []
      const found = await describeAutoScalingGroups(world.moto, cluster.region, [...byName.keys()])
      const subnets = await describeSubnets(world.moto, cluster.region, [
        ...new Set(found.flatMap((one) => one.subnets)),
      ])
      const zones = new Map(subnets.map(({ id, zone }) => [id, zone]))
      return found.flatMap((group): readonly CloudGroup[] => {
        const nodeGroup = byName.get(group.name)
        if (nodeGroup === undefined) return []
        for (const id of group.instanceIds) byInstance.set(id, nodeGroup)
        return [
          {
            group: autoscaledGroup(cluster, nodeGroup, {
              group,
              zones,
              discovered: isDiscovered(finds, group.name, group.tags),
            }),
            targetSize: group.desiredCapacity,
            instanceIds: group.instanceIds,
          },
        ]
      })
    },
    resize: async (name, desired) => {
      const group = byName.get(name)
      if (group === undefined) return
      try {
        await resizeNodeGroup(world, cluster, group, desired)
      } catch (error) {
        // Auto Scaling starts nothing and tells nobody but its activities; the other groups go on.
        if (!(error instanceof AwsError)) throw error
        group.issues = [launchFailure(error, group)]
        return
      }
      group.scalingConfig = { ...group.scalingConfig, desiredSize: desired }
    },
    terminate: async (instanceId) => {
      const group = byInstance.get(instanceId)
      if (group === undefined) return
      await removeInstance(world, cluster, instanceId)
      group.scalingConfig = { ...group.scalingConfig, desiredSize: group.scalingConfig.desiredSize - 1 }
    },
  }
}

function autoscaledGroup(
  cluster: EksCluster,
  nodeGroup: EksNodeGroup,
  of: {
    readonly group: AutoScalingGroup
    readonly zones: ReadonlyMap<string, string>
    readonly discovered: boolean
  },
): AutoscaledGroup {
  const { group, zones, discovered } = of
  return {
    name: group.name,
    autoScalingGroup: group.name,
    instanceTypes: nodeGroup.launchedTypes,
    zones: group.subnets.flatMap((subnet) => zones.get(subnet) ?? []),
    region: cluster.region,
    minSize: group.minSize,
    maxSize: group.maxSize,
    desiredSize: group.desiredCapacity,
    capacityType: capacityTypes[nodeGroup.capacityType],
    tags: group.tags,
    discovered,
    managed: {
      cluster: cluster.name,
      nodegroup: nodeGroup.name,
      labels: nodeGroup.labels,
      taints: nodeGroup.taints.map(({ key, value, effect }) => ({
        key,
        ...(value !== undefined && { value }),
        effect: effects[effect],
      })),
      amiType: nodeGroup.amiType,
      capacityType: nodeGroup.capacityType,
      ...(nodeGroup.diskSize !== undefined && { diskSizeGib: nodeGroup.diskSize }),
      kubernetesMinor: nodeGroup.version,
    },
  }
}

const capacityTypes = {
  ON_DEMAND: 'on-demand',
  SPOT: 'spot',
  CAPACITY_BLOCK: 'capacity-block',
} as const satisfies Record<EksNodeGroup['capacityType'], AutoscaledGroup['capacityType']>
