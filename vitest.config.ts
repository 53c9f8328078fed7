import { defineConfig, type ViteUserConfig } from 'vitest/config'

/** The public test command: everything that ends within minutes. Whole clusters are brought up by vitest.long.config.ts. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/*.long.test.ts', 'node_modules', 'dist'],
    pool: 'threads',
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
export default config
