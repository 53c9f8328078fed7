import { expect, it } from 'vitest'
import { readPluginSharing } from '../../kubernetes/read-plugin-sharing.ts'
import { type BuiltResource, buildPlan, written } from '../testing/plan-builder.ts'
import { openPlanIndex } from './plan-index.ts'
import { sharedPlugins } from './shared-plugins.ts'

const tag = (group: string, resource: string, count: number): BuiltResource => ({
  address: `aws_autoscaling_group_tag.gpu["${group}/resources/${resource}"]`,
  after: {
    tag: [{ key: `k8s.io/cluster-autoscaler/node-template/resources/${resource}`, value: String(count) }],
  },
  unknown: { autoscaling_group_name: true },
})

const group = (name: string, type: string, labels: Readonly<Record<string, string>>): BuiltResource => ({
  address: `aws_eks_node_group.gpu["${name}"]`,
  after: {
    instance_types: [type],
    labels: { 'nvidia.com/device-plugin.config': name, ...labels },
    launch_template: [{}],
  },
  unknown: { launch_template: [{ id: true }] },
})

const template = (name: string, userData: string): BuiltResource => ({
  address: `aws_launch_template.gpu["${name}"]`,
  after: { user_data: Buffer.from(userData).toString('base64') },
})

const index = openPlanIndex(
  buildPlan({
    resources: [
      group('sliced', 'g5.12xlarge', { 'nvidia.com/gpu.sharing-strategy': 'time-slicing' }),
      template('sliced', ''),
      tag('sliced', 'nvidia.com/gpu', 0),
      tag('sliced', 'nvidia.com/gpu.shared', 8),
      group('mps', 'g6.xlarge', { 'nvidia.com/gpu.sharing-strategy': 'mps' }),
      template('mps', ''),
      tag('mps', 'nvidia.com/gpu', 6),
      group('mig', 'p5.4xlarge', {
        'nvidia.com/gpu.sharing-strategy': 'time-slicing',
        'nvidia.com/mig.strategy': 'mixed',
      }),
      template('mig', '#!/bin/bash\nnvidia-smi mig -cgi 3g.40gb,1g.10gb,1g.10gb -C\n'),
      tag('mig', 'nvidia.com/mig-3g.40gb', 2),
      tag('mig', 'nvidia.com/mig-1g.10gb', 4),
      { address: 'aws_eks_node_group.gpu["plain"]', after: { instance_types: ['g5.xlarge'], labels: {} } },
    ],
    root: {
      resources: [
        written('aws_eks_node_group', 'gpu', { launch_template: ['aws_launch_template.gpu'] }),
        written('aws_launch_template', 'gpu'),
        written('aws_autoscaling_group_tag', 'gpu', { autoscaling_group_name: ['aws_eks_node_group.gpu'] }),
      ],
    },
  }),
)

it('says of each group how its plugin shares GPUs, from labels and tags', () => {
  const plugins = sharedPlugins(index, index.managed('aws_eks_node_group'), ['mps', 'mig'])
  expect(plugins.map(({ key, mps, file }) => ({ key, mps, ...readPluginSharing(file, undefined) }))).toMatchObject([
    {
      key: 'mig',
      mps: false,
      migStrategy: 'mixed',
      kind: 'timeSlicing',
      renameByDefault: false,
      oneShareEach: true,
      replicas: { 'nvidia.com/mig-3g.40gb': 2, 'nvidia.com/mig-1g.10gb': 2 },
    },
    { key: 'mps', mps: true, migStrategy: 'none', kind: 'mps', oneShareEach: true, replicas: { 'nvidia.com/gpu': 6 } },
    {
      key: 'sliced',
      mps: false,
      kind: 'timeSlicing',
      renameByDefault: true,
      oneShareEach: false,
      replicas: { 'nvidia.com/gpu': 2 },
    },
  ])
})
