import { z } from 'zod'
import { answerOf } from '../support/e2e/command'
import { accountOf } from '../support/e2e/desk'
import { mailsTo } from '../support/e2e/mailbox'
import { expect, test } from '../support/e2e'

const scanned = z.object({
  tables: z.array(
    z.object({
      system: z.string(),
      table: z.string(),
      expired: z.number(),
      expiring: z.number(),
      owner: z.string().nullable(),
    }),
  ),
})

test('the scan counts what SQL counts, per owner', async ({ crm }) => {
  const { tables } = await answerOf(scanned, 'retention', 'scan')
  const [newsletter] = await crm<{ expired: number }[]>`
    select count(*)::int as expired from newsletter_subscriptions
    where (unsubscribed_at at time zone 'Europe/Amsterdam')::date + interval '1 year'
      < (now() at time zone 'Europe/Amsterdam')::date`
  const found = tables.filter(({ table }) => table === 'newsletter_subscriptions')
  expect(found.map(({ owner }) => owner)).toEqual(['marketing@despaak.example.nl'])
  // a term that ends today may be counted on either side of midnight
  expect(Math.abs((found[0]?.expired ?? 0) - (newsletter?.expired ?? 0))).toBeLessThanOrEqual(1)
  const tickets = await crm<{ owner: string; expired: number }[]>`
    select coalesce(e.email, 'werkplaats@despaak.example.nl') as owner, count(*)::int as expired
    from service_tickets t left join employees e on e.id = t.assigned_to
    where (t.closed_at at time zone 'Europe/Amsterdam')::date + interval '5 years'
      < (now() at time zone 'Europe/Amsterdam')::date
    group by 1`
  for (const { owner, expired } of tickets)
    expect
      .soft(tables.find((one) => one.table === 'service_tickets' && one.owner === owner)?.expired, owner)
      .toBeGreaterThanOrEqual(expired)
})

test.describe.serial('what is past its term', () => {
  test('is shown to staff per owner, each of whom gets one digest with a link', async ({ colleague, demo }) => {
    const admin = await colleague('david')
    await admin.goto('/desk/retention')
    await admin.getByRole('button', { name: 'Kijk nu' }).click()
    await expect(admin.getByText('Het programma kijkt nu')).toBeVisible()
    await expect
      .poll(async () => (await mailsTo(demo, 'marketing@despaak.example.nl')).length, { timeout: 60_000 })
      .toBeGreaterThan(0)
    const mails = await mailsTo(demo, 'marketing@despaak.example.nl')
    expect(mails[0]?.text).toContain('/desk/retention')
    expect(mails[0]?.text).toContain('Nieuwsbrief')
    // no personal data of those whose term is over
    expect(mails[0]?.text).not.toMatch(/lezer\d+@|@example\.(nl|com|org)/)
    await admin.goto('/desk/retention')
    await expect(admin.locator('main')).toContainText('marketing@despaak.example.nl')
    await expect(admin.locator('main')).toContainText('Nieuwsbrief')
  })

  test('is deleted from there by a plan that somebody else approves, and no more than that', async ({
    colleague,
    demo,
    crm,
  }) => {
    test.setTimeout(150_000)
    const before = await crm<{ email: string }[]>`select email from newsletter_subscriptions order by 1`
    const admin = await colleague('david')
    await admin.goto('/desk/retention')
    const row = admin.locator('tr').filter({ hasText: 'Nieuwsbrief' }).first()
    await row.getByRole('link').first().click()
    await expect(admin).toHaveURL(/\/desk\/retention\/[0-9a-f-]{36}/)
    // values are masked
    await expect(admin.locator('main')).not.toContainText(/lezer\d+@example\.org/)
    await admin.locator('[name="row"]').first().check()
    await admin.getByRole('button', { name: 'Wissen' }).click()
    await expect(admin).toHaveURL(/\/desk\/retention#orders/)
    await expect(admin.locator('main')).toContainText('Wacht op goedkeuring')
    const approver = await colleague('christa')
    await approver.goto('/desk/retention')
    await approver.getByRole('link', { name: 'Beoordelen' }).first().click()
    const password = approver.locator('[name="password"]')
    if ((await password.count()) > 0) await password.fill(accountOf(demo, 'christa').password)
    await approver.getByRole('button', { name: 'Goedkeuren en uitvoeren' }).click()
    await expect
      .poll(async () => (await crm`select 1 from newsletter_subscriptions`).length, { timeout: 60_000 })
      .toBe(before.length - 1)
    const after = await crm<{ email: string }[]>`select email from newsletter_subscriptions order by 1`
    const emails = new Set(after.map(({ email }) => email))
    expect(before.filter(({ email }) => !emails.has(email))).toHaveLength(1)
  })

  test('can be held with a reason until a day, and is then no longer offered', async ({ colleague }) => {
    const admin = await colleague('david')
    await admin.goto('/desk/retention')
    await admin.locator('tr').filter({ hasText: 'Nieuwsbrief' }).first().getByRole('link').first().click()
    await admin.getByRole('link', { name: 'Nog houden' }).click()
    await admin.getByRole('button', { name: 'Nog houden' }).click()
    await expect(admin.getByRole('alert')).toBeVisible()
    await admin.locator('[name="row"]').first().check()
    await admin.locator('[name="reason"]').fill('Klacht over de uitschrijving loopt nog.')
    const until = new Date(Date.now() + 40 * 24 * 3600_000).toISOString().slice(0, 10)
    await admin.locator('[name="untilOn"]').fill(until)
    await admin.getByRole('button', { name: 'Nog houden' }).click()
    await expect(admin).toHaveURL(/\/desk\/retention$/)
    await expect(admin.locator('main')).toContainText('Klacht over de uitschrijving')
  })
})
