import type { GroupNeed, SubnetNeeds } from '../terraform/subnet-needs.ts'
import type { AwsAccess } from './installer-status.ts'
import { pages } from './pages.ts'

/** A subnet, and how much room it has. */
export type SubnetRoom = { readonly id: string; readonly zone: string; readonly freeAddresses: number }

/** A subnet that has fewer free addresses than a plan may take. */
export type CrowdedSubnet = SubnetRoom & {
  /** Addresses. */
  readonly needed: number
  /** What each group may take here: nodes, those of them that run only during an update, and addresses of one. */
  readonly groups: readonly Pick<GroupNeed, 'label' | 'nodes' | 'surge' | 'addresses'>[]
  /** Whether EKS wants addresses for a new control plane. */
  readonly controlPlane: boolean
}

/** Addresses that EKS wants free for a control plane. Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
export const controlPlaneAddresses = 16

/** Subnets that are too small for what a plan may take, by id. */
export function crowdedSubnets(needs: SubnetNeeds, rooms: readonly SubnetRoom[]): readonly CrowdedSubnet[] {
  return rooms
    .flatMap((room): readonly CrowdedSubnet[] => {
      const groups = needs.groups
        .filter(({ subnets }) => subnets.includes(room.id))
        .map(({ label, subnets, nodes, surge, addresses }) => ({
          label,
          nodes: Math.ceil(nodes / subnets.length),
          surge: Math.ceil(surge / subnets.length),
          addresses,
        }))
      const controlPlane = needs.controlPlane.includes(room.id)
      const needed = groups.reduce(
        (sum, { nodes, addresses }) => sum + nodes * addresses,
        controlPlane ? controlPlaneAddresses : 0,
      )
      return needed > room.freeAddresses ? [{ ...room, needed, groups, controlPlane }] : []
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Free addresses of the subnets that a plan names: ec2:DescribeSubnets, nothing is changed. Never throws. */
export async function readSubnetRooms(
  { groups, controlPlane }: SubnetNeeds,
  access: AwsAccess,
): Promise<{ readonly rooms: readonly SubnetRoom[] } | { readonly failed: string }> {
  const ids = [...new Set([...groups.flatMap(({ subnets }) => subnets), ...controlPlane])]
  if (ids.length === 0) return { rooms: [] }
  // The SDK complains on standard error about Node 20, once, when it is imported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const sdk = await import('@aws-sdk/client-ec2')
  const client = new sdk.EC2Client({ ...access, maxAttempts: 2 })
  try {
    const filter = { Filters: [{ Name: 'subnet-id', Values: ids }] }
    const subnets = await pages(sdk.paginateDescribeSubnets({ client }, filter), ({ Subnets }) => Subnets)
    return {
      rooms: subnets.map(({ SubnetId, AvailabilityZone, AvailableIpAddressCount }) => ({
        id: SubnetId ?? '',
        zone: AvailabilityZone ?? '',
        freeAddresses: AvailableIpAddressCount ?? 0,
      })),
    }
  } catch (error) {
    return { failed: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  } finally {
    client.destroy()
  }
}
