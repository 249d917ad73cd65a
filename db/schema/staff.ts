import { bigint, index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
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
    /** When the person last showed who they are in this session; approve, execute and unmask want a recent one. */
    authenticatedAt: instant().notNull(),
    /** To within five minutes; for the list of open sessions. */
    lastSeenAt: instant(),
    /** As its owner would say it, e.g. `Firefox, Windows`. */
    browser: text(),
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

/** The secret of an authenticator app, sealed; there only once its first code was given. */
export const staffTotp = pgTable('staff_totp', {
  staffId: uuid()
    .primaryKey()
    .references(() => staff.id),
  secretSealed: bytes().notNull(),
  createdAt: instant().notNull(),
  /** The step of 30 seconds whose code was taken last: no code works twice. */
  lastStep: bigint({ mode: 'number' }).notNull(),
})

/** Ten single-use codes for whoever lost their second factor; stored as keyed hashes. */
export const staffRecoveryCode = pgTable(
  'staff_recovery_code',
  {
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    codeHash: bytes().notNull(),
    createdAt: instant().notNull(),
    usedAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.staffId, table.codeHash] })],
)

/** A passkey: the public half of a key that never leaves its owner's device. */
export const staffPasskey = pgTable(
  'staff_passkey',
  {
    id: uuid().primaryKey().defaultRandom(),
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    name: text().notNull(),
    credentialId: text().notNull().unique(),
    publicKey: bytes().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    createdAt: instant().notNull(),
    lastUsedAt: instant(),
  },
  (table) => [index('staff_passkey_staff').on(table.staffId)],
)

/** What a passkey has to sign; each is good once. */
export const passkeyChallenge = pgTable('passkey_challenge', {
  challengeHash: bytes().primaryKey(),
  /** Sign-in, or the staff member who adds a passkey. */
  purpose: text().notNull(),
  expiresAt: instant().notNull(),
})

/** Who a staff member is at the organisation's own log-in (OpenID Connect). */
export const staffIdentity = pgTable(
  'staff_identity',
  {
    issuer: text().notNull(),
    subject: text().notNull(),
    staffId: uuid()
      .notNull()
      .references(() => staff.id),
    createdAt: instant().notNull(),
    lastUsedAt: instant(),
  },
  (table) => [primaryKey({ columns: [table.issuer, table.subject] }), index('staff_identity_staff').on(table.staffId)],
)

/**
 * A wish for another password. Written for unknown addresses, too (without an account), so that asking takes the same
 * time; its token, which the job makes that mails it, is stored hashed.
 */
export const passwordReset = pgTable('password_reset', {
  id: uuid().primaryKey().defaultRandom(),
  staffId: uuid().references(() => staff.id),
  tokenHash: bytes().unique(),
  createdAt: instant().notNull(),
  expiresAt: instant().notNull(),
  usedAt: instant(),
})
