import postgres from 'postgres'
import { begin } from '~db/begin'

const lockName = (poolId: string) => `privacybalie.worker:${poolId}`

/** A job that was taken a moment ago may belong to a worker that is still taking its lock. */
const TAKING_SECONDS = 2

const AGAIN_MS = 500

export interface LifeLock {
  /** Resolves when the lock is held for the first time. */
  readonly held: Promise<void>
  release(): Promise<void>
}

/**
 * Holds the session lock that says "these workers live" under the id by which graphile marks their jobs. The database lets
 * go of it when the process dies; when only the connection breaks, it is taken again at once.
 */
export function holdLifeLock(url: string, poolId: string): LifeLock {
  let released = false
  let announce: () => void = () => undefined
  const held = new Promise<void>((resolve) => (announce = resolve))
  const take = async () => {
    try {
      await session`select pg_advisory_lock(hashtextextended(${lockName(poolId)}, 0))`
      announce()
    } catch {
      // The database is away: `onclose` of the broken connection, or the next try, comes round.
      again()
    }
  }
  let waiting: NodeJS.Timeout | undefined
  const again = () => {
    if (released || waiting) return
    waiting = setTimeout(() => {
      waiting = undefined
      void take()
    }, AGAIN_MS)
    waiting.unref()
  }
  const session = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => undefined,
    onclose: again,
    connection: { application_name: 'privacybalie-worker' },
  })
  void take()
  return {
    held,
    release: async () => {
      released = true
      clearTimeout(waiting)
      await session.end({ timeout: 5 })
    },
  }
}

/**
 * Frees the jobs of workers that hold no lock any more, and gives their ids. `suspects`: only workers that had none at the
 * last look either, so that one whose connection just broke has time to take its lock again; absent: whoever has none now.
 */
export async function releaseDeadWorkers(
  sql: postgres.Sql,
  suspects?: ReadonlySet<string>,
): Promise<{ released: string[]; suspected: Set<string> }> {
  return begin(sql, '', async (tx) => {
    const holders = await tx<{ lockedBy: string }[]>`
      select distinct locked_by as "lockedBy" from graphile_worker._private_jobs
      where locked_by is not null and locked_at < now() - make_interval(secs => ${TAKING_SECONDS})`
    const without: string[] = []
    for (const { lockedBy } of holders) {
      const [row] = await tx<{ free: boolean }[]>`
        select pg_try_advisory_xact_lock(hashtextextended(${lockName(lockedBy)}, 0)) as free`
      if (row?.free) without.push(lockedBy)
    }
    const released = suspects ? without.filter((id) => suspects.has(id)) : without
    if (released.length > 0) await tx`select graphile_worker.force_unlock_workers(${released})`
    return { released, suspected: new Set(without.filter((id) => !released.includes(id))) }
  })
}
