import { isDeepStrictEqual } from 'node:util'
import { type JsonObject, numberAt, objectAt, recordAt, textAt, valueAt } from '../../../read/kubernetes/json.ts'
import type { KubernetesObject } from '../control-plane.ts'
import { deleteNow, type EmbeddedApi } from './embedded-api.ts'
import { isTerminating, ownedObjects, ownerReference } from './owned-objects.ts'
import { recordEvent } from './record-event.ts'
import { kindNamed } from './resource-kind.ts'
import { templateHash } from './template-hash.ts'
import { type Condition, updateStatus, withConditions } from './update-status.ts'

const component = 'deployment-controller'
const revisionKey = 'deployment.kubernetes.io/revision'
const hashLabel = 'pod-template-hash'
const options = { manager: 'kube-controller-manager', dryRun: false }

/** Rolls each Deployment out through its ReplicaSets. Source: pkg/controller/deployment. */
export async function reconcileDeployments(api: EmbeddedApi): Promise<void> {
  for (const deployment of api.store.list(kindNamed('Deployment'))) {
    if (!isTerminating(deployment)) await reconcile(api, deployment)
  }
}

async function reconcile(api: EmbeddedApi, deployment: KubernetesObject): Promise<void> {
  const existing = ownedObjects(api.store, 'ReplicaSet', deployment)
  const paused = valueAt(deployment, 'spec', 'paused') === true
  const current =
    existing.find((replicaSet) => isDeepStrictEqual(templateOf(replicaSet), templateOf(deployment))) ??
    (paused ? undefined : await createReplicaSet(api, deployment, existing))
  const old = existing.filter(({ metadata }) => metadata.uid !== current?.metadata.uid)
  if (current !== undefined) {
    const latest = markRevision(api, deployment, current, old)
    if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') recreate(api, deployment, latest, old)
    else roll(api, deployment, latest, old)
    forgetOld(api, deployment, old)
  }
  reportStatus(api, deployment, current)
}

function templateOf(object: KubernetesObject): unknown {
  const template = objectAt(object, 'spec', 'template')
  const { [hashLabel]: _, ...labels } = recordAt(template, 'metadata', 'labels')
  return { ...template, metadata: { ...objectAt(template, 'metadata'), labels } }
}

async function createReplicaSet(
  api: EmbeddedApi,
  deployment: KubernetesObject,
  old: readonly KubernetesObject[],
): Promise<KubernetesObject> {
  const template = objectAt(deployment, 'spec', 'template')
  const hash = templateHash(template)
  const selector = objectAt(deployment, 'spec', 'selector')
  const labels = { ...recordAt(template, 'metadata', 'labels'), [hashLabel]: hash }
  return api.create(
    kindNamed('ReplicaSet'),
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace ?? '',
        labels,
        annotations: { [revisionKey]: String(highestRevision(old) + 1) },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...recordAt(selector, 'matchLabels'), [hashLabel]: hash } },
        template: { ...template, metadata: { ...objectAt(template, 'metadata'), labels } },
      },
    },
    options,
  )
}

function revisionOf(object: KubernetesObject): number {
  return Number(object.metadata.annotations?.[revisionKey] ?? 0)
}

function highestRevision(replicaSets: readonly KubernetesObject[]): number {
  return Math.max(0, ...replicaSets.map(revisionOf))
}

/** A template that comes back, as `rollout undo` brings it, becomes the newest revision. */
function markRevision(
  api: EmbeddedApi,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): KubernetesObject {
  const revision = String(Math.max(revisionOf(current), highestRevision(old) + 1))
  annotate(api, deployment, revision)
  return annotate(api, current, revision)
}

function annotate(api: EmbeddedApi, object: KubernetesObject, revision: string): KubernetesObject {
  if (object.metadata.annotations?.[revisionKey] === revision) return object
  return api.store.put(kindNamed(object.kind), {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [revisionKey]: revision } },
  })
}

function recreate(
  api: EmbeddedApi,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  for (const replicaSet of old) scaleTo(api, deployment, replicaSet, 0)
  const remaining = old.some((replicaSet) => ownedObjects(api.store, 'Pod', replicaSet).length > 0)
  if (!remaining) scaleTo(api, deployment, current, replicasOf(deployment))
}

function roll(
  api: EmbeddedApi,
  deployment: KubernetesObject,
  current: KubernetesObject,
  old: readonly KubernetesObject[],
): void {
  const desired = replicasOf(deployment)
  const { surge, unavailable } = limitsOf(deployment, desired)
  const total = sum([current, ...old], replicasOf)
  const own = replicasOf(current)
  if (own > desired) scaleTo(api, deployment, current, desired)
  else if (own < desired) {
    const room = Math.max(0, desired + surge - total)
    scaleTo(api, deployment, current, own + Math.min(room, desired - own))
  }

  const after = Math.min(
    desired,
    replicasOf(api.get(kindNamed('ReplicaSet'), current.metadata.namespace ?? '', current.metadata.name ?? '')),
  )
  const unready = after - availableOf(current)
  let removable = sum(old, replicasOf) + after - (desired - unavailable) - Math.max(0, unready)
  // Pods that do not run anyway go first, however many there are.
  for (const replicaSet of old) {
    if (removable <= 0) break
    const broken = Math.min(removable, replicasOf(replicaSet) - availableOf(replicaSet))
    if (broken <= 0) continue
    scaleTo(api, deployment, replicaSet, replicasOf(replicaSet) - broken)
    removable -= broken
  }
  const available = sum([current, ...old], availableOf)
  let spare = Math.min(removable, available - (desired - unavailable))
  for (const { metadata } of old) {
    const replicaSet = api.get(kindNamed('ReplicaSet'), metadata.namespace ?? '', metadata.name ?? '')
    const fewer = Math.min(spare, replicasOf(replicaSet))
    if (fewer <= 0) continue
    scaleTo(api, deployment, replicaSet, replicasOf(replicaSet) - fewer)
    spare -= fewer
  }
}

/** Percentages round up for the surge and down for what may be missing; both zero would never move. */
function limitsOf(
  deployment: KubernetesObject,
  desired: number,
): { readonly surge: number; readonly unavailable: number } {
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') return { surge: 0, unavailable: 0 }
  const rolling = objectAt(deployment, 'spec', 'strategy', 'rollingUpdate')
  const surge = amountOf(rolling['maxSurge'], desired, Math.ceil)
  const unavailable = amountOf(rolling['maxUnavailable'], desired, Math.floor)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, desired) }
}

function amountOf(value: unknown, desired: number, round: (amount: number) => number): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return 0
  return value.endsWith('%') ? round((Number(value.slice(0, -1)) * desired) / 100) : Number(value)
}

function scaleTo(api: EmbeddedApi, deployment: KubernetesObject, replicaSet: KubernetesObject, replicas: number): void {
  const resource = kindNamed('ReplicaSet')
  const current = api.get(resource, replicaSet.metadata.namespace ?? '', replicaSet.metadata.name ?? '')
  const before = replicasOf(current)
  if (before === replicas) return
  api.update(resource, { ...current, spec: { ...objectAt(current, 'spec'), replicas } }, '', options)
  recordEvent(api.store, deployment, {
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${replicas > before ? 'up' : 'down'} replica set ${current.metadata.name} from ${before} to ${replicas}`,
    component,
  })
}

function forgetOld(api: EmbeddedApi, deployment: KubernetesObject, old: readonly KubernetesObject[]): void {
  const kept = numberAt(deployment, 'spec', 'revisionHistoryLimit') ?? 10
  const empty = old
    .filter((replicaSet) => replicasOf(replicaSet) === 0 && (numberAt(replicaSet, 'status', 'replicas') ?? 0) === 0)
    .sort((a, b) => revisionOf(b) - revisionOf(a))
  for (const { metadata } of empty.slice(kept)) {
    api.remove(kindNamed('ReplicaSet'), metadata.namespace ?? '', metadata.name ?? '', deleteNow)
  }
}

function reportStatus(api: EmbeddedApi, deployment: KubernetesObject, current: KubernetesObject | undefined): void {
  const replicaSets = ownedObjects(api.store, 'ReplicaSet', deployment)
  const newest = replicaSets.find(({ metadata }) => metadata.uid === current?.metadata.uid)
  const desired = replicasOf(deployment)
  const status = (object: KubernetesObject | undefined, field: string): number => numberAt(object, 'status', field) ?? 0
  const replicas = sum(replicaSets, (replicaSet) => status(replicaSet, 'replicas'))
  const available = sum(replicaSets, availableOf)
  const updated = status(newest, 'replicas')
  const counts: JsonObject = {
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...positive(
      'readyReplicas',
      sum(replicaSets, (replicaSet) => status(replicaSet, 'readyReplicas')),
    ),
    ...positive('availableReplicas', available),
    ...positive('unavailableReplicas', Math.max(replicas, desired) - available),
  }
  updateStatus(api.store, deployment, {
    observedGeneration: deployment.metadata['generation'],
    ...counts,
    conditions: withConditions(deployment, [
      availability(available >= desired - limitsOf(deployment, desired).unavailable),
      progress(newest, updated === desired && available === desired && replicas === desired),
    ]),
  })
}

function availability(enough: boolean): Condition {
  return enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

function progress(newest: KubernetesObject | undefined, complete: boolean): Condition {
  const name = newest?.metadata.name ?? ''
  return complete
    ? {
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: `ReplicaSet "${name}" has successfully progressed.`,
      }
    : {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `ReplicaSet "${name}" is progressing.`,
      }
}

function positive(field: string, count: number): JsonObject {
  return count > 0 ? { [field]: count } : {}
}

function replicasOf(object: KubernetesObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1
}

function availableOf(replicaSet: KubernetesObject): number {
  return numberAt(replicaSet, 'status', 'availableReplicas') ?? 0
}

function sum(objects: readonly KubernetesObject[], of: (object: KubernetesObject) => number): number {
  return objects.reduce((total, object) => total + of(object), 0)
}
