import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { z } from 'zod'

const demoSchema = z.object({
  portalUrl: z.string(),
  deskUrl: z.string(),
  mailboxUrl: z.string(),
  crmUrl: z.string(),
  staff: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
})

/** What the running demo wrote about itself. */
export type Demo = z.infer<typeof demoSchema>

/** Playwright's `test` with the running demo: its addresses, its staff, and relative addresses below its portal. */
export const test = base.extend<object, { demo: Demo }>({
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const directory = process.env.PRIVACYBALIE_E2E_DIRECTORY ?? ''
      await use(demoSchema.parse(JSON.parse(readFileSync(join(directory, 'demo.json'), 'utf8'))))
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ demo }, use) => use(demo.portalUrl),
})

export { expect } from '@playwright/test'
