import { ProblemError } from '../../cluster/problem.ts'
import type { AwsAccess } from './installer-status.ts'
import { pages } from './pages.ts'

/** A subnet of an account, as far as a cluster cares. */
export type FoundSubnet = {
  readonly id: string
  /** Its tag `Name`; empty without. */
  readonly name: string
  readonly zone: string
  readonly freeAddresses: number
  /** No route of it leads to an internet gateway, and its instances get no public address. */
  readonly private: boolean
  /** Some route of it leads out: through NAT, a transit gateway, an appliance. */
  readonly leadsOut: boolean
}

/** A VPC of an account. */
export type FoundVpc = {
  readonly id: string
  readonly name: string
  readonly cidr: string
  readonly dns: boolean
  readonly subnets: readonly FoundSubnet[]
}

/** A VPC with the subnets that a cluster would take, and what speaks against it; without any of that it can be used. */
export type NetworkProposal = {
  readonly vpc: FoundVpc
  /** Private subnets, the one with most free addresses of each zone, by zone. */
  readonly subnets: readonly FoundSubnet[]
  readonly against: readonly string[]
  /** What is worth knowing and no obstacle. */
  readonly notes: readonly string[]
}

/** What was found of networks. */
export type FoundNetworks = {
  readonly vpcs: readonly FoundVpc[]
  /** Zones that offer all of the instance types asked for. */
  readonly offeringZones: readonly string[]
}

/** Addresses that the control plane's interfaces need in a subnet, by EKS's requirements. */
const leastAddresses = 16

/**
 * Which VPCs a cluster can use, the best first: those that nothing speaks against, that lead out, then by free addresses.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export function proposeNetworks({ vpcs, offeringZones }: FoundNetworks): readonly NetworkProposal[] {
  const free = ({ subnets }: NetworkProposal): number => subnets.reduce((sum, each) => sum + each.freeAddresses, 0)
  const shut = ({ subnets }: NetworkProposal): number => Number(subnets.some(({ leadsOut }) => !leadsOut))
  return vpcs
    .map((vpc) => propose(vpc, offeringZones))
    .toSorted(
      (a, b) =>
        a.against.length - b.against.length || shut(a) - shut(b) || free(b) - free(a) || (a.vpc.id < b.vpc.id ? -1 : 1),
    )
}

function propose(vpc: FoundVpc, offeringZones: readonly string[]): NetworkProposal {
  const best = new Map<string, FoundSubnet>()
  for (const subnet of vpc.subnets) {
    const other = best.get(subnet.zone)
    if (!subnet.private || subnet.freeAddresses < leastAddresses) continue
    if (other === undefined || subnet.freeAddresses > other.freeAddresses) best.set(subnet.zone, subnet)
  }
  const subnets = [...best.values()].toSorted((a, b) => (a.zone < b.zone ? -1 : 1))
  const shut = subnets.filter(({ leadsOut }) => !leadsOut)
  const offering = subnets.filter(({ zone }) => offeringZones.includes(zone))
  return {
    vpc,
    subnets,
    against: [
      ...(subnets.length < 2
        ? [`it has private subnets with ${leastAddresses} free addresses in ${subnets.length} zones, and EKS needs two`]
        : []),
      ...(vpc.dns ? [] : ['its DNS support or DNS hostnames are off, so nodes could not find the private endpoint']),
      ...(subnets.length > 0 && offering.length === 0 ? ['none of its zones offers the instance types'] : []),
    ],
    notes: [
      ...(shut.length > 0
        ? [
            `no way out of ${shut.map(({ id }) => id).join(', ')}: nodes need NAT there, or VPC endpoints and an image mirror`,
          ]
        : []),
      ...(offering.length > 0 && offering.length < subnets.length
        ? [`the instance types are offered in ${offering.map(({ zone }) => zone).join(', ')} only`]
        : []),
    ],
  }
}

/**
 * Looks at the VPCs of an account in one region, read-only: ec2:DescribeVpcs, DescribeVpcAttribute, DescribeSubnets,
 * DescribeRouteTables and DescribeInstanceTypeOfferings.
 * @throws ProblemError `aws-unreachable` when AWS does not answer, with its words.
 */
export async function findNetworks(
  access: AwsAccess & { readonly region: string },
  types: readonly string[],
): Promise<FoundNetworks> {
  // The SDK complains on standard error about Node 20, once, when it is imported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const sdk = await import('@aws-sdk/client-ec2')
  const client = new sdk.EC2Client({ ...access, maxAttempts: 3 })
  try {
    const [{ Vpcs = [] }, subnets, tables, offers] = await Promise.all([
      client.send(new sdk.DescribeVpcsCommand({})),
      pages(sdk.paginateDescribeSubnets({ client }, {}), ({ Subnets }) => Subnets),
      pages(sdk.paginateDescribeRouteTables({ client }, {}), ({ RouteTables }) => RouteTables),
      pages(
        sdk.paginateDescribeInstanceTypeOfferings(
          { client },
          { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: [...types] }] },
        ),
        ({ InstanceTypeOfferings }) => InstanceTypeOfferings,
      ),
    ])
    const dnsOf = async (vpc: string): Promise<boolean> => {
      const [support, names] = await Promise.all([
        client.send(new sdk.DescribeVpcAttributeCommand({ VpcId: vpc, Attribute: 'enableDnsSupport' })),
        client.send(new sdk.DescribeVpcAttributeCommand({ VpcId: vpc, Attribute: 'enableDnsHostnames' })),
      ])
      return support.EnableDnsSupport?.Value === true && names.EnableDnsHostnames?.Value === true
    }
    const vpcs: FoundVpc[] = []
    for (const { VpcId: id = '', CidrBlock: cidr = '', Tags } of Vpcs) {
      const own = tables.filter((table) => table.VpcId === id)
      vpcs.push({
        id,
        name: nameIn(Tags),
        cidr,
        dns: await dnsOf(id),
        subnets: subnets.flatMap((subnet) => {
          if (subnet.VpcId !== id) return []
          const table =
            own.find(({ Associations = [] }) => Associations.some((each) => each.SubnetId === subnet.SubnetId)) ??
            own.find(({ Associations = [] }) => Associations.some((each) => each.Main === true))
          const out = (table?.Routes ?? []).filter(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0')
          return [
            {
              id: subnet.SubnetId ?? '',
              name: nameIn(subnet.Tags),
              zone: subnet.AvailabilityZone ?? '',
              freeAddresses: subnet.AvailableIpAddressCount ?? 0,
              private:
                subnet.MapPublicIpOnLaunch !== true &&
                !out.some(({ GatewayId }) => GatewayId?.startsWith('igw-') === true),
              leadsOut: out.length > 0,
            },
          ]
        }),
      })
    }
    const zones = new Set(offers.map(({ Location = '' }) => Location))
    const offeringZones = [...zones].filter((zone) =>
      types.every((type) => offers.some((offer) => offer.Location === zone && offer.InstanceType === type)),
    )
    return { vpcs, offeringZones: offeringZones.toSorted() }
  } catch (error) {
    throw new ProblemError(
      {
        id: 'aws-unreachable',
        what: `AWS did not say which networks there are in ${access.region}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
        why: 'init --from aws asks EC2, read-only, with the credentials that the AWS CLI would take.',
        fix: 'sign in (aws sso login, AWS_PROFILE), or name the network with --vpc-id and --subnet-id',
      },
      { cause: error },
    )
  } finally {
    client.destroy()
  }
}

function nameIn(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = [],
): string {
  return tags.find(({ Key }) => Key === 'Name')?.Value ?? ''
}
