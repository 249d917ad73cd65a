import type { Page } from '@playwright/test'
import { expect, test } from '../support/e2e'

/** Enters a request by letter at the desk, as a colleague does; answers its reference. */
async function enterLetter(page: Page, name: string): Promise<string> {
  await page.goto('/desk/requests/new')
  await page.locator('[name="kind"][value="access"]').check()
  await page.locator('[name="name"]').fill(name)
  await page.locator('form:has([name="name"]) button').last().click()
  await expect(page).toHaveURL(/\/desk\/requests\/AVG-/)
  return /AVG-\d{4}-[A-Z0-9]{6}/.exec(page.url())?.[0] ?? ''
}

/** Opens the queue and waits until its line stands: from then on it hears of changes, and of keys. */
async function openQueue(page: Page, parameters = ''): Promise<void> {
  const line = page.waitForResponse((response) => response.url().endsWith('/desk/queue/events'))
  await page.goto(`/desk/queue${parameters}`)
  await line
}

const referencesOn = (page: Page) => page.locator('[data-key-row]').allInnerTexts()

test('what colleagues do is seen in the queue without reload, and no row moves until one asks', async ({
  colleague,
}) => {
  const reader = await colleague('anouk')
  const worker = await colleague('bilal')
  const first = await enterLetter(worker, 'Eerste Brief')
  await openQueue(reader, '?assignee=none&kind=access')
  await expect(reader.getByRole('link', { name: first, exact: true })).toBeVisible()
  const before = await referencesOn(reader)
  const line = reader.locator('tr', { has: reader.getByRole('link', { name: first, exact: true }) })

  // a new case is announced, not pushed in
  const second = await enterLetter(worker, 'Tweede Brief')
  await expect(reader.locator('.live-bar')).toContainText('1 nieuw')
  expect(await referencesOn(reader)).toEqual(before)

  // a changed one changes where it stands
  await worker.goto(`/desk/requests/${first}`)
  await worker.getByRole('button', { name: 'In behandeling nemen' }).click()
  await expect(line).toContainText('niet meer in dit overzicht')
  expect(await referencesOn(reader)).toEqual(before)

  await reader.locator('.live-bar').getByRole('button', { name: 'Tonen' }).click()
  await expect(reader.getByRole('link', { name: second, exact: true })).toBeVisible()
  await expect(reader.getByRole('link', { name: first, exact: true })).toHaveCount(0)
  await expect(reader.locator('.live-bar')).toBeHidden()
})

test('who types an answer to a case hears that a colleague changed it, and keeps what was typed', async ({
  colleague,
}) => {
  const writer = await colleague('anouk')
  const other = await colleague('bilal')
  const reference = await enterLetter(writer, 'Twee Behandelaars')
  await writer.goto(`/desk/requests/${reference}/note`)
  await writer.locator('textarea').fill('Gebeld, komt maandag terug.')
  await other.goto(`/desk/requests/${reference}`)
  await other.getByRole('button', { name: 'In behandeling nemen' }).click()
  await expect(other.getByText('In behandeling', { exact: true }).first()).toBeVisible()
  await expect(writer.locator('.live-bar')).toContainText('Intussen veranderd door Bilal')
  await expect(writer.locator('textarea')).toHaveValue('Gebeld, komt maandag terug.')
})

test('the queue is worked by keys: j and k move, Enter opens, a assigns, / searches, ? explains', async ({
  colleague,
}) => {
  const page = await colleague('anouk')
  await openQueue(page)
  const references = await referencesOn(page)
  const focused = () => page.evaluate(() => document.activeElement?.textContent)
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  expect(await focused()).toBe(references[1])
  await page.keyboard.press('k')
  expect(await focused()).toBe(references[0])
  await page.keyboard.press('a')
  await expect(page).toHaveURL(new RegExp(`/desk/requests/${references[0]}/assignment$`))
  await openQueue(page)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/desk\/requests\/AVG-[^/]*$/)
  await openQueue(page)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('volgende regel')
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type(references[0]?.toLowerCase() ?? '')
  // keys are text again while one types
  await page.keyboard.press('Enter')
  await expect(page.getByText(references[0] ?? '', { exact: true })).toBeVisible()
  expect(await referencesOn(page)).toEqual([references[0]])
})
