import type { ClusterInput } from './cluster-input.ts'
import type { Config } from './config-input.ts'
import { markCall } from './marked-call.ts'
import type { AcceptedCluster, AcceptedConfig, AnyCluster, AnyConfig } from './refusals/accepted.ts'

/**
 * Describes one cluster; `eks-gpu synth` makes a Terraform root of it. The fields are the inputs of the module, under its own
 * names. Gives the input back as it is.
 *
 * @example
 * import { defineCluster } from 'eks-gpu-clusters'
 *
 * export default defineCluster({
 *   cluster_name: 'ai-workloads-prod',
 *   gpu_node_groups: { inference: { instance_types: ['g5.xlarge', 'g5.2xlarge'], capacity_type: 'SPOT', max_size: 10 } },
 * })
 */
export function defineCluster<const Written extends AnyCluster>(cluster: AcceptedCluster<Written>): ClusterInput
export function defineCluster(cluster: ClusterInput): ClusterInput {
  return markCall(cluster, new Error().stack)
}

/**
 * Describes a Terraform root: clusters by the names of their module blocks, where state lives, and the AWS provider. Gives the
 * input back as it is.
 *
 * @example
 * export default defineConfig({
 *   backend: { s3: { bucket: 'my-terraform-state', key: 'gpu.tfstate', region: 'us-east-1' } },
 *   providers: { aws: { region: 'us-east-1' } },
 *   clusters: { prod: { cluster_name: 'ai-prod' }, staging: { cluster_name: 'ai-staging' } },
 * })
 */
export function defineConfig<const Written extends AnyConfig>(config: AcceptedConfig<Written>): Config
export function defineConfig(config: Config): Config {
  return markCall(config, new Error().stack)
}
