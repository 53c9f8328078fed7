import type { PlanJson } from '../plan-json.ts'
import { buildPlan, written } from './plan-builder.ts'

const policy = (...actions: readonly string[]) => ({
  policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }),
})

const deep = 'module.eks.module.eks_managed_node_group'

/** A plan as terraform-aws-modules/eks and /vpc make it, with the charts of device plugin and autoscaler beside them. */
export function terraformAwsModulesPlan(
  more: { readonly autoscalerActions?: readonly string[]; readonly deviceValues?: string } = {},
): PlanJson {
  return buildPlan({
    region: 'us-west-2',
    resources: [
      {
        address: 'module.vpc.aws_subnet.private[0]',
        after: { availability_zone: 'us-west-2b' },
        unknown: { id: true },
      },
      {
        address: 'module.vpc.aws_subnet.private[1]',
        after: { availability_zone: 'us-west-2a' },
        unknown: { id: true },
      },
      { address: 'module.vpc.aws_subnet.public[0]', after: { availability_zone: 'us-west-2c' }, unknown: { id: true } },
      {
        address: 'module.eks.aws_eks_cluster.this[0]',
        after: { name: 'ml', version: '1.34', bootstrap_self_managed_addons: false },
      },
      {
        address: 'module.eks.aws_eks_addon.this["vpc-cni"]',
        after: {
          addon_name: 'vpc-cni',
          cluster_name: 'ml',
          configuration_values: '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}',
        },
      },
      {
        address: 'module.eks.aws_eks_addon.this["kube-proxy"]',
        after: { addon_name: 'kube-proxy', cluster_name: 'ml' },
        unknown: { configuration_values: true },
      },
      {
        address: `${deep}["gpu"].aws_eks_node_group.this[0]`,
        after: {
          cluster_name: 'ml',
          node_group_name_prefix: 'gpu-',
          ami_type: 'AL2023_x86_64_NVIDIA',
          instance_types: ['g5.xlarge'],
          capacity_type: 'SPOT',
          launch_template: [{}],
          labels: { team: 'ml' },
          taint: [
            { key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' },
            { key: 'dedicated', value: null, effect: 'NO_EXECUTE' },
          ],
          scaling_config: [{ min_size: 0, max_size: 5, desired_size: 0 }],
          version: '1.34',
          tags: { 'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu': '1', Team: 'ml' },
        },
        unknown: { launch_template: [{ id: true, version: true }], subnet_ids: true, node_group_name: true },
      },
      {
        address: `${deep}["gpu"].aws_launch_template.this[0]`,
        after: { block_device_mappings: [{ device_name: '/dev/xvda', ebs: [{ volume_size: 150 }] }], image_id: null },
        unknown: { id: true },
      },
      {
        address: `${deep}["default"].aws_eks_node_group.this[0]`,
        after: {
          cluster_name: 'ml',
          node_group_name: 'default',
          ami_type: 'AL2023_ARM_64_STANDARD',
          instance_types: ['m7g.4xlarge', 'm6g.4xlarge'],
          capacity_type: 'ON_DEMAND',
          launch_template: [{}],
          taint: [],
          scaling_config: [{ min_size: 2, max_size: 4, desired_size: 2 }],
        },
        unknown: { launch_template: [{ id: true, version: true }], subnet_ids: true },
      },
      { address: `${deep}["default"].aws_launch_template.this[0]`, after: { image_id: '' }, unknown: { id: true } },
      {
        address: 'helm_release.nvidia',
        after: {
          name: 'nvidia-device-plugin',
          namespace: 'nvidia',
          chart: 'nvidia-device-plugin',
          version: '0.20.0',
          values: [
            more.deviceValues ??
              'tolerations:\n- operator: Exists\nnodeSelector: {team: ml}\naffinity: {}\nconfig: {map: {default: "version: v1\\nsharing: {timeSlicing: {renameByDefault: true, resources: [{name: nvidia.com/gpu, replicas: 4}]}}"}}',
          ],
        },
      },
      {
        address: 'helm_release.autoscaler',
        after: {
          name: 'cluster-autoscaler',
          namespace: 'kube-system',
          chart: 'cluster-autoscaler',
          values: ['autoDiscovery: {clusterName: ml}\nimage: {tag: v1.34.5}\nextraArgs: {expander: priority, v: 4}\n'],
          set: [
            { name: 'extraArgs.scale-down-unneeded-time', value: '5m' },
            { name: 'extraArgs.balance-similar-node-groups', value: 'true' },
            { name: 'nodeSelector.kubernetes\\.io/arch', value: 'arm64', type: 'string' },
            { name: 'expanderPriorities.10[0]', value: '.*' },
          ],
        },
      },
      { address: 'helm_release.ingress', after: { name: 'ingress', chart: 'ingress-nginx', namespace: 'ingress' } },
      {
        address: 'aws_iam_policy.autoscaler',
        after: policy(...(more.autoscalerActions ?? ['autoscaling:SetDesiredCapacity', 'eks:DescribeNodegroup'])),
      },
    ],
    root: {
      resources: [written('helm_release', 'nvidia'), written('helm_release', 'autoscaler')],
      module_calls: {
        vpc: {
          source: 'terraform-aws-modules/vpc/aws',
          module: {
            resources: [written('aws_subnet', 'private'), written('aws_subnet', 'public')],
            outputs: {
              private_subnets: { expression: { references: ['aws_subnet.private'] } },
              public_subnets: { expression: { references: ['aws_subnet.public'] } },
            },
          },
        },
        eks: {
          source: 'terraform-aws-modules/eks/aws',
          expressions: {
            name: { constant_value: 'ml' },
            subnet_ids: { references: ['module.vpc.private_subnets', 'module.vpc'] },
            eks_managed_node_groups: { constant_value: { gpu: {}, default: {} } },
          },
          module: {
            resources: [written('aws_eks_cluster', 'this'), written('aws_eks_addon', 'this')],
            module_calls: {
              eks_managed_node_group: {
                source: './modules/eks-managed-node-group',
                for_each_expression: { references: ['var.eks_managed_node_groups'] },
                expressions: {
                  subnet_ids: { references: ['each.value.subnet_ids', 'each.value', 'var.subnet_ids'] },
                },
                module: {
                  resources: [
                    written('aws_launch_template', 'this'),
                    written('aws_eks_node_group', 'this', {
                      subnet_ids: ['var.subnet_ids'],
                      launch_template: ['local.launch_template_id'],
                      instance_types: ['var.instance_types'],
                    }),
                  ],
                },
              },
            },
          },
        },
      },
    },
  })
}

const nodeConfig = `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster: {name: plain}
  kubelet:
    config: {maxPods: 40}
    flags: ["--node-labels=team=ml,nvidia.com/gpu.present=true", "--register-with-taints=nvidia.com/gpu=true:NoSchedule"]
--//--
`

const templatePrefix = 'k8s.io/cluster-autoscaler/node-template'
const owned = (name: string) => [
  { key: 'k8s.io/cluster-autoscaler/enabled', value: 'true' },
  { key: `k8s.io/cluster-autoscaler/${name}`, value: 'owned' },
  { key: `kubernetes.io/cluster/${name}`, value: 'owned' },
]

const devicePlugin = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'plugin', namespace: 'kube-system' },
  spec: {
    template: {
      metadata: { labels: { name: 'nvidia-device-plugin-ds' } },
      spec: {
        priorityClassName: 'system-node-critical',
        tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
        containers: [{ name: 'plugin', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0' }],
      },
    },
  },
}

/** A plan of plain resources: self-managed groups with a mixed policy, and one whose user data is known after apply. */
export function selfManagedPlan(): PlanJson {
  return buildPlan({
    resources: [
      { address: 'aws_subnet.a', after: { id: 'subnet-a', availability_zone: 'eu-west-1a' } },
      { address: 'aws_subnet.b', after: { availability_zone: 'eu-west-1b' }, unknown: { id: true } },
      { address: 'aws_eks_cluster.this', after: { name: 'plain', version: '1.31' } },
      {
        address: 'aws_launch_template.mixed',
        after: {
          image_id: 'ami-1',
          instance_type: 'g5.xlarge',
          user_data: Buffer.from(nodeConfig).toString('base64'),
          block_device_mappings: [{ device_name: '/dev/xvda', ebs: [{ volume_size: 100 }] }],
        },
        unknown: { id: true },
      },
      {
        address: 'aws_autoscaling_group.mixed',
        after: {
          name: 'plain-mixed',
          min_size: 0,
          max_size: 8,
          desired_capacity: 1,
          tag: owned('plain'),
          mixed_instances_policy: [
            {
              instances_distribution: [{ on_demand_base_capacity: 0, on_demand_percentage_above_base_capacity: 0 }],
              launch_template: [
                {
                  launch_template_specification: [{ version: '$Latest' }],
                  override: [{ instance_type: 'g5.2xlarge' }, { instance_type: 'g5.xlarge' }],
                },
              ],
            },
          ],
        },
        unknown: { vpc_zone_identifier: true },
      },
      {
        address: 'aws_launch_template.late',
        after: { image_id: 'ami-1', instance_type: 'g4dn.12xlarge' },
        unknown: { id: true, user_data: true },
      },
      {
        address: 'aws_autoscaling_group.late',
        after: {
          name: 'plain-late',
          min_size: 0,
          max_size: 2,
          vpc_zone_identifier: ['subnet-a'],
          launch_template: [{}],
          tag: [
            ...owned('plain'),
            { key: `${templatePrefix}/label/team`, value: 'batch' },
            { key: `${templatePrefix}/taint/team`, value: 'batch:NoExecute' },
          ],
        },
        unknown: { launch_template: [{ id: true }], desired_capacity: true },
      },
      {
        address: 'aws_autoscaling_group_tag.late',
        after: {
          autoscaling_group_name: 'plain-late',
          tag: [{ key: `${templatePrefix}/resources/ephemeral-storage`, value: '80Gi' }],
        },
      },
      { address: 'aws_autoscaling_group.web', after: { name: 'web', min_size: 1, max_size: 1, tag: [] } },
      { address: 'kubernetes_manifest.plugin', after: { manifest: devicePlugin } },
    ],
    root: {
      resources: [
        written('aws_subnet', 'a'),
        written('aws_subnet', 'b'),
        written('aws_launch_template', 'mixed'),
        written('aws_launch_template', 'late'),
        written('aws_autoscaling_group', 'mixed', {
          vpc_zone_identifier: ['aws_subnet.b.id', 'aws_subnet.b', 'aws_subnet.a.id', 'aws_subnet.a'],
          mixed_instances_policy: ['aws_launch_template.mixed.id', 'aws_launch_template.mixed'],
        }),
        written('aws_autoscaling_group', 'late', {
          launch_template: ['aws_launch_template.late.id', 'aws_launch_template.late'],
        }),
      ],
    },
  })
}
