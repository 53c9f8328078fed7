import { expect, test } from 'vitest'
import { estimatedInstanceType } from './estimated-instance-type.ts'
import { instanceTypes } from './instance-types.ts'

test.each([
  ['m6a.2xlarge', 8, 32_768, 'x86_64'],
  ['c7gn.large', 2, 4_096, 'arm64'],
  ['r8g.16xlarge', 64, 524_288, 'arm64'],
  ['m5dn.xlarge', 4, 16_384, 'x86_64'],
])('%s: %i vCPU, %i MiB, %s', (name, vcpu, memoryMib, arch) => {
  expect(estimatedInstanceType(name)).toMatchObject({ name, vcpu, memoryMib, arch })
})

test.each(['g5.xlarge', 'p5.48xlarge', 'm7i.metal-24xl', 't3.medium', 'inf2.xlarge', 'm5'])('nothing of %s', (name) => {
  expect(estimatedInstanceType(name)).toBeUndefined()
})

const general = [...instanceTypes().types.values()].filter(
  ({ gpu, name }) => gpu === undefined && !name.startsWith('t3.'),
)

test.each(general)('agrees with the catalogue on $name', ({ name, vcpu, memoryMib, arch, maxPods }) => {
  expect(estimatedInstanceType(name)).toMatchObject({ vcpu, memoryMib, arch, maxPods })
})
