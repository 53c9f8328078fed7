import type { AwsAccess } from '../../read/live/installer-status.ts'

/** Something found in the account. */
export type FoundItem = { readonly id: string; readonly name: string }

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>

/** A rule of a security group. */
export type FoundRule = {
  readonly id: string
  readonly groupId: string
  readonly egress: boolean
  readonly description: string
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
}

/** State of something that takes its time to be made. */
export type Readiness = 'making' | 'ready' | 'failed' | 'absent'

/** The read-only questions that finding orphans asks. */
export type AwsInventory = {
  nodeGroups(cluster: string): Promise<readonly string[]>
  podIdentityAssociations(cluster: string, namespace: string, serviceAccount: string): Promise<readonly string[]>
  readinessOf(kind: 'cluster' | 'node-group' | 'addon', cluster: string, name: string): Promise<Readiness>
  roles(prefix: string, description: string): Promise<readonly string[]>
  launchTemplates(prefix: string): Promise<readonly FoundItem[]>
  securityGroups(prefix: string): Promise<readonly FoundItem[]>
  securityGroupRules(groupIds: readonly string[]): Promise<readonly FoundRule[]>
  /** Ids of VPC parts that carry all of the tags. */
  taggedParts(kind: VpcPart, tags: Tags): Promise<readonly string[]>
  /** Subnets of a VPC, by id. */
  subnetsOf(vpcId: string): Promise<readonly string[]>
  close(): void
}

export type VpcPart =
  | 'vpc'
  | 'subnet'
  | 'internet-gateway'
  | 'natgateway'
  | 'elastic-ip'
  | 'route-table'
  | 'vpc-endpoint'

/** Opens the inventory of an account. The SDK's clients are loaded when they are first needed. */
export function openAwsInventory(access: AwsAccess): AwsInventory {
  const config = { ...access, maxAttempts: 3 }
  // The SDK complains on standard error about Node 20, once, when it is imported.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  const open: { destroy(): void }[] = []
  const keep = <Client extends { destroy(): void }>(client: Client): Client => {
    open.push(client)
    return client
  }
  const eks = once(async () => {
    const sdk = await import('@aws-sdk/client-eks')
    return { sdk, client: keep(new sdk.EKSClient(config)) }
  })
  const iam = once(async () => {
    const sdk = await import('@aws-sdk/client-iam')
    return { sdk, client: keep(new sdk.IAMClient(config)) }
  })
  const ec2 = once(async () => {
    const sdk = await import('@aws-sdk/client-ec2')
    return { sdk, client: keep(new sdk.EC2Client(config)) }
  })

  return {
    nodeGroups: async (cluster) => {
      const { sdk, client } = await eks()
      const names: string[] = []
      for await (const page of sdk.paginateListNodegroups({ client }, { clusterName: cluster }))
        names.push(...(page.nodegroups ?? []))
      return names
    },
    podIdentityAssociations: async (cluster, namespace, serviceAccount) => {
      const { sdk, client } = await eks()
      const answer = await client.send(
        new sdk.ListPodIdentityAssociationsCommand({ clusterName: cluster, namespace, serviceAccount }),
      )
      return (answer.associations ?? []).flatMap(({ associationId }) =>
        associationId === undefined ? [] : [associationId],
      )
    },
    readinessOf: async (kind, cluster, name) => {
      const { sdk, client } = await eks()
      try {
        switch (kind) {
          case 'cluster':
            return readiness((await client.send(new sdk.DescribeClusterCommand({ name }))).cluster?.status)
          case 'node-group':
            return readiness(
              (await client.send(new sdk.DescribeNodegroupCommand({ clusterName: cluster, nodegroupName: name })))
                .nodegroup?.status,
            )
          case 'addon':
            return readiness(
              (await client.send(new sdk.DescribeAddonCommand({ clusterName: cluster, addonName: name }))).addon
                ?.status,
            )
          default:
            return kind satisfies never
        }
      } catch (error) {
        if (error instanceof sdk.ResourceNotFoundException) return 'absent'
        throw error
      }
    },
    roles: async (prefix, description) => {
      const { sdk, client } = await iam()
      const names: string[] = []
      for await (const page of sdk.paginateListRoles({ client }, {}))
        for (const role of page.Roles ?? [])
          if (role.RoleName?.startsWith(prefix) && (role.Description ?? '') === description) names.push(role.RoleName)
      return names
    },
    launchTemplates: async (prefix) => {
      const { sdk, client } = await ec2()
      const answer = await client.send(new sdk.DescribeLaunchTemplatesCommand({}))
      return (answer.LaunchTemplates ?? []).flatMap(({ LaunchTemplateId: id, LaunchTemplateName: name }) =>
        id !== undefined && name?.startsWith(prefix) ? [{ id, name }] : [],
      )
    },
    securityGroups: async (prefix) => {
      const { sdk, client } = await ec2()
      const answer = await client.send(new sdk.DescribeSecurityGroupsCommand({}))
      return (answer.SecurityGroups ?? []).flatMap(({ GroupId: id, GroupName: name }) =>
        id !== undefined && name?.startsWith(prefix) ? [{ id, name }] : [],
      )
    },
    securityGroupRules: async (groupIds) => {
      const { sdk, client } = await ec2()
      const answer = await client.send(
        new sdk.DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [...groupIds] }] }),
      )
      return (answer.SecurityGroupRules ?? []).map((rule) => ({
        id: rule.SecurityGroupRuleId ?? '',
        groupId: rule.GroupId ?? '',
        egress: rule.IsEgress ?? false,
        description: rule.Description ?? '',
        protocol: rule.IpProtocol ?? '',
        fromPort: rule.FromPort ?? -1,
        toPort: rule.ToPort ?? -1,
      }))
    },
    taggedParts: async (kind, tags) => {
      const { sdk, client } = await ec2()
      const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))
      const ids = (list: readonly (string | undefined)[]) => list.filter((id) => id !== undefined)
      switch (kind) {
        case 'vpc':
          return ids(
            ((await client.send(new sdk.DescribeVpcsCommand({ Filters }))).Vpcs ?? []).map(({ VpcId }) => VpcId),
          )
        case 'subnet':
          return ids(
            ((await client.send(new sdk.DescribeSubnetsCommand({ Filters }))).Subnets ?? []).map(
              ({ SubnetId }) => SubnetId,
            ),
          )
        case 'internet-gateway':
          return ids(
            ((await client.send(new sdk.DescribeInternetGatewaysCommand({ Filters }))).InternetGateways ?? []).map(
              ({ InternetGatewayId }) => InternetGatewayId,
            ),
          )
        case 'natgateway': {
          const { NatGateways = [] } = await client.send(new sdk.DescribeNatGatewaysCommand({ Filter: Filters }))
          return ids(
            NatGateways.filter(({ State }) => State === 'available' || State === 'pending').map(
              ({ NatGatewayId }) => NatGatewayId,
            ),
          )
        }
        case 'elastic-ip':
          return ids(
            ((await client.send(new sdk.DescribeAddressesCommand({ Filters }))).Addresses ?? []).map(
              ({ AllocationId }) => AllocationId,
            ),
          )
        case 'route-table':
          return ids(
            ((await client.send(new sdk.DescribeRouteTablesCommand({ Filters }))).RouteTables ?? []).map(
              ({ RouteTableId }) => RouteTableId,
            ),
          )
        case 'vpc-endpoint': {
          const { VpcEndpoints = [] } = await client.send(new sdk.DescribeVpcEndpointsCommand({ Filters }))
          return ids(VpcEndpoints.map(({ VpcEndpointId }) => VpcEndpointId))
        }
        default:
          return kind satisfies never
      }
    },
    subnetsOf: async (vpcId) => {
      const { sdk, client } = await ec2()
      const { Subnets = [] } = await client.send(
        new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
      )
      return Subnets.flatMap(({ SubnetId }) => (SubnetId === undefined ? [] : [SubnetId]))
    },
    close: () => {
      for (const client of open) client.destroy()
    },
  }
}

function readiness(status: string | undefined): Readiness {
  if (status === 'CREATING' || status === 'PENDING' || status === 'UPDATING') return 'making'
  return status === 'CREATE_FAILED' || status === 'FAILED'
    ? 'failed'
    : status === 'DELETING' || status === undefined
      ? 'absent'
      : 'ready'
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
