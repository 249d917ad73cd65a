import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { sql } from 'drizzle-orm'
import type { Database } from '~db/client'

export type Limit = {
  /** What is counted, as a word: `sign-in`, `submission`. */
  name: string
  points: number
  seconds: number
}

export type LimitVerdict = { ok: true } | { ok: false; reason: 'too_many'; retryAfterSeconds: number }

/** Counters over all processes that share the database (table rate_limit). Keys are ids or keyed hashes, never plain addresses of people. */
export type RateLimiter = {
  /** Takes one point; refuses when none is left. */
  take(key: string): Promise<LimitVerdict>
  /** Whether a point is left, without taking it. */
  look(key: string): Promise<LimitVerdict>
  /** Gives all points back. */
  forget(key: string): Promise<void>
}

const made = new WeakMap<Database, Map<string, RateLimiter>>()

/** A limit of `points` tries in a window of `seconds` that begins with the first of them. */
export function rateLimiter(db: Database, limit: Limit): RateLimiter {
  // One per database and limit: each of the store's objects sweeps expired rows by a timer of its own, for good.
  const known = made.get(db) ?? new Map<string, RateLimiter>()
  made.set(db, known)
  const name = `${limit.name} ${limit.points} ${limit.seconds}`
  const limiter = known.get(name) ?? makeLimiter(db, limit)
  known.set(name, limiter)
  return limiter
}

function makeLimiter(db: Database, limit: Limit): RateLimiter {
  const limiter = new RateLimiterPostgres({
    storeClient: { query: ({ text, values }: StoreQuery) => query(db, text, values) },
    storeType: 'client',
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: true,
    keyPrefix: limit.name,
    points: limit.points,
    duration: limit.seconds,
  })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return { ok: true }
      } catch (refused) {
        if (refused instanceof RateLimiterRes) return tooMany(refused)
        throw refused
      }
    },
    async look(key) {
      const state = await limiter.get(key)
      return state !== null && state.consumedPoints >= limit.points ? tooMany(state) : { ok: true }
    },
    async forget(key) {
      await limiter.delete(key)
    },
  }
}

type StoreQuery = { text: string; values: (string | number | null)[] }

// The store speaks to node-postgres; its numbered places are filled by drizzle, its bigints come back as text.
async function query(db: Database, text: string, values: StoreQuery['values']) {
  const parts = text.split(/\$(\d+)/)
  const statement = sql.join(
    parts.map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql`${values[Number(part) - 1] ?? null}`)),
    sql.raw(''),
  )
  const rows = await db.execute<{ points?: string; expire?: string | null }>(statement)
  return {
    rowCount: rows.count,
    rows: rows.map((row) => ({ points: Number(row.points), expire: row.expire === null ? null : Number(row.expire) })),
  }
}

function tooMany(state: RateLimiterRes): LimitVerdict {
  return { ok: false, reason: 'too_many', retryAfterSeconds: Math.max(1, Math.ceil(state.msBeforeNext / 1000)) }
}
