/** A part of the picture: where it stands, what it says, and the resources of the module that it stands for. */
export type Part = {
  readonly at: readonly [x: number, y: number, width: number, height: number]
  readonly title: string
  readonly lines: readonly string[]
  readonly kind: 'frame' | 'box' | 'gpu' | 'outside'
  /** Types of resources of the module. */
  readonly resources: readonly string[]
}

/** An arrow with what goes along it. */
type Arrow = {
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly says: string
  readonly textAt: readonly [x: number, y: number]
}

/** What the module makes, as a picture: the frames first, for what comes later is drawn over them. */
export const parts: readonly Part[] = [
  {
    at: [200, 20, 780, 560],
    title: 'AWS account, one region',
    lines: [],
    kind: 'frame',
    resources: ['terraform_data'],
  },
  {
    at: [220, 270, 740, 290],
    title: 'VPC, created or yours',
    lines: [],
    kind: 'frame',
    resources: [
      'aws_vpc',
      'aws_default_security_group',
      'aws_internet_gateway',
      'aws_route',
      'aws_route_table',
      'aws_route_table_association',
      'aws_subnet',
      'aws_ec2_tag',
    ],
  },
  {
    at: [20, 120, 150, 90],
    title: 'terraform apply',
    lines: ['from anywhere,', 'only the AWS API'],
    kind: 'outside',
    resources: [],
  },
  {
    at: [20, 380, 150, 90],
    title: 'kubectl',
    lines: ['in the VPC, by VPN,', 'or allowed ranges'],
    kind: 'outside',
    resources: [],
  },
  {
    at: [240, 60, 220, 130],
    title: 'EKS control plane',
    lines: ['private endpoint always', 'access entries, add-ons', 'Pod Identity, OIDC if asked'],
    kind: 'box',
    resources: [
      'aws_eks_cluster',
      'aws_eks_access_entry',
      'aws_eks_access_policy_association',
      'aws_eks_addon',
      'aws_eks_pod_identity_association',
      'aws_iam_openid_connect_provider',
    ],
  },
  {
    at: [480, 60, 150, 130],
    title: 'KMS, logs',
    lines: ['Secrets encrypted,', 'a key with rotation,', 'logs with retention'],
    kind: 'box',
    resources: ['aws_kms_key', 'aws_kms_alias', 'aws_cloudwatch_log_group'],
  },
  {
    at: [650, 60, 150, 130],
    title: 'IAM roles',
    lines: ['one for each group,', 'CNI, autoscaler,', 'installer, storage'],
    kind: 'box',
    resources: ['aws_iam_role', 'aws_iam_role_policy', 'aws_iam_role_policy_attachment'],
  },
  {
    at: [820, 60, 140, 130],
    title: 'For Karpenter',
    lines: ['if you bring it:', 'queue, events,', 'node profile'],
    kind: 'box',
    resources: [
      'aws_sqs_queue',
      'aws_sqs_queue_policy',
      'aws_cloudwatch_event_rule',
      'aws_cloudwatch_event_target',
      'aws_iam_instance_profile',
    ],
  },
  {
    at: [240, 310, 200, 110],
    title: 'Installer (Lambda)',
    lines: ['applies device plugin', 'and autoscaler through', 'the private endpoint'],
    kind: 'box',
    resources: [
      'aws_lambda_function',
      'aws_lambda_invocation',
      'aws_security_group',
      'aws_vpc_security_group_egress_rule',
      'aws_vpc_security_group_ingress_rule',
    ],
  },
  {
    at: [240, 440, 200, 100],
    title: 'Way out',
    lines: ['NAT gateway, one for each', 'zone, or none and', 'VPC endpoints'],
    kind: 'box',
    resources: ['aws_nat_gateway', 'aws_eip', 'aws_vpc_endpoint'],
  },
  {
    at: [470, 310, 200, 230],
    title: 'System nodes',
    lines: [
      '2 to 4, no GPU, no taint',
      '',
      'CoreDNS',
      'Cluster Autoscaler of the',
      "cluster's minor version",
      'metrics, drivers',
    ],
    kind: 'box',
    resources: ['aws_eks_node_group', 'aws_launch_template'],
  },
  {
    at: [700, 310, 240, 230],
    title: 'GPU groups, from zero',
    lines: [
      'label and taint nvidia.com/gpu',
      'AMI with the driver, by type',
      'encrypted gp3, NVMe joined',
      '',
      'NVIDIA device plugin',
      'EFA, sharing, DCGM if asked',
      '',
      'tags for labels, taints and',
      'resources; hours of blocks',
    ],
    kind: 'gpu',
    resources: [
      'aws_eks_node_group',
      'aws_launch_template',
      'aws_autoscaling_group_tag',
      'aws_autoscaling_schedule',
      'aws_placement_group',
    ],
  },
]

const arrows: readonly Arrow[] = [
  {
    points: [
      [170, 165],
      [240, 125],
    ],
    says: '',
    textAt: [0, 0],
  },
  {
    points: [
      [170, 425],
      [205, 425],
      [205, 240],
      [300, 240],
      [300, 190],
    ],
    says: '443',
    textAt: [176, 418],
  },
  {
    points: [
      [415, 310],
      [415, 190],
    ],
    says: '443',
    textAt: [385, 235],
  },
  {
    points: [
      [530, 310],
      [530, 240],
      [445, 240],
      [445, 190],
    ],
    says: 'nodes join',
    textAt: [455, 233],
  },
  {
    points: [
      [670, 430],
      [700, 430],
    ],
    says: '',
    textAt: [0, 0],
  },
]

const colours = {
  frame: ['#ffffff', '#8a94a6'],
  box: ['#eef3fb', '#3b6fb6'],
  gpu: ['#eaf6e3', '#4c8c1f'],
  outside: ['#fff7e6', '#b57b12'],
} as const

/** `docs/module/architecture.svg`. */
export function architectureSvg(): string {
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 600" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="13" fill="#1d2433">',
    '<!-- Written by scripts/generate/architecture.ts: npm run generate -->',
    '<title id="title">What the module makes</title>',
    '<desc id="desc">Terraform talks to the AWS API only. A Lambda function in the VPC installs device plugin and autoscaler through the private endpoint. System nodes carry what must always run; GPU groups grow from zero.</desc>',
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="#55607a"/></marker></defs>',
    '<rect width="1000" height="600" fill="#ffffff"/>',
    ...parts.map(drawPart),
    ...arrows.map(drawArrow),
    '</svg>',
    '',
  ].join('\n')
}

function drawPart({ at: [x, y, width, height], title, lines, kind }: Part): string {
  const [fill, stroke] = colours[kind]
  const dashes = kind === 'frame' ? ' stroke-dasharray="6 4"' : ''
  const head = `<text x="${x + 12}" y="${y + 22}" font-weight="600" font-size="14">${escaped(title)}</text>`
  const rest = lines.flatMap((line, index) =>
    line === '' ? [] : [`<text x="${x + 12}" y="${y + 46 + index * 20}">${escaped(line)}</text>`],
  )
  const box = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${stroke}"${dashes}/>`
  return [box, head, ...rest].join('\n')
}

function drawArrow({ points, says, textAt: [x, y] }: Arrow): string {
  const line = `<polyline points="${points.map(([px, py]) => `${px},${py}`).join(' ')}" fill="none" stroke="#55607a" stroke-width="1.5" marker-end="url(#tip)"/>`
  return says === '' ? line : `${line}\n<text x="${x}" y="${y}" fill="#55607a">${escaped(says)}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
