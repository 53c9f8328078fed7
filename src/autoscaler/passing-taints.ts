import type { Taint } from '../cluster/taint.ts'

/** Taints by key that come and go with a node's state. */
export type TaintSettings = {
  readonly ignoredTaints: readonly string[]
  readonly startupTaints: readonly string[]
  readonly statusTaints: readonly string[]
}

/** The taint of a node that the autoscaler is removing. */
const toBeDeletedTaint = 'ToBeDeletedByClusterAutoscaler'
/** The soft taint of a node that the autoscaler means to remove. */
export const deletionCandidateTaint = 'DeletionCandidateOfClusterAutoscaler'

const ofConditions: ReadonlySet<string> = new Set([
  toBeDeletedTaint,
  deletionCandidateTaint,
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/network-unavailable',
  'node.kubernetes.io/pid-pressure',
  'node.cloudprovider.kubernetes.io/uninitialized',
  'node.cloudprovider.kubernetes.io/shutdown',
  'cloud.google.com/impending-node-termination',
  'NodeWithImpairedVolumes',
])

/** Whether a node with the taint has not started yet. `--ignore-taint` is the old name of `--startup-taint`. */
export function isStartupTaint({ key }: Taint, settings: TaintSettings): boolean {
  return (
    settings.startupTaints.includes(key) ||
    settings.ignoredTaints.includes(key) ||
    key.startsWith('ignore-taint.cluster-autoscaler.kubernetes.io/') ||
    key.startsWith('startup-taint.cluster-autoscaler.kubernetes.io/')
  )
}

/** The taints that every node of a group has. Source: cluster-autoscaler, utils/taints `SanitizeTaints`. */
export function withoutPassingTaints(taints: readonly Taint[], settings: TaintSettings): readonly Taint[] {
  return taints.filter(
    (taint) =>
      !ofConditions.has(taint.key) &&
      !isStartupTaint(taint, settings) &&
      !settings.statusTaints.includes(taint.key) &&
      !taint.key.startsWith('status-taint.cluster-autoscaler.kubernetes.io/'),
  )
}
