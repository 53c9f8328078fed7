import type { NodeGroup } from '../cluster/node-group.ts'
import type { InstanceType } from './instance-types.ts'

/** What a node of a group costs, USD/hour: 0 in a Capacity Block, which is paid when it is bought; `null` when no price is known. */
export function usdPerNodeHour(
  { usdPerHour }: Pick<InstanceType, 'usdPerHour'>,
  capacityType: NodeGroup['capacityType'],
): number | null {
  return capacityType === 'capacity-block' ? 0 : usdPerHour
}
