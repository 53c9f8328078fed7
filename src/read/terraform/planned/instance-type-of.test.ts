import { expect, test } from 'vitest'
import { instanceTypeOf, typesByRequirements } from './instance-type-of.ts'
import { openUnknowns } from './unknowns.ts'

const between = (min: number, max?: number) => [{ min, ...(max !== undefined && { max }) }]

test.each<readonly [string, unknown, readonly string[]]>([
  [
    'GPUs by number and maker',
    {
      accelerator_count: between(8, 8),
      accelerator_manufacturers: ['nvidia'],
      vcpu_count: between(90, 100),
      memory_mib: between(1_000_000),
    },
    ['p4d.24xlarge', 'p4de.24xlarge'],
  ],
  [
    'no GPU types where none are asked for',
    { vcpu_count: between(2, 2), memory_mib: between(16_000, 17_000) },
    ['r6i.large', 'r7i.large'],
  ],
  [
    'types by pattern',
    { allowed_instance_types: ['g5.*xlarge'], vcpu_count: between(4, 8), memory_mib: between(0) },
    ['g5.xlarge', 'g5.2xlarge'],
  ],
  [
    'types left out',
    { allowed_instance_types: ['m7i.*'], excluded_instance_types: ['m7i.large', 'm7i.4xlarge'] },
    ['m7i.xlarge', 'm7i.2xlarge'],
  ],
  ['nothing that fits', { vcpu_count: between(1000) }, []],
])('%s', (_name, requirements, types) => {
  expect(typesByRequirements(requirements)).toEqual(types)
})

test.each<readonly [string, number | null, readonly string[]]>([
  ['g5.xlarge', 4, []],
  [
    'm6a.2xlarge',
    8,
    ['the catalogue does not have it; by its name it is taken to have 8 vCPU and 32 GiB, without a price'],
  ],
  [
    'u-6tb1.56xlarge',
    2,
    ['the catalogue does not have it; it is taken to have 2 vCPU, 8 GiB and no GPU, without a price'],
  ],
])('%s has %i vCPU', (name, vcpu, notes) => {
  const unknowns = openUnknowns()
  expect(instanceTypeOf(name, 'g', unknowns)).toMatchObject({ name, vcpu })
  expect(unknowns.all().map(({ why }) => why)).toEqual(notes)
})
