import postgres from 'postgres'

// any number will do that nobody else uses in the maintenance database
const KEEPER_LOCK = 7_305_114_382

/** Being the one that stops the server: a session lock that the server itself lets go of when its holder dies. */
export interface Keeper {
  release(): Promise<void>
}

/**
 * Tries to become the keeper of a running server. Undefined when another live process is; when its starter was killed,
 * the lock is free and the orphan is ours.
 */
export async function becomeKeeper(url: string): Promise<Keeper | undefined> {
  const sql = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => undefined,
    connection: { application_name: 'privacybalie keeper' },
  })
  const [row] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${KEEPER_LOCK}) as taken`
  if (row?.taken) return { release: () => sql.end({ timeout: 1 }) }
  await sql.end({ timeout: 1 })
  return undefined
}
