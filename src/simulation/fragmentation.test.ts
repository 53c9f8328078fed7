import { describe, expect, it } from 'vitest'
import { samplePod } from '../scheduler/testing/sample-cluster.ts'
import { type FreeNodes, fragmentedGpus } from './fragmentation.ts'
import { sampleAmounts } from './testing/sample-scenario.ts'

const pod = (gpus: number, milliCpu = 1000) => samplePod('p', { requests: sampleAmounts(milliCpu, 1, gpus) })
const nodes = (free: FreeNodes['free'], shape: Partial<FreeNodes> = {}): FreeNodes => ({
  count: 1,
  free,
  freePods: 10,
  admits: () => true,
  ...shape,
})

describe('fragmentedGpus', () => {
  it.each([
    ['a class that fits leaves nothing unusable', [nodes(sampleAmounts(4000, 8, 4))], [[pod(1), 5]], 0],
    [
      'a class that asks for more than is idle can use none of it',
      [nodes(sampleAmounts(4000, 8, 3))],
      [[pod(4), 5]],
      3,
    ],
    ['a class that lacks CPU can use none', [nodes(sampleAmounts(500, 8, 2))], [[pod(1), 5]], 2],
    [
      'a class that may not run there can use none',
      [nodes(sampleAmounts(4000, 8, 2), { admits: () => false })],
      [[pod(1), 5]],
      2,
    ],
    ['a node that takes no more pods', [nodes(sampleAmounts(4000, 8, 2), { freePods: 0 })], [[pod(1), 5]], 2],
    [
      'classes count by their pods',
      [nodes(sampleAmounts(4000, 8, 2), { count: 4 })],
      [
        [pod(1), 3],
        [pod(8), 1],
      ],
      2,
    ],
    [
      'a class without GPUs can use none',
      [nodes(sampleAmounts(4000, 8, 2))],
      [
        [pod(0), 3],
        [pod(1), 1],
      ],
      1.5,
    ],
    ['without workloads nothing is said', [nodes(sampleAmounts(4000, 8, 2))], [], 0],
  ] as const)('%s', (_, free, classes, expected) => {
    expect(
      fragmentedGpus(
        free,
        classes.map(([kind, pods]) => ({ pod: kind, pods })),
      ),
    ).toBe(expected)
  })
})
