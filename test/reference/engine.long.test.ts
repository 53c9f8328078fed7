import fc from 'fast-check'
import { describe, it } from 'vitest'
import { clusterCases } from './arbitrary-cluster.ts'
import { expectSame } from './expect-same.ts'

const seed = Number(process.env['EKS_GPU_SEED'] ?? Date.now() % 2 ** 31)

// Half an hour is far more than the cases take: about a minute and a half on two idle cores.
const timeout = 1_800_000

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
