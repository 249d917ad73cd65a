import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/** A six-digit code by mail, stored as keyed hash. `purpose`: submission, sign_in or download. */
export const oneTimeCode = pgTable(
  'one_time_code',
  {
    id: uuid().primaryKey().defaultRandom(),
    purpose: text().notNull(),
    /** What the code is for: the submission, or one attempt to sign in. The browser's cookie names the same. */
    bindingId: uuid().notNull(),
    emailIndex: bytes().notNull(),
    codeHash: bytes().notNull(),
    attempts: integer().notNull().default(0),
    sentAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    replacedAt: instant(),
  },
  (table) => [
    index('one_time_code_binding').on(table.bindingId, table.sentAt),
    index('one_time_code_email').on(table.emailIndex, table.sentAt),
  ],
)

/** What is proven of whom, how and when: a dated record, never a flag. `proves`: kinds of identifiers. */
export const identityProof = pgTable(
  'identity_proof',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid().notNull(),
    method: text().notNull(),
    proves: text().array().notNull(),
    noteSealed: bytes(),
    byStaffId: uuid(),
    at: instant().notNull(),
  },
  (table) => [index('identity_proof_request').on(table.requestId)],
)

/** A data subject who proved an address: sees the requests of that address only. The cookie's value is stored hashed. */
export const subjectSession = pgTable(
  'subject_session',
  {
    idHash: bytes().primaryKey(),
    emailIndex: bytes().notNull(),
    /** When a code was last entered in this session; downloads want a fresh one. */
    provenAt: instant().notNull(),
    createdAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    endedAt: instant(),
  },
  (table) => [index('subject_session_email').on(table.emailIndex)],
)
