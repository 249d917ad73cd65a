import { sql } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'

export type JobOptions = {
  runAt?: Temporal.Instant
  /** So many seconds from now, by the database's own clock (back-off, looking again); `runAt` is for dates. */
  inSeconds?: number
  /** One waiting job per key. */ jobKey?: string
  maxAttempts?: number
}

/**
 * The one function that enqueues a job: inside the transaction that caused it, so that the job exists exactly when its
 * cause does. The payload carries ids only. `::text::json` because postgres.js and drizzle disagree about JSON.
 */
export async function enqueueJob(
  tx: Transaction,
  name: string,
  payload: Record<string, string | number | boolean | null>,
  options: JobOptions = {},
): Promise<void> {
  const { inSeconds = null } = options
  await tx.execute(sql`select graphile_worker.add_job(
    ${name}, ${JSON.stringify(payload)}::text::json,
    run_at => coalesce(${options.runAt?.toString() ?? null}::timestamptz, now() + make_interval(secs => ${inSeconds}::float8)),
    max_attempts => ${options.maxAttempts ?? 25}::int,
    job_key => ${options.jobKey ?? null}::text)`)
}
