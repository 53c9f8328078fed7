import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clusterCases } from './arbitrary-cluster.ts'
import { expectSame } from './expect-same.ts'

describe('the engine places pods as one by one', () => {
  it.each([
    ['plain pods', 'plain', 300],
    ['pods spread by default', 'spread', 200],
    ['pods that use everything', 'all', 200],
  ] as const)('%s', (_name, features, numRuns) => {
    expect(() => fc.assert(fc.property(clusterCases(features, 40), expectSame), { numRuns })).not.toThrow()
  })
})
