import { z } from 'zod'
import type { ClusterStatus, NodeStatus } from './cluster-status.ts'
import { type Kubectl, runKubectl } from './kubectl.ts'
import { withOneToken } from './with-one-token.ts'

/** Sign in a container that Pod Identity has injected credentials into it. */
const podIdentityVariable = 'AWS_CONTAINER_CREDENTIALS_FULL_URI'

const strings = z.record(z.string(), z.string()).default({})
const quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({})

const nodeList = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), labels: strings }),
      status: z
        .looseObject({
          conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
          capacity: quantities,
          allocatable: quantities,
        })
        .optional(),
    }),
  ),
})

const daemonSetList = z.looseObject({
  items: z.array(
    z.looseObject({
      status: z
        .looseObject({ desiredNumberScheduled: z.number().default(0), numberReady: z.number().default(0) })
        .optional(),
    }),
  ),
})

const deployment = z.looseObject({
  spec: z.looseObject({ replicas: z.number().default(1) }),
  status: z.looseObject({ availableReplicas: z.number().default(0) }).optional(),
})

const podList = z.looseObject({
  items: z.array(
    z.looseObject({
      spec: z.looseObject({
        containers: z.array(z.looseObject({ env: z.array(z.looseObject({ name: z.string() })).default([]) })),
      }),
    }),
  ),
})

/**
 * Reads how a cluster is through kubectl. An answer that is not there or not of the expected form is `failed`, with
 * kubectl's own last line.
 */
export function readStatusThroughKubectl(
  kubectl: Kubectl,
  cluster: string,
): Promise<{ readonly status: ClusterStatus } | { readonly failed: string }> {
  return withOneToken(kubectl, (session) => readStatus(session, cluster))
}

async function readStatus(
  kubectl: Kubectl,
  cluster: string,
): Promise<{ readonly status: ClusterStatus } | { readonly failed: string }> {
  const nodes = await get(kubectl, ['nodes'], nodeList)
  if ('failed' in nodes) return nodes
  if (nodes.value === undefined) return { failed: 'the cluster did not list its nodes' }
  const plugins = await get(
    kubectl,
    ['-n', 'kube-system', 'daemonsets', '-l', 'name=nvidia-device-plugin-ds'],
    daemonSetList,
  )
  if ('failed' in plugins) return plugins
  // Groups that share GPUs have a plugin of their own.
  const statuses = (plugins.value?.items ?? []).map(({ status }) => status)
  const autoscaler = await get(kubectl, ['-n', 'kube-system', 'deployment', 'cluster-autoscaler'], deployment)
  if ('failed' in autoscaler) return autoscaler
  const pods = await get(kubectl, ['-n', 'kube-system', 'pods', '-l', 'app=cluster-autoscaler'], podList)
  if ('failed' in pods) return pods
  const log = await runKubectl(kubectl, ['-n', 'kube-system', 'logs', '-l', 'app=cluster-autoscaler', '--tail=20'])
  const running = pods.value?.items ?? []
  return {
    status: {
      cluster,
      nodes: nodes.value.items.map(nodeOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
      devicePlugin:
        statuses.length === 0
          ? null
          : {
              desired: statuses.reduce((sum, status) => sum + (status?.desiredNumberScheduled ?? 0), 0),
              ready: statuses.reduce((sum, status) => sum + (status?.numberReady ?? 0), 0),
            },
      autoscaler:
        autoscaler.value === undefined
          ? null
          : {
              desired: autoscaler.value.spec.replicas,
              available: autoscaler.value.status?.availableReplicas ?? 0,
              log: log.code === 0 ? log.stdout.trim().split('\n') : [],
              credentials:
                running.length > 0 &&
                running.every((pod) =>
                  pod.spec.containers.some((container) =>
                    container.env.some(({ name }) => name === podIdentityVariable),
                  ),
                ),
            },
    },
  }
}

function nodeOf(node: z.output<typeof nodeList>['items'][number]): NodeStatus {
  const { name, labels } = node.metadata
  return {
    name,
    // A custom AMI registers with what the module's user data says, which cannot know EKS's name of the group.
    nodeGroup: labels['eks.amazonaws.com/nodegroup'] ?? labels['eks-gpu-clusters/node-group'] ?? '',
    ready: node.status?.conditions.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    gpusCapacity: gpusOf(node.status?.capacity ?? {}),
    gpusAllocatable: gpusOf(node.status?.allocatable ?? {}),
    instanceType: labels['node.kubernetes.io/instance-type'] ?? '',
  }
}

/** Whole, shared and MIG devices that the device plugin offers. */
function gpusOf(resources: Readonly<Record<string, string | number>>): number {
  return Object.entries(resources)
    .filter(
      ([name]) => name === 'nvidia.com/gpu' || name === 'nvidia.com/gpu.shared' || name.startsWith('nvidia.com/mig-'),
    )
    .reduce((sum, [, quantity]) => sum + (Number.parseInt(String(quantity), 10) || 0), 0)
}

/** `kubectl get … -o json`; `value` is `undefined` when there is no such object. */
async function get<Schema extends z.ZodType>(
  kubectl: Kubectl,
  args: readonly string[],
  schema: Schema,
): Promise<{ readonly value: z.output<Schema> | undefined } | { readonly failed: string }> {
  const answer = await runKubectl(kubectl, ['get', ...args, '--ignore-not-found', '-o', 'json'])
  if (answer.code !== 0) return { failed: lastLine(answer.stderr) }
  if (answer.stdout.trim() === '') return { value: undefined }
  try {
    const parsed = schema.safeParse(JSON.parse(answer.stdout))
    return parsed.success
      ? { value: parsed.data }
      : { failed: `kubectl get ${args.join(' ')} answered in an unknown form` }
  } catch {
    return { failed: `kubectl get ${args.join(' ')} did not answer in JSON` }
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
