import { sql } from 'drizzle-orm'
import type { Executor } from '~db/client'

/** Those of these keys for which a job waits or runs that has tries left. */
export async function waitingJobs(db: Executor, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db.execute<{ key: string }>(
    sql`select key from graphile_worker.jobs where (locked_at is not null or attempts < max_attempts)
      and key in (${sql.join(
        keys.map((key) => sql`${key}`),
        sql`, `,
      )})`,
  )
  return new Set(rows.map((row) => row.key))
}
