import fc from 'fast-check'
import { describe, it } from 'vitest'
import { clusterCases } from './arbitrary-cluster.ts'
import { expectSame } from './expect-same.ts'

const seed = Number(process.env['EKS_GPU_SEED'] ?? Date.now() % 2 ** 31)

// Far more than the cases take, which is minutes, and more where other programs want the processor too.
const timeout = 3_600_000

describe(`10,000 random clusters in the engine and one by one, seed ${seed} (EKS_GPU_SEED)`, () => {
  it.each([
    ['plain', 4000],
    ['spread', 3000],
    ['all', 3000],
  ] as const)(
    '%s',
    (features, numRuns) => {
      process.stdout.write(`engine: ${numRuns} cases of ${features} from seed ${seed}\n`)
      fc.assert(fc.property(clusterCases(features, 40), expectSame), { numRuns, seed })
    },
    timeout,
  )
})
