import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vite.config'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: ['tests/**/*.test.{ts,tsx}'],
      exclude: ['tests/e2e/**', 'tests/bench/**'],
      globalSetup: ['tests/support/cluster.ts'],
      testTimeout: 60_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
    },
  }),
)
