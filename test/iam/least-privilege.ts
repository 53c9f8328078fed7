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

/** The roles of the module that differ in what they may do, in the order of the page. */
const kinds = ['autoscaler', 'installer', 'node', 'cni', 'cluster', 'ebs', 'efs', 'fsx', 's3', 'karpenter'] as const

export type RoleKind = (typeof kinds)[number]

/** What the questions are asked about: one cluster of ours, and another one in the same account. */
export type Question = {
  readonly role: RoleKind
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
  /** What examples/storage gives to the drivers. */
  readonly storage: StorageGiven
  /** Cluster, node role, instance profile and queue of examples/karpenter-ready. */
  readonly karpenter: {
    readonly cluster: string
    readonly nodeRoleArn: string
    readonly profileArn: string
    readonly queueArn: string
  }
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
    ...storageQuestions(of.storage, arn),
    ...(['ebs', 'efs', 'fsx', 's3', 'karpenter'] as const).flatMap((kind) =>
      iam(kind).filter(({ action }) => kind !== 'karpenter' || action !== 'iam:PassRole'),
    ),
    ...karpenterQuestions(of.karpenter, arn),
  ]
}

type StorageGiven = {
  readonly volumeKeyArn: string
  readonly volumeKeyPolicy: unknown
  readonly fileSystemArn: string
  readonly bucketArn: string
}

/** What a driver is given, and the same of somebody else's. */
function storageQuestions(given: StorageGiven, arn: (service: string, rest: string) => string): readonly Question[] {
  const key = arn('kms', 'key/00000000-0000-0000-0000-000000000000')
  const volume = arn('ec2', 'volume/vol-0')
  const accessPoint = arn('elasticfilesystem', 'access-point/fsap-0')
  const lustre = arn('fsx', 'file-system/fs-0')
  const ask = (
    role: RoleKind,
    can: string,
    action: string,
    resource: string,
    expected: 'yes' | 'no',
    context?: Question['context'],
  ): Question => ({
    role,
    can,
    action,
    resource,
    expected: expected === 'yes' ? 'Allowed' : 'ImplicitlyDenied',
    ...(context !== undefined && { context }),
    ...(resource === given.volumeKeyArn && { resourcePolicy: given.volumeKeyPolicy }),
  })
  const efsTag = { 'aws:RequestTag/efs.csi.aws.com/cluster': 'true', 'aws:TagKeys': 'efs.csi.aws.com/cluster' }
  return [
    ask('ebs', 'make a volume for a claim', 'ec2:CreateVolume', volume, 'yes', {
      'aws:RequestTag/CSIVolumeName': 'pvc-0',
    }),
    ask('ebs', 'make a volume without its tag', 'ec2:CreateVolume', volume, 'no'),
    ask('ebs', 'delete a volume that it did not make', 'ec2:DeleteVolume', volume, 'no'),
    ask('ebs', 'encrypt with the given key', 'kms:GenerateDataKeyWithoutPlaintext', given.volumeKeyArn, 'yes'),
    ask('ebs', 'let a volume use the given key', 'kms:CreateGrant', given.volumeKeyArn, 'yes', {
      'kms:GrantIsForAWSResource': 'true',
    }),
    ask('ebs', 'let somebody use the given key', 'kms:CreateGrant', given.volumeKeyArn, 'no', {
      'kms:GrantIsForAWSResource': 'false',
    }),
    ask('ebs', 'decrypt with another key', 'kms:Decrypt', key, 'no'),
    ask(
      'efs',
      'make an access point in the given file system',
      'elasticfilesystem:CreateAccessPoint',
      given.fileSystemArn,
      'yes',
      efsTag,
    ),
    ask(
      'efs',
      'make one in another file system',
      'elasticfilesystem:CreateAccessPoint',
      arn('elasticfilesystem', 'file-system/fs-0'),
      'no',
      efsTag,
    ),
    ask('efs', 'delete an access point that it made', 'elasticfilesystem:DeleteAccessPoint', accessPoint, 'yes', {
      'aws:ResourceTag/efs.csi.aws.com/cluster': 'true',
    }),
    ask('efs', 'delete another access point', 'elasticfilesystem:DeleteAccessPoint', accessPoint, 'no'),
    ask('efs', 'delete the given file system', 'elasticfilesystem:DeleteFileSystem', given.fileSystemArn, 'no'),
    ask('fsx', 'make a file system for a claim', 'fsx:CreateFileSystem', lustre, 'yes', {
      'aws:RequestTag/CSIVolumeName': 'pvc-0',
    }),
    ask('fsx', 'delete a file system that it made', 'fsx:DeleteFileSystem', lustre, 'yes', {
      'aws:ResourceTag/CSIVolumeName': 'pvc-0',
    }),
    ask('fsx', 'delete another file system', 'fsx:DeleteFileSystem', lustre, 'no'),
    ask('fsx', 'list the given bucket', 's3:ListBucket', given.bucketArn, 'yes'),
    ask('fsx', 'read an object of it by itself', 's3:GetObject', `${given.bucketArn}/weights`, 'no'),
    ask('s3', 'read an object of the given bucket', 's3:GetObject', `${given.bucketArn}/weights`, 'yes'),
    ask('s3', 'write one (the example says read_only)', 's3:PutObject', `${given.bucketArn}/weights`, 'no'),
    ask('s3', 'read an object of another bucket', 's3:GetObject', 'arn:aws:s3:::others/weights', 'no'),
    ask('s3', 'delete the bucket', 's3:DeleteBucket', given.bucketArn, 'no'),
  ]
}

/** What Karpenter may start, and for whom. */
function karpenterQuestions(
  of: {
    readonly cluster: string
    readonly nodeRoleArn: string
    readonly profileArn: string
    readonly queueArn: string
  },
  arn: (service: string, rest: string) => string,
): readonly Question[] {
  const instance = arn('ec2', 'instance/i-0')
  const requested = (cluster: string) => ({
    [`aws:RequestTag/kubernetes.io/cluster/${cluster}`]: 'owned',
    'aws:RequestTag/eks:eks-cluster-name': cluster,
    'aws:RequestTag/karpenter.sh/nodepool': 'gpu',
  })
  const tagged = (cluster: string) => ({
    [`aws:ResourceTag/kubernetes.io/cluster/${cluster}`]: 'owned',
    'aws:ResourceTag/karpenter.sh/nodepool': 'gpu',
  })
  const passed = { 'iam:PassedToService': 'ec2.amazonaws.com' }
  const ask = (
    can: string,
    action: string,
    resource: string,
    expected: 'yes' | 'no',
    context?: Question['context'],
  ): Question => ({
    role: 'karpenter',
    can,
    action,
    resource,
    expected: expected === 'yes' ? 'Allowed' : 'ImplicitlyDenied',
    ...(context !== undefined && { context }),
  })
  return [
    ask('start an instance of this cluster', 'ec2:RunInstances', instance, 'yes', requested(of.cluster)),
    ask('start one of another cluster', 'ec2:RunInstances', instance, 'no', requested(OTHER)),
    ask('start one without tags', 'ec2:RunInstances', instance, 'no'),
    ask('end an instance that it started', 'ec2:TerminateInstances', instance, 'yes', tagged(of.cluster)),
    ask('end an instance of another cluster', 'ec2:TerminateInstances', instance, 'no', tagged(OTHER)),
    ask('end an instance of a managed group', 'ec2:TerminateInstances', instance, 'no', {
      [`aws:ResourceTag/kubernetes.io/cluster/${of.cluster}`]: 'owned',
    }),
    ask('hand its node role to EC2', 'iam:PassRole', of.nodeRoleArn, 'yes', passed),
    ask('hand another role to EC2', 'iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/anything`, 'no', passed),
    ask('read the instance profile', 'iam:GetInstanceProfile', of.profileArn, 'yes'),
    ask('make an instance profile', 'iam:CreateInstanceProfile', of.profileArn, 'no'),
    ask('take a message from its queue', 'sqs:ReceiveMessage', of.queueArn, 'yes'),
    ask('take a message from another queue', 'sqs:ReceiveMessage', arn('sqs', 'other'), 'no'),
    ask('put a message into its queue', 'sqs:SendMessage', of.queueArn, 'no'),
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
    ebs: 'EBS driver',
    efs: 'EFS driver',
    fsx: 'FSx for Lustre driver',
    s3: 'S3 driver',
    karpenter: 'Karpenter, where it is asked for',
  } as const satisfies Record<RoleKind, string>
  const word = { Allowed: 'yes', ImplicitlyDenied: 'no', ExplicitlyDenied: 'no, denied' }
  const section = (who: Question['role']): string => {
    const role = roles.find(({ address }) => roleOf(address) === who)
    if (role === undefined) throw new Error(`the applied example has no role for ${who}`)
    return [
      `## ${title[who]}`,
      '',
      `\`${role.address.replace(/(?<=gpu)\["[^"]*"\]/, '["…"]')}\`, taken by ${role.trusts}. Policies: ${role.policies.map(({ name }) => `\`${name}\``).join(', ')}.`,
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
    'Generated from the policies that `examples/production`, `examples/storage` and `examples/karpenter-ready` apply, by a policy',
    'simulator; the long tests ask every question again. Roles of system nodes and of nodes that Karpenter starts have the policies of GPU nodes.',
    'Renew with `UPDATE_DOCS=1 npm run test:long -- test/iam`.',
    '',
    ...kinds.map(section),
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
    case 'storage':
      return kinds.find((kind) => address.includes(`["${kind}"]`))
    case 'karpenter_controller':
      return 'karpenter'
    default:
      return undefined
  }
}
