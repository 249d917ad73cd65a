import { parse } from 'csv-parse/sync'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { evidenceEntry, outbox, staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { assignSeveral } from '~/requests/assign-several.server'
import { exportQueue } from '~/requests/export-queue.server'
import { enterRequest } from '~/requests/intake.server'
import type { Entry } from '~/requests/intake.server'
import { queueQuerySchema } from '~/requests/queue-views'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let agent: StaffMember
let colleague: StaffMember
const today = Temporal.PlainDate.from('2026-03-02')

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  agent = await account('Anna Agent')
  colleague = await account('Bert Balie')
})
afterAll(() => own.close())

async function account(name: string): Promise<StaffMember> {
  const email = `${name.replace(' ', '.')}@spaak.example`.toLowerCase()
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email, name, role: 'agent', createdAt: own.clock.now() })
    .returning()
  if (!row) throw new Error('no staff')
  return memberOf(row)
}

async function entered(input: Partial<Entry> = {}) {
  const entry: Entry = {
    kinds: ['access'],
    language: 'nl',
    filedBy: 'self',
    channel: 'letter',
    receivedOn: today,
    ...input,
  }
  const result = await inTransaction(own.runtime, (tx) =>
    enterRequest(tx, own.runtime, entry, { kind: 'staff', id: agent.id }),
  )
  const [row] = result.ok ? result.requests : []
  if (!row) throw new Error('not entered')
  return row
}

async function file(query: Record<string, string>, unmasked: boolean) {
  const reader = { staffId: agent.id, today }
  const order = { query: queueQuerySchema.parse(query), reader, zone: 'Europe/Amsterdam', unmasked }
  let text = ''
  for await (const part of exportQueue(own.runtime, order)) text += part
  return { text, rows: parse<Record<string, string>>(text, { bom: true, columns: true }) }
}

const exportsOf = (requestId: string) =>
  own.runtime.db
    .select()
    .from(evidenceEntry)
    .where(and(eq(evidenceEntry.requestId, requestId), eq(evidenceEntry.verb, 'request.exported')))

test('the file has every case of the view and filters once, by due date, more than a portion of them', async () => {
  for (let i = 0; i < 510; i++) await entered({ kinds: ['portability'], receivedOn: today.subtract({ days: i % 50 }) })
  await entered({ kinds: ['rectification'] })
  const { rows } = await file({ kind: 'portability' }, false)
  expect(rows).toHaveLength(510)
  expect(new Set(rows.map((row) => row['reference'])).size).toBe(510)
  expect(new Set(rows.map((row) => row['kind']))).toEqual(new Set(['portability']))
  const dates = rows.map((row) => row['due_on'] ?? '')
  expect(dates).toEqual([...dates].sort())
}, 60_000)

test('the file is masked, and says so to nobody', async () => {
  const row = await entered({ kinds: ['erasure'], name: 'Zeldzame Achternaam', email: 'zeldzaam@klant.example' })
  const { text, rows } = await file({ kind: 'erasure' }, false)
  expect(text).not.toMatch(/Zeldzame|Achternaam|zeldzaam/)
  expect(rows).toMatchObject([{ reference: row.reference, name: 'Z••• A•••', email: 'z•••@k•••.example' }])
  expect(await exportsOf(row.id)).toEqual([])
})

test('names in full leave only with an entry on each of the cases', async () => {
  const row = await entered({ kinds: ['restriction'], name: 'Jan de Boer', email: 'jan@klant.example' })
  const { rows } = await file({ kind: 'restriction' }, true)
  expect(rows).toMatchObject([{ reference: row.reference, name: 'Jan de Boer', email: 'jan@klant.example' }])
  expect(await exportsOf(row.id)).toMatchObject([{ actorId: agent.id }])
})

test.each(['=HYPERLINK("https://evil.example")', '+31 6', '-2', '@SUM(A1)', '\t=1', '\r=1'])(
  'a name that a spreadsheet would calculate stays text: %j',
  async (name) => {
    const kinds: Entry['kinds'] = ['objection']
    const row = await entered({ kinds, objectionTo: 'profiling', name })
    const { rows } = await file({ kind: 'objection' }, true)
    expect(rows.find((one) => one['reference'] === row.reference)?.['name']).toBe(`'${name}`)
  },
)

test('several cases are given away at once, and each says what became of it', async () => {
  const [one, changed, already] = [await entered(), await entered(), await entered()]
  const give = (cases: { reference: string; version: number }[], assigneeId: string | null) =>
    assignSeveral(own.runtime, { cases, assigneeId, by: agent })
  await give([already], colleague.id)
  const seen = { reference: already.reference, version: already.version + 1 }
  const cases = [one, { ...changed, version: 99 }, seen, { reference: 'AVG-2026-AAAAAA', version: 1 }]
  expect(await give(cases, colleague.id)).toEqual([
    { reference: one.reference, result: 'done' },
    { reference: changed.reference, result: 'conflict' },
    { reference: already.reference, result: 'already_so' },
    { reference: 'AVG-2026-AAAAAA', result: 'unknown_request' },
  ])
  const mails = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, one.id))
  expect(mails.filter((mail) => mail.template === 'assigned')).toHaveLength(1)
})
