import { expect, test } from 'vitest'
import { compareInQueue } from './priority-sort.ts'
import { isGated, schedulingGatesMessage } from './scheduling-gates.ts'
import { samplePod } from './testing/sample-cluster.ts'

test('higher priority first, then the older', () => {
  const pods = [
    samplePod('young', { createdAt: 2 }),
    samplePod('old', { createdAt: 1 }),
    samplePod('important', { priority: 5, createdAt: 3 }),
    samplePod('twin', { createdAt: 2 }),
  ]
  expect(pods.toSorted(compareInQueue).map(({ name }) => name)).toEqual(['important', 'old', 'young', 'twin'])
})

test('gates hold a pod', () => {
  expect(isGated(samplePod('p'))).toBe(false)
  expect(isGated(samplePod('p', { schedulingGates: ['example.com/quota'] }))).toBe(true)
  expect(schedulingGatesMessage).toBe('Scheduling is blocked due to non-empty scheduling gates')
})
