import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Temporal } from 'temporal-polyfill'
import { request, submission } from '~db/schema'
import { inTransaction } from '~/platform/runtime.server'
import { ageLimits, agesOfOpen, comingDeadlines, weeklyFigures } from '~/requests/figures.server'
import { requestKinds } from '~/requests/kinds'
import { states } from '~/requests/lifecycle'
import type { RequestRow } from '~/requests/move.server'
import { recordQueueChange } from '~/requests/queue-change.server'
import { addChangesToBuckets } from '~/requests/queue-counts.server'
import { testRuntime } from '~tests/support/runtime'
import type { TestRuntime } from '~tests/support/runtime'

let own: TestRuntime
let rows: RequestRow[]
const zone = 'Europe/Amsterdam'
const today = Temporal.PlainDate.from('2026-03-04')
const since = Temporal.PlainDate.from('2025-12-15')
const noRequests: string[] = ['unverified', 'expired', 'duplicate', 'not_a_request']
const ended: string[] = ['completed', 'partially_completed', 'refused', 'withdrawn', ...noRequests.slice(1)]

/** Every state on every day of a long winter, answered late at night before, on and after the due date. */
beforeAll(async () => {
  own = await testRuntime('2026-03-04T09:00:00Z')
  const submissionId = crypto.randomUUID()
  await own.runtime.db
    .insert(submission)
    .values({ id: submissionId, channel: 'letter', language: 'nl', createdAt: own.clock.now() })
  const values = Array.from({ length: 600 }, (_, n): typeof request.$inferInsert => {
    const state = states[n % states.length] ?? 'received'
    const receivedOn = today.subtract({ days: (n * 7) % 130 })
    const dueOn = receivedOn.add({ days: 28 + (n % 5) })
    const closedOn = dueOn.add({ days: (n % 3) - 1 })
    return {
      reference: `AVG-2026-T${String(n).padStart(5, '0')}`,
      submissionId,
      kind: requestKinds[n % requestKinds.length] ?? 'access',
      state,
      channel: 'letter',
      language: 'nl',
      receivedAt: receivedOn.toZonedDateTime(zone).toInstant(),
      receivedOn,
      dueOn,
      strictDueOn: dueOn,
      extendedDueOn: dueOn,
      internalTargetOn: dueOn,
      // Half an hour before the day ends in Amsterdam.
      closedAt: ended.includes(state)
        ? closedOn.toZonedDateTime({ timeZone: zone, plainTime: '23:30' }).toInstant()
        : null,
    }
  })
  rows = await own.runtime.db.insert(request).values(values).returning()
  await inTransaction(own.runtime, async (tx) => {
    for (const row of rows.slice(0, 300)) await recordQueueChange(tx, null, row)
    await addChangesToBuckets(tx)
    for (const row of rows.slice(300)) await recordQueueChange(tx, null, row)
  })
})
afterAll(() => own.close())

const within = (day: Temporal.PlainDate, from: Temporal.PlainDate, days: number) =>
  from.until(day).days >= 0 && from.until(day).days < days

test('each week counts what came in by right, and what was answered on the day at the latest, without what was no request', async () => {
  const figures = await weeklyFigures(own.runtime.db, { since, today, zone })
  expect(figures.map(({ week }) => week.toString()).at(-1)).toBe('2026-03-02')
  expect(figures).toHaveLength(12)
  for (const { week, byKind, due, onTime } of figures) {
    const real = rows.filter((row) => within(row.receivedOn, week, 7) && !noRequests.includes(row.state))
    for (const kind of requestKinds) expect(byKind[kind] ?? 0).toBe(real.filter((row) => row.kind === kind).length)
    const answered = real.filter((row) => row.closedAt && row.state !== 'withdrawn')
    const missed = real.filter((row) => !row.closedAt && Temporal.PlainDate.compare(row.dueOn, today) < 0)
    expect(due).toBe(answered.length + missed.length)
    const dayOfAnswer = (row: RequestRow) => row.closedAt?.toZonedDateTimeISO(zone).toPlainDate() ?? today
    expect(onTime).toBe(answered.filter((row) => Temporal.PlainDate.compare(dayOfAnswer(row), row.dueOn) <= 0).length)
  }
  expect(figures.reduce((sum, week) => sum + week.onTime, 0)).toBeGreaterThan(0)
})

test('open cases are counted by age, each once', async () => {
  const open = rows.filter((row) => !row.closedAt && row.state !== 'unverified')
  const age = (row: RequestRow) => row.receivedOn.until(today).days
  const expected = [...ageLimits, Infinity].map(
    (last, place) => open.filter((row) => age(row) <= last && age(row) > (ageLimits[place - 1] ?? -1)).length,
  )
  expect(await agesOfOpen(own.runtime.db, today)).toEqual(expected)
  expect(expected.every((count) => count > 0)).toBe(true)
})

test('the deadlines of the next fortnight and what is overdue are those of the rows', async () => {
  const open = rows.filter((row) => !row.closedAt && row.state !== 'unverified')
  const { overdue, days } = await comingDeadlines(own.runtime.db, today)
  expect(overdue).toBe(open.filter((row) => Temporal.PlainDate.compare(row.dueOn, today) < 0).length)
  expect(days.map(({ cases }) => cases)).toEqual(
    Array.from({ length: 14 }, (_, n) => open.filter((row) => row.dueOn.equals(today.add({ days: n }))).length),
  )
  expect(days.some(({ cases }) => cases > 0)).toBe(true)
})

test('the figures are read from indexes alone', async () => {
  await own.runtime.db.execute(sql`analyze request`)
  const plans: string[] = []
  await inTransaction(own.runtime, async (tx) => {
    await tx.execute(sql`set local enable_seqscan = off`)
    const explained = {
      execute: async (query: ReturnType<typeof sql>) => {
        plans.push(JSON.stringify(await tx.execute(sql`explain (format json) ${query}`)))
        return []
      },
    }
    await weeklyFigures(explained as never, { since, today, zone })
    await agesOfOpen(explained as never, today)
  })
  expect(plans.map((plan) => /"Index Name":"(\w+)"/.exec(plan)?.[1])).toEqual([
    'request_received',
    'request_open_received',
  ])
  for (const plan of plans) expect(plan).not.toContain('Seq Scan')
})
