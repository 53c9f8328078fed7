import { autoscalerVersionFor } from '../../../catalog/autoscaler-images.ts'
import { efaDevicePluginImage } from '../../../catalog/efa-device-plugin.ts'
import {
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  recordAt,
  scalarTextAt,
  textAt,
  textsAt,
  valueAt,
} from '../../kubernetes/json.ts'
import { kubernetesEffects } from './kubernetes-effects.ts'
import { isUnknownWithin, type PlanIndex, type PlannedResource } from './plan-index.ts'
import { sharedPlugins } from './shared-plugins.ts'

/** Kubernetes minor (`1.36`) and region of a cluster: what decides the images that our module installs. */
export type ModulePlace = { readonly minor: string; readonly region: string }

/**
 * The workloads that our module installs, for a plan that does not show them yet. What the autoscaler is told stands at
 * the module's guard; in a plan of an earlier release `cluster_autoscaler` of the call is honoured where it is written
 * out. Source: modules/eks-gpu-cluster/{autoscaler,checks,efa,nvidia}.tf and manifests/.
 */
export function moduleManifests(
  index: PlanIndex,
  invocation: PlannedResource,
  cluster: string,
  { minor, region }: ModulePlace,
): readonly unknown[] {
  const plugins = [...gpuDaemonSets(index, invocation), ...efaPlugin(index, invocation, region)]
  const shown = shownAutoscaler(index, invocation)
  if (shown === null) return plugins
  if (shown !== undefined)
    return [
      autoscaler(textAt(shown, 'image'), textsAt(shown, 'flags'), minor),
      ...priorityExpander(objectAt(shown, 'priorities')),
      ...autoscalerBudget,
      ...plugins,
    ]
  const settings = writtenSettings(index, invocation)
  return [
    autoscaler(textAt(settings, 'image'), defaultFlags(settings, cluster), minor),
    ...autoscalerBudget,
    ...plugins,
  ]
}

/** Whether the call says something of the autoscaler that a plan does not show. */
export function hidesAutoscalerSettings(index: PlanIndex, invocation: PlannedResource): boolean {
  if (shownAutoscaler(index, invocation) !== undefined) return false
  const written = index.callOf(invocation.module)?.expressions?.['cluster_autoscaler']
  return written !== undefined && !(isJsonObject(written) && 'constant_value' in written)
}

/** What the guard of the module shows: image, flags and priorities; `null`: no autoscaler; `undefined`: not known. */
function shownAutoscaler(index: PlanIndex, invocation: PlannedResource): unknown {
  const input = guardInput(index, invocation)
  return input === undefined ? undefined : (valueAt(input, 'cluster_autoscaler') ?? null)
}

/** The registry that stands for another one in the module's images, which is itself where nothing is known. */
function registryOf(index: PlanIndex, invocation: PlannedResource, origin: string): string {
  return recordAt(guardInput(index, invocation), 'image_registries')[origin] ?? origin
}

/** What the module's guard shows of a plan whose manifests are not known yet. */
function guardInput(index: PlanIndex, invocation: PlannedResource): JsonObject | undefined {
  const home = JSON.stringify(invocation.module)
  const guard = index
    .managed('terraform_data')
    .find(({ name, module }) => name === 'guard_cluster' && JSON.stringify(module) === home)
  const input = valueAt(guard?.values, 'input')
  return guard === undefined || !isJsonObject(input) || isUnknownWithin(guard, 'input') ? undefined : input
}

function writtenSettings(index: PlanIndex, invocation: PlannedResource): unknown {
  const written = index.callOf(invocation.module)?.expressions?.['cluster_autoscaler']
  return isJsonObject(written) ? valueAt(written, 'constant_value') : undefined
}

function defaultFlags(settings: unknown, cluster: string): readonly string[] {
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
  return Object.entries(args)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `--${name}=${value}`)
}

/** The ConfigMap that the priority expander reads; none without priorities. */
function priorityExpander(priorities: JsonObject): readonly unknown[] {
  const tiers = Object.keys(priorities)
  if (tiers.length === 0) return []
  return [
    {
      kind: 'ConfigMap',
      metadata: { name: 'cluster-autoscaler-priority-expander', namespace: 'kube-system' },
      data: {
        priorities: tiers
          .map(
            (tier) =>
              `${tier}:\n${textsAt(priorities, tier)
                .map((pattern) => `  - ${JSON.stringify(pattern)}\n`)
                .join('')}`,
          )
          .join(''),
      },
    },
  ]
}

const labels = {
  app: 'cluster-autoscaler',
  'app.kubernetes.io/name': 'cluster-autoscaler',
  'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
}

function autoscaler(image: string | undefined, args: readonly string[], minor: string): unknown {
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
              image: image ?? `registry.k8s.io/autoscaling/cluster-autoscaler:v${autoscalerVersionFor(minor)}`,
              command: ['./cluster-autoscaler'],
              args,
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

/** The plugin for whole GPUs, those of groups that share them, and DCGM's exporter. */
function gpuDaemonSets(index: PlanIndex, invocation: PlannedResource): readonly unknown[] {
  const everywhere = {
    taints: taintsOf(gpuGroups(index, invocation), ['nvidia.com/gpu|NoSchedule']),
    pluginImage: `${registryOf(index, invocation, 'nvcr.io')}/nvidia/k8s-device-plugin:v0.20.0`,
  }
  const oneShareEach = textsAt(guardInput(index, invocation), 'one_share_each')
  const shared = sharedPlugins(index, gpuGroups(index, invocation), oneShareEach)
  return [
    devicePlugin(everywhere, shared.length > 0 ? { operator: 'DoesNotExist' } : undefined),
    ...shared.flatMap(({ key, file, mps }) => [
      {
        kind: 'ConfigMap',
        metadata: { name: `nvidia-device-plugin-${key}`, namespace: 'kube-system' },
        data: { 'config.yaml': file },
      },
      devicePlugin(everywhere, { operator: 'In', values: [key] }, key),
      ...(mps ? [mpsDaemon(everywhere, key)] : []),
    ]),
    ...dcgmExporter(textAt(guardInput(index, invocation), 'dcgm_exporter', 'image'), everywhere),
  ]
}

function dcgmExporter(image: string | undefined, everywhere: Everywhere): readonly unknown[] {
  if (image === undefined) return []
  const labels = { 'app.kubernetes.io/name': 'dcgm-exporter', 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' }
  return [
    nodeDaemonSet({
      name: 'dcgm-exporter',
      labels,
      selector: { 'app.kubernetes.io/name': 'dcgm-exporter' },
      expressions: [{ key: 'nvidia.com/gpu.present', operator: 'In', values: ['true'] }],
      taints: everywhere.taints,
      image,
      cpu: '50m',
      memory: ['128Mi', '512Mi'],
      volumes: [],
    }),
  ]
}

type Taints = readonly { readonly key: string; readonly effect: string }[]

/** What the DaemonSets for GPUs share. */
type Everywhere = { readonly taints: Taints; readonly pluginImage: string }

/** The plugin for whole GPUs, or the one of a group that shares them; `config` chooses by the label that says which. */
function devicePlugin(everywhere: Everywhere, config: object | undefined, key?: string): unknown {
  return nodeDaemonSet({
    name: `nvidia-device-plugin-${key ?? 'daemonset'}`,
    labels: {
      name: 'nvidia-device-plugin-ds',
      'app.kubernetes.io/name': 'nvidia-device-plugin',
      'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
      ...(key !== undefined && { [configLabel]: key }),
    },
    selector: { name: 'nvidia-device-plugin-ds', ...(key !== undefined && { [configLabel]: key }) },
    expressions: [
      { key: 'nvidia.com/gpu.present', operator: 'In', values: ['true'] },
      { key: 'eks-gpu-clusters/ami-family', operator: 'NotIn', values: ['bottlerocket'] },
      ...(config === undefined ? [] : [{ key: 'nvidia.com/device-plugin.config', ...config }]),
    ],
    taints: everywhere.taints,
    image: everywhere.pluginImage,
    memory: ['64Mi', '256Mi'],
    volumes: [
      { name: 'device-plugins', hostPath: { path: '/var/lib/kubelet/device-plugins' } },
      ...(key === undefined ? [] : [{ name: 'config', configMap: { name: `nvidia-device-plugin-${key}` } }]),
    ],
  })
}

function mpsDaemon(everywhere: Everywhere, key: string): unknown {
  const labels = {
    'app.kubernetes.io/name': 'nvidia-mps-control-daemon',
    'app.kubernetes.io/managed-by': 'eks-gpu-clusters',
    [configLabel]: key,
  }
  return nodeDaemonSet({
    name: `nvidia-mps-control-daemon-${key}`,
    labels,
    selector: { 'app.kubernetes.io/name': 'nvidia-mps-control-daemon', [configLabel]: key },
    nodeSelector: { 'nvidia.com/mps.capable': 'true' },
    expressions: [
      { key: 'eks-gpu-clusters/ami-family', operator: 'NotIn', values: ['bottlerocket'] },
      { key: 'nvidia.com/device-plugin.config', operator: 'In', values: [key] },
    ],
    taints: everywhere.taints,
    image: everywhere.pluginImage,
    memory: ['128Mi', '512Mi'],
    volumes: [],
  })
}

const configLabel = 'eks-gpu-clusters/device-plugin-config'

/** A DaemonSet of node software of ours, as far as it decides where its pods land and what they ask. */
function nodeDaemonSet(of: {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly selector: Readonly<Record<string, string>>
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly hostNetwork?: true
  readonly expressions: readonly object[]
  readonly taints: Taints
  /** Name of the container; that of NVIDIA's device plugin when left out. */
  readonly container?: string
  readonly image: string
  /** 10 millicores when left out. */
  readonly cpu?: string
  /** Request and limit. */
  readonly memory: readonly [string, string]
  readonly volumes: readonly object[]
}): unknown {
  return {
    kind: 'DaemonSet',
    metadata: { name: of.name, namespace: 'kube-system', labels: of.labels },
    spec: {
      selector: { matchLabels: of.selector },
      template: {
        metadata: { labels: of.labels },
        spec: {
          priorityClassName: 'system-node-critical',
          ...(of.hostNetwork && { hostNetwork: of.hostNetwork }),
          ...(of.nodeSelector && { nodeSelector: of.nodeSelector }),
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: of.expressions }],
              },
            },
          },
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            ...of.taints.map(({ key, effect }) => ({ key, operator: 'Exists', effect })),
          ],
          containers: [
            {
              name: of.container ?? 'nvidia-device-plugin-ctr',
              image: of.image,
              resources: { requests: { cpu: of.cpu ?? '10m', memory: of.memory[0] }, limits: { memory: of.memory[1] } },
            },
          ],
          volumes: of.volumes,
        },
      },
    },
  }
}

/** The label of nodes with EFA, by which its device plugin finds them. */
const efaLabel = 'vpc.amazonaws.com/efa.present'

/** The plugin for EFA, where groups have it. */
function efaPlugin(index: PlanIndex, invocation: PlannedResource, region: string): readonly unknown[] {
  const groups = gpuGroups(index, invocation).filter(({ values }) => recordAt(values, 'labels')[efaLabel] === 'true')
  if (groups.length === 0) return []
  const name = 'aws-efa-k8s-device-plugin'
  return [
    nodeDaemonSet({
      name,
      labels: { name, 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'eks-gpu-clusters' },
      selector: { name },
      hostNetwork: true,
      expressions: [{ key: efaLabel, operator: 'In', values: ['true'] }],
      taints: taintsOf(groups),
      container: name,
      image: efaDevicePluginImage(region),
      memory: ['20Mi', '128Mi'],
      volumes: [
        { name: 'device-plugins', hostPath: { path: '/var/lib/kubelet/device-plugins' } },
        { name: 'infiniband', hostPath: { path: '/dev/infiniband' } },
      ],
    }),
  ]
}

/** The module's GPU node groups. */
function gpuGroups(index: PlanIndex, invocation: PlannedResource): readonly PlannedResource[] {
  const home = JSON.stringify(invocation.module)
  return index
    .managed('aws_eks_node_group')
    .filter(({ name, module }) => name === 'gpu' && JSON.stringify(module) === home)
}

/** The union of groups' taints by key and effect, after those that are always among them (`key|effect`). */
function taintsOf(groups: readonly PlannedResource[], always: readonly string[] = []): Taints {
  const found = groups
    .flatMap(({ values }) => listAt(values, 'taint'))
    .map((taint) => `${textAt(taint, 'key') ?? ''}|${kubernetesEffects[textAt(taint, 'effect') ?? ''] ?? ''}`)
  return [...new Set([...always, ...found.sort()])].map((text) => {
    const at = text.lastIndexOf('|')
    return { key: text.slice(0, at), effect: text.slice(at + 1) }
  })
}
