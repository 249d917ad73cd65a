import { sql } from 'drizzle-orm'
import type { Executor } from '~db/client'

/**
 * Those of these keys for which a job runs, or waits that has tries left and begins within six minutes: graphile waits for
 * hours after a job was broken off often enough, and it counts the workers that were killed under it.
 */
export async function jobsAtHand(db: Executor, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db.execute<{ key: string }>(
    sql`select key from graphile_worker.jobs where (locked_at is not null or (attempts < max_attempts and run_at < now() + interval '6 minutes'))
      and key in (${sql.join(
        keys.map((key) => sql`${key}`),
        sql`, `,
      )})`,
  )
  return new Set(rows.map((row) => row.key))
}
