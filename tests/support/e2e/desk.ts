import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Demo } from '../e2e'

type Session = Exclude<BrowserContextOptions['storageState'], string | undefined>

// one log-in a colleague for the whole run: the password hash is slow on purpose
const sessions = new Map<string, Session>()

/** The account of a colleague by the first part of the address. */
export function accountOf(demo: Demo, name: string): Demo['staff'][number] {
  const account = demo.staff.find(({ email }) => email.startsWith(`${name}@`))
  if (!account) throw new Error(`Nobody is called ${name}`)
  return account
}

/** A new browser in which this colleague is signed in, on the queue. The caller closes its context. */
export async function signedIn(browser: Browser, demo: Demo, name: string): Promise<Page> {
  const known = sessions.get(name)
  const context = await browser.newContext(known ? { storageState: known } : {})
  const page = await context.newPage()
  if (!known) {
    await signIn(page, accountOf(demo, name))
    sessions.set(name, await context.storageState())
  }
  return page
}

/** Through the log-in page. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto('/desk/login')
  await page.locator('[name="email"]').fill(email)
  await page.locator('[name="password"]').fill(password)
  await page.locator('form:has([name="password"]) button').click()
  await expect(page).toHaveURL(/\/desk\/queue/)
}

/** Opens a case and takes it up. */
export async function takeUp(page: Page, reference: string): Promise<void> {
  await page.goto(`/desk/requests/${reference}`)
  await page.getByRole('button', { name: 'In behandeling nemen' }).click()
  await expect(page.getByText('In behandeling', { exact: true }).first()).toBeVisible()
}
