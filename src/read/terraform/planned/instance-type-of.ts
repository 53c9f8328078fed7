import { estimatedInstanceType } from '../../../catalog/estimated-instance-type.ts'
import { findInstanceType, type InstanceType, instanceTypes } from '../../../catalog/instance-types.ts'
import { textsAt } from '../../kubernetes/json.ts'
import { wholeNumberAt } from './launch-template.ts'
import type { Unknowns } from './unknowns.ts'

/** The type by its name; one outside of the catalogue is estimated by its name and noted. */
export function instanceTypeOf(name: string, group: string, unknowns: Unknowns): InstanceType {
  const known = findInstanceType(name)
  if (known !== undefined) return known
  const estimated = estimatedInstanceType(name)
  if (estimated !== undefined) {
    unknowns.note(
      `shape and price of instance type ${name} (group ${group})`,
      `the catalogue does not have it; by its name it is taken to have ${estimated.vcpu} vCPU and ${(estimated.memoryMib ?? 0) / 1024} GiB, without a price`,
    )
    return estimated
  }
  unknowns.note(
    `shape and price of instance type ${name} (group ${group})`,
    'the catalogue does not have it; it is taken to have 2 vCPU, 8 GiB and no GPU, without a price',
  )
  return { ...emptyType, name }
}

const emptyType: Omit<InstanceType, 'name'> = {
  arch: 'x86_64',
  vcpu: 2,
  memoryMib: 8192,
  efaInterfaces: 0,
  networkCards: null,
  efaOnCardZero: false,
  enis: null,
  enisDefaultCard: null,
  ipv4PerEni: null,
  maxPods: 29,
  nvmeGb: 0,
  usdPerHour: null,
}

/** Types of the catalogue that `instance_requirements` admit, in the catalogue's order. */
export function typesByRequirements(requirements: unknown): readonly string[] {
  const within = (amount: number | null, attribute: string): boolean => {
    const min = wholeNumberAt(requirements, attribute, 0, 'min') ?? 0
    const max = wholeNumberAt(requirements, attribute, 0, 'max') ?? Number.POSITIVE_INFINITY
    return amount !== null && amount >= min && amount <= max
  }
  const allowed = textsAt(requirements, 'allowed_instance_types').map(pattern)
  const excluded = textsAt(requirements, 'excluded_instance_types').map(pattern)
  const makers = textsAt(requirements, 'accelerator_manufacturers')
  const gpusAsked = wholeNumberAt(requirements, 'accelerator_count', 0, 'min') ?? 0
  return [...instanceTypes().types.values()]
    .filter(
      (type) =>
        within(type.vcpu, 'vcpu_count') &&
        within(type.memoryMib, 'memory_mib') &&
        within(type.gpu?.count ?? 0, 'accelerator_count') &&
        (type.gpu === undefined || gpusAsked > 0 || makers.includes('nvidia') || allowed.length > 0) &&
        (allowed.length === 0 || allowed.some((each) => each.test(type.name))) &&
        !excluded.some((each) => each.test(type.name)),
    )
    .map(({ name }) => name)
}

/** `m5.*` as EC2 reads it. */
function pattern(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*')}$`)
}
