import { eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { correction, decision, message, request } from '~db/schema'
import { proofsOfRequest, recordProof } from '~/identity/proof.server'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { viewCase } from '~/requests/case-view.server'
import { completeRequest } from '~/requests/complete.server'
import { correctAddress } from '~/requests/correct-address.server'
import { correctKind } from '~/requests/correct-kind.server'
import { correctReceipt } from '~/requests/correct-receipt.server'
import { dismissRequest } from '~/requests/dismiss.server'
import { weeklyFigures } from '~/requests/figures.server'
import { mergeRequests } from '~/requests/merge.server'
import type { RequestRow } from '~/requests/move.server'
import { searchQueue } from '~/requests/queue.server'
import { reopenRequest } from '~/requests/reopen.server'
import type { StaffMember } from '~/staff/accounts.server'
import { deskCases } from '~tests/support/desk-case'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let desk: ReturnType<typeof deskCases>
let agent: StaffMember
const day = (on: string) => Temporal.PlainDate.from(on)
const reason = 'De brief lag een week in een verkeerd postvak.'

beforeAll(async () => {
  own = await testRuntime()
  desk = deskCases(own)
  agent = await desk.account('agent', 'Anna Agent')
})
afterAll(() => own.close())
beforeEach(() => own.clock.set('2026-02-10T09:00:00Z'))

const templates = async (row: RequestRow) => (await desk.mails(row.id)).map(({ template }) => template)
const verbs = async (row: RequestRow) => (await desk.entries(row.id)).map(({ verb }) => verb)
const verified = async (input: Parameters<typeof desk.entered>[1]) => {
  const row = await desk.entered(agent, input)
  await own.runtime.db.update(request).set({ verifiedAt: own.clock.now() }).where(eq(request.id, row.id))
  return desk.now(row.id)
}

test('a corrected day of receipt moves all dates, keeps old and new, and tells the person when the answer comes later', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-01-27') })
  const correct = (on: string) =>
    inTransaction(own.runtime, (tx) =>
      correctReceipt(tx, own.runtime, { requestId: row.id, receivedOn: day(on), reason, by: agent }),
    )
  expect(await correct('2026-02-11')).toEqual({ ok: false, reason: 'received_in_future' })
  expect(await correct('2018-05-24')).toEqual({ ok: false, reason: 'received_before_gdpr' })
  expect(await correct('2026-01-27')).toEqual({ ok: false, reason: 'already_so' })
  expect((await correct('2026-01-20')).ok).toBe(true)
  expect([String((await desk.now(row.id)).dueOn), (await templates(row)).includes('corrected')]).toEqual([
    '2026-02-20',
    false,
  ])
  own.clock.advance({ minutes: 1 })
  expect((await correct('2026-02-03')).ok).toBe(true)
  expect([String((await desk.now(row.id)).dueOn), (await templates(row)).includes('corrected')]).toEqual([
    '2026-03-03',
    true,
  ])
  const { corrections } = await viewCase(own.runtime, await desk.now(row.id), { unmasked: true })
  expect(corrections).toMatchObject([
    { field: 'received', old: '2026-01-27', new: '2026-01-20', reason },
    { field: 'received', old: '2026-01-20', new: '2026-02-03', reason },
  ])
  expect(await desk.dueMoves(row.id)).toHaveLength(2)
  expect(JSON.stringify((await desk.entries(row.id)).map(({ data }) => data))).not.toContain(reason)
})

test('a corrected kind is told; an ended request is corrected no more', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-02-02') })
  const correct = () =>
    inTransaction(own.runtime, (tx) =>
      correctKind(tx, own.runtime, { requestId: row.id, kind: 'erasure', objectionTo: null, reason, by: agent }),
    )
  expect((await correct()).ok).toBe(true)
  expect([(await desk.now(row.id)).kind, await templates(row)]).toMatchObject([
    'erasure',
    expect.arrayContaining(['corrected']),
  ])
  expect(await correct()).toEqual({ ok: false, reason: 'already_so' })
  await own.runtime.db.update(request).set({ state: 'refused' }).where(eq(request.id, row.id))
  expect(await correct()).toEqual({ ok: false, reason: 'not_open' })
})

test('a corrected address is found by its own index only, keeps the old one sealed, and is not proven by what proved the old', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-02-02'), email: 'fout@klant.example' })
  const proof = { method: 'email_code', proves: ['email'], actor: { kind: 'subject' } } as const
  await inTransaction(own.runtime, (tx) => recordProof(tx, own.runtime, row, proof))
  const order = { requestId: row.id, email: 'Goed@klant.example', postalAddress: null, reason, by: agent }
  own.clock.advance({ minutes: 1 })
  expect((await inTransaction(own.runtime, (tx) => correctAddress(tx, own.runtime, order))).ok).toBe(true)
  const found = async (words: string) => (await searchQueue(own.runtime, words)).map(({ id }) => id)
  expect([await found('fout@klant.example'), await found('goed@klant.example')]).toEqual([[], [row.id]])
  expect(await proofsOfRequest(own.runtime.db, row.id)).toEqual([])
  expect((await desk.now(row.id)).verifiedAt).toBeNull()
  const [record] = await own.runtime.db.select().from(correction).where(eq(correction.requestId, row.id))
  expect(Buffer.from(record?.oldSealed ?? []).toString('latin1')).not.toContain('fout@')
  expect((await templates(row)).filter((template) => template === 'receipt')).toHaveLength(2)
  expect(await inTransaction(own.runtime, (tx) => correctAddress(tx, own.runtime, order))).toEqual({
    ok: false,
    reason: 'already_so',
  })
  own.clock.advance({ minutes: 1 })
  await inTransaction(own.runtime, (tx) => recordProof(tx, own.runtime, row, proof))
  expect(await proofsOfRequest(own.runtime.db, row.id)).toHaveLength(1)
})

test('what is no request is answered politely and stands in no figure', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-01-05') })
  const order = { requestId: row.id, answer: 'Uw klacht over de reparatie ligt bij de werkplaats.', by: agent }
  expect((await inTransaction(own.runtime, (tx) => dismissRequest(tx, own.runtime, order))).ok).toBe(true)
  expect([(await desk.now(row.id)).state, await templates(row)]).toMatchObject([
    'not_a_request',
    expect.arrayContaining(['dismissed']),
  ])
  expect(await own.runtime.db.select().from(decision).where(eq(decision.requestId, row.id))).toMatchObject([
    { outcome: 'not_a_request', byStaffId: agent.id },
  ])
  const order2 = { since: day('2026-01-05'), today: day('2026-01-11'), zone: 'Europe/Amsterdam' }
  expect((await weeklyFigures(own.runtime.db, order2))[0]).toMatchObject({ byKind: {}, due: 0 })
})

test('a case that was answered opens again with a reason that the person reads, and is not called missed for it', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-02-02') })
  await inTransaction(own.runtime, (tx) =>
    completeRequest(tx, own.runtime, { requestId: row.id, answer: 'Uw gegevens staan hieronder.', by: agent }),
  )
  own.clock.set('2026-03-20T09:00:00Z')
  const reopen = () =>
    inTransaction(own.runtime, (tx) => reopenRequest(tx, own.runtime, { requestId: row.id, reason, by: agent }))
  expect((await reopen()).ok).toBe(true)
  expect(await reopen()).toEqual({ ok: false, reason: 'not_from_here' })
  expect(await desk.now(row.id)).toMatchObject({ state: 'in_progress', closedAt: null, missedOn: null })
  expect(await templates(row)).toContain('reopened')
  expect(await verbs(row)).toContain('request.reopen')
})

test('two verified requests of one person for one thing become one: the later ends, each points to the other', async () => {
  const email = 'dubbel@klant.example'
  const first = await verified({ receivedOn: day('2026-02-02'), email })
  const second = await verified({ receivedOn: day('2026-02-05'), email })
  const merge = (row: RequestRow, other: RequestRow) =>
    inTransaction(own.runtime, (tx) =>
      mergeRequests(tx, own.runtime, { requestId: row.id, otherReference: other.reference, by: agent }),
    )
  const stranger = await desk.entered(agent, { receivedOn: day('2026-02-04'), email })
  const other = await verified({ receivedOn: day('2026-02-04'), email: 'iemand@klant.example' })
  const erasure = await verified({ receivedOn: day('2026-02-04'), email, kinds: ['erasure'] })
  expect((await viewCase(own.runtime, first, { unmasked: false })).duplicates.map(({ id }) => id)).toEqual([second.id])
  expect(await merge(first, stranger)).toEqual({ ok: false, reason: 'not_verified' })
  expect(await merge(first, other)).toEqual({ ok: false, reason: 'other_person' })
  expect(await merge(first, erasure)).toEqual({ ok: false, reason: 'other_right' })
  // Decided from the earlier one: still the later one ends.
  expect(await merge(first, second)).toMatchObject({ ok: true, into: { id: first.id } })
  expect([(await desk.now(first.id)).state, (await desk.now(second.id)).state]).toEqual(['in_progress', 'duplicate'])
  const view = async (row: RequestRow) =>
    (await viewCase(own.runtime, await desk.now(row.id), { unmasked: false })).merges
  expect(await view(second)).toMatchObject({ into: { id: first.id }, from: [] })
  expect(await view(first)).toMatchObject({ into: null, from: [{ id: second.id }] })
  expect([await templates(second), await verbs(first)]).toMatchObject([
    expect.arrayContaining(['merged']),
    expect.arrayContaining(['request.merged_in']),
  ])
})

test('a case is handed over with a note that the colleague finds with it', async () => {
  const colleague = await desk.account('agent', 'Bert Balie')
  const row = await desk.entered(agent, { receivedOn: day('2026-02-02') })
  const order = { requestId: row.id, assigneeId: colleague.id, by: agent, note: 'Belt liever dan mailt.' }
  expect((await inTransaction(own.runtime, (tx) => assignRequest(tx, own.runtime, order))).ok).toBe(true)
  expect(await own.runtime.db.select().from(message).where(eq(message.requestId, row.id))).toMatchObject([
    { direction: 'note', byStaffId: agent.id },
  ])
  expect(await templates(row)).toContain('assigned')
})
