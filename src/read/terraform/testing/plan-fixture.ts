/** JSON of a plan, as `terraform show -json` prints it, with only what we read. */
export const planFixture: unknown = {
  format_version: '1.2',
  terraform_version: '1.11.4',
  variables: { region: { value: 'us-west-2' } },
  resource_changes: [
    change('module.gpu.aws_eks_cluster.this', ['create'], {
      after: { name: 'ai', version: '1.36', region: 'us-west-2' },
    }),
    change('module.gpu.aws_eks_node_group.gpu["inference"]', ['create'], {
      after: {
        cluster_name: 'ai',
        node_group_name_prefix: 'inference-',
        instance_types: ['g5.xlarge', 'g5.2xlarge', 'g5.4xlarge'],
        capacity_type: 'SPOT',
        ami_type: 'AL2023_x86_64_NVIDIA',
        scaling_config: [{ min_size: 0, desired_size: 2, max_size: 10 }],
        labels: { 'nvidia.com/gpu': 'true', a: 'b' },
        taint: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
      },
    }),
    change('module.gpu.aws_eks_node_group.gpu["training"]', ['update'], {
      before: { scaling_config: [{ min_size: 0, desired_size: 1, max_size: 4 }] },
      after: {
        cluster_name: 'ai',
        node_group_name: 'training-x',
        instance_types: ['p5.48xlarge'],
        capacity_type: 'ON_DEMAND',
        scaling_config: [{ min_size: 2, desired_size: 1, max_size: 4 }],
      },
    }),
    change('module.gpu.aws_eks_node_group.system', ['create', 'delete'], {
      after: {
        cluster_name: 'ai',
        node_group_name_prefix: 'system-',
        scaling_config: [{ min_size: 2, desired_size: 2, max_size: 4 }],
      },
    }),
    change('module.gpu.aws_launch_template.system', ['no-op'], { after: { instance_type: 'm7i.large' } }),
    change('aws_eks_node_group.odd', ['create'], { after: { cluster_name: 'ai', scaling_config: [{}] } }),
    change('aws_vpc.old', ['delete'], { before: { id: 'vpc-1' }, after: null }),
    change('data.aws_region.current', ['read'], { after: {} }),
  ],
  prior_state: { values: { root_module: {} } },
  configuration: {
    provider_config: { aws: { name: 'aws', expressions: { region: { references: ['var.region'] } } } },
    root_module: {
      module_calls: {
        gpu: {
          source: '../../modules/eks-gpu-cluster',
          module: {
            resources: [
              {
                address: 'aws_eks_node_group.system',
                mode: 'managed',
                type: 'aws_eks_node_group',
                name: 'system',
                expressions: {
                  launch_template: [
                    { id: { references: ['aws_launch_template.system.id', 'aws_launch_template.system'] } },
                  ],
                },
              },
            ],
          },
        },
      },
    },
  },
}

function change(address: string, actions: readonly string[], values: { before?: unknown; after: unknown }): unknown {
  const match = /^(?:(module\.\w+)\.)?(data\.)?(\w+)\.(\w+)(?:\["([^"]*)"\])?$/.exec(address)
  const [, module, data, type, name, index] = match ?? []
  return {
    address,
    ...(module !== undefined && { module_address: module }),
    mode: data === undefined ? 'managed' : 'data',
    type,
    name,
    ...(index !== undefined && { index }),
    change: { actions, before: values.before ?? null, after: values.after, after_unknown: {} },
  }
}
