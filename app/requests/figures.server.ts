import { sql } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { queueBucket, request } from '~db/schema'
import type { Executor } from '~db/client'
import type { RequestKind } from './kinds'
import { waitingChanges } from './queue-counts.server'

export type WeekFigures = {
  /** Monday of the week. */
  week: Temporal.PlainDate
  byKind: Partial<Record<RequestKind, number>>
  /** Of those received in this week: those that had to be answered by now, and those answered on or before the due date. */
  due: number
  onTime: number
}

// Mail from a stranger that was never confirmed, spam and duplicates are no requests (design.md).
const counted = sql`request.state not in ('unverified', 'expired', 'duplicate', 'not_a_request')`

/**
 * Requests received per week and right, and how many of them were answered in time (law.md "On time"): an answer counts on
 * the day on which it was accepted, a request that is still open from the day after its due date; one that was withdrawn
 * wants no answer. Weeks begin on Monday, in the organisation's zone; each of them is there. Reads one index from `since` on.
 */
export async function weeklyFigures(
  db: Executor,
  order: { since: Temporal.PlainDate; today: Temporal.PlainDate; zone: string },
): Promise<WeekFigures[]> {
  const { since, today, zone } = order
  const answered = sql`request.closed_at is not null and request.state <> 'withdrawn'`
  const rows = await db.execute<{ week: string; kind: RequestKind; received: number; due: number; onTime: number }>(sql`
    select to_char(date_trunc('week', request.received_on::timestamp), 'YYYY-MM-DD') as week, request.kind,
      count(*)::int as received,
      count(*) filter (where ${answered} or (request.closed_at is null and request.due_on < ${today.toString()}::date))::int as due,
      count(*) filter (where ${answered} and (request.closed_at at time zone ${zone}::text)::date <= request.due_on
        and request.missed_on is null)::int as "onTime"
    from ${request} as request where request.received_on >= ${since.toString()}::date and ${counted} group by 1, 2`)
  const weeks: WeekFigures[] = []
  for (let week = since; Temporal.PlainDate.compare(week, today) <= 0; week = week.add({ days: 7 })) {
    const own = rows.filter((row) => row.week === week.toString())
    weeks.push({
      week,
      byKind: Object.fromEntries(own.map((row) => [row.kind, row.received])),
      due: own.reduce((sum, row) => sum + row.due, 0),
      onTime: own.reduce((sum, row) => sum + row.onTime, 0),
    })
  }
  return weeks
}

/** The last day of each span of ages but the last, in days since receipt. */
export const ageLimits = [7, 14, 21, 31, 62, 92] as const

/** How many open cases came in how long ago: by the spans of `ageLimits`, and one beyond them. */
export async function agesOfOpen(db: Executor, today: Temporal.PlainDate): Promise<number[]> {
  const rows = await db.execute<{ span: number; cases: number }>(sql`
    select width_bucket(${today.toString()}::date - request.received_on, ${sql.raw(`array[${ageLimits.map((last) => last + 1).join(', ')}]`)}) as span,
      count(*)::int as cases
    from ${request} as request where request.closed_at is null and request.state <> 'unverified' group by 1`)
  return [...ageLimits, null].map((_, span) => rows.find((row) => row.span === span)?.cases ?? 0)
}

/** How many open cases are due on each day from today on for a fortnight, and how many are overdue; out of the queue's buckets. */
export async function comingDeadlines(
  db: Executor,
  today: Temporal.PlainDate,
): Promise<{ overdue: number; days: { on: Temporal.PlainDate; cases: number }[] }> {
  const last = today.add({ days: 13 }).toString()
  const rows = await db.execute<{ on: string | null; cases: number }>(sql`
    select case when value >= ${today.toString()}::text then value end as "on", sum(count)::int as cases
    from (select facet, value, count from ${queueBucket} union all ${waitingChanges}) as counted
    where facet = 'due' and value <= ${last}::text group by 1`)
  const cases = (on: string | null) => rows.find((row) => row.on === on)?.cases ?? 0
  const days = Array.from({ length: 14 }, (_, n) => today.add({ days: n }))
  return { overdue: cases(null), days: days.map((on) => ({ on, cases: cases(on.toString()) })) }
}
