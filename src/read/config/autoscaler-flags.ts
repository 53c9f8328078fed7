import type { AutoscalerSettings } from '../../cluster/autoscaler-settings.ts'
import { isAtLeast, parseKubernetesVersion } from '../../cluster/kubernetes-version.ts'
import { ProblemError } from '../../cluster/problem.ts'
import { parseGoDuration } from './go-duration.ts'

/** What an autoscaler's command line says. */
export type AutoscalerFlags = {
  readonly settings: AutoscalerSettings
  /** `--node-group-auto-discovery=asg:tag=…`: a group is taken that has all tags of one of these lists; no value: any. */
  readonly discovery: readonly (readonly DiscoveryTag[])[]
  /** `--nodes=MIN:MAX:NAME`: Auto Scaling groups by name, with their own limits. */
  readonly groups: readonly { readonly min: number; readonly max: number; readonly name: string }[]
  /** Flags that we do not know, as written; those that decide nothing here are left out. */
  readonly unknown: readonly string[]
}

/** A tag that discovery asks for. */
export type DiscoveryTag = { readonly key: string; readonly value?: string }

/**
 * Settings of the Cluster Autoscaler without any flag, by its version (`1.36.1`).
 * Source: https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.36.1/cluster-autoscaler/config/flags/flags.go,
 * and the same file of 1.29 to 1.35 (main.go before 1.32).
 */
export function defaultAutoscalerSettings(version: string): AutoscalerSettings {
  return {
    version,
    expanders: [isAtLeast(parseKubernetesVersion(version), 33) ? 'least-waste' : 'random'],
    balanceSimilarNodeGroups: false,
    balancingIgnoreLabels: [],
    balancingLabels: [],
    scaleUpFromZero: true,
    scanInterval: 10,
    maxNodesTotal: 0,
    coresTotal: { min: 0, max: 320_000 },
    memoryTotal: { min: 0, max: 6_400_000 },
    gpuTotal: [],
    maxNodesPerScaleUp: 1000,
    maxNodeGroupBinpackingDuration: 10,
    expendablePodsPriorityCutoff: -10,
    newPodScaleUpDelay: 0,
    maxNodeProvisionTime: 900,
    initialNodeGroupBackoff: 300,
    maxNodeGroupBackoff: 1800,
    nodeGroupBackoffReset: 10_800,
    ignoreDaemonSetsUtilization: false,
    ignoreMirrorPodsUtilization: false,
    forceDaemonSets: false,
    ignoredTaints: [],
    startupTaints: [],
    statusTaints: [],
    scaleDown: {
      enabled: true,
      unneededTime: 600,
      unreadyTime: 1200,
      delayAfterAdd: 600,
      delayAfterDelete: 0,
      delayAfterFailure: 180,
      utilizationThreshold: 0.5,
      gpuUtilizationThreshold: 0.5,
      nonEmptyCandidatesCount: 30,
      candidatesPoolRatio: 0.1,
      candidatesPoolMinCount: 50,
      maxParallelism: 10,
      maxDrainParallelism: 1,
      unremovableNodeRecheckTimeout: 300,
      skipNodesWithSystemPods: true,
      skipNodesWithLocalStorage: true,
      skipNodesWithCustomControllerPods: true,
      minReplicaCount: 0,
    },
  }
}

/**
 * Reads the command line of a Cluster Autoscaler: `--name=value`, `--name value`, `--name` for a switch; the last of a
 * flag wins, lists grow. What comes before the first flag (the program) is left out.
 * @throws ProblemError `autoscaler-flag-malformed`.
 */
export function readAutoscalerFlags(
  words: readonly string[],
  version: string,
  base: AutoscalerSettings = defaultAutoscalerSettings(version),
): AutoscalerFlags {
  let settings: AutoscalerSettings = base
  const discovery: DiscoveryTag[][] = []
  const groups: AutoscalerFlags['groups'][number][] = []
  const unknown: string[] = []
  for (const { name, value } of splitFlags(words)) {
    if (name === 'node-group-auto-discovery') {
      const tags = readDiscovery(value ?? '')
      if (tags === undefined) throw malformed(name, value, 'asg:tag=KEY[=VALUE],…')
      discovery.push(tags)
    } else if (name === 'nodes') {
      const match = /^(\d+):(\d+):(.+)$/.exec(value ?? '')
      if (match === null) throw malformed(name, value, 'MIN:MAX:NAME')
      groups.push({ min: Number(match[1]), max: Number(match[2]), name: match[3] ?? '' })
    } else {
      const set = settingFlags[name]
      if (set !== undefined) settings = set(settings, name, value)
      else if (!idleFlags.has(name)) unknown.push(value === undefined ? `--${name}` : `--${name}=${value}`)
    }
  }
  return { settings, discovery, groups, unknown }
}

/** Names of the flags that change what the autoscaler decides, in alphabetical order. */
export function autoscalerFlagNames(): readonly string[] {
  return Object.keys(settingFlags).sort()
}

type Setter = (settings: AutoscalerSettings, name: string, value: string | undefined) => AutoscalerSettings

const seconds =
  (key: KeysOf<AutoscalerSettings, number>): Setter =>
  (settings, name, value) => ({ ...settings, [key]: durationOf(name, value) })
const integer =
  (key: KeysOf<AutoscalerSettings, number>): Setter =>
  (settings, name, value) => ({ ...settings, [key]: integerOf(name, value) })
const flag =
  (key: KeysOf<AutoscalerSettings, boolean>): Setter =>
  (settings, name, value) => ({ ...settings, [key]: booleanOf(name, value) })
const texts =
  (key: KeysOf<AutoscalerSettings, readonly string[]>): Setter =>
  (settings, _name, value) => ({ ...settings, [key]: [...settings[key], value ?? ''] })
const down =
  <K extends keyof AutoscalerSettings['scaleDown']>(
    key: K,
    read: (name: string, value: string | undefined) => AutoscalerSettings['scaleDown'][K],
  ): Setter =>
  (settings, name, value) => ({ ...settings, scaleDown: { ...settings.scaleDown, [key]: read(name, value) } })

/** Keys of a record whose values are of one type. */
type KeysOf<T, V> = { [K in keyof T]-?: T[K] extends V ? K : never }[keyof T]

const settingFlags: Readonly<Record<string, Setter>> = {
  expander: (settings, name, value) => ({ ...settings, expanders: expandersOf(name, value) }),
  'balance-similar-node-groups': flag('balanceSimilarNodeGroups'),
  'balancing-ignore-label': texts('balancingIgnoreLabels'),
  'balancing-label': texts('balancingLabels'),
  'scale-up-from-zero': flag('scaleUpFromZero'),
  'aws-use-static-instance-list': (settings, name, value) => ({
    ...settings,
    staticInstanceTypes: booleanOf(name, value),
  }),
  'scan-interval': seconds('scanInterval'),
  'max-nodes-total': integer('maxNodesTotal'),
  'cores-total': (settings, name, value) => ({ ...settings, coresTotal: rangeOf(name, value) }),
  'memory-total': (settings, name, value) => ({ ...settings, memoryTotal: rangeOf(name, value) }),
  'gpu-total': (settings, name, value) => {
    const match = /^([^:]+):(\d+):(\d+)$/.exec(value ?? '')
    if (match === null) throw malformed(name, value, 'TYPE:MIN:MAX')
    const limit = { type: match[1] ?? '', min: Number(match[2]), max: Number(match[3]) }
    return { ...settings, gpuTotal: [...settings.gpuTotal, limit] }
  },
  'max-nodes-per-scaleup': integer('maxNodesPerScaleUp'),
  'max-nodegroup-binpacking-duration': seconds('maxNodeGroupBinpackingDuration'),
  'expendable-pods-priority-cutoff': integer('expendablePodsPriorityCutoff'),
  'new-pod-scale-up-delay': seconds('newPodScaleUpDelay'),
  'max-node-provision-time': seconds('maxNodeProvisionTime'),
  'initial-node-group-backoff-duration': seconds('initialNodeGroupBackoff'),
  'max-node-group-backoff-duration': seconds('maxNodeGroupBackoff'),
  'node-group-backoff-reset-timeout': seconds('nodeGroupBackoffReset'),
  'ignore-daemonsets-utilization': flag('ignoreDaemonSetsUtilization'),
  'ignore-mirror-pods-utilization': flag('ignoreMirrorPodsUtilization'),
  'force-ds': flag('forceDaemonSets'),
  'ignore-taint': texts('ignoredTaints'),
  'startup-taint': texts('startupTaints'),
  'status-taint': texts('statusTaints'),
  'scale-down-enabled': down('enabled', booleanOf),
  'scale-down-unneeded-time': down('unneededTime', durationOf),
  'scale-down-unready-time': down('unreadyTime', durationOf),
  'scale-down-delay-after-add': down('delayAfterAdd', durationOf),
  'scale-down-delay-after-delete': down('delayAfterDelete', durationOf),
  'scale-down-delay-after-failure': down('delayAfterFailure', durationOf),
  'scale-down-utilization-threshold': down('utilizationThreshold', numberOf),
  'scale-down-gpu-utilization-threshold': down('gpuUtilizationThreshold', numberOf),
  'scale-down-non-empty-candidates-count': down('nonEmptyCandidatesCount', integerOf),
  'scale-down-candidates-pool-ratio': down('candidatesPoolRatio', numberOf),
  'scale-down-candidates-pool-min-count': down('candidatesPoolMinCount', integerOf),
  'max-scale-down-parallelism': down('maxParallelism', integerOf),
  'max-drain-parallelism': down('maxDrainParallelism', integerOf),
  'unremovable-node-recheck-timeout': down('unremovableNodeRecheckTimeout', durationOf),
  'skip-nodes-with-system-pods': down('skipNodesWithSystemPods', booleanOf),
  'skip-nodes-with-local-storage': down('skipNodesWithLocalStorage', booleanOf),
  'skip-nodes-with-custom-controller-pods': down('skipNodesWithCustomControllerPods', booleanOf),
  'min-replica-count': down('minReplicaCount', integerOf),
}

/** Switches that may stand alone; `--name value` is a value for every other flag. */
const switches = new Set([
  'balance-similar-node-groups',
  'scale-up-from-zero',
  'ignore-daemonsets-utilization',
  'ignore-mirror-pods-utilization',
  'force-ds',
  'scale-down-enabled',
  'skip-nodes-with-system-pods',
  'skip-nodes-with-local-storage',
  'skip-nodes-with-custom-controller-pods',
  'aws-use-static-instance-list',
  'logtostderr',
  'alsologtostderr',
  'leader-elect',
  'write-status-configmap',
  'emit-per-nodegroup-metrics',
  'debugging-snapshot-enabled',
  'record-duplicated-events',
  'cordon-node-before-terminating',
  'profiling',
  'regional',
])

/** Flags that change no decision: logging, addresses, credentials, leader election. */
const idleFlags = new Set([
  'address',
  'alsologtostderr',
  'cloud-config',
  'cloud-provider',
  'cluster-name',
  'cordon-node-before-terminating',
  'debugging-snapshot-enabled',
  'emit-per-nodegroup-metrics',
  'kube-api-content-type',
  'kube-client-burst',
  'kube-client-qps',
  'kubeconfig',
  'kubernetes',
  'leader-elect',
  'leader-elect-lease-duration',
  'leader-elect-renew-deadline',
  'leader-elect-resource-lock',
  'leader-elect-resource-name',
  'leader-elect-resource-namespace',
  'leader-elect-retry-period',
  'log-backtrace-at',
  'log-dir',
  'logtostderr',
  'max-failing-time',
  'max-inactivity',
  'namespace',
  'profiling',
  'record-duplicated-events',
  'regional',
  'skip-headers',
  'status-config-map-name',
  'stderrthreshold',
  'user-agent',
  'v',
  'vmodule',
  'write-status-configmap',
])

function splitFlags(words: readonly string[]): readonly { readonly name: string; readonly value?: string }[] {
  const flags: { name: string; value?: string }[] = []
  for (let index = 0; index < words.length; index += 1) {
    const match = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(words[index] ?? '')
    if (match === null) continue
    const name = (match[1] ?? '').replaceAll('_', '-')
    const next = words[index + 1]
    if (match[2] !== undefined) flags.push({ name, value: match[2] })
    else if (switches.has(name) || next === undefined || /^--?[a-zA-Z]/.test(next)) flags.push({ name })
    else {
      flags.push({ name, value: next })
      index += 1
    }
  }
  return flags
}

function readDiscovery(value: string): DiscoveryTag[] | undefined {
  const match = /^asg:tag=(.+)$/.exec(value)
  return match?.[1]?.split(',').map((tag) => {
    const [key = '', ...rest] = tag.split('=')
    return rest.length === 0 ? { key } : { key, value: rest.join('=') }
  })
}

const knownExpanders = ['random', 'most-pods', 'least-waste', 'least-nodes', 'priority'] as const

function expandersOf(name: string, value: string | undefined): AutoscalerSettings['expanders'] {
  const names = (value ?? '').split(',').map((text) => text.trim())
  return names.map((text) => {
    const known = knownExpanders.find((expander) => expander === text)
    if (known !== undefined) return known
    throw malformed(
      name,
      text,
      `one of ${knownExpanders.join(', ')}, joined by commas (price and grpc are not simulated)`,
    )
  })
}

function durationOf(name: string, value: string | undefined): number {
  const read = parseGoDuration(value ?? '')
  if (read === undefined) throw malformed(name, value, 'a duration such as 10m or 90s')
  return read
}

function integerOf(name: string, value: string | undefined): number {
  if (value === undefined || !/^[+-]?\d+$/.test(value)) throw malformed(name, value, 'a whole number')
  return Number(value)
}

function numberOf(name: string, value: string | undefined): number {
  const read = value === undefined || value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(read)) throw malformed(name, value, 'a number')
  return read
}

function booleanOf(name: string, value: string | undefined): boolean {
  if (value === undefined) return true
  if (/^(?:1|t|T|true|TRUE|True)$/.test(value)) return true
  if (/^(?:0|f|F|false|FALSE|False)$/.test(value)) return false
  throw malformed(name, value, 'true or false')
}

function rangeOf(name: string, value: string | undefined): { readonly min: number; readonly max: number } {
  const match = /^(\d+):(\d+)$/.exec(value ?? '')
  if (match === null) throw malformed(name, value, 'MIN:MAX')
  return { min: Number(match[1]), max: Number(match[2]) }
}

function malformed(name: string, value: string | undefined, wanted: string): ProblemError {
  return new ProblemError({
    id: 'autoscaler-flag-malformed',
    what: `The autoscaler's flag --${name} cannot be ${value === undefined ? 'without a value' : JSON.stringify(value)}.`,
    why: 'The Cluster Autoscaler would not start with it.',
    fix: `give it ${wanted}`,
  })
}
