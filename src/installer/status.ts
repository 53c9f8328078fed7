import { podsOf, replicasOf } from './deployment-pods.ts'
import { isRecord, listAt, numberAt, textAt, valueAt } from './json.ts'
import { systemNamespace } from './own-names.ts'
import { podIdentityVariable } from './rollout.ts'
import type { Run } from './run.ts'

/** Answer of the action `status`: what `eks-gpu` verifies with where the private endpoint does not answer from outside. */
export type ClusterStatus = {
  readonly cluster: string
  readonly nodes: readonly {
    readonly name: string
    /** EKS managed node group, `''` for a node of none. */
    readonly nodeGroup: string
    readonly ready: boolean
    /** GPUs that the device plugin offers: whole, shared and MIG ones. */
    readonly gpusCapacity: number
    readonly gpusAllocatable: number
    readonly instanceType: string
  }[]
  readonly devicePlugin: { readonly desired: number; readonly ready: number } | null
  readonly autoscaler: {
    readonly desired: number
    readonly available: number
    /** Last lines of its newest pod. */
    readonly log: readonly string[]
    /** Whether every pod of it was admitted with Pod Identity credentials. */
    readonly credentials: boolean
  } | null
}

const logLines = 20
const maxLineLength = 500

/** Reads the state of the cluster by fixed queries; changes nothing and takes no lease. */
export async function readStatus(run: Run, clusterName: string): Promise<ClusterStatus> {
  const nodes = await run.api.list('/api/v1/nodes', 'list the nodes')
  const plugins = await run.api.list(
    `/apis/apps/v1/namespaces/${systemNamespace}/daemonsets?labelSelector=name%3Dnvidia-device-plugin-ds`,
    'list the device plugins',
  )
  const autoscaler = await readWorkload(run, 'deployments/cluster-autoscaler')
  return {
    cluster: clusterName,
    nodes: nodes.map(describeNode).sort((a, b) => (a.name < b.name ? -1 : 1)),
    devicePlugin:
      plugins.length === 0
        ? null
        : { desired: sumOf(plugins, 'desiredNumberScheduled'), ready: sumOf(plugins, 'numberReady') },
    autoscaler: autoscaler === undefined ? null : await describeAutoscaler(run, autoscaler),
  }
}

/** Groups that share GPUs have a plugin of their own. */
function sumOf(daemonSets: readonly unknown[], field: string): number {
  return daemonSets.reduce<number>((sum, each) => sum + numberAt(each, 0, 'status', field), 0)
}

async function readWorkload(run: Run, name: string): Promise<unknown> {
  const path = `/apis/apps/v1/namespaces/${systemNamespace}/${name}`
  const answer = await run.api.send({ method: 'GET', path, what: `read ${systemNamespace}/${name}`, accept: [404] })
  return answer.status === 404 ? undefined : answer.body
}

function describeNode(node: unknown): ClusterStatus['nodes'][number] {
  const ready = listAt(node, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready')
  return {
    name: textAt(node, 'metadata', 'name'),
    // A custom AMI registers with what the module's user data says, which cannot know EKS's name of the group.
    nodeGroup:
      textAt(node, 'metadata', 'labels', 'eks.amazonaws.com/nodegroup') ||
      textAt(node, 'metadata', 'labels', 'eks-gpu-clusters/node-group'),
    ready: textAt(ready, 'status') === 'True',
    gpusCapacity: countGpus(valueAt(node, 'status', 'capacity')),
    gpusAllocatable: countGpus(valueAt(node, 'status', 'allocatable')),
    instanceType: textAt(node, 'metadata', 'labels', 'node.kubernetes.io/instance-type'),
  }
}

function countGpus(resources: unknown): number {
  if (!isRecord(resources)) return 0
  return Object.entries(resources)
    .filter(
      ([name]) => name === 'nvidia.com/gpu' || name === 'nvidia.com/gpu.shared' || name.startsWith('nvidia.com/mig-'),
    )
    .reduce((sum, [, quantity]) => sum + (Number.parseInt(String(quantity), 10) || 0), 0)
}

async function describeAutoscaler(run: Run, deployment: unknown): Promise<ClusterStatus['autoscaler']> {
  const pods = await podsOf(run, deployment)
  const newest = [...pods].sort((a, b) =>
    textAt(a, 'metadata', 'creationTimestamp') < textAt(b, 'metadata', 'creationTimestamp') ? 1 : -1,
  )[0]
  const credentials = pods.every((pod) =>
    listAt(pod, 'spec', 'containers').some((container) =>
      listAt(container, 'env').some((variable) => textAt(variable, 'name') === podIdentityVariable),
    ),
  )
  return {
    ...replicasOf(deployment),
    log: newest === undefined ? [] : await readLog(run, newest),
    credentials: pods.length > 0 && credentials,
  }
}

/** The last lines of a pod's first container, or one line that says why there are none. */
async function readLog(run: Run, pod: unknown): Promise<readonly string[]> {
  const container = textAt(listAt(pod, 'spec', 'containers')[0], 'name')
  const query = `container=${encodeURIComponent(container)}&tailLines=${logLines}`
  const path = `/api/v1/namespaces/${systemNamespace}/pods/${encodeURIComponent(textAt(pod, 'metadata', 'name'))}/log?${query}`
  try {
    const answer = await run.api.send({ method: 'GET', path, what: 'read the log of the autoscaler' })
    return answer.text
      .split('\n')
      .filter((line) => line !== '')
      .slice(-logLines)
      .map((line) => line.slice(0, maxLineLength))
  } catch (error) {
    return [`no log: ${error instanceof Error ? error.message : String(error)}`]
  }
}
