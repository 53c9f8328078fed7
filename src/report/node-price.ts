import type { GroupOutcome } from '../simulation/outcome.ts'
import { formatUsd } from './usd.ts'

type Priced = Pick<GroupOutcome, 'capacityType' | 'usdPerNodeHour'>

/** Whether a group's nodes were paid for when their Capacity Block was bought. */
export function isPrepaid({ capacityType }: Priced): boolean {
  return capacityType === 'capacity-block'
}

/** What that many nodes of a group cost, USD/hour: `-` where they are paid for already, `?` where no price is known. */
export function formatNodePrice(group: Priced, nodes: number): string {
  if (isPrepaid(group)) return '-'
  return formatUsd(group.usdPerNodeHour === null ? null : group.usdPerNodeHour * nodes)
}
