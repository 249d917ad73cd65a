import { eq, inArray } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  dataKey,
  evidenceEntry,
  extension,
  outbox,
  pause,
  queueChange,
  request,
  requestIndex,
  withdrawal,
} from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { blindIndex } from '~/requests/blind-index.server'
import { rewriteDates } from '~/requests/dates.server'
import { enterRequest, fileSubmission } from '~/requests/intake.server'
import type { Entry, Submission } from '~/requests/intake.server'
import { openPersonal } from '~/requests/personal.server'
import { referencePattern } from '~/requests/reference'
import { requestSealer } from '~/requests/sealed.server'
import { listed, viewOwnRequest } from '~/requests/subject-view.server'
import { withdrawRequest } from '~/requests/withdraw.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
beforeAll(async () => {
  own = await testRuntime('2026-01-31T22:59:59Z')
})
afterAll(() => own.close())

const person = {
  name: 'Fatima el Idrissi',
  email: 'fatima@voorbeeld.example',
  customerNumber: 'K-1042',
  details: 'Mijn oude adres staat er nog.',
  language: 'nl',
  filedBy: 'self',
} as const
const file = (input: Partial<Submission & { email: string }> = {}) =>
  inTransaction(own.runtime, (tx) => fileSubmission(tx, own.runtime, { ...person, kinds: ['erasure'], ...input }))
const enter = (input: Partial<Entry> = {}) =>
  inTransaction(own.runtime, (tx) =>
    enterRequest(tx, own.runtime, { ...person, kinds: ['access'], channel: 'letter', ...input }, { kind: 'system' }),
  )
const only = <Item>(items: Item[]): Item => {
  if (items.length !== 1 || items[0] === undefined) throw new Error(`${items.length} instead of one`)
  return items[0]
}

test('a filed request has its reference, clock, key, indexes, evidence and place in the queue', async () => {
  const row = only((await file()).requests)
  expect(row.reference).toMatch(referencePattern)
  // 22:59:59 UTC is still 31 January in Amsterdam; there is no 31 February, and the 28th is a Saturday.
  expect([row.receivedOn, row.strictDueOn, row.dueOn].map(String)).toEqual(['2026-01-31', '2026-02-28', '2026-03-02'])
  expect(row.state).toBe('unverified')
  const { db } = own.runtime
  expect(only(await db.select().from(dataKey).where(eq(dataKey.requestId, row.id))).wrapped).not.toBeNull()
  expect(
    (await db.select().from(requestIndex).where(eq(requestIndex.requestId, row.id))).map((i) => i.kind).sort(),
  ).toEqual(['customer_number', 'email'])
  expect(only(await db.select().from(evidenceEntry).where(eq(evidenceEntry.requestId, row.id))).verb).toBe(
    'request.filed',
  )
  // what nobody confirmed stands in no list and in no count
  expect(await db.select().from(queueChange)).toEqual([])
})

test('what a person typed is stored sealed, and opens under its own request’s key only', async () => {
  const filed = await file({ kinds: ['access', 'erasure'] })
  const [one, other] = filed.requests
  if (!one || !other) throw new Error('two rights make two requests')
  expect(Buffer.from(one.detailsSealed ?? []).includes(Buffer.from('oude adres'))).toBe(false)
  const sealer = await requestSealer(own.runtime.db, own.runtime, one.id)
  expect(openPersonal(sealer, one)).toMatchObject({ name: person.name, email: person.email, details: person.details })
  expect(() => openPersonal(sealer, other)).toThrow()
})

test('several rights make one submission and one request per right, each with its own clock', async () => {
  const filed = await file({ kinds: ['access', 'erasure', 'portability'] })
  expect(filed.requests.map((row) => row.kind)).toEqual(['access', 'erasure', 'portability'])
  expect(new Set(filed.requests.map((row) => row.submissionId))).toEqual(new Set([filed.submissionId]))
  expect(new Set(filed.requests.map((row) => row.reference)).size).toBe(3)
})

test('nothing is half there: a transaction that fails leaves no request, no key, no mail', async () => {
  const before = await own.runtime.db.$count(request)
  await expect(
    inTransaction(own.runtime, async (tx) => {
      await fileSubmission(tx, own.runtime, { ...person, kinds: ['access', 'erasure'] })
      throw new Error('the power went out')
    }),
  ).rejects.toThrow('the power went out')
  expect(await own.runtime.db.$count(request)).toBe(before)
})

test('a stop to direct marketing runs at once, without a code, and nothing beside it moves', async () => {
  const filed = await file({ kinds: ['objection', 'erasure'], objectionTo: 'direct_marketing' })
  expect(filed.requests.map((row) => [row.kind, row.state])).toEqual([
    ['objection', 'executing'],
    ['erasure', 'unverified'],
  ])
  const other = only((await file({ kinds: ['objection'], objectionTo: 'profiling' })).requests)
  expect(other.state).toBe('unverified')
  const stop = filed.requests[0]
  const jobs = await own.runtime.db.execute<{ n: number }>(
    `select count(*)::int as n from graphile_worker.jobs where key = 'erasure.stop_marketing:${stop?.id ?? ''}'`,
  )
  expect(only([...jobs]).n).toBe(1)
})

test('a letter of last week has its clock running since the day it came', async () => {
  own.clock.set('2026-02-10T09:00:00Z')
  const entered = await enter({ receivedOn: Temporal.PlainDate.from('2026-02-02'), email: null })
  if (!entered.ok) throw new Error(entered.reason)
  const row = only(entered.requests)
  expect([row.state, String(row.receivedOn), String(row.dueOn)]).toEqual(['received', '2026-02-02', '2026-03-02'])
  expect(await own.runtime.db.$count(outbox, eq(outbox.requestId, row.id))).toBe(0)
})

test('an entered request with an e-mail address gets its confirmation of receipt', async () => {
  const entered = await enter()
  if (!entered.ok) throw new Error(entered.reason)
  const mails = await own.runtime.db
    .select()
    .from(outbox)
    .where(eq(outbox.requestId, only(entered.requests).id))
  expect(only(mails).template).toBe('receipt')
})

test('a receipt in the future or before 25 May 2018 is refused with its reason', async () => {
  own.clock.set('2026-02-10T23:30:00Z')
  // In Amsterdam it is the 11th already.
  expect((await enter({ receivedOn: Temporal.PlainDate.from('2026-02-11') })).ok).toBe(true)
  expect(await enter({ receivedOn: Temporal.PlainDate.from('2026-02-12') })).toEqual({
    ok: false,
    reason: 'received_in_future',
  })
  expect(await enter({ receivedOn: Temporal.PlainDate.from('2018-05-24') })).toEqual({
    ok: false,
    reason: 'received_before_gdpr',
  })
  expect((await enter({ receivedOn: Temporal.PlainDate.from('2018-05-25') })).ok).toBe(true)
})

test('dates are written anew from pauses and the extension that was told', async () => {
  own.clock.set('2026-02-20T09:00:00Z')
  const entered = await enter({ receivedOn: Temporal.PlainDate.from('2026-02-02') })
  if (!entered.ok) throw new Error(entered.reason)
  const { id } = only(entered.requests)
  const day = (on: string) => Temporal.PlainDate.from(on)
  await inTransaction(own.runtime, async (tx) => {
    await tx.insert(pause).values({
      requestId: id,
      at: own.clock.now(),
      cause: 'identity',
      fromOn: day('2026-02-05'),
      untilOn: day('2026-02-08'),
    })
    const move = { why: 'pause', actor: { kind: 'system' } } as const
    const row = await rewriteDates(tx, own.runtime, id, move)
    expect([row.pausedDays, String(row.dueOn)]).toEqual([3, '2026-03-05'])
    await tx
      .insert(extension)
      .values({ requestId: id, at: own.clock.now(), dueOn: day('2026-04-10'), ground: 'complexity', pausedDaysThen: 3 })
    expect(String((await rewriteDates(tx, own.runtime, id, move)).dueOn)).toBe('2026-03-05')
    await tx.update(extension).set({ toldAt: own.clock.now() }).where(eq(extension.requestId, id))
    const told = await rewriteDates(tx, own.runtime, id, move)
    expect([String(told.dueOn), String(told.extendedTo)]).toEqual(['2026-04-10', '2026-04-10'])
  })
  const view = await viewOwnRequest(
    own.runtime,
    blindIndex(own.runtime, 'email', person.email),
    only(entered.requests).reference,
    'nl',
  )
  expect(view?.term).toMatchObject({
    dueOn: '2026-04-10',
    extendedFrom: '2026-03-05',
    pauses: [{ fromOn: '2026-02-05', untilOn: '2026-02-08' }],
  })
})

test('a stopped request leaves its record, evidence and mail, and stays stopped', async () => {
  const row = only((await file()).requests)
  const stop = () =>
    inTransaction(own.runtime, (tx) =>
      withdrawRequest(tx, own.runtime, { requestId: row.id, actor: { kind: 'subject' }, mover: 'subject' }),
    )
  expect(await stop()).toMatchObject({ ok: true, request: { state: 'withdrawn' } })
  expect(await stop()).toEqual({ ok: false, reason: 'not_from_here' })
  expect(await own.runtime.db.$count(withdrawal, eq(withdrawal.requestId, row.id))).toBe(1)
  const mails = await own.runtime.db.select().from(outbox).where(eq(outbox.requestId, row.id))
  expect(mails.map((mail) => mail.template)).toEqual(['withdrawn'])
})

test('a request that is being carried out can’t be stopped by its requester', async () => {
  const row = only((await file({ kinds: ['objection'], objectionTo: 'direct_marketing' })).requests)
  const stopped = await inTransaction(own.runtime, (tx) =>
    withdrawRequest(tx, own.runtime, { requestId: row.id, actor: { kind: 'subject' }, mover: 'subject' }),
  )
  expect(stopped).toEqual({ ok: false, reason: 'not_from_here' })
})

test('one subject never sees another’s request: it is as unknown as one that does not exist', async () => {
  const mine = only((await file({ email: 'mijn@voorbeeld.example' })).requests)
  const view = (email: string, reference: string) =>
    viewOwnRequest(own.runtime, blindIndex(own.runtime, 'email', email), reference, 'nl')
  expect(await view('MIJN@voorbeeld.example ', mine.reference)).toMatchObject({ reference: mine.reference })
  expect(await view('ander@voorbeeld.example', mine.reference)).toBeNull()
  expect(await view('mijn@voorbeeld.example', 'AVG-2026-AAAAAA')).toBeNull()
})

test('the subject’s view tells what happened in words that exist in both languages, and no staff notes', async () => {
  const row = only((await file({ email: 'tijd@voorbeeld.example' })).requests)
  const view = await viewOwnRequest(
    own.runtime,
    blindIndex(own.runtime, 'email', 'tijd@voorbeeld.example'),
    row.reference,
    'en',
  )
  expect(view?.timeline.map((step) => step.key)).toEqual(['request_filed'])
  expect(view?.explanation).toMatch(/^received /)
  expect(view?.mayStop).toBe(true)
  expect(listed(row, '2026-02-21', 'Europe/Amsterdam').term.closedOn).toBeNull()
})

test('the evidence of a filing holds nothing that a person typed', async () => {
  const filed = await file({ kinds: ['access', 'erasure'] })
  const entries = await own.runtime.db
    .select()
    .from(evidenceEntry)
    .where(
      inArray(
        evidenceEntry.requestId,
        filed.requests.map((row) => row.id),
      ),
    )
  const text = JSON.stringify(entries, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  for (const typed of [person.name, person.email, person.customerNumber, person.details])
    expect(text).not.toContain(typed)
})
