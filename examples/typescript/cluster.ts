// The cluster of examples/basic with a second group on Spot, written in TypeScript: npx eks-gpu up examples/typescript/cluster.ts --local
import { defineConfig, type GpuNodeGroup } from 'eks-gpu-clusters'

/** What both groups have in common. */
const common = {
  min_size: 0,
  max_size: 2,
  labels: { team: 'ml' },
} as const satisfies GpuNodeGroup

export default defineConfig({
  providers: { aws: { region: 'us-east-1' } },

  clusters: {
    gpu_cluster: {
      cluster_name: 'gpu-typescript',

      gpu_node_groups: {
        inference: { ...common, instance_types: ['g5.xlarge'], desired_size: 1 },
        // Three types with one GPU each, so that EC2 has a choice.
        spot: { ...common, instance_types: ['g5.xlarge', 'g5.2xlarge', 'g6.xlarge'], capacity_type: 'SPOT' },
      },

      tags: { Project: 'gpu-typescript' },
    },
  },
})
