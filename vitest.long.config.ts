import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The long runs of .ci/run: real Terraform against the local stand-ins, three files at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    pool: 'forks',
    // Each file waits more than it computes: for AWS's own delays, which the stand-ins keep, and for the provider's polls.
    maxWorkers: 3,
    maxConcurrency: 2,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
export default config
