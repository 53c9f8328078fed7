import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { FailAfter } from '../environment-control.ts'
import { errorText } from '../error-text.ts'
import type { RunningKubernetes } from './eks/eks-cluster.ts'

/** Collections over all namespaces, by kind. */
const collections: Readonly<Record<string, string>> = {
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  ConfigMap: '/api/v1/configmaps',
  DaemonSet: '/apis/apps/v1/daemonsets',
  Deployment: '/apis/apps/v1/deployments',
  Job: '/apis/batch/v1/jobs',
  Lease: '/apis/coordination.k8s.io/v1/leases',
  Namespace: '/api/v1/namespaces',
  Node: '/api/v1/nodes',
  Pod: '/api/v1/pods',
  PriorityClass: '/apis/scheduling.k8s.io/v1/priorityclasses',
  Role: '/apis/rbac.authorization.k8s.io/v1/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/rolebindings',
  RuntimeClass: '/apis/node.k8s.io/v1/runtimeclasses',
  Service: '/api/v1/services',
  ServiceAccount: '/api/v1/serviceaccounts',
}

const listSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(z.object({ metadata: z.object({ name: z.string() }) })),
})

const objectSchema = z.object({ metadata: z.object({ name: z.string() }) })

/** Whether objects of a kind can be waited for. */
export function canFailAfter(kind: string): boolean {
  return kind in collections
}

/**
 * Interrupts an API server as soon as an object is created, or changed when it is there already. Resolves once the watch is set, so
 * that nothing that happens afterwards is missed; the rest goes on until `signal` aborts.
 */
export async function failAfter(
  kubernetes: RunningKubernetes,
  { kind, name }: FailAfter,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const { client, plane } = kubernetes
  const collection = collections[kind] ?? ''
  const answer = await client.send('GET', collection)
  const list = listSchema.parse(answer.body)
  const query = `watch=true&resourceVersion=${encodeURIComponent(list.metadata.resourceVersion)}`
  const done = new AbortController()
  const both = AbortSignal.any([signal, done.signal])
  client
    .watch(
      `${collection}?${query}`,
      (event) => {
        const object = objectSchema.safeParse(event.object)
        if (done.signal.aborted || object.data?.metadata.name !== name) return
        if (event.type !== 'ADDED' && event.type !== 'MODIFIED') return
        done.abort()
        say(`interrupting the API server after ${kind} ${name}`)
        plane.interrupt().catch((error: unknown) => say(`could not interrupt: ${errorText(error)}`))
      },
      both,
    )
    .catch((error: unknown) => say(`watch of ${kind} ended: ${errorText(error)}`))
  // The request has to reach the server before the caller goes on.
  await sleep(100)
}
