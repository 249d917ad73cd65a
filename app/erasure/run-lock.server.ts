import { sql } from 'drizzle-orm'
import { inTransaction, type Runtime } from '~/platform/runtime.server'

/**
 * Does something with a run while nobody else can; answers false when somebody is at it. The lock goes with its connection,
 * so a killed worker leaves none behind.
 */
export const withRunLock = (runtime: Pick<Runtime, 'db'>, runId: string, work: () => Promise<void>): Promise<boolean> =>
  withLock(runtime, `erasure.run:${runId}`, work)

/** The same for anything that has a name of its own. */
export function withLock(runtime: Pick<Runtime, 'db'>, name: string, work: () => Promise<void>): Promise<boolean> {
  return inTransaction(runtime, async (tx) => {
    const [row] = await tx.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as taken`,
    )
    if (!row?.taken) return false
    await work()
    return true
  })
}
