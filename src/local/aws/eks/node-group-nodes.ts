import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { EksCluster } from './eks-cluster.ts'

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() })
        .optional(),
    }),
  ),
})

const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        ownerReferences: z.array(z.object({ kind: z.string() })).optional(),
      }),
    }),
  ),
})

/**
 * Names of the cluster's nodes that are Ready; none while the API server does not answer. Not chosen by the label of a node
 * group: nodes with a custom image do not carry it.
 */
export async function readyNodes(cluster: EksCluster): Promise<ReadonlySet<string>> {
  try {
    const answer = await cluster.kubernetes?.client.send('GET', '/api/v1/nodes')
    const nodes = nodesSchema.safeParse(answer?.body)
    if (!nodes.success) return new Set()
    return new Set(
      nodes.data.items
        .filter(({ status }) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'))
        .map(({ metadata }) => metadata.name),
    )
  } catch {
    return new Set()
  }
}

/**
 * Marks nodes unschedulable and deletes their pods but for those of DaemonSets, as EKS does before it takes a node away.
 * Gives up silently after two seconds without an API server: deletion goes on, as on EKS.
 */
export async function cordonAndDrain(
  cluster: EksCluster,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const client = cluster.kubernetes?.client
  if (!client || names.length === 0) return
  const work = async (): Promise<void> => {
    for (const name of names) {
      await client.send(
        'PATCH',
        `/api/v1/nodes/${name}`,
        { spec: { unschedulable: true } },
        'application/merge-patch+json',
      )
    }
    for (const name of names) {
      const selector = encodeURIComponent(`spec.nodeName=${name}`)
      const answer = await client.send('GET', `/api/v1/pods?fieldSelector=${selector}`)
      const pods = podsSchema.safeParse(answer.body)
      if (!pods.success) continue
      for (const { metadata } of pods.data.items) {
        if (metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')) continue
        await client.send('DELETE', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`)
      }
    }
  }
  await Promise.race([work().catch(() => undefined), sleep(2000, undefined, { signal }).catch(() => undefined)])
}
