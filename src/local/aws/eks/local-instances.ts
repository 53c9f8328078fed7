import type { LocalInstance } from '../../instance.ts'
import { describeAutoScalingGroups } from '../auto-scaling.ts'
import { describeInstances } from '../ec2.ts'
import type { EksCluster, EksNodeGroup } from './eks-cluster.ts'
import type { EksWorld } from './eks-world.ts'

/** The running instances of a cluster's node groups, by two requests to the emulator however many groups there are. */
export async function localInstances(world: EksWorld, cluster: EksCluster): Promise<readonly LocalInstance[]> {
  const byAutoScalingGroup = new Map<string, EksNodeGroup>()
  for (const group of cluster.nodeGroups.values())
    if (group.autoScalingGroup !== undefined) byAutoScalingGroup.set(group.autoScalingGroup, group)
  if (byAutoScalingGroup.size === 0) return []
  const byInstance = new Map<string, EksNodeGroup>()
  for (const { name, instanceIds } of await describeAutoScalingGroups(world.moto, cluster.region, [
    ...byAutoScalingGroup.keys(),
  ])) {
    const group = byAutoScalingGroup.get(name)
    if (group) for (const id of instanceIds) byInstance.set(id, group)
  }
  const instances = await describeInstances(world.moto, cluster.region, [...byInstance.keys()])
  return instances.flatMap((instance) => {
    const group = byInstance.get(instance.id)
    return group
      ? [
          {
            instanceId: instance.id,
            instanceType: instance.type,
            region: cluster.region,
            availabilityZone: instance.zone,
            subnetId: instance.subnetId,
            privateIpAddress: instance.privateIpAddress,
            privateDnsName: instance.privateDnsName,
            ...storageOf(group),
            nodeGroup: {
              clusterName: cluster.name,
              name: group.name,
              amiType: group.amiType,
              capacityType: group.capacityType,
              kubernetesVersion: group.version,
              releaseVersion: group.releaseVersion,
              labels: group.labels,
              taints: group.taints,
              userData: group.userData,
              imageId: group.imageId,
              efaInterfaces: group.launch.interfaces.filter(({ type }) => type.startsWith('efa')).length,
            },
          },
        ]
      : []
  })
}

/** The volume that carries images and pods: Bottlerocket's second, everybody else's root. */
function storageOf({ volumes, diskSize }: EksNodeGroup): Pick<LocalInstance, 'storageGib'> {
  const size = volumes['/dev/xvdb'] ?? volumes['/dev/xvda'] ?? diskSize
  return size === undefined ? {} : { storageGib: size }
}
