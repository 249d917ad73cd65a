import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { and, eq, notInArray } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import postgres from 'postgres'
import { Temporal } from 'temporal-polyfill'
import { outbox, pause, staff, watchNotice } from '~db/schema'
import { openMail } from '~/mail/compose.server'
import { writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { assignRequest } from '~/requests/assign.server'
import { enterRequest } from '~/requests/intake.server'
import { recordAnswer } from '~/requests/messages.server'
import { changeRequest, lockRequest } from '~/requests/move.server'
import { askSubject } from '~/requests/question.server'
import { startRequest } from '~/requests/start.server'
import { watchRound } from '~/requests/watch/round.server'
import { endAbsence, recordAbsence } from '~/staff/absence.server'
import { memberOf } from '~/staff/accounts.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { Role } from '~/staff/roles'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let agent: StaffMember
let colleague: StaffMember
let admin: StaffMember

/** Received on Monday 2 February: due on Monday 2 March, the stricter date is the same. */
const receivedOn = Temporal.PlainDate.from('2026-02-02')

beforeEach(async () => {
  own = await testRuntime('2026-02-02T09:00:00Z')
  agent = await account('agent', 'Anna')
  colleague = await account('agent', 'Bert')
  admin = await account('admin', 'Carla')
})
afterEach(() => own.close())

async function account(role: Role, name: string, passwordHash: string | null = 'x'): Promise<StaffMember> {
  const [row] = await own.runtime.db
    .insert(staff)
    .values({ email: `${name.toLowerCase()}@spaak.example`, name, role, passwordHash, createdAt: own.clock.now() })
    .returning()
  if (!row) throw new Error('no staff')
  return memberOf(row)
}

/** Somebody enters a case on the day on which it came, or today when that is past. */
async function entered(on = receivedOn) {
  const morning = on.toZonedDateTime({ timeZone: 'UTC', plainTime: '09:00' }).toInstant()
  if (Temporal.Instant.compare(own.clock.now(), morning) < 0) own.clock.set(morning.toString())
  const filed = await inTransaction(own.runtime, (tx) =>
    enterRequest(
      tx,
      own.runtime,
      { kinds: ['access'], language: 'nl', filedBy: 'self', channel: 'letter', receivedOn: on, name: 'Jan de Boer' },
      { kind: 'staff', id: admin.id },
    ),
  )
  const [row] = filed.ok ? filed.requests : []
  if (!row) throw new Error('not entered')
  return row
}

/** A case that the agent took up, with nothing to be told of it. */
async function taken(on = receivedOn) {
  const row = await entered(on)
  const moved = await inTransaction(own.runtime, (tx) =>
    startRequest(tx, own.runtime, { requestId: row.id, assigneeId: null, by: agent }),
  )
  if (!moved.ok) throw new Error(moved.reason)
  return moved.request
}

const lookedAt = new Set<string>()

/** What was mailed to staff since the last look: to whom, which mail, about which cases, with what else it says. */
async function mailed() {
  const rows = await own.runtime.db
    .select()
    .from(outbox)
    .where(notInArray(outbox.template, ['receipt', 'question']))
  const fresh = rows.filter((row) => !lookedAt.has(row.id))
  for (const row of rows) lookedAt.add(row.id)
  return fresh
    .map((row) => {
      const mail = openMail(own.runtime, row)
      if (!mail) throw new Error('unreadable')
      const { props } = mail
      const about = mail.reference ? [mail.reference] : 'cases' in props ? props.cases.map((one) => one.reference) : []
      return { to: mail.to.split('@')[0] ?? '', template: row.template, about, props }
    })
    .sort((one, other) => `${one.to} ${one.template}`.localeCompare(`${other.to} ${other.template}`))
}
const short = async () => (await mailed()).map(({ to, template, about }) => [to, template, ...about])

const round = (when?: string) => {
  if (when) own.clock.set(when)
  return watchRound(own.runtime)
}
const absent = (who: StaffMember, fromOn: string, untilOn: string, deputy: StaffMember | null) =>
  inTransaction(own.runtime, (tx) =>
    recordAbsence(tx, own.runtime, {
      staffId: who.id,
      by: admin,
      fromOn: Temporal.PlainDate.from(fromOn),
      untilOn: Temporal.PlainDate.from(untilOn),
      deputyId: deputy?.id ?? null,
    }),
  )
const noticesOf = async (requestId: string, audience: string) =>
  (
    await own.runtime.db
      .select()
      .from(watchNotice)
      .where(and(eq(watchNotice.requestId, requestId), eq(watchNotice.audience, audience)))
      .orderBy(watchNotice.at)
  ).map(({ days }) => days)

test('new cases are told once to the group on duty, several in one mail, and not when somebody has taken them', async () => {
  await account('agent', 'Invited', null)
  const one = await entered()
  await watchRound(own.runtime, 'whatWaits')
  expect(await short()).toEqual([
    ['anna', 'new_case', one.reference],
    ['bert', 'new_case', one.reference],
  ])
  await absent(colleague, '2026-02-02', '2026-02-06', null)
  const two = await entered()
  const three = await entered()
  await taken()
  await watchRound(own.runtime, 'whatWaits')
  expect(await short()).toEqual([['anna', 'watched_cases', ...[two.reference, three.reference].sort()]])
  await watchRound(own.runtime, 'whatWaits')
  expect(await short()).toEqual([])
})

test('each threshold before the stricter date is told once, to the assignee, the group and the admins', async () => {
  const row = await taken()
  const told: Record<string, string[]> = {}
  for (let day = receivedOn; day.toString() <= '2026-03-06'; day = day.add({ days: 1 })) {
    for (const time of ['05:00', '08:00', '08:01', '15:00']) await round(`${day.toString()}T${time}:00Z`)
    for (const [to = '', template = ''] of await short()) (told[to] ??= []).push(`${day.toString()} ${template}`)
  }
  expect(await noticesOf(row.id, 'assignee')).toEqual([7, 3, 1, -1])
  // The group three days before, the day after the due date; the admin one day before, the day after.
  expect(told['bert']).toEqual(['2026-02-27 staff_digest', '2026-03-03 staff_digest'])
  expect(told['carla']).toEqual(['2026-03-01 staff_digest', '2026-03-03 staff_digest'])
  // Whoever has the case reads of it every day of the last week, in one mail a day.
  expect(told['anna']).toEqual(
    Array.from(
      { length: 12 },
      (_, n) => `${Temporal.PlainDate.from('2026-02-23').add({ days: n }).toString()} staff_digest`,
    ),
  )
})

test('the days before the date are the organisation’s own', async () => {
  await inTransaction(own.runtime, (tx) => writeSetting(tx, own.runtime, 'watch.assigneeDays', ['10'], null))
  await inTransaction(own.runtime, (tx) => writeSetting(tx, own.runtime, 'watch.groupDays', [], null))
  const row = await taken()
  await round('2026-02-19T08:00:00Z')
  expect(await noticesOf(row.id, 'assignee')).toEqual([])
  await round('2026-02-20T08:00:00Z')
  expect(await noticesOf(row.id, 'assignee')).toEqual([10])
  await round('2026-03-02T08:00:00Z')
  expect(await noticesOf(row.id, 'group')).toEqual([])
})

test('a worker that was down for a week sends each person one mail, not a burst', async () => {
  const cases = [await taken(), await taken(receivedOn.subtract({ days: 3 })), await taken(receivedOn.add({ days: 2 }))]
  await round('2026-02-20T08:00:00Z')
  await mailed()
  await round('2026-03-02T03:00:00Z')
  const atNight = await mailed()
  expect(atNight.map(({ to, template }) => [to, template])).toEqual([
    ['anna', 'watched_cases'],
    ['bert', 'watched_cases'],
    ['carla', 'watched_cases'],
  ])
  expect(atNight[0]?.about.toSorted()).toEqual(cases.map((row) => row.reference).sort())
  await round('2026-03-02T03:01:00Z')
  expect(await mailed()).toEqual([])
})

test('a worker that comes up by day tells a week’s thresholds in the digest', async () => {
  await taken()
  await round('2026-02-20T08:00:00Z')
  await mailed()
  await round('2026-03-03T08:00:00Z')
  expect((await short()).map(([to, template]) => [to, template])).toEqual([
    ['anna', 'staff_digest'],
    ['bert', 'staff_digest'],
    ['carla', 'staff_digest'],
  ])
})

test('two workers at once send one mail', async () => {
  await taken()
  const nobodys = await entered()
  own.clock.set('2026-02-27T08:00:00Z')
  const sent = await Promise.all(Array.from({ length: 4 }, () => watchRound(own.runtime)))
  const mails = await mailed()
  expect(sent.filter((count) => count > 0)).toEqual([mails.length])
  expect(mails.map(({ to }) => to)).toEqual(['anna', 'bert', 'carla'])
  expect(mails[1]?.about).toContain(nobodys.reference)
})

test('a worker that is killed in the middle of a round leaves nothing half told', async () => {
  const row = await taken()
  const outside = postgres(own.ownerUrl, { max: 1, onnotice: () => undefined })
  const key = randomBytes(32).toString('base64')
  own.clock.set('2026-02-27T08:00:00Z')
  try {
    await outside.begin(async (tx) => {
      await tx`lock table outbox in share mode`
      const worker = spawn(
        process.execPath,
        ['--import', 'tsx', join(import.meta.dirname, 'watch-worker.ts'), own.url, key, own.clock.now().toString()],
        { stdio: 'inherit' },
      )
      const waits = async () =>
        (await tx`select 1 from pg_locks where relation = 'outbox'::regclass and not granted`).length > 0
      while (worker.exitCode === null && !(await waits())) await setTimeout(50)
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      expect(worker.signalCode).toBe('SIGKILL')
    })
  } finally {
    await outside.end()
  }
  expect(await noticesOf(row.id, 'group')).toEqual([])
  await round()
  await round()
  expect((await short()).map(([to, template]) => [to, template])).toEqual([
    ['anna', 'staff_digest'],
    ['bert', 'staff_digest'],
  ])
})

test('a due date that moves is told anew for its thresholds', async () => {
  const row = await taken()
  await round('2026-02-27T08:00:00Z')
  expect((await short()).map(([to]) => to)).toEqual(['anna', 'bert'])
  const move = (to: string) =>
    inTransaction(own.runtime, async (tx) => {
      const locked = await lockRequest(tx, row.id)
      const day = Temporal.PlainDate.from(to)
      if (locked) await changeRequest(tx, locked, { dueOn: day, strictDueOn: day })
    })
  await move('2026-03-20')
  await round('2026-02-27T12:00:00Z')
  expect(await short()).toEqual([])
  await round('2026-03-17T12:00:00Z')
  expect((await short()).map(([to, template]) => [to, template])).toEqual([
    ['anna', 'staff_digest'],
    ['bert', 'staff_digest'],
  ])
  // Moved nearer by day: at once, in a mail of its own, once.
  await move('2026-03-18')
  await round('2026-03-17T13:00:00Z')
  await round('2026-03-17T13:10:00Z')
  expect(await short()).toEqual([
    ['anna', 'watched_case', row.reference],
    ['bert', 'watched_case', row.reference],
    ['carla', 'watched_case', row.reference],
  ])
})

test('a clock that stands still comes no nearer; one that had run out can’t be stopped', async () => {
  const paused = await taken()
  const late = await taken()
  const from = (row: { id: string }, fromOn: string) =>
    own.runtime.db.insert(pause).values({
      requestId: row.id,
      at: own.clock.now(),
      cause: 'identity',
      fromOn: Temporal.PlainDate.from(fromOn),
    })
  await from(paused, '2026-02-20')
  await from(late, '2026-03-05')
  await round('2026-03-06T08:00:00Z')
  expect(await noticesOf(paused.id, 'group')).toEqual([])
  expect(await noticesOf(late.id, 'group')).toContain(-1)
})

test('while somebody is away their deputy gets their mails and digest, and the group and admins hear all the same', async () => {
  const deputy = await account('agent', 'Dora')
  const row = await taken()
  expect(await absent(agent, '2026-02-20', '2026-03-01', deputy)).toEqual({ ok: true })
  await round('2026-02-23T08:00:00Z')
  expect(await short()).toEqual([
    ['anna', 'watched_case', row.reference],
    ['dora', 'staff_digest', row.reference],
  ])
  await inTransaction(own.runtime, (tx) =>
    recordAnswer(tx, own.runtime, { requestId: row.id, text: 'Hier is het.', actor: { kind: 'subject' } }),
  )
  const given = await entered()
  await inTransaction(own.runtime, (tx) =>
    assignRequest(tx, own.runtime, { requestId: given.id, assigneeId: agent.id, by: colleague }),
  )
  expect(await short()).toEqual([
    ['anna', 'answer_received', row.reference],
    ['anna', 'assigned', given.reference],
    ['dora', 'answer_received', row.reference],
    ['dora', 'assigned', given.reference],
  ])
  await round('2026-02-27T08:00:00Z')
  expect((await short()).map(([to]) => to)).toEqual(['anna', 'bert', 'dora'])
  await inTransaction(own.runtime, (tx) => endAbsence(tx, own.runtime, { staffId: agent.id, by: agent }))
  await round('2026-02-28T08:00:00Z')
  expect((await short()).map(([to, template]) => [to, template])).toEqual([['anna', 'staff_digest']])
})

test('nobody is away who may not be: dates in order, a deputy who may do the work, not oneself', async () => {
  const auditor = await account('auditor', 'Olga')
  const invited = await account('agent', 'Piet', null)
  expect(await absent(agent, '2026-02-05', '2026-02-04', null)).toEqual({ ok: false, reason: 'ends_before_it_begins' })
  expect(await absent(agent, '2026-01-05', '2026-02-01', null)).toEqual({ ok: false, reason: 'already_over' })
  for (const deputy of [auditor, agent, invited])
    expect(await absent(agent, '2026-02-05', '2026-02-06', deputy)).toEqual({ ok: false, reason: 'unknown_deputy' })
})

test('an answer from the data subject is mailed at once to the assignee, or to the group where the case is nobody’s', async () => {
  const row = await taken()
  await inTransaction(own.runtime, (tx) =>
    askSubject(tx, own.runtime, { requestId: row.id, question: 'Om welke aankoop gaat het?', by: agent }),
  )
  const nobodys = await entered()
  for (const { id } of [row, nobodys])
    await inTransaction(own.runtime, (tx) =>
      recordAnswer(tx, own.runtime, { requestId: id, text: 'De rode fiets.', actor: { kind: 'subject' } }),
    )
  expect(await short()).toEqual([
    ['anna', 'answer_received', row.reference],
    ['anna', 'answer_received', nobodys.reference],
    ['bert', 'answer_received', nobodys.reference],
  ])
})

test('a case that is nobody’s for two working days is told to the group and the admins, once', async () => {
  await round('2026-02-06T09:00:00Z')
  const row = await entered(Temporal.PlainDate.from('2026-02-06'))
  await watchRound(own.runtime, 'whatWaits')
  await mailed()
  for (const when of ['2026-02-07', '2026-02-08', '2026-02-09']) await round(`${when}T08:00:00Z`)
  expect(await short()).toEqual([])
  await round('2026-02-10T08:00:00Z')
  await round('2026-02-12T08:00:00Z')
  expect(await short()).toEqual([
    ['anna', 'staff_digest', row.reference],
    ['bert', 'staff_digest', row.reference],
    ['carla', 'staff_digest', row.reference],
  ])
  // Taken up and handed back: it is nobody's anew.
  for (const assigneeId of [agent.id, null])
    await inTransaction(own.runtime, (tx) =>
      assignRequest(tx, own.runtime, { requestId: row.id, assigneeId, by: agent }),
    )
  await round('2026-02-13T08:00:00Z')
  expect(await short()).toEqual([])
  await round('2026-02-16T08:00:00Z')
  expect((await short()).map(([to]) => to)).toEqual(['anna', 'bert', 'carla'])
})

test('the day is told when it begins at the desk, on both sides of daylight saving', async () => {
  // From the case's last week on there is something to tell every day; the clock goes forward on 29 March.
  await taken(Temporal.PlainDate.from('2026-02-27'))
  const lastMinute = async (before: string, then: string) => {
    await round(before)
    const early = await short()
    await round(then)
    return { early: early.length, then: (await short()).length > 0 }
  }
  await round('2026-03-26T08:00:00Z')
  await mailed()
  expect(await lastMinute('2026-03-28T05:59:59Z', '2026-03-28T06:00:00Z')).toEqual({ early: 0, then: true })
  expect(await lastMinute('2026-03-29T04:59:59Z', '2026-03-29T05:00:00Z')).toEqual({ early: 0, then: true })
  await round('2026-10-24T08:00:00Z')
  await mailed()
  expect(await lastMinute('2026-10-25T05:59:59Z', '2026-10-25T06:00:00Z')).toEqual({ early: 0, then: true })
})

test('the digest says what is overdue, due today, due soon and waiting, and comes to nobody who has nothing', async () => {
  await taken(receivedOn.subtract({ days: 10 }))
  await taken()
  await taken(receivedOn.add({ days: 2 }))
  const waiting = await taken(Temporal.PlainDate.from('2026-02-27'))
  await inTransaction(own.runtime, (tx) =>
    askSubject(tx, own.runtime, { requestId: waiting.id, question: 'Om welke aankoop gaat het?', by: agent }),
  )
  own.clock.set('2026-03-01T08:00:00Z')
  await round()
  await mailed()
  await round('2026-03-02T08:00:00Z')
  const mails = await mailed()
  expect(mails.map(({ to, template }) => [to, template])).toEqual([['anna', 'staff_digest']])
  expect(mails[0]?.props).toMatchObject({
    overdue: 1,
    today: 1,
    week: 1,
    waiting: 1,
    approval: 0,
    unassigned: 0,
    more: 0,
  })
  expect(mails[0]?.about).toHaveLength(3)
})
