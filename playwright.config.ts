import { defineConfig, devices } from '@playwright/test'
import { browserArguments } from './tests/support/browser'

// found by the global setup, before the workers read this file again
const executablePath = process.env.PRIVACYBALIE_BROWSER

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/support/e2e-setup.ts',
  outputDir: 'test-results',
  // the tests share one demo, as people share one desk
  workers: 1,
  retries: 0,
  forbidOnly: process.env.CI === 'true',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    ...devices['Desktop Chrome'],
    locale: 'nl-NL',
    timezoneId: 'Europe/Amsterdam',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { ...(executablePath && { executablePath }), args: [...browserArguments] },
  },
})
