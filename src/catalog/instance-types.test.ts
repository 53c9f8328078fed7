import { describe, expect, it } from 'vitest'
import { findInstanceType, instanceTypes } from './instance-types.ts'

describe('instanceTypes', () => {
  it.each([
    { name: 'g5.xlarge', vcpu: 4, memoryMib: 16384, gpus: 1, maxPods: 58, usdPerHour: 1.006 },
    { name: 'g6f.large', vcpu: 2, memoryMib: 8192, gpus: 0, maxPods: 20, usdPerHour: 0.202 },
    { name: 'p5.48xlarge', vcpu: 192, memoryMib: 2097152, gpus: 8, maxPods: 100, usdPerHour: 55.04 },
    { name: 'p5e.48xlarge', vcpu: 192, memoryMib: 2097152, gpus: 8, maxPods: 100, usdPerHour: null },
    { name: 'm7i.large', vcpu: 2, memoryMib: 8192, gpus: undefined, maxPods: 29, usdPerHour: 0.1008 },
  ])('$name', ({ name, gpus, ...shape }) => {
    expect(findInstanceType(name)).toMatchObject({ name, ...shape })
    expect(findInstanceType(name)?.gpu?.count).toBe(gpus)
  })

  it('has no type of that name', () => {
    expect(findInstanceType('g5.tiny')).toBeUndefined()
  })

  it('says when and where its prices were read', () => {
    const { asOf, region } = instanceTypes()
    expect({ asOf, region }).toEqual({ asOf: '2026-07-20', region: 'us-east-1' })
  })

  // AWS's formula: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt
  it.each([...instanceTypes().types.values()].filter((type) => type.maxPods !== null))(
    '$name: pods follow from the addresses of the default network card',
    ({ enisDefaultCard, ipv4PerEni, maxPods }) => {
      expect(maxPods).toBe((enisDefaultCard ?? 0) * ((ipv4PerEni ?? 0) - 1) + 2)
    },
  )
})
