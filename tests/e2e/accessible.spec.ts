import { randomInt } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expectAccessible, expectReflow } from '../support/e2e/accessible'
import { customerAfter } from '../support/e2e/crm'
import { takeUp } from '../support/e2e/desk'
import { codeFor } from '../support/e2e/mailbox'
import { fileRequest, sendForm, typeCode } from '../support/e2e/portal'
import { expect, test } from '../support/e2e'

const stranger = () => `toegang${randomInt(1_000_000_000)}@example.nl`

async function look(page: Page): Promise<void> {
  await expectAccessible(page)
  await expectReflow(page)
}

for (const language of ['nl', 'en'] as const) {
  test(`every page of the portal that anybody can open is accessible and fits 320 px (${language})`, async ({
    page,
  }) => {
    for (const path of [
      '',
      '/requests/new',
      '/requests/new?kind=erasure',
      '/verify',
      '/sign-in',
      '/privacy',
      '/nowhere',
    ]) {
      await page.goto(`/${language}${path}`)
      await look(page)
    }
  })
}

test('so is every state of the form and of the code', async ({ page, demo }) => {
  await page.goto('/nl/requests/new')
  await page.locator('[name="kind"][value="objection"]').check()
  await page.locator('[name="kind"][value="erasure"]').check()
  await page.locator('[name="filedBy"][value="parent"]').check()
  await look(page)
  await page.locator('[name="details"]').fill('Mijn nummer is 111222333')
  await page.locator('form:has([name="email"]) button').last().click()
  await expect(page.locator('.error-summary')).toBeVisible()
  await look(page)
  await page.goto('/nl/sign-in')
  await page.locator('form:has([name="email"]) button').last().click()
  await expect(page.locator('.error-summary')).toBeVisible()
  await look(page)
  const email = stranger()
  await sendForm(page, { kind: 'access', name: 'Bea Zoeker', email })
  await look(page)
  await typeCode(page, '12')
  await look(page)
  await typeCode(page, await codeFor(demo, email))
  await expect(page).toHaveURL(/receipt/)
  await look(page)
})

test('so are the pages of one’s own requests', async ({ page, colleague, demo }) => {
  const email = stranger()
  const reference = await fileRequest(page, demo, { kind: ['rectification', 'access'], name: 'Bea Zoeker', email })
  for (const path of ['', `/${reference}`, `/${reference}/withdrawal`, '/AVG-2026-ZZZZZZ']) {
    await page.goto(`/nl/requests${path}`)
    await look(page)
  }
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.goto(`/desk/requests/${reference}/question`)
  await agent.locator('textarea').first().fill('Wat klopt er niet?')
  await agent.getByRole('button', { name: 'Vraag versturen' }).click()
  await page.goto(`/nl/requests/${reference}`)
  await expect(page.locator('[name="text"]')).toBeVisible()
  await look(page)
  await page.getByRole('button', { name: 'Verstuur mijn antwoord' }).click()
  await look(page)
  await page.goto(`/nl/requests/${reference}/withdrawal`)
  await page.getByRole('button', { name: 'Ja, stop mijn verzoek' }).click()
  await look(page)
})

test('the form can be filled in and sent with the keyboard alone', async ({ page, demo }) => {
  const email = stranger()
  await page.goto('/nl/requests/new')
  await page.keyboard.press('Tab')
  await expect(page.locator(':focus')).toHaveAttribute('href', '#content')
  const reach = async (selector: string) => {
    for (let steps = 0; steps < 60; steps++) {
      if (await page.locator(selector).evaluate((one) => one === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`${selector} is not reached by Tab`)
  }
  await reach('[name="kind"][value="access"]')
  await page.keyboard.press('Space')
  await reach('[name="name"]')
  await page.keyboard.type('Bea Zoeker')
  await reach('[name="email"]')
  await page.keyboard.type(email)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/verify/)
  await reach('[name="code"]')
  await page.keyboard.type(await codeFor(demo, email))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/receipt/)
})

for (const scheme of ['light', 'dark'] as const)
  test(`every page of the desk is accessible, in ${scheme}`, async ({ colleague, page, demo, crm }) => {
    test.setTimeout(150_000)
    const admin = await colleague('david')
    await admin.emulateMedia({ colorScheme: scheme })
    for (const path of [
      'login',
      'queue',
      'queue?view=closed',
      'queue?q=niets',
      'requests/new',
      'systems',
      'retention',
      'evidence',
      'reports',
      'staff',
      'settings',
      'account',
      'nowhere',
    ]) {
      await (path === 'login' ? page : admin).goto(`/desk/${path}`)
      await expectAccessible(path === 'login' ? page : admin)
    }
    const customer = await customerAfter(crm, scheme === 'light' ? 260 : 280)
    const reference = await fileRequest(page, demo, { ...customer, kind: 'erasure' })
    await takeUp(admin, reference)
    for (const path of [
      '',
      '/assignment',
      '/question',
      '/note',
      '/refusal',
      '/completion',
      '/withdrawal',
      '/plan',
      '/identity',
      '/package',
    ]) {
      await admin.goto(`/desk/requests/${reference}${path}`)
      await expectAccessible(admin)
    }
    await admin.goto(`/desk/requests/${reference}/refusal`)
    await admin.getByRole('button', { name: 'Weigeren en mail versturen' }).click()
    await expectAccessible(admin)
    await admin.goto(`/desk/requests/${reference}`)
    await admin.getByRole('button', { name: 'Plan maken' }).click()
    await expect(admin.locator('#plan')).toBeVisible({ timeout: 60_000 })
    await expectAccessible(admin)
    const approver = await colleague('christa')
    await approver.emulateMedia({ colorScheme: scheme })
    await approver.goto(`/desk/requests/${reference}/approval`)
    await expectAccessible(approver)
  })

test('so are its other pages, and they fit 360 px', async ({ colleague, demo, page }) => {
  test.setTimeout(150_000)
  const reference = await fileRequest(page, demo, { kind: 'access', name: 'Bea Zoeker', email: stranger() })
  const admin = await colleague('david')
  await takeUp(admin, reference)
  await admin.setViewportSize({ width: 360, height: 780 })
  for (const path of [
    'queue/views',
    'requests/import',
    'tasks',
    'letters',
    'systems/new',
    'systems/crm',
    'systems/crm/connection',
    'systems/crm/details',
    'systems/crm/standing',
    'systems/crm/map',
    'systems/crm/changes',
    'settings/safety',
    'snippets',
    'account/absence',
    'account/calendar',
    'account/security',
    'tokens',
    ...['attachments', 'where', 'pause', 'correction', 'dismissal'].map((action) => `requests/${reference}/${action}`),
  ]) {
    const answer = await admin.goto(`/desk/${path}`)
    expect.soft(answer?.status(), path).toBe(200)
    await expectAccessible(admin)
    expect.soft(await admin.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(360)
  }
})

test('the sections of the desk stand on one line of a small laptop', async ({ colleague }) => {
  const admin = await colleague('david')
  await admin.setViewportSize({ width: 1280, height: 800 })
  await admin.goto('/desk/queue')
  const tops = await admin
    .locator('.desk-nav li')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
  expect(tops.length).toBeGreaterThan(7)
  expect(new Set(tops).size).toBe(1)
})

test('the mailbox of the demo is accessible, too', async ({ page }) => {
  await page.goto('/dev/mailbox')
  await expectAccessible(page)
})
