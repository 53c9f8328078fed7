import type { Unknown } from '../../cluster/cluster.ts'
import type { ClusterObjects } from '../../cluster/cluster-objects.ts'
import type { Pod } from '../../cluster/pod.ts'

/** What the objects of a running cluster leave open, because kinds that would tell it are not in the input. */
export function missingObjects(pods: readonly Pod[], objects: ClusterObjects): readonly Unknown[] {
  const missing: Unknown[] = []
  const note = (isMissing: boolean, what: string, why: string): void => {
    if (isMissing) missing.push({ what, why })
  }
  const spreads = pods.some(({ topologySpread }) => topologySpread.length === 0)
  note(
    spreads && objects.services.length === 0,
    'spreading unknown: no Services in the input',
    'pods without constraints of their own are spread over nodes and zones by the Services that select them; none is assumed',
  )
  for (const kind of ['ReplicaSet', 'StatefulSet', 'ReplicationController'] as const) {
    note(
      pods.some(({ owner, topologySpread }) => owner?.kind === kind && topologySpread.length === 0) &&
        !objects.controllers.some((controller) => controller.kind === kind),
      `spreading unknown: no ${kind}s in the input`,
      'pods without constraints of their own are spread by the selector of the controller that owns them; none is assumed',
    )
  }
  note(
    pods.some(selectsNamespaces) && objects.namespaces.every(({ labels }) => Object.keys(labels).length <= 1),
    'labels of namespaces unknown: no Namespaces in the input',
    'pod affinity selects namespaces by label; only kubernetes.io/metadata.name is known',
  )
  const claims = pods.flatMap(({ volumes }) => volumes.filter(({ kind }) => kind === 'claim'))
  note(
    claims.length > 0 && objects.persistentVolumeClaims.length === 0,
    'volumes unknown: no PersistentVolumeClaims in the input',
    'pods that use claims find none',
  )
  note(
    objects.persistentVolumeClaims.some(({ volumeName }) => volumeName !== undefined) &&
      objects.persistentVolumes.length === 0,
    'zones of volumes unknown: no PersistentVolumes in the input',
    'pods with bound claims find their volumes missing',
  )
  note(
    claims.length > 0 && objects.csiNodes.length === 0,
    'volume limits of nodes unknown: no CSINodes in the input',
    'nodes are taken to attach any number of volumes',
  )
  note(
    new Set(pods.map(({ priority }) => priority)).size > 1 && objects.disruptionBudgets.length === 0,
    'disruption budgets unknown: no PodDisruptionBudgets in the input',
    'preemption takes every pod of lower priority as free to go',
  )
  return missing
}

function selectsNamespaces({ affinity, antiAffinity }: Pod): boolean {
  return [affinity, antiAffinity].some(
    ({ required, preferred }) =>
      required.some(({ namespaceSelector }) => namespaceSelector !== undefined) ||
      preferred.some(({ term }) => term.namespaceSelector !== undefined),
  )
}
