import type { SimulationFinding } from '../outcome.ts'
import type { Run } from '../run-clock.ts'

/** A group with nodes whose price is not known. */
export function unpricedGroup({ merged, fleet }: Run): readonly SimulationFinding[] {
  return merged.groups
    .filter(({ name, usdPerHour }) => usdPerHour === null && fleet.sizeOf(name) > 0)
    .map(({ name, instanceTypes }) => ({
      id: 'unpriced-group',
      severity: 'info',
      what: `The cost leaves out the ${fleet.sizeOf(name)} nodes of group ${name}`,
      why: `No public On-Demand price of ${instanceTypes[0] ?? 'its instance type'} is known.`,
      fix: 'add what you pay for them by hand',
      group: name,
    }))
}
