import { expect, test } from 'vitest'
import type { Taint } from './taint.ts'
import { findUntoleratedTaint, type Toleration, toleratesTaint } from './toleration.ts'

const taint: Taint = { key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }
const exists: Toleration = { key: '', operator: 'Exists', value: '' }

test.for<[string, Partial<Toleration>, boolean]>([
  ['Exists on the key', { key: 'nvidia.com/gpu' }, true],
  ['Exists on another key', { key: 'other' }, false],
  ['Exists on every key', {}, true],
  ['Exists with the effect', { key: 'nvidia.com/gpu', effect: 'NoSchedule' }, true],
  ['Exists with another effect', { key: 'nvidia.com/gpu', effect: 'NoExecute' }, false],
  ['Equal with the value', { key: 'nvidia.com/gpu', operator: 'Equal', value: 'true' }, true],
  ['Equal with another value', { key: 'nvidia.com/gpu', operator: 'Equal', value: 'present' }, false],
  ['Equal without a value', { key: 'nvidia.com/gpu', operator: 'Equal', value: '' }, false],
])('%s', ([, toleration, expected]) => {
  expect(toleratesTaint({ ...exists, ...toleration }, taint)).toBe(expected)
})

test('the first untolerated taint is found in order, among the effects asked for', () => {
  const taints: readonly Taint[] = [
    { key: 'a', value: '', effect: 'PreferNoSchedule' },
    { key: 'b', value: '', effect: 'NoSchedule' },
    { key: 'c', value: '', effect: 'NoExecute' },
  ]
  expect(findUntoleratedTaint(taints, [], ['NoSchedule', 'NoExecute'])).toEqual(taints[1])
  expect(findUntoleratedTaint(taints, [{ ...exists, key: 'b' }], ['NoSchedule', 'NoExecute'])).toEqual(taints[2])
  expect(findUntoleratedTaint(taints, [exists], ['NoSchedule', 'NoExecute'])).toBeUndefined()
})
