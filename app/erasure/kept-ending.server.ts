import { sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { deferredErasure } from '~db/schema'
import type { Executor } from '~db/client'

/** How many rows that erasures kept go in which month (its first day), from a month on for a year. */
export async function keptEndingByMonth(db: Executor, from: Temporal.PlainDate): Promise<Map<string, number>> {
  const rows = await db.execute<{ month: string; rows: number }>(sql`
    select to_char(due_on, 'YYYY-MM-01') as month, sum(rows)::int as rows from ${deferredErasure}
    where due_on >= ${from.toString()}::date and due_on < ${from.add({ years: 1 }).toString()}::date and done_at is null
    group by 1`)
  return new Map(rows.map((row) => [row.month, row.rows]))
}
