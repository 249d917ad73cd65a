import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid, varchar } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/** What the organisation decides: name, terms, thresholds, wording. Keys and types in platform/organisation. */
export const setting = pgTable('setting', {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: instant().notNull(),
  updatedByStaffId: uuid(),
})

/** Counters of rate-limiter-flexible's PostgreSQL store, so that limits hold over several processes. */
export const rateLimit = pgTable('rate_limit', {
  key: varchar({ length: 255 }).primaryKey(),
  points: bigint({ mode: 'number' }).notNull().default(0),
  expire: bigint({ mode: 'number' }),
})

/** Proof that this database and this master key belong together: a known value sealed under the key. */
export const keyCheck = pgTable('key_check', {
  id: text().primaryKey(),
  sealed: bytes().notNull(),
  createdAt: instant().notNull(),
})

/** An answer that was given to a write with an Idempotency-Key, so that the same call gets the same answer. */
export const idempotencyKey = pgTable(
  'idempotency_key',
  {
    /** The API token that wrote. */
    holder: uuid().notNull(),
    key: text().notNull(),
    /** HMAC over method, path and body. */
    requestHash: bytes().notNull(),
    /** Null while the first call is still being worked. */
    status: integer(),
    answer: jsonb().$type<unknown>(),
    at: instant().notNull(),
  },
  (table) => [primaryKey({ columns: [table.holder, table.key] }), index('idempotency_key_at').on(table.at)],
)
