import { instanceTypes } from '../../../catalog/instance-types.ts'
import { isJsonObject, type JsonObject, objectAt, scalarTextAt, textAt, valueAt } from '../../kubernetes/json.ts'

/** A release of a chart that we know. */
export type HelmRelease = {
  readonly name: string
  readonly namespace: string
  readonly chart: string
  readonly values: JsonObject
}

type Chart = (release: HelmRelease) => readonly unknown[]

/**
 * The objects of a release that matter to placement, as its chart renders them; `undefined` for a chart that we do not
 * know. Sources: the charts' templates, nvidia-device-plugin 0.20.0, gpu-operator v26.7.0, cluster-autoscaler 9.59.0,
 * aws-efa-k8s-device-plugin v0.5.30, metrics-server 3.13.0.
 */
export function renderKnownChart(release: HelmRelease): readonly unknown[] | undefined {
  // A chart may be named by its repository too: `nvdp/nvidia-device-plugin`, `oci://…/cluster-autoscaler`.
  const chart = charts[release.chart.split('/').at(-1) ?? '']
  return chart?.(release)
}

const charts: Readonly<Record<string, Chart>> = {
  'nvidia-device-plugin': devicePlugin,
  'gpu-operator': gpuOperator,
  'cluster-autoscaler': clusterAutoscaler,
  'aws-efa-k8s-device-plugin': efaPlugin,
  'metrics-server': metricsServer,
}

const gpuToleration = { key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }
const criticalAddons = { key: 'CriticalAddonsOnly', operator: 'Exists' }

function devicePlugin(release: HelmRelease): readonly unknown[] {
  const { name, namespace, values } = release
  const full = fullName(release, 'nvidia-device-plugin')
  const configs = objectAt(values, 'config', 'map')
  const byDefault = textAt(values, 'config', 'default') ?? Object.keys(configs)[0]
  const key = byDefault === undefined || byDefault === '' ? Object.keys(configs)[0] : byDefault
  const labels = { 'app.kubernetes.io/name': 'nvidia-device-plugin', 'app.kubernetes.io/instance': name }
  const present = (label: string, value: string) => ({
    matchExpressions: [{ key: label, operator: 'In', values: [value] }],
  })
  const config = key === undefined ? undefined : textAt(configs, key)
  return [
    ...(config === undefined
      ? []
      : [{ kind: 'ConfigMap', metadata: { name: `${full}-configs`, namespace }, data: { config } }]),
    workload('DaemonSet', full, namespace, labels, values, {
      priorityClassName: textAt(values, 'priorityClassName') ?? 'system-node-critical',
      tolerations: valueAt(values, 'tolerations') ?? [criticalAddons, gpuToleration],
      affinity: valueAt(values, 'affinity') ?? {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              present('feature.node.kubernetes.io/pci-10de.present', 'true'),
              present('feature.node.kubernetes.io/cpu-model.vendor_id', 'NVIDIA'),
              present('nvidia.com/gpu.present', 'true'),
            ],
          },
        },
      },
      containers: [
        container('nvidia-device-plugin-ctr', image(values, 'nvcr.io/nvidia/k8s-device-plugin', 'v0.20.0'), values, {
          ...(textAt(values, 'migStrategy') !== undefined && {
            env: [{ name: 'MIG_STRATEGY', value: textAt(values, 'migStrategy') }],
          }),
        }),
      ],
      ...(config !== undefined && { volumes: [{ name: 'config', configMap: { name: `${full}-configs` } }] }),
    }),
  ]
}

/** The operator labels GPU nodes itself, and its plugin follows its label: `realNodeOf` puts it on. */
function gpuOperator({ namespace, values }: HelmRelease): readonly unknown[] {
  if (valueAt(values, 'devicePlugin', 'enabled') === false) return []
  const labels = { app: 'nvidia-device-plugin-daemonset' }
  return [
    workload(
      'DaemonSet',
      'nvidia-device-plugin-daemonset',
      namespace,
      labels,
      {},
      {
        priorityClassName: textAt(values, 'daemonsets', 'priorityClassName') ?? 'system-node-critical',
        tolerations: valueAt(values, 'daemonsets', 'tolerations') ?? [gpuToleration],
        nodeSelector: { 'nvidia.com/gpu.deploy.device-plugin': 'true' },
        containers: [{ name: 'nvidia-device-plugin', image: 'nvcr.io/nvidia/k8s-device-plugin:v0.20.0' }],
      },
    ),
  ]
}

function clusterAutoscaler(release: HelmRelease): readonly unknown[] {
  const { name, namespace, values } = release
  const full = fullName(release, 'aws-cluster-autoscaler')
  const labels = { 'app.kubernetes.io/name': 'aws-cluster-autoscaler', 'app.kubernetes.io/instance': name }
  const cluster = textAt(values, 'autoDiscovery', 'clusterName')
  const given = valueAt(values, 'autoDiscovery', 'tags')
  const tags = Array.isArray(given)
    ? given.map(String)
    : ['k8s.io/cluster-autoscaler/enabled', 'k8s.io/cluster-autoscaler/{{ .Values.autoDiscovery.clusterName }}']
  const discovery = tags.map((tag) => tag.replaceAll(/\{\{[^}]*clusterName[^}]*\}\}/g, cluster ?? '')).join(',')
  const args = objectAt(values, 'extraArgs')
  const extra = Object.keys(args).map((flag) => {
    const value = scalarTextAt(args, flag)
    return value === undefined || value === '' ? `--${flag}` : `--${flag}=${value}`
  })
  const groups = Array.isArray(valueAt(values, 'autoscalingGroups')) ? valueAt(values, 'autoscalingGroups') : []
  const nodes = (Array.isArray(groups) ? groups : []).map(
    (group: unknown) =>
      `--nodes=${scalarTextAt(group, 'minSize') ?? 0}:${scalarTextAt(group, 'maxSize') ?? 0}:${textAt(group, 'name') ?? ''}`,
  )
  const priorities = valueAt(values, 'expanderPriorities')
  return [
    ...(priorities === undefined || (isJsonObject(priorities) && Object.keys(priorities).length === 0)
      ? []
      : [
          {
            kind: 'ConfigMap',
            metadata: { name: 'cluster-autoscaler-priority-expander', namespace },
            data: { priorities: typeof priorities === 'string' ? priorities : JSON.stringify(priorities) },
          },
        ]),
    workload('Deployment', full, namespace, labels, values, {
      priorityClassName: textAt(values, 'priorityClassName') ?? 'system-cluster-critical',
      containers: [
        container(
          'aws-cluster-autoscaler',
          image(values, 'registry.k8s.io/autoscaling/cluster-autoscaler', undefined),
          values,
          {
            command: [
              './cluster-autoscaler',
              '--cloud-provider=aws',
              `--namespace=${namespace}`,
              ...(cluster === undefined ? [] : [`--node-group-auto-discovery=asg:tag=${discovery}`]),
              ...nodes,
              ...extra,
            ],
          },
        ),
      ],
    }),
  ]
}

function efaPlugin(release: HelmRelease): readonly unknown[] {
  const { name, namespace, values } = release
  const withEfa = [...instanceTypes().types.values()].filter(({ efaInterfaces }) => efaInterfaces > 0)
  return [
    workload('DaemonSet', fullName(release, 'aws-efa-k8s-device-plugin'), namespace, { name }, values, {
      priorityClassName: 'system-node-critical',
      tolerations: valueAt(values, 'tolerations') ?? [
        criticalAddons,
        { key: 'aws.amazon.com/efa', operator: 'Exists', effect: 'NoSchedule' },
      ],
      affinity: valueAt(values, 'affinity') ?? {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  {
                    key: 'node.kubernetes.io/instance-type',
                    operator: 'In',
                    values: withEfa.map((type) => type.name),
                  },
                ],
              },
            ],
          },
        },
      },
      containers: [
        {
          name: 'aws-efa-k8s-device-plugin',
          image: '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/aws-efa-k8s-device-plugin:v0.5.30',
          resources: valueAt(values, 'resources') ?? { requests: { cpu: '10m', memory: '20Mi' } },
        },
      ],
    }),
  ]
}

function metricsServer(release: HelmRelease): readonly unknown[] {
  const { name, namespace, values } = release
  const labels = { 'app.kubernetes.io/name': 'metrics-server', 'app.kubernetes.io/instance': name }
  return [
    workload('Deployment', fullName(release, 'metrics-server'), namespace, labels, values, {
      priorityClassName: textAt(values, 'priorityClassName') ?? 'system-cluster-critical',
      containers: [
        {
          name: 'metrics-server',
          image: image(values, 'registry.k8s.io/metrics-server/metrics-server', 'v0.8.0'),
          resources: valueAt(values, 'resources') ?? { requests: { cpu: '100m', memory: '200Mi' } },
        },
      ],
    }),
  ]
}

/** A workload with the fields that all these charts take from the same values. */
function workload(
  kind: 'Deployment' | 'DaemonSet',
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  values: JsonObject,
  spec: JsonObject,
): unknown {
  const placement = Object.fromEntries(
    ['nodeSelector', 'affinity', 'tolerations', 'topologySpreadConstraints']
      .map((field) => [field, valueAt(values, field)] as const)
      .filter(([, value]) => value !== undefined),
  )
  const replicas = valueAt(values, 'replicaCount') ?? valueAt(values, 'replicas')
  return {
    kind,
    metadata: { name, namespace, labels },
    spec: {
      ...(kind === 'Deployment' && { replicas: typeof replicas === 'number' ? replicas : 1 }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...labels, ...objectAt(values, 'podLabels') } },
        spec: { ...placement, ...spec },
      },
    },
  }
}

function container(name: string, imageName: string, values: JsonObject, more: JsonObject): JsonObject {
  return { name, image: imageName, resources: valueAt(values, 'resources') ?? {}, ...more }
}

function image(values: JsonObject, repository: string, tag: string | undefined): string {
  const named = textAt(values, 'image', 'repository') ?? repository
  const version = scalarTextAt(values, 'image', 'tag') ?? tag
  return version === undefined || version === '' ? named : `${named}:${version}`
}

/** A chart's usual name: the release's alone where it has the chart's name in it. */
function fullName({ name, values }: HelmRelease, chart: string): string {
  const override = textAt(values, 'fullnameOverride')
  if (override !== undefined && override !== '') return override
  const base = textAt(values, 'nameOverride') || chart
  return name.includes(base) ? name : `${name}-${base}`
}
