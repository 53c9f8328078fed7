import { autoscalerVersionFor } from '../../../catalog/autoscaler-images.ts'
import { isJsonObject, listAt, objectAt, scalarTextAt, textAt, valueAt } from '../../kubernetes/json.ts'
import { kubernetesEffects } from './kubernetes-effects.ts'
import type { PlanIndex, PlannedResource } from './plan-index.ts'

/**
 * The workloads that our module installs, for a plan that does not show them yet: `cluster_autoscaler` of the call is
 * honoured where it is written out. Source: modules/eks-gpu-cluster/{autoscaler,nvidia}.tf and manifests/.
 */
export function moduleManifests(
  index: PlanIndex,
  invocation: PlannedResource,
  cluster: string,
  minor: string,
): readonly unknown[] {
  const settings = writtenSettings(index, invocation)
  return [autoscaler(settings, cluster, minor), ...autoscalerBudget, devicePlugin(toleratedTaints(index, invocation))]
}

/** Whether the call says something of the autoscaler that a plan does not show. */
export function hidesAutoscalerSettings(index: PlanIndex, invocation: PlannedResource): boolean {
  const written = index.callOf(invocation.module)?.expressions?.['cluster_autoscaler']
  return written !== undefined && !(isJsonObject(written) && 'constant_value' in written)
}

function writtenSettings(index: PlanIndex, invocation: PlannedResource): unknown {
  const written = index.callOf(invocation.module)?.expressions?.['cluster_autoscaler']
  return isJsonObject(written) ? valueAt(written, 'constant_value') : undefined
}

const labels = {
  app: 'cluster-autoscaler',
  'app.kubernetes.io/name': 'cluster-autoscaler',
  'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
}

function autoscaler(settings: unknown, cluster: string, minor: string): unknown {
  const extra = objectAt(settings, 'extra_args')
  const args: Readonly<Record<string, string>> = {
    'cloud-provider': 'aws',
    expander: 'least-waste',
    'ignore-daemonsets-utilization': 'true',
    'max-node-provision-time': '20m',
    'node-group-auto-discovery': `asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${cluster}`,
    'skip-nodes-with-system-pods': 'false',
    stderrthreshold: 'info',
    v: '4',
    ...Object.fromEntries(Object.keys(extra).map((name) => [name, scalarTextAt(extra, name) ?? ''])),
  }
  return {
    kind: 'Deployment',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'cluster-autoscaler' } },
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: 'system-cluster-critical',
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'nvidia.com/gpu.present', operator: 'DoesNotExist' }] },
                ],
              },
            },
          },
          containers: [
            {
              name: 'cluster-autoscaler',
              image:
                textAt(settings, 'image') ??
                `registry.k8s.io/autoscaling/cluster-autoscaler:v${autoscalerVersionFor(minor)}`,
              command: ['./cluster-autoscaler'],
              args: Object.entries(args)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([name, value]) => `--${name}=${value}`),
              resources: { requests: { cpu: '100m', memory: '600Mi' }, limits: { memory: '1Gi' } },
            },
          ],
        },
      },
    },
  }
}

const autoscalerBudget = [
  {
    kind: 'PodDisruptionBudget',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system' },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'cluster-autoscaler' } } },
  },
]

function devicePlugin(taints: readonly { readonly key: string; readonly effect: string }[]): unknown {
  const pluginLabels = {
    name: 'nvidia-device-plugin-ds',
    'app.kubernetes.io/name': 'nvidia-device-plugin',
    'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
  }
  return {
    kind: 'DaemonSet',
    metadata: { name: 'nvidia-device-plugin-daemonset', namespace: 'kube-system', labels: pluginLabels },
    spec: {
      selector: { matchLabels: { name: 'nvidia-device-plugin-ds' } },
      template: {
        metadata: { labels: pluginLabels },
        spec: {
          priorityClassName: 'system-node-critical',
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    matchExpressions: [
                      { key: 'nvidia.com/gpu.present', operator: 'In', values: ['true'] },
                      { key: 'eks-gpu-clusters/ami-family', operator: 'NotIn', values: ['bottlerocket'] },
                    ],
                  },
                ],
              },
            },
          },
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            ...taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect })),
          ],
          containers: [
            {
              name: 'nvidia-device-plugin-ctr',
              image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0',
              resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
            },
          ],
          volumes: [{ name: 'device-plugins', hostPath: { path: '/var/lib/kubelet/device-plugins' } }],
        },
      },
    },
  }
}

/** The union of the GPU groups' taints by key and effect, nvidia.com/gpu first. */
function toleratedTaints(
  index: PlanIndex,
  invocation: PlannedResource,
): readonly { readonly key: string; readonly effect: string }[] {
  const home = JSON.stringify(invocation.module)
  const found = index
    .managed('aws_eks_node_group')
    .filter(({ name, module }) => name === 'gpu' && JSON.stringify(module) === home)
    .flatMap(({ values }) => listAt(values, 'taint'))
    .map((taint) => `${textAt(taint, 'key') ?? ''}|${kubernetesEffects[textAt(taint, 'effect') ?? ''] ?? ''}`)
  return [...new Set(['nvidia.com/gpu|NoSchedule', ...found.sort()])].map((text) => {
    const at = text.lastIndexOf('|')
    return { key: text.slice(0, at), effect: text.slice(at + 1) }
  })
}
