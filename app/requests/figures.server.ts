import { sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { request } from '~db/schema'
import type { Database } from '~db/client'

export type WeekFigures = {
  /** Monday of the week, ISO 8601. */
  week: string
  received: number
  byKind: Record<string, number>
  /** Of those received in this week: closed, and of these closed on or before the due date. */
  closed: number
  onTime: number
}

// Mail from a stranger that was never confirmed, spam and duplicates are no requests (design.md).
const counted = sql`${request.state} not in ('unverified', 'expired', 'duplicate', 'not_a_request')`

/** Requests received per week, and how many of them were answered in time. Weeks begin on Monday, in the organisation's zone. */
export async function weeklyFigures(
  db: Database,
  { since, zone }: { since: Temporal.PlainDate; zone: string },
): Promise<WeekFigures[]> {
  const week = sql<string>`to_char(date_trunc('week', ${request.receivedOn}::timestamp), 'YYYY-MM-DD')`
  const closed = sql`${request.closedAt} is not null`
  const rows = await db
    .select({
      week: week.as('week'),
      kind: request.kind,
      received: sql<string>`count(*)`,
      closed: sql<string>`count(*) filter (where ${closed})`,
      onTime: sql<string>`count(*) filter (where ${closed} and (${request.closedAt} at time zone ${zone})::date <= ${request.dueOn})`,
    })
    .from(request)
    .where(sql`${request.receivedOn} >= ${since.toString()} and ${counted}`)
    .groupBy(sql`1`, request.kind)
    .orderBy(sql`1`)
  const weeks = new Map<string, WeekFigures>()
  for (const row of rows) {
    const sums = weeks.get(row.week) ?? { week: row.week, received: 0, byKind: {}, closed: 0, onTime: 0 }
    sums.received += Number(row.received)
    sums.byKind[row.kind] = Number(row.received)
    sums.closed += Number(row.closed)
    sums.onTime += Number(row.onTime)
    weeks.set(row.week, sums)
  }
  return [...weeks.values()]
}
