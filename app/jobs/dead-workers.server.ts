import type postgres from 'postgres'

const lockName = (workerId: string) => `privacybalie.worker:${workerId}`

/** Takes the session lock that says "this worker lives"; the database lets go of it when the process dies. */
export async function holdLock(holder: postgres.ReservedSql, workerId: string): Promise<void> {
  await holder`select pg_advisory_lock(hashtextextended(${lockName(workerId)}, 0))`
}

/** Frees the jobs of workers that hold no lock any more. Gives the ids of those workers. */
export async function releaseDeadWorkers(sql: postgres.Sql): Promise<string[]> {
  return sql.begin(async (tx) => {
    const holders = await tx<{ lockedBy: string }[]>`
      select distinct locked_by as "lockedBy" from graphile_worker._private_jobs
      where locked_by is not null and locked_at < now() - interval '10 seconds'`
    const dead: string[] = []
    for (const { lockedBy } of holders) {
      const [row] = await tx<{ free: boolean }[]>`
        select pg_try_advisory_xact_lock(hashtextextended(${lockName(lockedBy)}, 0)) as free`
      if (row?.free) dead.push(lockedBy)
    }
    if (dead.length > 0) await tx`select graphile_worker.force_unlock_workers(${dead})`
    return dead
  })
}
