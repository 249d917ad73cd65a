import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import type { Page } from '@playwright/test'
import postgres from 'postgres'
import { z } from 'zod'
import { signedIn } from './e2e/desk'

const demoSchema = z.object({
  portalUrl: z.string(),
  deskUrl: z.string(),
  mailboxUrl: z.string(),
  crmUrl: z.string(),
  staff: z.array(z.object({ email: z.string(), password: z.string(), role: z.string() })),
})

/** What the running demo wrote about itself. */
export type Demo = z.infer<typeof demoSchema>

type Own = {
  /** A browser that runs no script, as some people have it. */
  visitor: Page
  /** A browser of its own in which a colleague is signed in, by the first part of their address. */
  colleague: (name: string) => Promise<Page>
}
type Shared = { demo: Demo; crm: postgres.Sql }

/**
 * Playwright's `test` with the running demo: its addresses and staff, its CRM, and relative addresses below its portal.
 * Each test comes from an internet address of its own, so that no test uses up another's share of the limits.
 */
export const test = base.extend<Own, Shared>({
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      await use(demoSchema.parse(JSON.parse(readFileSync(join(dataFolder(), 'demo.json'), 'utf8'))))
    },
    { scope: 'worker' },
  ],
  crm: [
    async ({ demo }, use) => {
      const sql = postgres(demo.crmUrl, { max: 2, onnotice: () => undefined, connection: { TimeZone: 'UTC' } })
      await use(sql)
      await sql.end({ timeout: 5 })
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ demo }, use) => use(demo.portalUrl),
  // eslint-disable-next-line no-empty-pattern -- as above
  extraHTTPHeaders: async ({}, use) => use({ 'X-Forwarded-For': newAddress() }),
  visitor: async ({ browser }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    await use(await context.newPage())
    await context.close()
  },
  colleague: async ({ browser, demo }, use) => {
    const pages: Page[] = []
    await use(async (name) => {
      const page = await signedIn(browser, demo, name)
      pages.push(page)
      return page
    })
    for (const page of pages) await page.context().close()
  },
})

/** Where the running demo keeps its data. */
export function dataFolder(): string {
  return process.env.PRIVACYBALIE_E2E_DIRECTORY ?? ''
}

let addresses = Math.floor(Math.random() * 200) * 256

/** An address out of the block that is set aside for tests of networks (RFC 2544). */
function newAddress(): string {
  addresses += 1
  return `198.18.${(addresses >> 8) & 255}.${addresses & 255}`
}

export { expect } from '@playwright/test'
