import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { assignment, evidenceEntry, outbox, queueChange, refusal, request, staff } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { viewCase } from '~/requests/case-view.server'
import { completeRequest } from '~/requests/complete.server'
import { enterRequest } from '~/requests/intake.server'
import type { Entry } from '~/requests/intake.server'
import { messagesOf, recordAnswer } from '~/requests/messages.server'
import { askSubject } from '~/requests/question.server'
import { addChangesToBuckets, countViews } from '~/requests/queue-counts.server'
import { listQueue, searchQueue } from '~/requests/queue.server'
import { queueQuerySchema, queueViews } from '~/requests/queue-views'
import { refuseRequest } from '~/requests/refuse.server'
import { startRequest } from '~/requests/start.server'
import { isUnmasked, unmaskRequest } from '~/requests/unmask.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let agent: StaffMember
let colleague: StaffMember
const today = Temporal.PlainDate.from('2026-03-02')

beforeAll(async () => {
  own = await testRuntime('2026-03-02T09:00:00Z')
  agent = await account('agent', 'Anna Agent')
  colleague = await account('agent', 'Bert Balie')
})
afterAll(() => own.close())

async function account(role: Role, name: string): Promise<StaffMember> {
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email: `${name.replace(' ', '.')}@spaak.example`.toLowerCase(), name, role, createdAt: own.clock.now() })
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
    name: 'Jan de Boer',
    email: 'jan.deboer@klant.example',
    ...input,
  }
  const result = await inTransaction(own.runtime, (tx) =>
    enterRequest(tx, own.runtime, entry, { kind: 'staff', id: agent.id }),
  )
  const [row] = result.ok ? result.requests : []
  if (!row) throw new Error('not entered')
  return row
}

async function started(input: Partial<Entry> = {}) {
  const row = await entered(input)
  const moved = await inTransaction(own.runtime, (tx) =>
    startRequest(tx, own.runtime, { requestId: row.id, assigneeId: row.assigneeId, by: agent }),
  )
  if (!moved.ok) throw new Error(moved.reason)
  return moved.request
}

const mailsOf = (requestId: string, template: string) =>
  own.runtime.db
    .select()
    .from(outbox)
    .where(and(eq(outbox.requestId, requestId), eq(outbox.template, template)))
const verbsOf = async (requestId: string) =>
  (await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, requestId))).map(
    (entry) => entry.verb,
  )

test('walking the queue forth and back shows every open case once, by due date, while others come in', async () => {
  for (let i = 0; i < 23; i++)
    await entered({ receivedOn: today.subtract({ days: (i * 7) % 40 }), name: `Persoon ${i}` })
  const reader = { staffId: agent.id, today }
  const page = (place: Record<string, string>) => listQueue(own.runtime, queueQuerySchema.parse(place), reader, 5)
  const seen: string[] = []
  let at = await page({})
  expect(at.previous).toBeNull()
  for (;;) {
    seen.push(...at.rows.map((row) => row.id))
    if (!at.next) break
    at = await page({ after: at.next })
  }
  const open = await own.runtime.db.select().from(request).orderBy(request.dueOn, request.id)
  expect(seen).toEqual(open.map((row) => row.id))
  const back: string[] = [...at.rows.map((row) => row.id)]
  while (at.previous) {
    at = await page({ before: at.previous })
    back.unshift(...at.rows.map((row) => row.id))
  }
  expect(back).toEqual(seen)
})

test.each([
  { after: 'nonsense' },
  { after: "2026-03-02.' or 1=1" },
  { after: '2026-02-30.00000000-0000-4000-8000-000000000000' },
  {
    after: '2026-03-02.00000000-0000-4000-8000-000000000000',
    before: '2026-03-02.00000000-0000-4000-8000-000000000000',
  },
  { view: 'everything' },
  { state: 'done' },
  { kind: 'nothing' },
  { assignee: 'bert' },
  { dueBefore: '2026-13-01' },
])('a filter or place made by hand is refused: %o', (query) => {
  expect(queueQuerySchema.safeParse(query).success).toBe(false)
})

test('the counts of the views are those of the rows, after moves and assignments too', async () => {
  const one = await started()
  await inTransaction(own.runtime, (tx) =>
    assignRequest(tx, own.runtime, { requestId: one.id, assigneeId: colleague.id, by: agent }),
  )
  const two = await started()
  await inTransaction(own.runtime, (tx) =>
    askSubject(tx, own.runtime, { requestId: two.id, question: 'Welk adres gebruikte u eerder?', by: agent }),
  )
  const three = await started()
  await inTransaction(own.runtime, (tx) =>
    completeRequest(tx, own.runtime, { requestId: three.id, answer: 'Uw gegevens staan hieronder.', by: agent }),
  )
  const agree = async () => {
    for (const reader of [agent, colleague]) {
      const counts = await countViews(own.runtime.db, { staffId: reader.id, today })
      for (const view of queueViews) {
        if (view === 'closed') continue
        const { rows } = await listQueue(
          own.runtime,
          queueQuerySchema.parse({ view }),
          { staffId: reader.id, today },
          1000,
        )
        expect({ view, count: counts[view] }).toEqual({ view, count: rows.length })
      }
    }
  }
  await agree()
  await inTransaction(own.runtime, addChangesToBuckets)
  expect(await own.runtime.db.select().from(queueChange)).toEqual([])
  await agree()
  await started()
  await agree()
})

test('the queue shows no name or address in full', async () => {
  await entered({ name: 'Zeldzame Achternaam', email: 'zeldzaam@klant.example' })
  const { rows } = await listQueue(own.runtime, queueQuerySchema.parse({}), { staffId: agent.id, today }, 1000)
  expect(JSON.stringify(rows)).not.toMatch(/Achternaam|Zeldzame|zeldzaam/)
  expect(rows.map((row) => row.subject)).toContain('Z••• A•••')
})

test('a case is found by reference, e-mail address and customer number, whole or not at all', async () => {
  const row = await entered({ email: 'Vind.Mij@klant.example', customerNumber: 'K-20931' })
  for (const words of [row.reference.toLowerCase(), ' vind.mij@KLANT.example ', 'K-20931'])
    expect((await searchQueue(own.runtime, words)).map((found) => found.id)).toEqual([row.id])
  for (const words of ['vind.mij@klant.exampl', 'K-2093', '', "' or 1=1 --", 'AVG-2026-AAAAAA'])
    expect(await searchQueue(own.runtime, words)).toEqual([])
})

test('handing a case over is a dated record, evidence and one mail to whoever gets it', async () => {
  const row = await entered()
  const given = await inTransaction(own.runtime, (tx) =>
    assignRequest(tx, own.runtime, { requestId: row.id, assigneeId: colleague.id, by: agent, version: row.version }),
  )
  expect(given.ok).toBe(true)
  expect(await own.runtime.db.select().from(assignment).where(eq(assignment.requestId, row.id))).toMatchObject([
    { assigneeId: colleague.id, byStaffId: agent.id },
  ])
  expect(await mailsOf(row.id, 'assigned')).toHaveLength(1)
  expect(await verbsOf(row.id)).toContain('request.assigned')
})

test('a case goes to nobody who may not work it', async () => {
  const row = await entered()
  const auditor = await account('auditor', 'Olga Toezicht')
  for (const assigneeId of [auditor.id, crypto.randomUUID()])
    expect(
      await inTransaction(own.runtime, (tx) =>
        assignRequest(tx, own.runtime, { requestId: row.id, assigneeId, by: agent }),
      ),
    ).toEqual({ ok: false, reason: 'unknown_assignee' })
})

test('two staff at once: the second gets a conflict, not a silent overwrite', async () => {
  const row = await entered()
  const results = await Promise.all(
    [agent, colleague].map((by) =>
      inTransaction(own.runtime, (tx) =>
        assignRequest(tx, own.runtime, { requestId: row.id, assigneeId: by.id, by, version: row.version }),
      ),
    ),
  )
  expect(results.filter((one) => one.ok)).toHaveLength(1)
  expect(results.filter((one) => !one.ok)).toEqual([{ ok: false, reason: 'conflict' }])
})

const text = {
  ground: 'rights_of_others',
  basis: 'Het contactverslag noemt een buurman.',
  reasons: 'Uw inzage zou een ander schaden.',
} as const

test('a refusal keeps its ground and reasons, sealed, and mails the remedies', async () => {
  const row = await started()
  const refused = await inTransaction(own.runtime, (tx) =>
    refuseRequest(tx, own.runtime, { requestId: row.id, text, by: agent }),
  )
  expect(refused).toMatchObject({ ok: true, request: { state: 'refused' } })
  const [record] = await own.runtime.db.select().from(refusal).where(eq(refusal.requestId, row.id))
  expect(record?.ground).toBe('rights_of_others')
  expect(Buffer.from(record?.reasonsSealed ?? []).toString('latin1')).not.toContain('schaden')
  expect(await mailsOf(row.id, 'refused')).toHaveLength(1)
  const view = await viewCase(own.runtime, { ...row, state: 'refused' }, { unmasked: false })
  expect(view.answer).toEqual({ ground: 'rights_of_others', basis: text.basis, text: text.reasons })
  const entries = await own.runtime.db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))
  expect(JSON.stringify(entries.map((entry) => entry.data))).not.toMatch(/buurman|schaden/)
})

test('a refusal on a ground of another right changes nothing', async () => {
  const row = await started({ kinds: ['erasure'] })
  expect(
    await inTransaction(own.runtime, (tx) => refuseRequest(tx, own.runtime, { requestId: row.id, text, by: agent })),
  ).toEqual({
    ok: false,
    reason: 'ground_not_of_this_right',
  })
  expect(await mailsOf(row.id, 'refused')).toHaveLength(0)
})

test('an erasure never ends with words alone', async () => {
  const row = await started({ kinds: ['erasure'] })
  expect(
    await inTransaction(own.runtime, (tx) =>
      completeRequest(tx, own.runtime, { requestId: row.id, answer: 'Alles is gewist, echt.', by: agent }),
    ),
  ).toEqual({ ok: false, reason: 'needs_plan' })
})

test('an answer from the data subject sets a waiting case in motion by itself', async () => {
  const row = await started()
  await inTransaction(own.runtime, (tx) =>
    askSubject(tx, own.runtime, { requestId: row.id, question: 'Om welke aankoop gaat het?', by: agent }),
  )
  own.clock.advance({ seconds: 1 })
  await inTransaction(own.runtime, (tx) =>
    recordAnswer(tx, own.runtime, { requestId: row.id, text: 'De rode fiets.', actor: { kind: 'subject' } }),
  )
  const [after] = await own.runtime.db.select().from(request).where(eq(request.id, row.id))
  expect(after?.state).toBe('in_progress')
  expect((await messagesOf(own.runtime.db, own.runtime, row.id)).map((one) => [one.direction, one.body])).toEqual([
    ['out', 'Om welke aankoop gaat het?'],
    ['in', 'De rode fiets.'],
  ])
})

test('personal data of a case is masked until somebody opens it, and who opened it is on record', async () => {
  const row = await entered({ details: 'Ik wil alles zien.', email: 'kijk@klant.example' })
  const hidden = await viewCase(own.runtime, row, { unmasked: false })
  expect(JSON.stringify(hidden.person)).not.toMatch(/Boer|kijk@|alles zien/)
  expect(await isUnmasked(own.runtime.db, own.runtime, { requestId: row.id, staffId: agent.id })).toBe(false)
  await inTransaction(own.runtime, (tx) => unmaskRequest(tx, own.runtime, { row, staffId: agent.id }))
  expect(await isUnmasked(own.runtime.db, own.runtime, { requestId: row.id, staffId: agent.id })).toBe(true)
  expect(await isUnmasked(own.runtime.db, own.runtime, { requestId: row.id, staffId: colleague.id })).toBe(false)
  expect((await viewCase(own.runtime, row, { unmasked: true })).person).toMatchObject({
    name: 'Jan de Boer',
    details: 'Ik wil alles zien.',
  })
  expect(await verbsOf(row.id)).toContain('request.unmasked')
  own.clock.advance({ minutes: 16 })
  expect(await isUnmasked(own.runtime.db, own.runtime, { requestId: row.id, staffId: agent.id })).toBe(false)
})

test('a request that nobody proved to be theirs shows no earlier cases', async () => {
  const first = await entered({ email: 'zelfde@klant.example' })
  const second = await entered({ email: 'zelfde@klant.example' })
  expect((await viewCase(own.runtime, second, { unmasked: false })).earlier).toEqual([])
  const proven = { ...second, verifiedAt: own.clock.now() }
  expect((await viewCase(own.runtime, proven, { unmasked: false })).earlier.map((row) => row.id)).toEqual([first.id])
})
