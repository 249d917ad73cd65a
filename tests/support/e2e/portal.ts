import type { Page } from '@playwright/test'
import { expect } from '@playwright/test'
import type { Demo } from '../e2e'
import { codeFor, codesOf } from './mailbox'

export type Asked = {
  kind: string | string[]
  name: string
  email: string
  objectionTo?: 'direct_marketing' | 'profiling' | 'other'
  details?: string
  language?: 'nl' | 'en'
}

/** Fills in the request form and sends it, up to the page that asks for the code. */
export async function sendForm(page: Page, asked: Asked): Promise<void> {
  const language = asked.language ?? 'nl'
  await page.goto(`/${language}/requests/new`)
  for (const kind of [asked.kind].flat()) await page.locator(`[name="kind"][value="${kind}"]`).check()
  if (asked.objectionTo) await page.locator(`[name="objectionTo"][value="${asked.objectionTo}"]`).check()
  await page.locator('[name="name"]').fill(asked.name)
  await page.locator('[name="email"]').fill(asked.email)
  if (asked.details) await page.locator('[name="details"]').fill(asked.details)
  await page.locator('form:has([name="email"]) button').click()
  await expect(page).toHaveURL(new RegExp(`/${language}/verify`))
}

/** Types a code on the page that asks for it. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.locator('[name="code"]').fill(code)
  await page.locator('form:has([name="code"]) button').click()
}

/** Files a request from the form to the receipt; answers its reference. */
export async function fileRequest(page: Page, demo: Demo, asked: Asked): Promise<string> {
  const before = (await codesOf(demo, asked.email)).length
  await sendForm(page, asked)
  await typeCode(page, await codeFor(demo, asked.email, before))
  await expect(page).toHaveURL(/\/requests\/AVG-\d{4}-[A-Z0-9]{6}\?receipt/)
  return /AVG-\d{4}-[A-Z0-9]{6}/.exec(page.url())?.[0] ?? ''
}

/** Comes back by a code, in whatever browser `page` is. */
export async function comeBack(page: Page, demo: Demo, email: string): Promise<void> {
  const before = (await codesOf(demo, email)).length
  await page.goto('/nl/sign-in')
  await page.locator('[name="email"]').fill(email)
  await page.locator('form:has([name="email"]) button').click()
  await typeCode(page, await codeFor(demo, email, before))
  await expect(page).toHaveURL(/\/nl\/requests/)
}
