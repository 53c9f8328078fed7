import type { Expectation, ExpectedGroup } from '../live/verification.ts'
import type { StateJson, StateResource } from './plan-json.ts'
import { type PlannedNodeGroup, summarizeState } from './plan-summary.ts'

/** A cluster that an apply has made, with what is needed to reach it and to tell whether it is right. */
export type AppliedCluster = {
  readonly name: string
  readonly region: string
  readonly endpoint: string
  /** Base64 of the PEM, as EKS gives it. */
  readonly certificateAuthority: string
  /** Lambda function of the installer; absent with `install_manifests = false`, or in a cluster of another module. */
  readonly installerFunction?: string
  readonly expected: Expectation
}

/** The EKS clusters in a state, sorted by name. */
export function appliedClusters(state: StateJson): readonly AppliedCluster[] {
  const { clusters, nodeGroups } = summarizeState(state)
  return clusters
    .flatMap((cluster): readonly AppliedCluster[] => {
      const resource = state.resources.find(({ address }) => address === cluster.address)
      const endpoint = text(resource?.values['endpoint'])
      if (resource === undefined || cluster.name === null || endpoint === undefined) return []
      const installer = installerOf(state, cluster.name)
      return [
        {
          name: cluster.name,
          region: cluster.region ?? '',
          endpoint,
          certificateAuthority: text(first(resource.values['certificate_authority'])['data']) ?? '',
          ...(installer !== undefined && { installerFunction: installer }),
          expected: {
            nodeGroups: nodeGroups
              .filter((group) => group.cluster === cluster.name)
              .flatMap((group) => expectedGroup(state, group)),
            installed: installer !== undefined,
            autoscaler: installer !== undefined && installsAutoscaler(state, installer),
          },
        },
      ]
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function expectedGroup(state: StateJson, group: PlannedNodeGroup): readonly ExpectedGroup[] {
  if (group.name === null) return []
  const gpusPerNode = toldToAutoscaler(state, group.address) ?? group.gpusPerNode
  return [{ label: group.label, name: group.name, desired: group.sizes.desired ?? 0, gpusPerNode }]
}

const resourceTag = 'k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/'

/** GPUs of one node as the tags of its Auto Scaling group tell the autoscaler: shares and MIG devices count one each. */
function toldToAutoscaler(state: StateJson, address: string): number | undefined {
  const group = state.resources.find((resource) => resource.address === address)
  const name = text(first(first(group?.values['resources'])['autoscaling_groups'])['name'])
  const counts = state.resources
    .filter(({ type, values }) => type === 'aws_autoscaling_group_tag' && values['autoscaling_group_name'] === name)
    .map(({ values }) => first(values['tag']))
    .filter((tag) => text(tag['key'])?.startsWith(resourceTag) === true)
    .map((tag) => Number(tag['value']))
  return name === undefined || counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

/** The function whose environment names this cluster: that is how the installer learns which one it serves. */
function installerOf(state: StateJson, cluster: string): string | undefined {
  const installer = state.resources.find(
    (resource) => resource.type === 'aws_lambda_function' && servedCluster(resource) === cluster,
  )
  return text(installer?.values['function_name'])
}

/** Whether the bundle that the installer was handed has an autoscaler. */
function installsAutoscaler(state: StateJson, installer: string): boolean {
  const handed = state.resources.find(
    ({ type, values }) => type === 'aws_lambda_invocation' && text(values['function_name']) === installer,
  )
  return text(handed?.values['input'])?.includes('cluster-autoscaler') ?? true
}

function servedCluster(resource: StateResource): string | undefined {
  const { variables } = first(resource.values['environment'])
  return text(record(variables)['CLUSTER_NAME'])
}

function first(value: unknown): Readonly<Record<string, unknown>> {
  return Array.isArray(value) ? record(value[0]) : {}
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
