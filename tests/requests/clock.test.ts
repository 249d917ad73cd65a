import { eq } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { extension, outbox, pause, request } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { writeSetting } from '~/platform/organisation.server'
import { clockTasks } from '~/requests/clock-tasks.server'
import { extendRequest, extensionSchema } from '~/requests/extend.server'
import type { ExtensionOrder } from '~/requests/extend.server'
import { weeklyFigures } from '~/requests/figures.server'
import { recordAnswer } from '~/requests/messages.server'
import type { RequestRow } from '~/requests/move.server'
import { pauseRequest } from '~/requests/pause.server'
import { postLetter } from '~/requests/post-letter.server'
import { askSubject } from '~/requests/question.server'
import { followSetting } from '~/requests/recompute.server'
import { refuseRequest } from '~/requests/refuse.server'
import { resumeRequest } from '~/requests/resume.server'
import { viewOwnRequest } from '~/requests/subject-view.server'
import { blindIndex } from '~/requests/blind-index.server'
import type { StaffMember } from '~/staff/accounts.server'
import { deskCases } from '~tests/support/desk-case'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let desk: ReturnType<typeof deskCases>
let agent: StaffMember
const day = (on: string) => Temporal.PlainDate.from(on)
const receivedOn = day('2026-02-02')
const question = 'Op welk adres woonde u in 2019?'
const reasons = 'U vroeg tien jaar aan reparaties op papier; wij zoeken die uit het archief.'

beforeAll(async () => {
  own = await testRuntime()
  desk = deskCases(own)
  agent = await desk.account('agent', 'Anna Agent')
})
afterAll(() => own.close())
beforeEach(() => own.clock.set('2026-02-10T09:00:00Z'))

const task = async (name: string, payload: unknown = {}) => {
  const found = clockTasks.find((each) => each.name === `requests.${name}`)
  if (!found) throw new Error(`no task ${name}`)
  await found.run(own.runtime, payload)
}
const extend = (row: RequestRow, order: Partial<ExtensionOrder> = {}) =>
  inTransaction(own.runtime, (tx) =>
    extendRequest(tx, own.runtime, {
      requestId: row.id,
      by: agent,
      version: row.version,
      until: day('2026-04-10'),
      ground: 'complexity',
      reasons,
      told: 'mail',
      ...order,
    }),
  )
const pauseFor = (row: RequestRow, cause: 'identity' | 'clarification', largeQuantity = true) =>
  inTransaction(own.runtime, (tx) =>
    pauseRequest(tx, own.runtime, { requestId: row.id, by: agent, cause, largeQuantity, question }),
  )
const answer = (row: RequestRow) =>
  inTransaction(own.runtime, (tx) =>
    recordAnswer(tx, own.runtime, { requestId: row.id, text: 'Aan de Dijk 4', actor: { kind: 'subject' } }),
  )
const dueOf = async (row: RequestRow) => String((await desk.now(row.id)).dueOn)
const alarms = async (row: RequestRow) =>
  (await desk.mails(row.id)).filter(({ template }) => template === 'clock_alarm').length

describe('an extension', () => {
  it('moves the date once the receiving server took the mail, and the person reads why', async () => {
    const row = await desk.entered(agent, { receivedOn })
    expect((await extend(row)).ok).toBe(true)
    await task('extensions')
    expect([await dueOf(row), (await desk.now(row.id)).extendedTo]).toEqual(['2026-03-02', null])
    await desk.deliver(row.id)
    await task('extensions')
    await task('extensions')
    expect(await dueOf(row)).toBe('2026-04-10')
    expect(await desk.dueMoves(row.id)).toEqual([{ from: '2026-03-02', to: '2026-04-10', why: 'extension' }])
    const index = blindIndex(own.runtime, 'email', 'jan.deboer@klant.example')
    expect(await viewOwnRequest(own.runtime, index, row.reference, 'nl')).toMatchObject({
      extensionReasons: reasons,
      term: { dueOn: '2026-04-10', extendedFrom: '2026-03-02' },
    })
    const again = await extend(await desk.now(row.id))
    expect(again).toEqual({ ok: false, reason: 'already_extended' })
  })

  it('whose mail came back does not count, alarms whoever works the case, and may be told anew', async () => {
    const row = await desk.entered(agent, { receivedOn })
    await extend(row)
    await desk.deliver(row.id)
    await task('extensions')
    expect(await dueOf(row)).toBe('2026-04-10')
    // A server may send a mail back days after it took it.
    await own.runtime.db.update(outbox).set({ state: 'bounced' }).where(eq(outbox.requestId, row.id))
    await task('extensions')
    await task('extensions')
    expect([await dueOf(row), await alarms(row)]).toEqual(['2026-03-02', 1])
    expect((await desk.entries(row.id)).map(({ verb }) => verb)).toContain('request.extension_failed')
    expect((await extend(await desk.now(row.id), { told: 'letter' })).ok).toBe(true)
    expect(await own.runtime.db.$count(extension, eq(extension.requestId, row.id))).toBe(2)
  })

  it('whose mail still waits on the first due date came too late', async () => {
    const row = await desk.entered(agent, { receivedOn })
    await extend(row)
    own.clock.set('2026-03-01T22:59:00Z')
    await task('extensions')
    expect(await alarms(row)).toBe(0)
    own.clock.set('2026-03-01T23:00:00Z')
    await task('extensions')
    expect([await dueOf(row), await alarms(row)]).toEqual(['2026-03-02', 1])
  })

  it('by letter counts from the day of posting that staff record, if that is before the first due date', async () => {
    const row = await desk.entered(agent, { receivedOn, email: null })
    expect(await extend(row)).toEqual({ ok: false, reason: 'no_address' })
    expect((await extend(row, { told: 'letter' })).ok).toBe(true)
    expect(await dueOf(row)).toBe('2026-03-02')
    own.clock.set('2026-03-03T09:00:00Z')
    const [letter] = (await desk.mails(row.id)).filter(({ state }) => state === 'to_post')
    const posted = (on: string) =>
      inTransaction(own.runtime, (tx) =>
        postLetter(tx, own.runtime, { letterId: letter?.id ?? '', postedOn: day(on), by: agent }),
      )
    expect((await posted('2026-03-04')).ok).toBe(false)
    await task('extensions')
    expect(await dueOf(row)).toBe('2026-03-02')
    expect((await posted('2026-02-27')).ok).toBe(true)
    await task('extensions')
    expect([await dueOf(row), await alarms(row)]).toEqual(['2026-04-10', 0])
    const late = await desk.entered(agent, { receivedOn: day('2026-02-05') })
    await extend(late, { told: 'letter' })
    own.clock.set('2026-03-06T09:00:00Z')
    const [written] = (await desk.mails(late.id)).filter(({ state }) => state === 'to_post')
    const order = { letterId: written?.id ?? '', postedOn: day('2026-03-05'), by: agent }
    await inTransaction(own.runtime, (tx) => postLetter(tx, own.runtime, order))
    await task('extensions')
    expect([await dueOf(late), await alarms(late)]).toEqual(['2026-03-05', 1])
  })

  it('reaches from after the due date to three months after receipt, and is asked before the due date', async () => {
    const row = await desk.entered(agent, { receivedOn })
    expect(await extend(row, { until: day('2026-03-02') })).toMatchObject({ reason: 'not_after_due_date' })
    expect(await extend(row, { until: day('2026-05-05') })).toMatchObject({ reason: 'after_latest_date' })
    own.clock.set('2026-03-02T09:00:00Z')
    expect(await extend(row)).toMatchObject({ reason: 'told_too_late' })
  })

  it.each([
    'Wij hebben te weinig medewerkers door ziekte en krijgen dit niet af.',
    'Vanwege de zomervakantie duurt het langer dan u van ons gewend bent.',
    'Door personeelstekort lukt het ons niet om op tijd te antwoorden.',
    'Het is erg druk bij ons; wij lopen achter met alles wat er binnenkomt.',
    'We are short-staffed at the moment and need two more months for this.',
    'Because of the Christmas holidays our office was closed for two weeks.',
    'Due to a lack of personnel we can not finish this request in one month.',
  ])('is refused on the organisation’s own trouble: %s', (text) => {
    const form = { until: '2026-04-10', ground: 'complexity', told: 'mail' }
    const parsed = extensionSchema.safeParse({ ...form, reasons: text })
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual(['not_a_ground'])
  })

  it.each([reasons, 'You made seven requests since March, each about another of our five companies.'])(
    'is taken on what lies in the request: %s',
    (text) => {
      const form = { until: '2026-04-10', ground: 'number', told: 'mail' }
      expect(extensionSchema.safeParse({ ...form, reasons: text }).success).toBe(true)
    },
  )
})

describe('a pause', () => {
  it('moves the due date day by day while it is open, each move on record, and ends with the answer', async () => {
    const row = await desk.entered(agent, { receivedOn, kinds: ['erasure'] })
    expect((await pauseFor(row, 'identity')).ok).toBe(true)
    expect((await desk.now(row.id)).state).toBe('awaiting_subject')
    own.clock.set('2026-02-13T23:30:00Z')
    await task('day')
    await task('day')
    expect(await dueOf(row)).toBe('2026-03-06')
    own.clock.set('2026-02-15T09:00:00Z')
    await answer(row)
    const after = await desk.now(row.id)
    expect([after.state, after.pausedDays, String(after.dueOn)]).toEqual(['in_progress', 5, '2026-03-09'])
    expect(await desk.dueMoves(row.id)).toEqual([
      { from: '2026-03-02', to: '2026-03-06', why: 'pause' },
      { from: '2026-03-06', to: '2026-03-09', why: 'pause' },
    ])
    expect(await own.runtime.db.select().from(pause).where(eq(pause.requestId, row.id))).toMatchObject([
      { cause: 'identity', fromOn: day('2026-02-10'), untilOn: day('2026-02-15'), endedByStaffId: null },
    ])
    expect((await desk.mails(row.id)).map(({ template }) => template)).toContain('paused')
  })

  it('for a clarification needs access to a large quantity of data; any other question leaves the clock running', async () => {
    const erasure = await desk.entered(agent, { receivedOn, kinds: ['erasure'] })
    expect(await pauseFor(erasure, 'clarification')).toEqual({ ok: false, reason: 'not_pausable' })
    const access = await desk.entered(agent, { receivedOn })
    expect(await pauseFor(access, 'clarification', false)).toEqual({ ok: false, reason: 'not_large' })
    await inTransaction(own.runtime, (tx) =>
      askSubject(tx, own.runtime, { requestId: erasure.id, question, by: agent }),
    )
    expect((await pauseFor(access, 'clarification')).ok).toBe(true)
    own.clock.set('2026-02-14T09:00:00Z')
    await task('day')
    expect([await dueOf(erasure), await dueOf(access)]).toEqual(['2026-03-02', '2026-03-06'])
    // Two reasons at once stop the clock once.
    expect((await pauseFor(access, 'identity')).ok).toBe(true)
    expect(await pauseFor(access, 'identity')).toEqual({ ok: false, reason: 'already_paused' })
    own.clock.set('2026-02-17T09:00:00Z')
    await answer(access)
    expect((await desk.now(access.id)).pausedDays).toBe(7)
  })

  it('is never open longer than the organisation allows: it ends by itself on that day, and who works it is told', async () => {
    const row = await desk.entered(agent, { receivedOn })
    await pauseFor(row, 'identity')
    own.clock.set('2026-03-10T09:00:00Z')
    await task('day')
    expect((await desk.now(row.id)).state).toBe('awaiting_subject')
    // The worker was away for days; the pause is not longer for it.
    own.clock.set('2026-03-14T09:00:00Z')
    await task('day')
    await task('day')
    const after = await desk.now(row.id)
    expect([after.state, after.pausedDays, String(after.dueOn)]).toEqual(['in_progress', 28, '2026-03-30'])
    expect(await alarms(row)).toBe(1)
    const ended = (await desk.entries(row.id)).find(({ verb }) => verb === 'request.resumed')
    expect([ended?.actorKind, ended?.data]).toMatchObject(['system', { why: 'too_long', count: 28 }])
  })

  it('ends by staff, and with the case itself; one that begins after the due date stops nothing', async () => {
    const row = await desk.entered(agent, { receivedOn })
    await pauseFor(row, 'identity')
    own.clock.set('2026-02-12T09:00:00Z')
    const resume = () =>
      inTransaction(own.runtime, (tx) => resumeRequest(tx, own.runtime, { requestId: row.id, by: agent }))
    expect((await resume()).ok).toBe(true)
    expect(await resume()).toEqual({ ok: false, reason: 'not_paused' })
    expect(await dueOf(row)).toBe('2026-03-04')
    const refused = await desk.entered(agent, { receivedOn })
    await pauseFor(refused, 'identity')
    own.clock.set('2026-02-20T09:00:00Z')
    const text = { ground: 'not_identified', basis: 'Gevraagd op 12 februari', reasons: 'Wij weten niet wie u bent.' }
    await inTransaction(own.runtime, (tx) =>
      refuseRequest(tx, own.runtime, { requestId: refused.id, text: { ...text, ground: 'not_identified' }, by: agent }),
    )
    const [record] = await own.runtime.db.select().from(pause).where(eq(pause.requestId, refused.id))
    expect(String(record?.untilOn)).toBe('2026-02-20')
    own.clock.set('2026-03-05T09:00:00Z')
    expect(await pauseFor(row, 'identity')).toEqual({ ok: false, reason: 'clock_ran_out' })
  })

  it('after an extension that was told moves the extended date along', async () => {
    const row = await desk.entered(agent, { receivedOn })
    await extend(row)
    await desk.deliver(row.id)
    await task('extensions')
    await pauseFor(row, 'identity')
    own.clock.set('2026-02-14T09:00:00Z')
    await answer(row)
    expect(await dueOf(row)).toBe('2026-04-14')
  })
})

test('a calendar that changes moves the dates of open requests, says so, and leaves a missed date missed', async () => {
  own.clock.set('2026-03-06T09:00:00Z')
  const ofToday = await desk.entered(agent, { receivedOn: day('2026-03-06') })
  const missed = await desk.entered(agent, { receivedOn: day('2026-01-06') })
  own.clock.set('2026-03-10T09:00:00Z')
  await task('day')
  expect(String((await desk.now(missed.id)).missedOn)).toBe('2026-02-06')
  const set = (name: 'organisation.calendar' | 'deadlines.closingDays', value: unknown) =>
    inTransaction(own.runtime, async (tx) => {
      await writeSetting(tx, own.runtime, name, value, null)
      await followSetting(tx, name)
    })
  const waiting = await own.runtime.db.execute('select task_identifier from graphile_worker.jobs')
  await set('organisation.calendar', 'BE')
  expect(await own.runtime.db.execute('select task_identifier from graphile_worker.jobs')).toHaveLength(
    waiting.length + 1,
  )
  // Easter Monday of 2026 is 6 April: a holiday in the Netherlands, none in the United States.
  expect(await dueOf(ofToday)).toBe('2026-04-07')
  await set('organisation.calendar', 'US')
  await task('recompute', { why: 'calendar' })
  await task('recompute', { why: 'calendar' })
  expect(await dueOf(ofToday)).toBe('2026-04-06')
  expect(await desk.dueMoves(ofToday.id)).toEqual([{ from: '2026-04-07', to: '2026-04-06', why: 'calendar' }])
  expect(String((await desk.now(missed.id)).missedOn)).toBe('2026-02-06')
  // The organisation's own closing days move the internal target only, and nobody's form meets a conflict for it.
  const before = await desk.now(ofToday.id)
  await set('deadlines.closingDays', ['2026-03-24', '2026-03-25'])
  await task('recompute', { why: 'settings' })
  const after = await desk.now(ofToday.id)
  expect([String(after.dueOn), after.version]).toEqual([String(before.dueOn), before.version])
  expect(String(after.internalTargetOn)).not.toBe(String(before.internalTargetOn))
  await set('organisation.calendar', 'NL')
  await set('deadlines.closingDays', [])
})

test('a deadline that was missed is not on time, however the date moved since', async () => {
  const row = await desk.entered(agent, { receivedOn: day('2026-01-12'), kinds: ['portability'] })
  own.clock.set('2026-02-13T09:00:00Z')
  await task('day')
  await own.runtime.db
    .update(request)
    .set({ dueOn: day('2026-02-20'), closedAt: own.clock.now(), state: 'completed' })
    .where(eq(request.id, row.id))
  const figures = await weeklyFigures(own.runtime.db, {
    since: day('2026-01-12'),
    today: day('2026-02-13'),
    zone: 'Europe/Amsterdam',
  })
  expect(figures.find(({ week }) => String(week) === '2026-01-12')).toMatchObject({ due: 1, onTime: 0 })
})
