import type { Page } from '@playwright/test'
import { z } from 'zod'
import { answerOf, dueOn, inWords, today } from '../support/e2e/command'
import { countRows, customerAfter, hashOfOthers, hero, rowsOf } from '../support/e2e/crm'
import { accountOf, signedIn, takeUp } from '../support/e2e/desk'
import { mailTo } from '../support/e2e/mailbox'
import { comeBack, fileRequest } from '../support/e2e/portal'
import { expect, test } from '../support/e2e'
import type { Demo } from '../support/e2e'

const located = z.object({ tables: z.array(z.object({ table: z.string(), action: z.string(), rows: z.number() })) })

/** The approver looks at the plan and approves it, giving the password where it is asked for. */
async function approve(page: Page, demo: Demo, reference: string): Promise<void> {
  await page.goto(`/desk/requests/${reference}`)
  await page.getByRole('link', { name: 'Plan beoordelen' }).click()
  await expect(page).toHaveURL(/approval/)
  const password = page.locator('[name="password"]')
  if ((await password.count()) > 0) await password.fill(accountOf(demo, 'christa').password)
  await page.getByRole('button', { name: 'Goedkeuren' }).click()
  await expect(page.locator('#plan')).toContainText('Goedgekeurd')
}

/** The agent carries the approved plan out and waits until it is verified. */
async function execute(page: Page, demo: Demo, reference: string): Promise<void> {
  await page.goto(`/desk/requests/${reference}`)
  await page.getByRole('link', { name: 'Plan uitvoeren' }).click()
  const password = page.locator('[name="password"]')
  if ((await password.count()) > 0) await password.fill(accountOf(demo, 'anouk').password)
  await page.getByRole('button', { name: 'Plan uitvoeren' }).click()
  await expect(page.getByText('Uitgevoerd en gecontroleerd.')).toBeVisible({ timeout: 60_000 })
}

/** What was found outside the plan may stay; the answer then goes out by itself. */
async function keepFindings(page: Page, reference: string): Promise<number> {
  let kept = 0
  for (; ; kept++) {
    await page.goto(`/desk/requests/${reference}`)
    const finding = page.locator('.findings form').first()
    if ((await finding.count()) === 0) return kept
    await finding.locator('[name="reason"]').fill('Gaat over iemand anders; nagekeken.')
    await finding.getByRole('button', { name: 'Mag blijven' }).click()
    await page.waitForURL(/\/desk\/requests\/AVG-[^/]*$/)
  }
}

test.describe.serial('a customer asks for erasure', () => {
  let reference = ''

  test('from the form, without JavaScript, to rows that are gone, and nobody else’s row is touched', async ({
    visitor,
    colleague,
    demo,
    crm,
  }) => {
    test.setTimeout(180_000)
    const hers = await rowsOf(crm, hero)
    const rowsBefore = await countRows(crm, hers)
    for (const [table, rows] of Object.entries(rowsBefore))
      if (table !== 'customers_audit') expect(rows, `she has something in ${table}`).toBeGreaterThan(0)
    const invoices = await crm`select * from invoices where customer_id = 1 order by id`
    const [old] = await crm<{ count: number }[]>`
      select count(*)::int from invoices
      where customer_id = 1 and extract(year from issued_on) + 7 < extract(year from current_date)`

    reference = await fileRequest(visitor, demo, { kind: 'erasure', name: hero.name, email: hero.email })
    const due = inWords(await dueOn(today()))
    await expect(visitor.locator('main')).toContainText(reference)
    await expect(visitor.locator('main')).toContainText(inWords(today()))
    await expect(visitor.locator('main')).toContainText(due)

    const agent = await colleague('anouk')
    await takeUp(agent, reference)
    await agent.getByRole('button', { name: 'Plan maken' }).click()
    const plan = agent.locator('#plan')
    await expect(plan).toContainText('Wacht op een beslissing', { timeout: 60_000 })
    const lines = (table: string, action: string) =>
      plan.locator('tbody tr').filter({ hasText: new RegExp(`^${table}\\s*${action}`) })
    const rows = async (table: string, action: string) =>
      (await lines(table, action).locator('td.number').allInnerTexts()).reduce((sum, text) => sum + Number(text), 0)
    expect(await rows('invoices', 'bewaren')).toBe(invoices.length - (old?.count ?? 0))
    expect(await rows('invoices', 'wissen')).toBe(old?.count)
    expect(await rows('customers', 'pseudonimiseren')).toBe(1)
    expect(await rows('newsletter_subscriptions', 'wissen')).toBe(1)
    await expect(lines('invoices', 'bewaren').first()).toContainText(/bewaarplicht, tot en met \w+ 31 dec 20\d\d/)
    await expect(lines('addresses', 'bewaren')).toContainText('ook van een ander')

    // whoever made the plan can't approve it, neither by the page nor past it
    await expect(agent.getByRole('link', { name: 'Plan beoordelen' })).toHaveCount(0)
    expect((await agent.request.get(`/desk/requests/${reference}/approval`)).status()).toBe(403)
    expect((await agent.request.post(`/desk/requests/${reference}/approval`, { form: {} })).status()).toBe(403)

    const approver = await colleague('christa')
    await approve(approver, demo, reference)
    const others = await hashOfOthers(crm, hers)
    await execute(agent, demo, reference)
    await keepFindings(agent, reference)

    expect(await hashOfOthers(crm, hers), 'rows of others').toEqual(others)
    expect(await countRows(crm, hers)).toMatchObject({
      customers: 1,
      addresses: 0,
      customer_accounts: 0,
      bikes: 0,
      service_contracts: 0,
      service_tickets: 0,
      ticket_messages: 0,
      newsletter_subscriptions: 0,
      segment_members: 0,
      contact_log: 0,
      customers_audit: 0,
      invoices: invoices.length - (old?.count ?? 0),
    })
    const kept = await crm`select * from invoices where customer_id = 1 order by id`
    const unchanged = (row: Record<string, unknown>) => ({ ...row, archived: null })
    expect(kept.map(unchanged)).toEqual(
      invoices.filter(({ id }) => kept.some((row) => row['id'] === id)).map(unchanged),
    )
    expect(kept.every((row) => row['archived'])).toBe(true)
    const [person] = await crm`select * from customers where id = 1`
    expect(person).toMatchObject({ phone: null, mobile: null, marketing_opt_in: false, delivery_address_id: null })
    expect(JSON.stringify(person)).not.toMatch(/sanne|devries|de vries|12345678|K-10001/i)
    // the household address is her partner's, too
    expect(await crm`select id from addresses where id = 1`).toHaveLength(1)
    expect(JSON.stringify(await crm`select * from orders where customer_id = 1`)).not.toMatch(/sanne|12345678/i)
    const engraved = await crm`select engraving from order_lines join orders on id = order_id where customer_id = 1`
    expect(engraved.every(({ engraving }) => !engraving)).toBe(true)
  })

  test('she is told by mail and on her page what is gone, what stays, why, and until when', async ({
    visitor,
    demo,
  }) => {
    const mail = await mailTo(demo, hero.email, new RegExp(`wissen.*${reference}|gewist.*${reference}`))
    for (const words of ['Niet alles is weg', 'Facturen', '31 december', 'artikel']) expect(mail.text).toContain(words)
    expect(mail.text).not.toMatch(/customer_accounts|newsletter_subscriptions|invoice_lines/)
    await comeBack(visitor, demo, hero.email)
    await visitor.goto(`/nl/requests/${reference}`)
    const page = visitor.locator('main')
    for (const words of ['Niet alles is weg', 'Dit is weg', 'Dit blijft', 'Facturen', '31 december', 'Nieuwsbrief'])
      await expect(page).toContainText(words)
    await expect(page).not.toContainText('newsletter_subscriptions')
  })

  test('erasing her once more finds nothing', async ({ visitor, colleague, demo }) => {
    const { tables } = await answerOf(located, 'locate', 'crm', '--email', hero.email)
    expect(tables).toEqual([])
    const again = await fileRequest(visitor, demo, { kind: 'erasure', name: hero.name, email: hero.email })
    const agent = await colleague('anouk')
    await takeUp(agent, again)
    await agent.getByRole('button', { name: 'Plan maken' }).click()
    await expect(agent.locator('#plan')).toContainText('Niets gevonden in dit systeem', { timeout: 60_000 })
    if ((await agent.getByRole('link', { name: 'Plan uitvoeren' }).count()) === 0)
      await approve(await colleague('christa'), demo, again)
    await execute(agent, demo, again)
    await keepFindings(agent, again)
    await mailTo(demo, hero.email, new RegExp(`wissen.*${again}|gewist.*${again}`))
    await visitor.goto(`/nl/requests/${again}`)
    await expect(visitor.locator('main')).toContainText('Wij vonden niets')
  })
})

test('a plan can be sent back with a reason, and says to nobody outside that it was', async ({
  visitor,
  colleague,
  demo,
  crm,
}) => {
  const customer = await customerAfter(crm, 60)
  const reference = await fileRequest(visitor, demo, { kind: 'erasure', name: customer.name, email: customer.email })
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.getByRole('button', { name: 'Plan maken' }).click()
  await expect(agent.locator('#plan')).toContainText('Wacht op een beslissing', { timeout: 60_000 })
  const approver = await colleague('christa')
  await approver.goto(`/desk/requests/${reference}/approval`)
  const password = approver.locator('[name="password"]')
  if ((await password.count()) > 0) await password.fill(accountOf(demo, 'christa').password)
  // without a reason it is not sent back
  await approver.getByRole('button', { name: 'Terugsturen' }).click()
  await expect(approver.getByRole('alert')).toBeVisible()
  if ((await password.count()) > 0) await password.fill(accountOf(demo, 'christa').password)
  await approver.locator('[name="reason"]').fill('Kijk nog eens naar de garantie.')
  await approver.getByRole('button', { name: 'Terugsturen' }).click()
  await expect(approver.locator('#plan')).toContainText('Teruggestuurd')
  await agent.goto(`/desk/requests/${reference}`)
  await expect(agent.getByRole('button', { name: 'Plan maken' })).toBeVisible()
  await visitor.goto(`/nl/requests/${reference}`)
  await expect(visitor.locator('main')).not.toContainText('garantie')
  const [row] = await crm<{ email: string }[]>`select email from customers where id = ${customer.id}`
  expect(row?.email).toBe(customer.email)
})

test('rows that changed after the approval stop the run: nothing is changed, and the case goes back to planning', async ({
  visitor,
  colleague,
  demo,
  crm,
}) => {
  const customer = await customerAfter(
    crm,
    80,
    `exists (select from newsletter_subscriptions n where n.email = c.email)`,
  )
  const reference = await fileRequest(visitor, demo, { kind: 'erasure', name: customer.name, email: customer.email })
  const agent = await colleague('anouk')
  await takeUp(agent, reference)
  await agent.getByRole('button', { name: 'Plan maken' }).click()
  await expect(agent.locator('#plan')).toContainText('Wacht op een beslissing', { timeout: 60_000 })
  await approve(await colleague('christa'), demo, reference)
  await crm`insert into contact_log (subject_type, subject_id, channel, happened_at, summary)
            values ('customer', ${customer.id}, 'winkel', now(), 'Kwam nog even langs.')`
  const hers = await rowsOf(crm, customer)
  const before = await countRows(crm, hers)
  await agent.goto(`/desk/requests/${reference}/execution`)
  const password = agent.locator('[name="password"]')
  if ((await password.count()) > 0) await password.fill(accountOf(demo, 'anouk').password)
  await agent.getByRole('button', { name: 'Plan uitvoeren' }).click()
  await expect(agent.getByRole('button', { name: 'Plan maken' })).toBeVisible({ timeout: 60_000 })
  expect(await countRows(crm, hers)).toEqual(before)
})

test('two persons with one address are shown to staff, who choose', async ({ visitor, colleague, demo }) => {
  const reference = await fileRequest(visitor, demo, {
    kind: 'erasure',
    name: 'Ans Bakker',
    email: 'familie.bakker@example.nl',
  })
  const agent = await colleague('bilal')
  await takeUp(agent, reference)
  await agent.getByRole('button', { name: 'Plan maken' }).click()
  await expect(agent.getByText('Wie is het?')).toBeVisible({ timeout: 60_000 })
  const choices = agent.locator('[name="subject"]')
  expect(await choices.count()).toBe(2)
  await choices.first().check()
  await agent.getByRole('button', { name: 'Plan maken' }).click()
  await expect(agent.locator('#plan')).toContainText('Wacht op een beslissing', { timeout: 60_000 })
  await agent.goto(`/desk/requests/${reference}/withdrawal`)
})

test('a colleague who acts on an old page is told that somebody else was first', async ({
  visitor,
  browser,
  demo,
  crm,
}) => {
  const customer = await customerAfter(crm, 100)
  const reference = await fileRequest(visitor, demo, { kind: 'erasure', name: customer.name, email: customer.email })
  const [first, second] = [await signedIn(browser, demo, 'anouk'), await signedIn(browser, demo, 'bilal')]
  await second.goto(`/desk/requests/${reference}`)
  await takeUp(first, reference)
  await second.getByRole('button', { name: 'In behandeling nemen' }).click()
  await expect(second.getByRole('alert')).toBeVisible()
  await first.context().close()
  await second.context().close()
})
