import { runSimulation } from '@cloud-copilot/iam-simulate'

/** A role as applied: the address in the module that made it, and every policy document that it carries. */
export type AppliedRole = {
  /** Address inside the module, e.g. `aws_iam_role.gpu["inference"]`. */
  readonly address: string
  readonly arn: string
  /** Whom the trust policy names, e.g. `ec2.amazonaws.com`. */
  readonly trusts: string
  readonly policies: readonly { readonly name: string; readonly document: unknown }[]
}

/** What the questions are asked about: one cluster of ours, and another one in the same account. */
export type Question = {
  readonly role: 'autoscaler' | 'installer' | 'node' | 'cni' | 'cluster'
  /** In words, for the table. */
  readonly can: string
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, string>>
  /** Policy on the resource itself, where AWS asks that one too. */
  readonly resourcePolicy?: unknown
  readonly expected: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied'
}

const REGION = 'us-east-1'
const ACCOUNT = '123456789012'
const OTHER = 'somebody-elses'

/** Every question that docs/iam.md answers, for a cluster of this name with this KMS key, log group and function. */
export function questions(of: {
  readonly cluster: string
  readonly kmsKeyArn: string
  readonly kmsKeyPolicy: unknown
  readonly installerLogGroup: string
  readonly installerFunction: string
  readonly subnetId: string
}): readonly Question[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`
  const asg = (name: string) =>
    arn('autoscaling', `autoScalingGroup:00000000-0000-0000-0000-000000000000:autoScalingGroupName/eks-${name}`)
  const owned = (cluster: string) => ({ [`autoscaling:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: 'owned' })
  const role = `arn:aws:iam::${ACCOUNT}:role/anything`
  const instance = arn('ec2', 'instance/i-0123456789abcdef0')
  const iam = (who: Question['role']): readonly Question[] => [
    { role: who, can: 'make a role', action: 'iam:CreateRole', resource: role, expected: 'ImplicitlyDenied' },
    {
      role: who,
      can: 'give a role more rights',
      action: 'iam:AttachRolePolicy',
      resource: role,
      expected: 'ImplicitlyDenied',
    },
    {
      role: who,
      can: 'hand a role to a service',
      action: 'iam:PassRole',
      resource: role,
      expected: 'ImplicitlyDenied',
    },
    { role: who, can: 'take another role', action: 'sts:AssumeRole', resource: role, expected: 'ImplicitlyDenied' },
  ]
  return [
    {
      role: 'autoscaler',
      can: 'size a group of this cluster',
      action: 'autoscaling:SetDesiredCapacity',
      resource: asg('ours'),
      context: owned(of.cluster),
      expected: 'Allowed',
    },
    {
      role: 'autoscaler',
      can: 'end an instance of this cluster',
      action: 'autoscaling:TerminateInstanceInAutoScalingGroup',
      resource: asg('ours'),
      context: owned(of.cluster),
      expected: 'Allowed',
    },
    {
      role: 'autoscaler',
      can: 'size a group of another cluster',
      action: 'autoscaling:SetDesiredCapacity',
      resource: asg('theirs'),
      context: owned(OTHER),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'size a group without tags',
      action: 'autoscaling:SetDesiredCapacity',
      resource: asg('theirs'),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'end an instance of another cluster',
      action: 'autoscaling:TerminateInstanceInAutoScalingGroup',
      resource: asg('theirs'),
      context: owned(OTHER),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'change the limits of a group',
      action: 'autoscaling:UpdateAutoScalingGroup',
      resource: asg('ours'),
      context: owned(of.cluster),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'tag a group as its own',
      action: 'autoscaling:CreateOrUpdateTags',
      resource: asg('theirs'),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'list groups',
      action: 'autoscaling:DescribeAutoScalingGroups',
      resource: '*',
      expected: 'Allowed',
    },
    {
      role: 'autoscaler',
      can: 'read a node group of this cluster',
      action: 'eks:DescribeNodegroup',
      resource: arn('eks', `nodegroup/${of.cluster}/inference/00000000`),
      expected: 'Allowed',
    },
    {
      role: 'autoscaler',
      can: 'read a node group of another cluster',
      action: 'eks:DescribeNodegroup',
      resource: arn('eks', `nodegroup/${OTHER}/inference/00000000`),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'change a node group of this cluster',
      action: 'eks:UpdateNodegroupConfig',
      resource: arn('eks', `nodegroup/${of.cluster}/inference/00000000`),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'start an instance by itself',
      action: 'ec2:RunInstances',
      resource: instance,
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'autoscaler',
      can: 'end an instance by itself',
      action: 'ec2:TerminateInstances',
      resource: instance,
      expected: 'ImplicitlyDenied',
    },
    ...iam('autoscaler'),
    {
      role: 'installer',
      can: 'write its own log',
      action: 'logs:PutLogEvents',
      resource: arn('logs', `log-group:${of.installerLogGroup}:log-stream:2026/11/23`),
      expected: 'Allowed',
    },
    {
      role: 'installer',
      can: "write another function's log",
      action: 'logs:PutLogEvents',
      resource: arn('logs', 'log-group:/aws/lambda/other:log-stream:2026/11/23'),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'be placed in the VPC by Lambda',
      action: 'ec2:CreateNetworkInterface',
      resource: arn('ec2', `subnet/${of.subnetId}`),
      expected: 'Allowed',
    },
    {
      role: 'installer',
      can: 'make a network interface from its code',
      action: 'ec2:CreateNetworkInterface',
      resource: arn('ec2', `subnet/${of.subnetId}`),
      context: { 'lambda:SourceFunctionArn': arn('lambda', `function:${of.installerFunction}`) },
      expected: 'ExplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'remove a network interface from its code',
      action: 'ec2:DeleteNetworkInterface',
      resource: arn('ec2', 'network-interface/eni-0'),
      context: { 'lambda:SourceFunctionArn': arn('lambda', `function:${of.installerFunction}`) },
      expected: 'ExplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'change the cluster through AWS',
      action: 'eks:UpdateClusterConfig',
      resource: arn('eks', `cluster/${of.cluster}`),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'give itself access to a cluster',
      action: 'eks:CreateAccessEntry',
      resource: arn('eks', `cluster/${of.cluster}`),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'change its own code',
      action: 'lambda:UpdateFunctionCode',
      resource: arn('lambda', `function:${of.installerFunction}`),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'installer',
      can: 'invoke itself',
      action: 'lambda:InvokeFunction',
      resource: arn('lambda', `function:${of.installerFunction}`),
      expected: 'ImplicitlyDenied',
    },
    ...iam('installer'),
    {
      role: 'node',
      can: 'find the cluster',
      action: 'eks:DescribeCluster',
      resource: arn('eks', `cluster/${of.cluster}`),
      expected: 'Allowed',
    },
    { role: 'node', can: 'find itself', action: 'ec2:DescribeInstances', resource: '*', expected: 'Allowed' },
    { role: 'node', can: 'log in to ECR', action: 'ecr:GetAuthorizationToken', resource: '*', expected: 'Allowed' },
    {
      role: 'node',
      can: 'pull an image',
      action: 'ecr:BatchGetImage',
      resource: arn('ecr', 'repository/anything'),
      expected: 'Allowed',
    },
    {
      role: 'node',
      can: 'push an image',
      action: 'ecr:PutImage',
      resource: arn('ecr', 'repository/anything'),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'node',
      can: 'change network interfaces (the CNI has a role of its own)',
      action: 'ec2:AssignPrivateIpAddresses',
      resource: arn('ec2', 'network-interface/eni-0'),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'node',
      can: 'size a group',
      action: 'autoscaling:SetDesiredCapacity',
      resource: asg('ours'),
      context: owned(of.cluster),
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'node',
      can: 'read an object of S3',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::models/weights',
      expected: 'ImplicitlyDenied',
    },
    ...iam('node'),
    {
      role: 'cni',
      can: 'add an address to a node',
      action: 'ec2:AssignPrivateIpAddresses',
      resource: arn('ec2', 'network-interface/eni-0'),
      expected: 'Allowed',
    },
    {
      role: 'cni',
      can: 'add an interface to a node',
      action: 'ec2:AttachNetworkInterface',
      resource: instance,
      expected: 'Allowed',
    },
    {
      role: 'cni',
      can: 'start an instance',
      action: 'ec2:RunInstances',
      resource: instance,
      expected: 'ImplicitlyDenied',
    },
    {
      role: 'cni',
      can: 'change a security group',
      action: 'ec2:AuthorizeSecurityGroupIngress',
      resource: arn('ec2', 'security-group/sg-0'),
      expected: 'ImplicitlyDenied',
    },
    ...iam('cni'),
    {
      role: 'cluster',
      can: "encrypt with the cluster's key",
      action: 'kms:Encrypt',
      resource: of.kmsKeyArn,
      resourcePolicy: of.kmsKeyPolicy,
      expected: 'Allowed',
    },
    {
      role: 'cluster',
      can: 'decrypt with another key',
      action: 'kms:Decrypt',
      resource: arn('kms', 'key/00000000-0000-0000-0000-000000000000'),
      expected: 'ImplicitlyDenied',
    },
    { role: 'cluster', can: 'make a role', action: 'iam:CreateRole', resource: role, expected: 'ImplicitlyDenied' },
    {
      role: 'cluster',
      can: 'hand a role to a service',
      action: 'iam:PassRole',
      resource: role,
      expected: 'ImplicitlyDenied',
    },
  ]
}

/** Asks the simulator one question; an input that it refuses is thrown, never read as a denial. */
export async function answer(question: Question, role: AppliedRole): Promise<string> {
  const result = await runSimulation(
    {
      request: {
        principal: role.arn,
        action: question.action,
        resource: { resource: question.resource, accountId: ACCOUNT },
        contextVariables: { ...question.context },
      },
      identityPolicies: role.policies.map(({ name, document }) => ({ name, policy: document })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: question.resourcePolicy,
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error')
    throw new Error(`${question.action} on ${question.resource}: ${JSON.stringify(result.errors)}`)
  return result.overallResult
}

/** The whole of docs/iam.md. */
export function iamPage(roles: readonly AppliedRole[], asked: readonly Question[]): string {
  const title = {
    autoscaler: 'Cluster Autoscaler',
    installer: 'Installer',
    node: 'GPU nodes, one role per group',
    cni: 'VPC CNI',
    cluster: 'Control plane',
  }
  const word = { Allowed: 'yes', ImplicitlyDenied: 'no', ExplicitlyDenied: 'no, denied' }
  const section = (who: Question['role']): string => {
    const role = roles.find(({ address }) => roleOf(address) === who)
    if (role === undefined) throw new Error(`the applied example has no role for ${who}`)
    return [
      `## ${title[who]}`,
      '',
      `\`${role.address.replace(/\["[^"]*"\]/, '["…"]')}\`, taken by ${role.trusts}. Policies: ${role.policies.map(({ name }) => `\`${name}\``).join(', ')}.`,
      '',
      '| can it … | action | |',
      '|---|---|---|',
      ...asked
        .filter((question) => question.role === who)
        .map(({ can, action, expected }) => `| ${can} | \`${action}\` | ${word[expected]} |`),
      '',
    ].join('\n')
  }
  return [
    '# What each role may do',
    '',
    'Generated from the policies that `examples/production` applies, by a policy simulator; the long tests ask every question again.',
    'Renew with `UPDATE_DOCS=1 npm run test:long -- test/iam`.',
    '',
    ...(['autoscaler', 'installer', 'node', 'cni', 'cluster'] as const).map(section),
  ].join('\n')
}

/** Which of the questions a role of the module answers, by its address. */
export function roleOf(address: string): Question['role'] | undefined {
  const name = /^aws_iam_role\.(\w+)/.exec(address)?.[1] ?? ''
  switch (name) {
    case 'autoscaler':
    case 'installer':
    case 'cni':
    case 'cluster':
      return name
    case 'gpu':
      return 'node'
    default:
      return undefined
  }
}
