import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearestName } from './nearest-name.ts'

const known = [
  'instance_types',
  'capacity_type',
  'min_size',
  'max_size',
  'desired_size',
  'labels',
  'taints',
  'ami_id',
  'ami_type',
]

test.each([
  ['instance_type', 'instance_types'],
  ['instanceTypes', 'instance_types'],
  ['min_siez', 'min_size'],
  ['desired', 'desired_size'],
  ['label', 'labels'],
  ['ami', 'ami_id'],
  ['spot_price', undefined],
  ['x', undefined],
])('nearestName(%s)', (wrong, expected) => {
  expect(nearestName(wrong, known)).toBe(expected)
})

describe('editDistance', () => {
  test('is a metric but for swapped neighbours', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
    expect(editDistance('siez', 'size')).toBe(1)
  })
})
