import { eq, inArray } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessPackage, accessPart, evidenceEntry, outbox, request, staff } from '~db/schema'
import { endLapsedPackages } from '~/access/end.server'
import { openDraft, openPackage, packageOffer } from '~/access/offer.server'
import { preparePackage } from '~/access/prepare.server'
import type { KnownProof } from '~/access/prepare.server'
import { releasePackage } from '~/access/release.server'
import { reviewPackage } from '~/access/review.server'
import { accessTasks } from '~/access/tasks.server'
import { askHolds } from '~/erasure/blockers.server'
import { inTransaction } from '~/platform/runtime.server'
import { recordAuthority } from '~/requests/authority.server'
import { enterRequest } from '~/requests/intake.server'
import type { RequestRow } from '~/requests/move.server'
import type { StaffMember } from '~/staff/accounts.server'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { identified } from '~tests/support/identified'
import { readZip } from '~tests/support/read-zip'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
let agent: StaffMember
const byEmail: KnownProof[] = [{ method: 'email_code', proves: ['email'] }]
const nothingOut = { tables: [], columns: [], rows: [] }
const hostile = '<script>alert(1)</script>"\'&<img src=x onerror=alert(1)>'

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email: 'anouk@despaak.example.nl', name: 'Anouk', role: 'agent', createdAt: own.clock.now() })
    .returning()
  agent = { id: row?.id ?? '', email: 'anouk@despaak.example.nl', name: 'Anouk', role: 'agent', language: 'nl' }
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

let met = 0

/** The next customer of the demo with orders, an account and a ticket. */
async function somebody(): Promise<{ id: string; email: string; name: string }> {
  const [row] = await crm.sql<{ id: string; email: string; name: string }[]>`
    select c.id::text, c.email, c.full_name as name from customers c
    where c.email is not null and c.deleted_at is null
      and (select count(*) from customers d where lower(trim(d.email)) = lower(trim(c.email))) = 1
      and exists (select 1 from orders o where o.customer_id = c.id)
      and exists (select 1 from customer_accounts a where a.customer_id = c.id)
      and exists (select 1 from service_tickets t where t.customer_id = c.id)
      and c.id > 100 order by c.id offset ${met++} limit 1`
  if (!row) throw new Error('The demo has no such customer')
  return row
}

async function requestOf(
  email: string,
  kind: 'access' | 'portability' = 'access',
  extra: { filedBy?: 'parent' } = {},
): Promise<RequestRow> {
  const entered = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      {
        kinds: [kind],
        language: 'nl',
        filedBy: 'self',
        channel: 'email',
        name: 'Jan',
        email,
        details: hostile,
        ...extra,
      },
      { kind: 'staff', id: agent.id },
    ),
  )
  const [row] = entered.ok ? entered.requests : []
  if (!row) throw new Error('The request was not entered')
  await identified(own.runtime, row.id)
  return row
}

const prepare = (
  row: RequestRow,
  proofs = byEmail,
  subjects: { system: string; table: string; key: string[] }[] = [],
) =>
  inTransaction(own.runtime, (tx) =>
    preparePackage(tx, own.runtime, { requestId: row.id, actor: { kind: 'staff', id: agent.id }, proofs, subjects }),
  )

async function prepared(row: RequestRow) {
  const begun = await prepare(row)
  if (!begun.ok) throw new Error(begun.reason)
  await accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })
  return begun.packageId
}

const release = (
  row: RequestRow,
  packageId: string,
  leaveOut = nothingOut as Parameters<typeof releasePackage>[2]['leaveOut'],
) =>
  inTransaction(own.runtime, (tx) =>
    releasePackage(tx, own.runtime, { requestId: row.id, packageId, leaveOut, by: agent }),
  )

async function files(row: RequestRow) {
  const offer = await packageOffer(own.runtime.db, own.runtime, row.id)
  if (!offer) throw new Error('Nothing is offered')
  const query = new URL(offer.path, 'http://x').searchParams
  const link = { until: query.get('until') ?? '', signature: query.get('signature') ?? '' }
  const opened = await openPackage(own.runtime, row.id, { actor: { kind: 'subject' }, link })
  if (!opened.ok) throw new Error(opened.reason)
  return readZip(opened.file)
}

type Data = { tables: { table: string; system: string; rows: Record<string, unknown>[] }[] }
const dataOf = (zip: Map<string, string>) => JSON.parse(zip.get('data.json') ?? '') as Data

test('a package holds every row of the person, in three forms, and nothing secret', async () => {
  const person = await somebody()
  const [secret] = await crm.sql<
    { hash: string }[]
  >`select password_hash as hash from customer_accounts where customer_id = ${person.id}`
  const row = await requestOf(person.email)
  const packageId = await prepared(row)
  expect(await release(row, packageId)).toEqual({ ok: true, mailed: true })
  const zip = await files(row)
  const data = dataOf(zip)
  const rows = (table: string) => data.tables.find((one) => one.table === table)?.rows ?? []
  for (const table of ['orders', 'invoices', 'service_tickets', 'bikes', 'customers_audit', 'segment_members']) {
    const [count] = await crm.sql<
      { n: number }[]
    >`select count(*)::int as n from ${crm.sql(table)} where customer_id = ${person.id}`
    expect(rows(table)).toHaveLength(count?.n ?? -1)
  }
  const [customer] = await crm.sql`select * from customers where id = ${person.id}`
  expect(rows('customers')).toHaveLength(1)
  expect(Object.keys(rows('customers')[0] ?? {}).sort()).toEqual(Object.keys(customer ?? {}).sort())
  expect(rows('customers')[0]?.['email']).toBe(person.email)
  expect(rows('addresses').length).toBeGreaterThan(0)
  expect(rows('requests')[0]?.['reference']).toBe(row.reference)
  const everything = [...zip.values()].join('\n')
  expect(secret?.hash).toBeTruthy()
  expect(everything).not.toContain(secret?.hash)
  expect(zip.get('index.html')).toContain('password_hash')
  expect(zip.get('index.html')).toContain('Administratiekantoor Voorbeeld')
  expect(zip.get('index.html')).toContain('7 jaar, wettelijk verplicht (art. 52 AWR)')
  expect(zip.get('index.html')).toContain('Autoriteit Persoonsgegevens')
  expect([...zip.keys()].filter((name) => name.startsWith('csv/')).length).toBe(data.tables.length)
  const [state] = await own.runtime.db.select().from(request).where(eq(request.id, row.id))
  expect(state?.state).toBe('completed')
})

test('no value can act as markup or as a formula, and nothing in the page runs', async () => {
  const person = await somebody()
  await crm.sql`update customers set notes = ${hostile}, first_name = '=cmd|x!A1' where id = ${person.id}`
  await crm.sql`update orders set delivery_note = ${'+31 6'} where customer_id = ${person.id}`
  const row = await requestOf(person.email)
  await release(row, await prepared(row))
  const zip = await files(row)
  for (const [name, text] of zip) {
    expect(name).toMatch(/^(index\.html|data\.json|(csv|tables)\/[a-z0-9-]+\.(csv|html))$/)
    if (!name.endsWith('.html')) continue
    expect(text).not.toContain('<script')
    expect(text).not.toContain('<img')
    expect(text).toContain('&lt;script&gt;')
    expect(text).toContain("default-src 'none'")
  }
  const cells = [...zip].filter(([name]) => name.endsWith('.csv')).flatMap(([, text]) => text.split(/[\r\n,]+/))
  expect(cells.some((cell) => /^"?'=cmd/.test(cell))).toBe(true)
  expect(cells.filter((cell) => /^"?[=+@\t]/.test(cell))).toEqual([])
})

test('nothing of a package stands readable in our own database', async () => {
  const person = await somebody()
  const row = await requestOf(person.email)
  const packageId = await prepared(row)
  const parts = await own.runtime.db.select().from(accessPart).where(eq(accessPart.packageId, packageId))
  expect(parts.length).toBeGreaterThan(3)
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part.sealed))).toString('latin1')
  expect(bytes).not.toContain(person.email)
  const [record] = await own.runtime.db.select().from(accessPackage).where(eq(accessPackage.id, packageId))
  expect(JSON.stringify(record?.contents)).not.toContain(person.email)
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
  expect(JSON.stringify(entries.map((entry) => entry.data))).not.toContain(person.name)
})

test('without proof there is no package; a proof of the filer proves nobody else', async () => {
  const person = await somebody()
  const row = await requestOf(person.email)
  expect(await prepare(row, [])).toEqual({ ok: false, reason: 'identity_open' })
  expect(await prepare(row, [{ method: 'email_code', proves: ['phone'] }])).toEqual({
    ok: false,
    reason: 'identity_open',
  })
  const forChild = await requestOf(person.email, 'access', { filedBy: 'parent' })
  expect(await prepare(forChild)).toEqual({ ok: false, reason: 'identity_open' })
  const seen = [{ method: 'verified_elsewhere', proves: ['email'] }]
  expect(await prepare(forChild, seen)).toEqual({ ok: false, reason: 'authority_open' })
  const judged = { kind: 'custody_register', outcome: 'accepted', joint: false, documents: [] as string[] } as const
  await inTransaction(own.runtime, (tx) =>
    recordAuthority(tx, own.runtime, { requestId: forChild.id, ...judged, by: agent }),
  )
  expect(await prepare(forChild, seen)).toMatchObject({ ok: true })
})

test('what staff leave out is gone from the package, which says so and names the remedies', async () => {
  const person = await somebody()
  await crm.sql`update orders set gift_for = 'Buurvrouw Janssen' where customer_id = ${person.id}`
  const row = await requestOf(person.email)
  const packageId = await prepared(row)
  const review = await reviewPackage(own.runtime, row)
  const orders = review?.tables.find((table) => table.table === 'orders')
  const tickets = review?.tables.find((table) => table.table === 'service_tickets')
  const notes = review?.tables.find((table) => table.table === 'contact_log')
  expect(orders?.columns.find((column) => column.name === 'gift_for')?.thirdParty).toBe(true)
  const first = tickets?.toCheck[0]
  expect(first?.values.map(({ column }) => column)).toContain('description')
  const left = await release(row, packageId, {
    tables: notes ? [notes.place] : [],
    columns: [{ place: orders?.place ?? -1, column: 'gift_for' }],
    rows: first ? [{ ordinal: first.ordinal, index: first.index }] : [],
  })
  expect(left).toMatchObject({ ok: true })
  const zip = await files(row)
  const data = dataOf(zip)
  expect([...zip.values()].join('')).not.toContain('Buurvrouw Janssen')
  expect(data.tables.find((table) => table.table === 'service_tickets')?.rows).toHaveLength((tickets?.rows ?? 0) - 1)
  if (notes) expect(data.tables.find((table) => table.table === 'contact_log')?.rows).toHaveLength(0)
  expect(zip.get('index.html')).toContain('artikel 15, lid 4')
  expect(zip.get('index.html')).toContain('artikel 35 UAVG')
})

test('only what was reviewed is released, and only once', async () => {
  const person = await somebody()
  const row = await requestOf(person.email)
  const first = await prepared(row)
  const second = await prepared(row)
  expect(await release(row, first)).toEqual({ ok: false, reason: 'replaced' })
  expect(await release(row, second, { ...nothingOut, tables: [999] })).toEqual({ ok: false, reason: 'unknown_part' })
  expect(await release(row, second)).toMatchObject({ ok: true })
  expect(await release(row, second)).toMatchObject({ ok: false })
  expect(await prepare(row)).toMatchObject({ ok: false })
  const mails = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, row.id))
  expect(mails.filter((mail) => mail.template === 'access_ready')).toHaveLength(1)
})

test('a package is not offered before its release, with another link, or after its days', async () => {
  const person = await somebody()
  const row = await requestOf(person.email)
  const packageId = await prepared(row)
  expect(await packageOffer(own.runtime.db, own.runtime, row.id)).toBeNull()
  expect(await openPackage(own.runtime, row.id, { actor: { kind: 'subject' }, link: null })).toEqual({
    ok: false,
    reason: 'not_offered',
  })
  const draft = await openDraft(own.runtime, row, agent.id)
  expect(draft.ok && (await readZip(draft.file)).has('index.html')).toBe(true)
  await release(row, packageId)
  const offer = await packageOffer(own.runtime.db, own.runtime, row.id)
  const query = new URL(offer?.path ?? '', 'http://x').searchParams
  const until = query.get('until') ?? ''
  const wrong = { until: String(Number(until) + 1), signature: query.get('signature') ?? '' }
  expect(await openPackage(own.runtime, row.id, { actor: { kind: 'subject' }, link: wrong })).toEqual({
    ok: false,
    reason: 'wrong_signature',
  })
  const other = await requestOf((await somebody()).email)
  await release(other, await prepared(other))
  const link = { until, signature: query.get('signature') ?? '' }
  expect(await openPackage(own.runtime, other.id, { actor: { kind: 'subject' }, link })).toEqual({
    ok: false,
    reason: 'wrong_signature',
  })
  await files(row)
  const downloads = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'access.downloaded'))
  expect(downloads.some((entry) => entry.requestId === row.id)).toBe(true)
  own.clock.advance({ hours: 24 * 14 })
  expect(await packageOffer(own.runtime.db, own.runtime, row.id)).toBeNull()
  expect(await endLapsedPackages(own.runtime)).toBeGreaterThan(0)
  expect(await own.runtime.db.select().from(accessPart).where(eq(accessPart.packageId, packageId))).toHaveLength(0)
  own.clock.set('2026-03-02T09:00:00Z')
})

test('an erasure waits until the copy was collected, or for fourteen days, and never past its own due date', async () => {
  const waits = async (email: string, requestId: string | null = null) =>
    !(await askHolds(own.runtime.db, own.runtime, { cause: 'erasure', requestId, addresses: [email] })).ok
  const [collects, forgets] = [await somebody(), await somebody()]
  const [row, other] = [await requestOf(collects.email), await requestOf(forgets.email)]
  await own.runtime.db
    .update(request)
    .set({ verifiedAt: own.clock.now() })
    .where(inArray(request.id, [row.id, other.id]))
  expect(await waits(collects.email)).toBe(true)
  await release(row, await prepared(row))
  await release(other, await prepared(other))
  expect([await waits(collects.email), await waits(forgets.email)]).toEqual([true, true])
  await openDraft(own.runtime, row, agent.id)
  expect(await waits(collects.email)).toBe(true)
  await files(row)
  expect([await waits(collects.email), await waits(forgets.email)]).toEqual([false, true])

  const [erasure] = await own.runtime.db
    .update(request)
    .set({ dueOn: Temporal.PlainDate.from('2026-03-05') })
    .where(eq(request.id, other.id))
    .returning()
  own.clock.set('2026-03-05T09:00:00Z')
  expect([await waits(forgets.email), await waits(forgets.email, erasure?.id ?? null)]).toEqual([true, false])
  own.clock.set('2026-03-16T09:00:01Z')
  expect(await waits(forgets.email)).toBe(false)
  own.clock.set('2026-03-02T09:00:00Z')
})

test('two persons with one address: nothing is taken until somebody chose', async () => {
  const [one, two] = [await somebody(), await somebody()]
  await crm.sql`update customers set email = 'samen@example.nl' where id in ${crm.sql([one.id, two.id === one.id ? '3' : two.id])}`
  const row = await requestOf('samen@example.nl')
  const packageId = await prepared(row)
  const review = await reviewPackage(own.runtime, row)
  expect(review?.state).toBe('failed')
  expect(review?.candidates).toHaveLength(2)
  expect(JSON.stringify(review?.candidates)).not.toContain(one.name)
  expect(await release(row, packageId)).toEqual({ ok: false, reason: 'not_prepared' })
  const chosen = await prepare(row, byEmail, [{ system: 'crm', table: 'customers', key: [one.id] }])
  if (!chosen.ok) throw new Error(chosen.reason)
  await accessTasks[0]?.run(own.runtime, { packageId: chosen.packageId })
  expect(await release(row, chosen.packageId)).toMatchObject({ ok: true })
  expect(
    dataOf(await files(row))
      .tables.find((table) => table.table === 'customers')
      ?.rows.map((each) => String(each['id'])),
  ).toEqual([one.id])
})

test('portability holds what was provided or observed under contract or consent', async () => {
  const person = await somebody()
  const row = await requestOf(person.email, 'portability')
  await release(row, await prepared(row))
  const tables = dataOf(await files(row)).tables.map((table) => table.table)
  expect(tables).toContain('orders')
  expect(tables).not.toContain('invoices')
  expect(tables).not.toContain('segment_members')
  expect(
    Object.keys(dataOf(await files(row)).tables.find((table) => table.table === 'customers')?.rows[0] ?? {}),
  ).not.toContain('interests')
})

test('a CRM that is down keeps the package in preparation and says which system', async () => {
  const person = await somebody()
  const row = await requestOf(person.email)
  const begun = await prepare(row)
  if (!begun.ok) throw new Error(begun.reason)
  await crm.sql`alter table customers rename to customers_away`
  await expect(accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })).rejects.toThrow()
  await crm.sql`alter table customers_away rename to customers`
  const review = await reviewPackage(own.runtime, row)
  expect(review).toMatchObject({ state: 'preparing', failure: { system: 'crm', kind: 'map_does_not_fit' } })
  await accessTasks[0]?.run(own.runtime, { packageId: begun.packageId })
  expect((await reviewPackage(own.runtime, row))?.state).toBe('prepared')
})
