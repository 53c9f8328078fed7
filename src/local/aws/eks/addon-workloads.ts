import { z } from 'zod'
import type { KubernetesClient } from '../../kubernetes/client.ts'
import type { KubernetesObject } from '../../kubernetes/control-plane.ts'

/** Creates or updates objects by server-side apply as field manager `eks`. Throws with the API server's message. */
export async function applyObjects(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) {
    const path = `${objectPath(object)}?fieldManager=eks&force=true`
    const answer = await client.send('PATCH', path, object, 'application/apply-patch+yaml')
    if (answer.status >= 300) throw new Error(`${object.kind} ${object.metadata.name}: ${messageOf(answer.body)}`)
  }
}

/** Deletes objects, last first; what is gone already is no error. The namespace stays: it may hold others' objects. */
export async function deleteObjects(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects.toReversed()) {
    if (object.kind === 'Namespace') continue
    const answer = await client.send('DELETE', `${objectPath(object)}?propagationPolicy=Background`)
    if (answer.status >= 300 && answer.status !== 404)
      throw new Error(`${object.kind} ${object.metadata.name}: ${messageOf(answer.body)}`)
  }
}

const workloadStatusSchema = z.object({
  metadata: z.object({ generation: z.number().optional() }),
  spec: z.object({ replicas: z.number().optional() }).optional(),
  status: z
    .object({
      observedGeneration: z.number().optional(),
      availableReplicas: z.number().optional(),
      updatedReplicas: z.number().optional(),
      desiredNumberScheduled: z.number().optional(),
      numberReady: z.number().optional(),
    })
    .optional(),
})

/** Names of the workloads that do not run fully yet. Throws when the API server does not answer. */
export async function unreadyWorkloads(
  client: KubernetesClient,
  objects: readonly KubernetesObject[],
): Promise<readonly string[]> {
  const unready: string[] = []
  for (const object of objects) {
    if (object.kind !== 'Deployment' && object.kind !== 'DaemonSet') continue
    const answer = await client.send('GET', objectPath(object))
    const parsed = workloadStatusSchema.safeParse(answer.body)
    if (!parsed.success || !isReady(object.kind, parsed.data)) unready.push(object.metadata.name ?? '')
  }
  return unready
}

function isReady(kind: string, { metadata, spec, status }: z.output<typeof workloadStatusSchema>): boolean {
  if (!status || (status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false
  return kind === 'Deployment'
    ? (status.availableReplicas ?? 0) >= (spec?.replicas ?? 1)
    : (status.numberReady ?? 0) >= (status.desiredNumberScheduled ?? 0)
}

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  StorageClass: '/apis/storage.k8s.io/v1/storageclasses',
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
}

function objectPath({ apiVersion, kind, metadata }: KubernetesObject): string {
  if (kind === 'Namespace' || kind === 'StorageClass') return `${collections[kind]}/${metadata.name}`
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`
  return `${root}/namespaces/${metadata.namespace}/${collections[kind]}/${metadata.name}`
}

function messageOf(body: unknown): string {
  const message = typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined
  return typeof message === 'string' ? message : JSON.stringify(body)
}
