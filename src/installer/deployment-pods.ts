import { isRecord, listAt, numberAt, textAt, valueAt } from './json.ts'
import type { Run } from './run.ts'

const revisionKey = 'deployment.kubernetes.io/revision'
const hashKey = 'pod-template-hash'

/**
 * The pods of a Deployment's present template, without those that are being deleted. Found through its ReplicaSet of the
 * same revision; where no ReplicaSet has one, all pods that its selector takes.
 */
export async function podsOf(run: Run, deployment: unknown): Promise<readonly unknown[]> {
  const namespace = textAt(deployment, 'metadata', 'namespace')
  const selector = labelSelector(deployment)
  const revision = textAt(deployment, 'metadata', 'annotations', revisionKey)
  const uid = textAt(deployment, 'metadata', 'uid')
  const sets = await run.api.list(
    `/apis/apps/v1/namespaces/${namespace}/replicasets?labelSelector=${selector}`,
    'list the ReplicaSets of the autoscaler',
  )
  const present = sets.find(
    (set) =>
      revision !== '' &&
      textAt(set, 'metadata', 'annotations', revisionKey) === revision &&
      listAt(set, 'metadata', 'ownerReferences').some((owner) => textAt(owner, 'uid') === uid),
  )
  const hash = textAt(present, 'metadata', 'labels', hashKey)
  const pods = await run.api.list(
    `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}`,
    'list the pods of the autoscaler',
  )
  return pods.filter(
    (pod) =>
      textAt(pod, 'metadata', 'deletionTimestamp') === '' &&
      (hash === '' || textAt(pod, 'metadata', 'labels', hashKey) === hash),
  )
}

/** `matchLabels` as a query parameter; the module's Deployments use nothing else. */
function labelSelector(deployment: unknown): string {
  const labels = valueAt(deployment, 'spec', 'selector', 'matchLabels')
  const pairs = isRecord(labels) ? Object.entries(labels) : []
  return encodeURIComponent(pairs.map(([key, value]) => `${key}=${String(value)}`).join(','))
}

/** Ready replicas out of the wanted ones, for messages. */
export function replicasOf(deployment: unknown): { readonly desired: number; readonly available: number } {
  return {
    desired: numberAt(deployment, 1, 'spec', 'replicas'),
    available: numberAt(deployment, 0, 'status', 'availableReplicas'),
  }
}
