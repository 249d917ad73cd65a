import { randomInt } from 'node:crypto'
import type { Page } from '@playwright/test'
import { dueOn, inWords, today } from '../support/e2e/command'
import { codeFor, codesOf, mailTo, mailsTo } from '../support/e2e/mailbox'
import { comeBack, fileRequest, sendForm, typeCode } from '../support/e2e/portal'
import { expect, test } from '../support/e2e'

const stranger = () => `bezoeker${randomInt(1_000_000_000)}@example.nl`
const send = (page: Page) => page.locator('form:has([name="email"]) button').last().click()

test('the receipt says the reference, the day of receipt and the latest day of the answer, in words, without JavaScript', async ({
  visitor,
  demo,
}) => {
  const email = stranger()
  const reference = await fileRequest(visitor, demo, { kind: 'access', name: 'Bea Zoeker', email })
  const due = inWords(await dueOn(today()))
  await expect(visitor.locator('main')).toContainText(reference)
  await expect(visitor.locator('main')).toContainText(inWords(today()))
  await expect(visitor.locator('main')).toContainText(due)
  const mail = await mailTo(demo, email, /ontvangen/)
  expect(mail.text).toContain(reference)
  expect(mail.text).toContain(due)
})

test('several rights are asked in one go and answered one by one', async ({ visitor, demo }) => {
  const email = stranger()
  await fileRequest(visitor, demo, { kind: ['access', 'rectification'], name: 'Bea Zoeker', email })
  const references = new Set((await visitor.locator('main').innerText()).match(/AVG-\d{4}-[A-Z0-9]{6}/g))
  expect(references.size).toBe(2)
})

test('a form with mistakes comes back as 400 with a message at each field and everything typed kept', async ({
  visitor,
}) => {
  await visitor.goto('/nl/requests/new')
  await visitor.locator('[name="kind"][value="objection"]').check()
  await visitor.locator('[name="phone"]').fill('06-12')
  await visitor.locator('[name="email"]').fill('geen adres')
  await visitor.locator('[name="details"]').fill('Twee\nregels met <b>haken</b> & tekens')
  const answer = visitor.waitForResponse((response) => response.request().method() === 'POST')
  await send(visitor)
  expect((await answer).status()).toBe(400)
  const summary = visitor.locator('.error-summary')
  for (const message of ['Kies waar u het niet mee eens bent.', 'Vul uw naam in.', 'Dit e-mailadres klopt niet.'])
    await expect(summary).toContainText(message)
  await expect(visitor.locator('#email-error')).toContainText('Dit e-mailadres klopt niet')
  await expect(visitor.locator('[name="kind"][value="objection"]')).toBeChecked()
  await expect(visitor.locator('[name="phone"]')).toHaveValue('06-12')
  await expect(visitor.locator('[name="email"]')).toHaveValue('geen adres')
  await expect(visitor.locator('[name="details"]')).toHaveValue('Twee\nregels met <b>haken</b> & tekens')
})

test('a kind that does not exist is refused in words', async ({ visitor }) => {
  await visitor.goto('/nl/requests/new')
  await visitor.locator('[name="kind"][value="access"]').evaluate((box: HTMLInputElement) => (box.value = 'everything'))
  await visitor.locator('[name="kind"][value="everything"]').check()
  await visitor.locator('[name="name"]').fill('Bea Zoeker')
  await visitor.locator('[name="email"]').fill(stranger())
  const answer = visitor.waitForResponse((response) => response.request().method() === 'POST')
  await send(visitor)
  expect((await answer).status()).toBe(400)
  await expect(visitor.locator('.error-summary')).toContainText('Wij kennen deze keuze niet')
  await expect(visitor.locator('[name="name"]')).toHaveValue('Bea Zoeker')
})

test('a megabyte of text is answered with 413, and all of it is still there', async ({ visitor }) => {
  await visitor.goto('/nl/requests/new')
  await visitor.locator('[name="kind"][value="access"]').check()
  await visitor.locator('[name="name"]').fill('Bea Zoeker')
  const text = 'woorden en nog eens woorden '.repeat(37_500)
  await visitor.locator('[name="details"]').evaluate((box: HTMLTextAreaElement, long) => {
    box.removeAttribute('maxlength')
    box.value = long
  }, text)
  await visitor.locator('[name="email"]').fill('bea.zoeker@example.nl')
  const answer = visitor.waitForResponse((response) => response.request().method() === 'POST')
  await send(visitor)
  expect((await answer).status()).toBe(413)
  await expect(visitor.locator('.error-summary')).toContainText('te groot')
  expect((await visitor.locator('[name="details"]').inputValue()).trim()).toBe(text.trim())
  await expect(visitor.locator('[name="name"]')).toHaveValue('Bea Zoeker')
  await expect(visitor.locator('[name="email"]')).toHaveValue('bea.zoeker@example.nl')
})

test('NUL bytes and other control characters in a field lose nothing else and break nothing', async ({
  visitor,
  demo,
}) => {
  await visitor.goto('/nl/requests/new')
  const csrf = await visitor.locator('form:has([name="email"]) [name="csrf"]').inputValue()
  const email = stranger()
  const answer = await visitor.request.post('/nl/requests/new', {
    form: { csrf, kind: 'access', name: 'B\u0000ea\u0007 Zoeker', email, details: 'een\u0000twee' },
    maxRedirects: 0,
  })
  expect(answer.status()).toBe(303)
  await visitor.goto('/nl/verify')
  await typeCode(visitor, await codeFor(demo, email))
  await expect(visitor.locator('main')).toContainText('eentwee')
})

test('a wrong code moves nothing, the fifth spends it, and a new one works', async ({ visitor, demo }) => {
  const email = stranger()
  await sendForm(visitor, { kind: 'erasure', name: 'Bea Zoeker', email })
  const code = await codeFor(demo, email)
  const wrong = code === '111111' ? '222222' : '111111'
  for (let tries = 0; tries < 5; tries++) {
    const answer = visitor.waitForResponse((response) => response.request().method() === 'POST')
    await typeCode(visitor, wrong)
    expect((await answer).status()).toBe(400)
    await expect(visitor.locator('#code-error')).toContainText('Deze code klopt niet')
    await expect(visitor.locator('[name="code"]')).toHaveValue(wrong)
  }
  // now the right one is worth nothing, either
  await typeCode(visitor, code)
  await expect(visitor.locator('#code-error')).toContainText('Deze code klopt niet')
  await expect
    .poll(
      async () => {
        await visitor.goto('/nl/verify')
        await visitor.getByRole('button', { name: 'Stuur een nieuwe code' }).click()
        return visitor.locator('main').innerText()
      },
      { timeout: 45_000, intervals: [5_000] },
    )
    .toContain('Wij stuurden een nieuwe code')
  await typeCode(visitor, await codeFor(demo, email, 1))
  await expect(visitor).toHaveURL(/receipt/)
})

test('who types wrong codes on and on is answered with 429, and the page still asks for the code', async ({
  visitor,
}) => {
  await sendForm(visitor, { kind: 'access', name: 'Bea Zoeker', email: stranger() })
  const csrf = await visitor.locator('form:has([name="code"]) [name="csrf"]').inputValue()
  const statuses: number[] = []
  let page = ''
  for (let tries = 0; tries < 70 && statuses.at(-1) !== 429; tries++) {
    const answer = await visitor.request.post('/nl/verify', { form: { csrf, code: '000000' }, maxRedirects: 0 })
    statuses.push(answer.status())
    page = await answer.text()
  }
  expect(statuses.at(-1)).toBe(429)
  expect(page).toContain('name="code"')
  expect(page).toContain('te vaak')
})

test('the 21st submission of an hour is answered with 429, with the form and what was typed', async ({ visitor }) => {
  await visitor.goto('/nl/requests/new')
  const csrf = await visitor.locator('form:has([name="email"]) [name="csrf"]').inputValue()
  const statuses: number[] = []
  let page = ''
  for (let tries = 0; tries < 21; tries++) {
    const form = { csrf, kind: 'access', name: 'Bea Zoeker', email: stranger(), details: 'blijft dit staan?' }
    const answer = await visitor.request.post('/nl/requests/new', { form, maxRedirects: 0 })
    statuses.push(answer.status())
    page = await answer.text()
  }
  expect(statuses).toEqual([...Array<number>(20).fill(303), 429])
  expect(page).toContain('blijft dit staan?')
  expect(page).toContain('name="email"')
  expect(page).toContain('Wacht een uur')
})

test('an address that is not known gets the same next page as one that is', async ({ browser, demo }) => {
  const pages: string[] = []
  for (const email of ['sanne.devries@example.nl', stranger()]) {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    await page.goto('/nl/sign-in')
    await page.locator('[name="email"]').fill(email)
    await send(page)
    pages.push((await page.locator('main').innerText()).replace(email, '…'))
    await page.context().close()
  }
  expect(pages[0]).toBe(pages[1])
  expect(demo.portalUrl).toContain('localhost')
})

test('a request can be stopped by the one who made it, is confirmed by mail, and stays stopped', async ({
  visitor,
  demo,
}) => {
  const email = stranger()
  const reference = await fileRequest(visitor, demo, { kind: 'rectification', name: 'Bea Zoeker', email })
  await visitor.getByRole('link', { name: 'Stop mijn verzoek' }).click()
  await visitor.getByRole('button', { name: 'Ja, stop mijn verzoek' }).click()
  await expect(visitor.locator('main')).toContainText('Uw verzoek is gestopt')
  await expect(visitor.locator('main')).toContainText('U heeft uw verzoek gestopt')
  expect((await mailTo(demo, email, /gestopt/)).text).toContain(reference)
  await visitor.goto(`/nl/requests/${reference}/withdrawal`)
  await expect(visitor.locator('main')).toContainText('niet meer gestopt')
})

test('who comes back later signs in with a code and sees all own requests, and nobody else’s', async ({
  visitor,
  browser,
  demo,
}) => {
  const [mine, theirs] = [stranger(), stranger()]
  const first = await fileRequest(visitor, demo, { kind: 'access', name: 'Bea Zoeker', email: mine })
  const second = await fileRequest(visitor, demo, { kind: 'rectification', name: 'Bea Zoeker', email: mine })
  const other = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  const foreign = await fileRequest(other, demo, { kind: 'access', name: 'Cas Vreemd', email: theirs })
  await other.context().close()

  const later = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await later.goto(`/nl/requests/${first}`)
  await expect(later).toHaveURL(/\/nl\/sign-in/)
  await comeBack(later, demo, mine)
  await later.goto('/nl/requests')
  await expect(later.locator('main')).toContainText(first)
  await expect(later.locator('main')).toContainText(second)
  await expect(later.locator('main')).not.toContainText(foreign)
  for (const reference of [foreign, 'AVG-2026-ZZZZZZ', 'AVG-2026-%00', 'x'.repeat(3000)]) {
    expect.soft((await later.goto(`/nl/requests/${reference}`))?.status()).toBe(404)
    expect.soft((await later.goto(`/nl/requests/${reference}/withdrawal`))?.status()).toBe(404)
  }
  await expect(later.locator('body')).toContainText('Fietsenwinkel De Spaak')
  await later.goto('/nl/requests')
  await later.getByRole('button', { name: 'Uitloggen', exact: true }).click()
  await later.goto('/nl/requests')
  await expect(later).toHaveURL(/sign-in/)
  await later.context().close()
})

test('a code works only in the browser that asked for it, and only once', async ({ visitor, browser, demo }) => {
  const email = stranger()
  await sendForm(visitor, { kind: 'access', name: 'Bea Zoeker', email })
  const code = await codeFor(demo, email)
  const thief = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await sendForm(thief, { kind: 'access', name: 'Dief', email: stranger() })
  await typeCode(thief, code)
  await expect(thief.locator('#code-error')).toBeVisible()
  await thief.context().close()
  await typeCode(visitor, code)
  await expect(visitor).toHaveURL(/receipt/)
  const csrf = await visitor.locator('[name="csrf"]').first().inputValue()
  const again = await visitor.request.post('/nl/verify', { form: { csrf, code }, maxRedirects: 0 })
  expect(again.status()).toBe(400)
})

test('the language can be changed on every page, and the browser’s own is used first', async ({ visitor, browser }) => {
  await visitor.goto('/nl/requests/new')
  await visitor.getByRole('link', { name: 'English' }).click()
  await expect(visitor).toHaveURL(/\/en\/requests\/new/)
  await expect(visitor.locator('html')).toHaveAttribute('lang', 'en')
  await visitor.goto('/')
  await expect(visitor).toHaveURL(/\/en$/)
  const english = await (await browser.newContext({ locale: 'en-GB' })).newPage()
  await english.goto('/')
  await expect(english).toHaveURL(/\/en$/)
  await english.context().close()
})

test('who files in English is answered in English', async ({ visitor, demo }) => {
  const email = stranger()
  const reference = await fileRequest(visitor, demo, { kind: 'access', name: 'Ann Visitor', email, language: 'en' })
  await expect(visitor.locator('main')).toContainText(inWords(await dueOn(today()), 'en'))
  expect((await mailTo(demo, email, new RegExp(reference))).subject).toMatch(/received/i)
})

test('no mail holds more than it needs: no details, no personal data of the CRM', async ({ visitor, demo }) => {
  const email = stranger()
  await fileRequest(visitor, demo, { kind: 'access', name: 'Bea Zoeker', email, details: 'Mijn geheim is zeewier.' })
  await mailTo(demo, email, /ontvangen/)
  for (const mail of await mailsTo(demo, email)) {
    expect(mail.text).not.toContain('zeewier')
    expect(mail.html).not.toContain('zeewier')
    expect(mail.html).not.toMatch(/<img|<script/i)
  }
  expect(await codesOf(demo, email)).toHaveLength(1)
})
