import fc from 'fast-check'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evidenceEntry, outbox, request, watchNotice } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { checkRows } from '~/requests/importing/check-rows.server'
import { importRequests } from '~/requests/importing/import-requests.server'
import { decodeFile, readCsv } from '~/requests/importing/read-csv'
import { listQueue, searchQueue } from '~/requests/queue.server'
import { queueQuerySchema } from '~/requests/queue-views'
import type { StaffMember } from '~/staff/accounts.server'
import { deskMember } from '~tests/support/desk-reader'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let admin: StaffMember
let agent: StaffMember

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  admin = await deskMember(own.runtime, 'Dina Beheer', 'admin')
  agent = await deskMember(own.runtime, 'Anna Agent')
})
afterAll(() => own.close())

const head =
  'reference;kind;received_on;channel;name;email;assignee;state;extension_told_on;extended_to;extension_ground;phone'
const good = [
  'T-1;access;2026-02-10;email;Zoë Bakker;zoe@klant.example;anna.agent@spaak.example;in_progress;;;;',
  'T-2;erasure;1-2-2026;;"Bakker; de Vries";;;;20-02-2026;2026-04-15;complexity;+31 6 1234',
]
const file = (...rows: string[]) => [head, ...rows].join('\r\n')
const put = (text: string, skip = false) =>
  inTransaction(own.runtime, (tx) => importRequests(tx, own.runtime, { text, skip, by: admin }))
const count = async () => (await own.runtime.db.select().from(request)).length

test('running cases come over with their own dates, colleague and extension, and nobody is mailed', async () => {
  const imported = await put(file(...good))
  expect(imported).toMatchObject({ ok: true, already: 0, skipped: 0 })
  const rows = await own.runtime.db.select().from(request).orderBy(request.receivedOn)
  const [second, first] = rows
  expect(first?.state).toBe('in_progress')
  expect([first?.receivedOn.toString(), first?.dueOn.toString(), first?.assigneeId]).toEqual([
    '2026-02-10',
    '2026-03-10',
    agent.id,
  ])
  expect([second?.receivedOn.toString(), second?.dueOn.toString(), second?.state, second?.channel]).toEqual([
    '2026-02-01',
    '2026-04-15',
    'received',
    'letter',
  ])
  expect(await own.runtime.db.select().from(outbox)).toEqual([])
  expect(await own.runtime.db.select().from(watchNotice)).toEqual([])
  expect((await searchQueue(own.runtime, 'ZOE@klant.example')).map(({ reference }) => reference)).toEqual([
    first?.reference,
  ])
  const [entry] = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.verb, 'requests.imported'))
  expect(entry).toMatchObject({ actorId: admin.id, data: { rows: 2, skipped: 0, already: 0 } })
  const reader = { staffId: agent.id, today: first?.receivedOn ?? never() }
  const mine = await listQueue(own.runtime, queueQuerySchema.parse({ view: 'mine' }), reader)
  expect(mine.rows.map(({ subject }) => subject)).toEqual(['Z•• B•••'])
})

const never = () => {
  throw new Error('no row')
}

test('the same file twice, or in two windows at once, doubles nothing', async () => {
  const before = await count()
  expect(await put(file(...good))).toMatchObject({ ok: false, reason: 'nothing_to_do' })
  const more = file(...good, 'T-3;access;2026-02-11;;;;;;;;;')
  const both = await Promise.all([put(more), put(more)])
  expect(both.map(({ ok }) => ok).sort()).toEqual([false, true])
  expect(await count()).toBe(before + 1)
})

test('every wrong cell is named by line and column, and nothing is written unless its row may be left out', async () => {
  const before = await count()
  const text = file(
    'W-1;access;2026-03-03;;;;;;;;;',
    'W-2;nothing;30-2-2026;pigeon;=1+1;no address;nobody@spaak.example;;;;;',
    '"W-3\r\n";access;2018-05-24;;;;;;;;;',
    'W-4;access;2026-01-05;;;;;;2026-02-20;;number;',
    'W-5;access;2026-02-10;;;;nobody@spaak.example;;;2026-09-01;;',
    'W-6;objection;2026-02-10;;;;;;',
    'W-7;access;2026-02-10;;;;;;;;;',
    'W-7;access;2026-02-10;;;;;;;;;',
    'W-8;access;2026-02-10;;;;;;2026-02-12;2027-01-01;number;',
  )
  const checked = await checkRows(own.runtime.db, own.runtime, text)
  if (!checked.ok) throw new Error(checked.reason)
  expect(checked.errors.map(({ line, column, problem }) => `${line} ${column} ${problem}`)).toEqual([
    '2 received_on received_in_future',
    '3 kind unknown_word',
    '3 received_on no_date',
    '3 channel unknown_word',
    '3 name formula',
    '3 email no_email',
    '4 received_on received_before_gdpr',
    '6 extension_told_on told_too_late',
    '7 extension_told_on missing',
    '8 reference cells_do_not_fit',
    '10 reference twice_in_file',
    '11 extended_to after_latest_date',
  ])
  expect(await put(text)).toMatchObject({ ok: false, reason: 'rows_wrong' })
  expect(await count()).toBe(before)
  expect(await put(text, true)).toMatchObject({ ok: true, skipped: 8, made: [expect.any(String)] })
  expect(await count()).toBe(before + 1)
})

test.each([
  ['UTF-8 with its mark', Buffer.from('\uFEFFreference,kind,received_on,name\nA,access,2026-01-02,Zoë')],
  ['windows-1252', Buffer.from('reference;kind;received_on;name\r\nA;access;2026-01-02;Zo\u00eb', 'latin1')],
  ['UTF-16', Buffer.from('\uFEFFreference\tkind\treceived_on\tname\r\nA\taccess\t2026-01-02\tZoë', 'utf16le')],
])('a file as spreadsheets write it is read: %s', (_name, bytes) => {
  const read = readCsv(decodeFile(bytes))
  expect(read).toMatchObject({ ok: true, rows: [{ line: 2, cells: { reference: 'A', name: 'Zoë' } }] })
})

test.each([
  ['', 'file_empty'],
  ['reference,kind,received_on', 'file_empty'],
  ['kind,received_on\nx,y', 'column_missing'],
  ['reference,kind,received_on,password\na,b,c,d', 'unknown_column'],
  ['reference,kind,received_on,kind\na,b,c,d', 'column_twice'],
  ['reference,kind,received_on\na,"b', 'not_csv'],
  ['PK\u0003\u0004\u0000', 'not_text'],
  [`reference,kind,received_on\n${'a,access,2026-01-01\n'.repeat(1_001)}`, 'too_many_rows'],
  ['x'.repeat(200_001), 'file_too_large'],
])('what is no such file is refused with why: %#', (text, reason) => {
  expect(readCsv(text)).toMatchObject({ ok: false, reason })
})

test('whatever a file holds, looking at it answers and never throws', async () => {
  const cell = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('access', '2026-02-01', '"', ';'))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 14 }), { maxLength: 6 }), async (rows) => {
      const text = `${head}\n${rows.map((row) => row.join(';')).join('\n')}`
      const checked = await checkRows(own.runtime.db, own.runtime, decodeFile(Buffer.from(text)))
      expect(typeof checked.ok).toBe('boolean')
    }),
    { numRuns: 150 },
  )
})
