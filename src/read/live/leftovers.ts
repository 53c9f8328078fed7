import type { AwsAccess } from './installer-status.ts'

/** Something in the account that keeps a VPC from going, or that a destroy should have taken. */
export type Leftover = { readonly id: string; readonly what: string }

/** Network interfaces that are still in a VPC: what holds its subnets and security groups. Empty when AWS does not answer. */
export async function interfacesIn(vpcId: string, access: AwsAccess): Promise<readonly Leftover[]> {
  return withEc2(access, async (sdk, client) => {
    const answer = await client.send(
      new sdk.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
    )
    return (answer.NetworkInterfaces ?? []).map((each) => ({
      id: each.NetworkInterfaceId ?? '',
      what: each.Description || each.InterfaceType || 'network interface',
    }))
  })
}

type Ec2 = typeof import('@aws-sdk/client-ec2')

async function withEc2(
  access: AwsAccess,
  ask: (sdk: Ec2, client: InstanceType<Ec2['EC2Client']>) => Promise<readonly Leftover[]>,
): Promise<readonly Leftover[]> {
  // The SDK complains on standard error about Node 20, once, when it is imported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const sdk = await import('@aws-sdk/client-ec2')
  const client = new sdk.EC2Client({ ...access, maxAttempts: 2 })
  try {
    return [...(await ask(sdk, client))].sort((a, b) => (a.id < b.id ? -1 : 1))
  } catch {
    return []
  } finally {
    client.destroy()
  }
}
