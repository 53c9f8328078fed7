import { expect, it } from 'vitest'
import { sampleNode } from '../scheduler/testing/sample-cluster.ts'
import { quotasLeft } from './quotas.ts'
import { amounts } from './testing/sample-view.ts'

const gpuNode = sampleNode('gpu', {
  allocatable: amounts(48_000, 192, 4),
  labels: { 'k8s.amazonaws.com/accelerator': 'nvidia-a10g' },
})

it.each([
  ['no limit in reach', 1000, 10_000, 100, 5, { allowed: 5, exceeded: [] }],
  ['cores', 48 * 4 - 1, 10_000, 100, 5, { allowed: 2, exceeded: ['cpu'] }],
  ['memory', 1000, 192 * 2, 100, 5, { allowed: 1, exceeded: ['memory'] }],
  ['GPUs of that kind', 1000, 10_000, 11, 5, { allowed: 1, exceeded: ['nvidia-a10g'] }],
  ['everything, in the order of the limits', 48, 192, 4, 1, { allowed: 0, exceeded: ['cpu', 'memory', 'nvidia-a10g'] }],
] as const)('cluster-wide limits: %s', (_, cores, memory, gpus, wanted, expected) => {
  const settings = {
    coresTotal: { min: 0, max: cores },
    memoryTotal: { min: 0, max: memory },
    gpuTotal: [{ type: 'nvidia-a10g', min: 0, max: gpus }],
  }
  expect(quotasLeft(settings, [{ node: gpuNode, count: 1 }]).check(gpuNode, wanted)).toEqual(expected)
})
