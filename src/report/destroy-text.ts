import type { DestroyBlocker } from '../read/live/destroy-blockers.ts'
import type { Leftover } from '../read/live/leftovers.ts'
import type { Paint } from './paint.ts'

const kinds = {
  'load-balancer-service': 'Service of type LoadBalancer',
  ingress: 'Ingress',
  'volume-claim': 'PersistentVolumeClaim with a volume',
} as const satisfies Record<DestroyBlocker['kind'], string>

/** Warns of what hangs on a cluster that is about to go. Ends without a line break. */
export function formatBlockers(blockers: readonly DestroyBlocker[], paint: Paint): string {
  return [
    `${paint('warning', 'Warning:')} these are in the cluster, and Terraform does not know what hangs on them:`,
    ...blockers.map(({ kind, name }) => `  ${kinds[kind]} ${name}`),
    '  Why: load balancers hold network interfaces in the subnets, so that the VPC cannot be deleted; volumes stay and go on costing.',
    '  Fix: kubectl delete them first, and wait until AWS has let them go.',
  ].join('\n')
}

/** Lists what is left. Ends without a line break. */
export function formatLeftovers(left: readonly Leftover[], title: string, paint: Paint): string {
  return [`${paint('warning', 'Left over:')} ${title}:`, ...left.map(({ id, what }) => `  ${id}  ${what}`)].join('\n')
}
