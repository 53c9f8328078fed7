import type { AutoscalerSettings } from '../cluster/autoscaler-settings.ts'
import { budgetCovers } from '../cluster/budget-covers.ts'
import type { DisruptionBudget } from '../cluster/cluster-objects.ts'
import { labelOf } from '../cluster/labels.ts'
import type { Pod } from '../cluster/pod.ts'
import { isDaemonSetPod, isMirrorPod } from './daemon-set-pods.ts'

const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const safeVolumes = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes'
const replicatedKinds: ReadonlySet<string> = new Set([
  'ReplicationController',
  'Job',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
])

/** What becomes of a pod when its node is drained. */
export type Drainability =
  | { readonly kind: 'moves' }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'daemon-set' }
  | { readonly kind: 'blocks'; readonly reason: string }

/**
 * Whether a pod lets its node be drained, and why not. `budgets` are those left over by the nodes that the loop has already
 * found removable. Source: cluster-autoscaler 1.36.1, simulator/drainability/rules (in the order of `Default`).
 */
export function drainability(
  pod: Pod,
  settings: AutoscalerSettings['scaleDown'],
  budgets: readonly DisruptionBudget[],
  controllerReplicas: ReadonlyMap<string, number>,
): Drainability {
  const { owner, namespace, name } = pod
  if (isMirrorPod(pod)) return { kind: 'ignored' }
  if (settings.skipNodesWithCustomControllerPods && owner !== undefined) {
    const replicas = controllerReplicas.get(`${owner.kind}/${namespace}/${owner.name}`)
    const hasMinimum = owner.kind === 'ReplicaSet' || owner.kind === 'ReplicationController'
    if (hasMinimum && replicas !== undefined && replicas < settings.minReplicaCount) {
      return blocks(
        `replication controller for ${namespace}/${name} has too few replicas spec: ${replicas} min: ${settings.minReplicaCount}`,
      )
    }
  }
  if (isDaemonSetPod(pod)) return { kind: 'daemon-set' }
  const eviction = labelOf(pod.annotations, safeToEvict)
  if (eviction === 'true') return moves
  const isReplicated =
    owner !== undefined && (!settings.skipNodesWithCustomControllerPods || replicatedKinds.has(owner.kind))
  if (!isReplicated) return blocks(`${namespace}/${name} is not replicated`)
  const matching = budgets.filter((budget) => budgetCovers(budget, pod))
  if (settings.skipNodesWithSystemPods && namespace === 'kube-system' && matching.length === 0) {
    return blocks(`non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: ${name}`)
  }
  if (eviction === 'false') return blocks(`pod annotated as not safe to evict present: ${name}`)
  if (settings.skipNodesWithLocalStorage && hasBlockingVolume(pod)) {
    return blocks(`pod with local storage present: ${name}`)
  }
  if (matching.some(({ disruptionsAllowed }) => disruptionsAllowed < 1)) {
    return blocks(`not enough pod disruption budget to move ${namespace}/${name}`)
  }
  return moves
}

/** The budgets once these pods have gone. */
export function budgetsWithout(
  budgets: readonly DisruptionBudget[],
  pods: readonly Pod[],
): readonly DisruptionBudget[] {
  return budgets.map((budget) => {
    const gone = pods.filter((pod) => budgetCovers(budget, pod)).length
    return gone === 0 ? budget : { ...budget, disruptionsAllowed: budget.disruptionsAllowed - gone }
  })
}

const moves: Drainability = { kind: 'moves' }

function blocks(reason: string): Drainability {
  return { kind: 'blocks', reason }
}

function hasBlockingVolume({ localVolumes = [], annotations }: Pod): boolean {
  const safe = new Set((labelOf(annotations, safeVolumes) ?? '').split(',').map((volume) => volume.trim()))
  return localVolumes.some((volume) => !safe.has(volume))
}
