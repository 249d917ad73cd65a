import { bigint, jsonb, pgTable, text, uuid, varchar } from 'drizzle-orm/pg-core'
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
