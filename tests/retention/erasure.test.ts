import { afterAll, beforeAll, expect, test } from 'vitest'
import { erasureTasks } from '~/erasure/tasks.server'
import { staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { latestFindings } from '~/retention/findings.server'
import type { Finding } from '~/retention/findings.server'
import { approveErasure, listOrders, orderErasure } from '~/retention/order-erasure.server'
import { scanRetention } from '~/retention/scan.server'
import { showRows } from '~/retention/show-rows.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
let admin: StaffMember
let approver: StaffMember

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  admin = await member('admin')
  approver = await member('approver')
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

async function member(role: Role): Promise<StaffMember> {
  const email = `${role}@despaak.example.nl`
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email, name: role, role, createdAt: own.clock.now() })
    .returning()
  return { id: row?.id ?? '', email, name: role, role, language: 'nl' }
}

async function findingOf(table: string): Promise<Finding> {
  await scanRetention(own.runtime)
  const found = (await latestFindings(own.runtime.db, own.runtime, ['crm'])).filter((one) => one.table === table)
  const most = found.sort((a, b) => b.expired - a.expired)[0]
  if (!most) throw new Error(`Nothing of ${table} is due`)
  return most
}

const approve = (planId: string, hash: string, by: StaffMember) =>
  inTransaction(own.runtime, (tx) => approveErasure(tx, own.runtime, { planId, hash, by }))

async function run(runId: string) {
  const task = erasureTasks.find((one) => one.name === 'erasure.run')
  await task?.run(own.runtime, { runId })
}

/** Every row of every table, as one text a row: what must not change but where the plan says so. */
async function everything() {
  const tables = await crm.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'privacybalie_receipt' order by 1`
  const rows = new Map<string, Set<string>>()
  for (const { name } of tables) {
    const found = await crm.sql<{ row: string }[]>`select t::text as row from ${crm.sql(name)} t`
    rows.set(name, new Set(found.map((each) => each.row)))
  }
  return rows
}

test('customers without contact are pseudonymised by the one path to erase: planned, approved by another, run, verified', async () => {
  const finding = await findingOf('customers')
  expect(finding.then).toBe('pseudonymise')
  const shown = await showRows(own.runtime, finding.id)
  if (!shown.ok) throw new Error(shown.reason)
  expect(shown.offered.rows.length).toBe(finding.expired)
  const before = await everything()
  const ordered = await orderErasure(own.runtime, {
    findingId: finding.id,
    places: [0, 1],
    action: 'pseudonymise',
    by: admin,
  })
  if (!ordered.ok) throw new Error(JSON.stringify(ordered))
  expect(ordered.rows).toBe(2)
  expect(await everything()).toEqual(before)
  const [order] = await listOrders(own.runtime.db)
  expect(order).toMatchObject({ planId: ordered.planId, state: 'open', rows: 2 })
  expect(await approve(ordered.planId, order?.hash ?? '', admin)).toEqual({ ok: false, reason: 'same_person' })
  expect(await approve(ordered.planId, 'a'.repeat(64), approver)).toEqual({ ok: false, reason: 'hash_mismatch' })
  const approved = await approve(ordered.planId, order?.hash ?? '', approver)
  if (!approved.ok) throw new Error(approved.reason)
  await run(approved.runId)
  const after = await everything()
  const gone = [...before].flatMap(([table, rows]) =>
    [...rows].filter((row) => !after.get(table)?.has(row)).map(() => table),
  )
  expect(gone.filter((table) => table === 'customers')).toHaveLength(2)
  expect(gone.filter((table) => table !== 'customers' && table !== 'customers_audit')).toEqual([])
  const left = await crm.sql`select 1 from customers where email like '%@pseudonym.invalid'`
  expect(left.length).toBeLessThanOrEqual(2)
  expect((await listOrders(own.runtime.db))[0]?.state).toBe('executed')
  await scanRetention(own.runtime)
  const again = (await latestFindings(own.runtime.db, own.runtime, ['crm'])).filter(
    (one) => one.table === 'customers' && one.owner === finding.owner,
  )
  expect(again.reduce((sum, one) => sum + one.expired, 0)).toBe(finding.expired - 2)
})

test('tickets whose term is over are deleted with their messages, and nothing else is', async () => {
  await crm.sql`
    update service_tickets set status = 'closed', opened_at = '2019-12-01', closed_at = '2020-01-01'
    where id in (select ticket_id from ticket_messages order by ticket_id limit 3)`
  const finding = await findingOf('service_tickets')
  const before = await everything()
  const ordered = await orderErasure(own.runtime, { findingId: finding.id, places: [0], action: 'delete', by: admin })
  if (!ordered.ok) throw new Error(JSON.stringify(ordered))
  const order = (await listOrders(own.runtime.db)).find((one) => one.planId === ordered.planId)
  const approved = await approve(ordered.planId, order?.hash ?? '', approver)
  if (!approved.ok) throw new Error(approved.reason)
  await run(approved.runId)
  const after = await everything()
  const gone = [...before].flatMap(([table, rows]) =>
    [...rows].filter((row) => !after.get(table)?.has(row)).map(() => table),
  )
  expect(gone.filter((table) => table === 'service_tickets')).toHaveLength(1)
  expect(gone.filter((table) => !['service_tickets', 'ticket_messages'].includes(table))).toEqual([])
})

test('somebody who came back since the scan is left alone', async () => {
  const finding = await findingOf('customers')
  await crm.sql`update customers set last_seen_at = '2026-03-01'`
  const ordered = await orderErasure(own.runtime, {
    findingId: finding.id,
    places: [0],
    action: 'pseudonymise',
    by: admin,
  })
  expect(ordered).toEqual({ ok: false, reason: 'no_longer_due' })
  expect(await orderErasure(own.runtime, { findingId: finding.id, places: [], action: 'delete', by: admin })).toEqual({
    ok: false,
    reason: 'nothing_selected',
  })
})

test('the rows that are offered are shown masked', async () => {
  const finding = await findingOf('newsletter_subscriptions')
  const shown = await showRows(own.runtime, finding.id)
  const text = JSON.stringify(shown)
  for (const { email } of await crm.sql<{ email: string }[]>`select email from newsletter_subscriptions`)
    expect(text).not.toContain(email)
})
