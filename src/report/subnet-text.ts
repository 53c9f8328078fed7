import { type CrowdedSubnet, controlPlaneAddresses } from '../read/live/crowded-subnets.ts'
import { counted, formatCount } from './counted.ts'
import type { Paint } from './paint.ts'

/** Warns of a subnet that has too few free addresses. Ends without a line break. */
export function formatCrowdedSubnet(subnet: CrowdedSubnet, paint: Paint): string {
  const { id, zone, freeAddresses, needed, groups, controlPlane } = subnet
  const updates = (surge: number): string => (surge === 0 ? '' : `, ${surge} of them while an update runs`)
  return [
    `${paint('warning', 'Warning:')} subnet ${id} (${zone}) has ${formatCount(freeAddresses)} free addresses, and up to ${formatCount(needed)} may be asked of it.`,
    ...groups.map(
      ({ label, nodes, surge, addresses }) =>
        `  group ${label}: ${counted(nodes, 'more node')} of ${addresses} addresses each${updates(surge)}`,
    ),
    ...(controlPlane ? [`  EKS: ${controlPlaneAddresses} for the control plane`] : []),
    '  Why: a node that finds no address does not join, and a pod that finds none waits in ContainerCreating.',
    '  Fix: add larger subnets, lower max_size, or let nodes hold fewer addresses in store (vpc_cni).',
  ].join('\n')
}
