import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'

/** A staff account. `role`: agent, approver, admin, auditor. No password yet: invited. */
export const staff = pgTable('staff', {
  id: uuid().primaryKey().defaultRandom(),
  email: text().notNull().unique(),
  name: text().notNull(),
  role: text().notNull(),
  language: text().notNull().default('nl'),
  passwordHash: text(),
  createdAt: instant().notNull(),
  disabledAt: instant(),
})

/** Sessions as lucia's drizzle adapter wants them (its `expiresAt` is a Date); id is what the cookie carries. */
export const staffSession = pgTable(
  'staff_session',
  {
    id: text().primaryKey(),
    userId: uuid()
      .notNull()
      .references(() => staff.id),
    expiresAt: timestamp({ withTimezone: true, mode: 'date' }).notNull(),
    createdAt: instant().notNull(),
    /** When the password was last given in this session; approve, execute and unmask want a recent one. */
    authenticatedAt: instant().notNull(),
  },
  (table) => [index('staff_session_user').on(table.userId)],
)

/** A single-use link to set the first password; its token is stored hashed. */
export const invitation = pgTable('invitation', {
  id: uuid().primaryKey().defaultRandom(),
  staffId: uuid()
    .notNull()
    .references(() => staff.id),
  tokenHash: bytes().notNull().unique(),
  invitedByStaffId: uuid(),
  createdAt: instant().notNull(),
  expiresAt: instant().notNull(),
  usedAt: instant(),
})

/** A token for machines, bound to a staff member; shown once, stored hashed. */
export const apiToken = pgTable('api_token', {
  id: uuid().primaryKey().defaultRandom(),
  staffId: uuid()
    .notNull()
    .references(() => staff.id),
  name: text().notNull(),
  tokenHash: bytes().notNull().unique(),
  scopes: text().array().notNull(),
  createdAt: instant().notNull(),
  expiresAt: instant(),
  lastUsedAt: instant(),
  revokedAt: instant(),
})

/** Somebody is away from `fromOn` up to and including `untilOn` (organisation's zone); the deputy gets their mails as well. */
export const absence = pgTable(
  'absence',
  {
    id: uuid().primaryKey().defaultRandom(),
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    fromOn: plainDate().notNull(),
    untilOn: plainDate().notNull(),
    deputyId: uuid().references(() => staff.id),
    at: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [index('absence_staff').on(table.staffId, table.untilOn)],
)
