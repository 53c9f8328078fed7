import { z } from 'zod'
import { type Kubectl, runKubectl } from './kubectl.ts'

/** Something in a cluster that AWS resources hang on which Terraform does not know. */
export type DestroyBlocker = {
  readonly kind: 'load-balancer-service' | 'ingress' | 'volume-claim'
  /** `namespace/name` */
  readonly name: string
}

const list = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), namespace: z.string().default('default') }),
      spec: z.looseObject({ type: z.string().optional(), volumeName: z.string().optional() }).optional(),
    }),
  ),
})

/**
 * What should go before the cluster does: load balancers hold network interfaces in its subnets, so that the VPC cannot be
 * deleted; volumes of claims outlive the cluster and go on costing. Sorted; empty when kubectl does not answer.
 */
export async function findDestroyBlockers(kubectl: Kubectl): Promise<readonly DestroyBlocker[]> {
  const blockers: DestroyBlocker[] = []
  for (const item of await items(kubectl, 'services'))
    if (item.spec?.type === 'LoadBalancer') blockers.push({ kind: 'load-balancer-service', name: nameOf(item) })
  for (const item of await items(kubectl, 'ingresses')) blockers.push({ kind: 'ingress', name: nameOf(item) })
  for (const item of await items(kubectl, 'persistentvolumeclaims'))
    if (item.spec?.volumeName) blockers.push({ kind: 'volume-claim', name: nameOf(item) })
  return blockers
}

type Item = z.output<typeof list>['items'][number]

function nameOf({ metadata }: Item): string {
  return `${metadata.namespace}/${metadata.name}`
}

async function items(kubectl: Kubectl, kind: string): Promise<readonly Item[]> {
  const answer = await runKubectl(kubectl, ['get', kind, '--all-namespaces', '-o', 'json'])
  if (answer.code !== 0) return []
  try {
    const found = list.safeParse(JSON.parse(answer.stdout)).data?.items ?? []
    return [...found].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  } catch {
    return []
  }
}
