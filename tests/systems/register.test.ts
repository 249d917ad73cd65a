import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outbox, staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { loader as privacyPage } from '~/routes/portal/privacy'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import { tellReviews } from '~/systems/agreement-review.server'
import { changeDetails, detailsOf } from '~/systems/change-system.server'
import { activityEntrySchema, describeActivity, readRegister, removeActivity } from '~/systems/register.server'
import { addSystem, findSystem, listAppliedMaps } from '~/systems/registry.server'
import { openMail } from '~/mail/compose.server'
import { connectDemoCrm } from '~tests/support/demo-crm'
import type { DemoCrm } from '~tests/support/demo-crm'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let crm: DemoCrm
let admin: StaffMember

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  crm = await connectDemoCrm(own.runtime)
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email: 'admin@spaak.example', name: 'Ada', role: 'admin', passwordHash: 'x', createdAt: own.clock.now() })
    .returning()
  if (!row) throw new Error('no staff')
  admin = memberOf(row)
})
afterAll(async () => {
  await crm.close()
  await own.close()
})

const entry = (more: object) => activityEntrySchema.parse({ name: {}, purpose: {}, people: {}, terms: {}, ...more })
const describeIt = (key: string, more: object) =>
  inTransaction(own.runtime, (tx) => describeActivity(tx, own.runtime, { key, entry: entry(more), by: admin }))
const register = () => readRegister(own.runtime.db, 'nl')
const page = async () => {
  const request = new Request('http://localhost:3000/nl/privacy')
  const context = { runtime: own.runtime, nonce: 'n', csrf: 'c', clientAddress: '127.0.0.1', requestId: 'r' }
  return privacyPage({ request, params: { lng: 'nl' }, context })
}

test('every activity that a data map names stands in the register with its systems and tables, described or not', async () => {
  const named = new Map<string, string[]>()
  for (const { map } of await listAppliedMaps(own.runtime.db))
    for (const table of Object.values(map.tables))
      if (table.personal && table.label) {
        const key = table.activity ?? table.id
        named.set(key, [...(named.get(key) ?? []), table.id])
      }
  const fromMaps = (await register()).filter(({ source }) => source === 'map')
  expect(fromMaps.map(({ activity }) => activity)).toEqual([...named.keys()])
  for (const { activity, systems, name } of fromMaps) {
    expect(name).toBeNull()
    expect(systems[0]?.tables).toEqual(expect.arrayContaining(named.get(activity) ?? []))
  }
})

test('what this program does itself is in the register from the first day', async () => {
  const ours = (await register()).filter(({ source }) => source === 'own')
  expect(ours.map(({ activity }) => activity)).toEqual([
    'privacy-requests',
    'privacy-mail',
    'privacy-evidence',
    'privacy-accounts',
  ])
  for (const { name, purposes, legalBases, categories, termsText } of ours)
    expect([name, purposes[0], legalBases[0], categories[0], termsText].every(Boolean)).toBe(true)
})

test('what a person writes is joined with what the data maps say, and the public page says the same', async () => {
  await describeIt('bookkeeping', {
    name: { nl: 'Boekhouding', en: 'Bookkeeping' },
    recipients: [{ name: 'Accountant Bos', country: 'BE' }],
  })
  await describeIt('hr', {
    name: { nl: 'Personeelszaken' },
    purpose: { nl: 'Lonen betalen' },
    legalBases: ['contract'],
    isPublic: false,
  })
  const all = await register()
  const books = all.find(({ activity }) => activity === 'bookkeeping')
  expect(books).toMatchObject({ source: 'map', name: 'Boekhouding' })
  expect(books?.recipients.map(({ name }) => name)).toContain('Accountant Bos')
  expect(books?.countries).toContain('BE')
  expect(books?.systems[0]?.tables).toContain('invoices')
  expect(all.find(({ activity }) => activity === 'hr')).toMatchObject({
    source: 'entered',
    purposes: ['Lonen betalen'],
  })

  const shown = await page()
  expect(shown.activities.map(({ activity }) => activity)).toEqual(
    all.filter(({ isPublic }) => isPublic).map(({ activity }) => activity),
  )
  expect(shown.activities.map(({ name }) => name)).toContain('Boekhouding')
  expect(JSON.stringify(shown)).not.toMatch(/Personeelszaken|"systems"|invoices/)

  await inTransaction(own.runtime, (tx) => removeActivity(tx, own.runtime, { key: 'hr', by: admin }))
  await inTransaction(own.runtime, (tx) => removeActivity(tx, own.runtime, { key: 'bookkeeping', by: admin }))
  const after = await register()
  expect(after.some(({ activity }) => activity === 'hr')).toBe(false)
  expect(after.find(({ activity }) => activity === 'bookkeeping')).toMatchObject({ source: 'map', name: null })
})

test('the review of a processing agreement is told to the admins a month before and when it lapses, once for each date', async () => {
  const { runtime } = own
  await inTransaction(runtime, (tx) =>
    addSystem(tx, runtime, { key: 'paper', engine: 'listed', details: {}, actor: { kind: 'system' } }),
  )
  const reviewBy = async (reviewOn: string) => {
    const row = await findSystem(runtime.db, 'paper')
    if (!row) throw new Error('no system')
    const details = { ...detailsOf(row), reviewOn }
    await inTransaction(runtime, (tx) => changeDetails(tx, runtime, { row, details, actor: { kind: 'system' } }))
  }
  const told = async () => {
    const rows = await runtime.db.select().from(outbox).where(eq(outbox.template, 'agreement_review'))
    return rows.map((row) => openMail(runtime, row)?.props).map((props) => props && 'why' in props && props.why)
  }
  const on = async (day: string) => {
    own.clock.set(`${day}T05:20:00Z`)
    await tellReviews(runtime)
    await tellReviews(runtime)
    return told()
  }
  await reviewBy('2026-06-01')
  expect(await on('2026-05-01')).toEqual([])
  expect(await on('2026-05-02')).toEqual(['soon'])
  expect(await on('2026-06-01')).toEqual(['soon'])
  expect(await on('2026-06-02')).toEqual(['soon', 'lapsed'])
  await reviewBy('2026-06-20')
  expect(await on('2026-06-03')).toEqual(['soon', 'lapsed', 'soon'])
})
