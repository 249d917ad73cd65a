import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evidenceEntry, outbox, retentionFinding, retentionPart } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { holdRows } from '~/retention/hold-rows.server'
import { endingByMonth } from '~/retention/forecast.server'
import { latestFindings } from '~/retention/findings.server'
import { retentionDay, scanRetention, ScanIncomplete } from '~/retention/scan.server'
import { retentionSchedule, retentionTasks } from '~/retention/tasks.server'
import { Temporal } from 'temporal-polyfill'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
const [nightly] = retentionTasks

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

const staffId = '7c1a4a0e-5a8b-4a57-9a63-0e6d1c8f9d10'

/** The ends of terms of the demo's map, written by hand. */
const due = () => crm.sql`
  with customer as (
    select coalesce(e.email, 'crm-beheer@despaak.example.nl') as owner,
      (greatest(c.last_seen_at, (select max(t.closed_at) from service_tickets t where t.customer_id = c.id))
        at time zone 'Europe/Amsterdam')::date as last
    from customers c left join employees e on e.id = c.assigned_to
    where not exists (select 1 from service_contracts s where s.customer_id = c.id and s.status = 'active')
      and not exists (select 1 from invoices i where i.customer_id = c.id and i.status in ('open', 'overdue'))
      and not exists (select 1 from service_tickets t where t.customer_id = c.id and t.status in ('open', 'waiting'))
  ), ticket as (
    select coalesce(e.email, 'werkplaats@despaak.example.nl') as owner, (t.closed_at at time zone 'Europe/Amsterdam')::date as last
    from service_tickets t left join employees e on e.id = t.assigned_to
  ), reader as (
    select 'marketing@despaak.example.nl' as owner, (unsubscribed_at at time zone 'Europe/Amsterdam')::date as last
    from newsletter_subscriptions
  ), due as (
    select 'customers' as table, owner, (last + interval '2 years')::date as over, 30 as warn from customer
    union all select 'service_tickets', owner, (last + interval '5 years')::date, 30 from ticket
    union all select 'newsletter_subscriptions', owner, (last + interval '1 year')::date, 14 from reader
  )`

/** What is over or near on this day. */
const byHand = () => crm.sql<{ table: string; owner: string; expired: number; expiring: number }[]>`
  ${due()}
  select "table", owner, count(*) filter (where over <= date '2026-03-02')::int as expired,
    count(*) filter (where over > date '2026-03-02' and over - warn <= date '2026-03-02')::int as expiring
  from due where over - warn <= date '2026-03-02' group by 1, 2`

const sorted = <T extends { table: string; owner: string | null }>(rows: readonly T[]) =>
  [...rows].sort((a, b) => `${a.table} ${a.owner}`.localeCompare(`${b.table} ${b.owner}`))

test('the scan counts exactly the rows that the same terms give in plain SQL', async () => {
  const { tables } = await scanRetention(own.runtime)
  const hand = await byHand()
  expect(sorted(tables)).toEqual(sorted(hand.map((row) => ({ system: 'crm', ...row }))))
  expect(tables.some((row) => row.table === 'customers' && row.expired > 0)).toBe(true)
  expect(tables.some((row) => row.table === 'newsletter_subscriptions')).toBe(true)
})

test('the year ahead has as many ends of terms per month as the same terms give in plain SQL', async () => {
  await scanRetention(own.runtime)
  const today = Temporal.PlainDate.from('2026-03-02')
  const months = await endingByMonth(own.runtime.db, today)
  const hand = await crm.sql<{ month: string; rows: number }[]>`
    ${due()}
    select to_char(over, 'YYYY-MM-01') as month, count(*)::int as rows from due
    where over > date '2026-03-02' and over < date '2027-03-01' group by 1`
  expect(months.map(({ month, inSystems }) => [month.toString(), inSystems])).toEqual(
    Array.from({ length: 12 }, (_, n) => {
      const month = today.with({ day: 1 }).add({ months: n }).toString()
      return [month, hand.find((row) => row.month === month)?.rows ?? 0]
    }),
  )
  expect(hand.length).toBeGreaterThan(3)
})

test('what a scan found stays on record, and the addresses and keys in it are sealed', async () => {
  await scanRetention(own.runtime, { system: 'crm' })
  const findings = await own.runtime.db.select().from(retentionFinding)
  const parts = await own.runtime.db.select().from(retentionPart)
  expect(parts.length).toBeGreaterThan(0)
  const dump = Buffer.concat(
    [...findings.flatMap((f) => (f.ownerSealed ? [f.ownerSealed] : [])), ...parts.map((p) => p.sealed)].map((b) =>
      Buffer.from(b),
    ),
  ).toString('latin1')
  expect(dump).not.toContain('despaak')
  // Two bytes alone stand in any ciphertext by chance.
  expect(dump).not.toContain('[["')
  const scans = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'retention.scanned'))
  expect(JSON.stringify(scans.map((s) => s.data))).not.toContain('@')
})

test('an owner gets one digest a week, however often the night comes', async () => {
  const mails = () => own.runtime.db.select().from(outbox).where(eq(outbox.template, 'retention_digest'))
  await nightly?.run(own.runtime, {})
  const first = (await mails()).length
  const owners = new Set((await byHand()).map((row) => row.owner))
  expect(first).toBe(owners.size)
  await nightly?.run(own.runtime, {})
  own.clock.advance({ hours: 24 * 6 })
  await nightly?.run(own.runtime, {})
  expect((await mails()).length).toBe(first)
  own.clock.advance({ hours: 24 })
  await nightly?.run(own.runtime, {})
  expect((await mails()).length).toBeGreaterThan(first)
  own.clock.set('2026-03-02T09:00:00Z')
  expect(retentionSchedule.map((item) => item.task)).toEqual([nightly?.name])
})

test('rows that somebody holds are not offered until the day after the hold', async () => {
  const count = async () => {
    const { tables } = await scanRetention(own.runtime)
    return tables.filter((row) => row.table === 'service_tickets').reduce((sum, row) => sum + row.expired, 0)
  }
  await crm.sql`update service_tickets set closed_at = '2020-01-01', opened_at = '2019-12-01', status = 'closed' where id <= 5`
  const before = await count()
  const findings = await latestFindings(own.runtime.db, own.runtime, ['crm'])
  const finding = findings.find((one) => one.table === 'service_tickets' && one.expired > 0)
  const { today } = await retentionDay(own.runtime, own.runtime.db)
  const hold = (untilOn: string, places = [0]) =>
    inTransaction(own.runtime, (tx) =>
      holdRows(tx, own.runtime, {
        findingId: finding?.id ?? '',
        places,
        reason: 'Lopende claim over de reparatie',
        untilOn: Temporal.PlainDate.from(untilOn),
        today,
        staffId,
      }),
    )
  expect(await hold('2026-03-02')).toEqual({ ok: false, reason: 'until_in_past' })
  expect(await hold('2026-06-01', [9999])).toEqual({ ok: false, reason: 'nothing_selected' })
  expect(await hold('2026-06-01')).toEqual({ ok: true, rows: 1 })
  expect(await count()).toBe(before - 1)
  own.clock.set('2026-06-01T21:00:00Z')
  const during = await count()
  own.clock.set('2026-06-01T22:30:00Z')
  expect(await count()).toBeGreaterThan(during)
  own.clock.set('2026-03-02T09:00:00Z')
})

test('a row that was pseudonymised is not offered for it again', async () => {
  const total = async () => {
    const { tables } = await scanRetention(own.runtime)
    return tables.filter((row) => row.table === 'customers').reduce((sum, row) => sum + row.expired, 0)
  }
  const before = await total()
  const findings = await latestFindings(own.runtime.db, own.runtime, ['crm'])
  expect(findings.some((one) => one.table === 'customers')).toBe(true)
  const hex = 'a1b2c3d4e5f60718293a4b5c'
  const changed = await crm.sql`
    update customers c set number = 'p' || substr(md5(id::text), 1, 19), last_name = ${`p${hex.slice(0, 19)}`},
      email = case when email is null then null else ${`${hex}@pseudonym.invalid`} end
    where id = (
      select id from customers c where last_seen_at < '2023-01-01'
        and not exists (select 1 from service_tickets t where t.customer_id = c.id)
        and not exists (select 1 from service_contracts t where t.customer_id = c.id)
        and not exists (select 1 from invoices t where t.customer_id = c.id and t.status <> 'paid') limit 1)`
  expect(changed.count).toBe(1)
  expect(await total()).toBe(before - 1)
})

test('a CRM that is down is named, and no finding says that nothing is due', async () => {
  await expect(scanRetention(own.runtime, { system: 'elsewhere' })).rejects.toBeInstanceOf(ScanIncomplete)
})
