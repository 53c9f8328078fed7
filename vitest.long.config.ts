import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, longest first; one that begins late is the one that all wait for in the end. */
const longest = [
  'lifecycle',
  'examples',
  'upgrade',
  'failures',
  'gpu-sharing',
  'training-efa',
  'karpenter-ready',
  'capacity-block',
  'fully-private',
  'interface',
  'installer',
  'module',
  'package',
]

/** Begins with the files that take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((name) => moduleId.endsWith(`/${name}.long.test.ts`))
      return at < 0 ? longest.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/** The long runs of .ci/run: real Terraform against the local stand-ins, three files at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    pool: 'forks',
    // Each file waits more than it computes: for AWS's own delays, which the stand-ins keep, and for the provider's polls.
    maxWorkers: 3,
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
export default config
