import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findInstanceType, instanceTypes } from './instance-types.ts'
import {
  gpuModels,
  type InstanceTypeFilter,
  type InstanceTypeOrder,
  selectInstanceTypes,
  usdPerGpuHour,
  visibleGpus,
} from './select-instance-types.ts'

test.each<readonly [InstanceTypeFilter, InstanceTypeOrder, readonly string[]]>([
  [{ gpu: 'a10g', gpus: 4 }, 'name', ['g5.12xlarge', 'g5.24xlarge']],
  [
    { gpus: 8, gpuMemoryMib: 80 * 1024, efa: true },
    'price',
    [
      'p4de.24xlarge',
      'g7e.48xlarge',
      'p5.48xlarge',
      'p5en.48xlarge',
      'p6-b200.48xlarge',
      'p6-b300.48xlarge',
      'p5e.48xlarge',
    ],
  ],
  [{ arch: 'arm64', gpus: 1 }, 'price-per-gpu', ['g5g.xlarge', 'g5g.2xlarge', 'g5g.4xlarge', 'g5g.8xlarge']],
  [{ gpu: 'H200' }, 'gpu-memory', ['p5e.48xlarge', 'p5en.48xlarge']],
  [{ gpus: 3 }, 'name', []],
])('%j by %s', (filter, order, names) => {
  expect(selectInstanceTypes(filter, order).map(({ name }) => name)).toEqual(names)
})

test('a part of a GPU counts as one', () => {
  const type = findInstanceType('g6f.large')
  expect(type && [visibleGpus(type), usdPerGpuHour(type)]).toEqual([1, 0.202])
})

test('models', () => {
  expect(gpuModels()).toContain('A10G')
  expect(gpuModels()).toEqual([...gpuModels()].sort())
})

const orders = fc.constantFrom<InstanceTypeOrder[]>('name', 'price', 'price-per-gpu', 'gpu-memory')

test('every order has every GPU type once, and no other', () => {
  const all = [...instanceTypes().types.values()].filter(({ gpu }) => gpu !== undefined).length
  fc.assert(
    fc.property(orders, (order) => {
      const selected = selectInstanceTypes({}, order)
      expect(new Set(selected.map(({ name }) => name)).size).toBe(all)
      expect(selected.every(({ gpu }) => gpu !== undefined)).toBe(true)
    }),
  )
})
