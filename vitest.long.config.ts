import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The long runs of .ci/run: real Terraform against the local stand-ins, one file at a time. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
export default config
