import { sql } from 'drizzle-orm'
import type { Executor } from '~db/client'

/** `lagSeconds`: how long the oldest job that could have begun has waited; by the database's clock. */
export type JobFigures = { ready: number; running: number; givenUp: number; lagSeconds: number }

/** How the jobs stand. Zeroes as long as no worker has ever run on this database. */
export async function jobFigures(db: Executor): Promise<JobFigures> {
  const none = { ready: 0, running: 0, givenUp: 0, lagSeconds: 0 }
  const [there] = await db.execute<{ there: boolean }>(
    sql`select to_regclass('graphile_worker.jobs') is not null as there`,
  )
  if (!there?.there) return none
  const [figures] = await db.execute<JobFigures>(sql`
    select count(*) filter (where startable)::int as "ready", count(*) filter (where locked_at is not null)::int as "running",
      count(*) filter (where attempts >= max_attempts and locked_at is null)::int as "givenUp",
      coalesce(max(extract(epoch from now() - run_at)) filter (where startable), 0)::float8 as "lagSeconds"
    from (select *, run_at <= now() and locked_at is null and attempts < max_attempts as startable
      from graphile_worker.jobs) as job`)
  return figures ? { ...figures } : none
}
