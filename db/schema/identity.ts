import { index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
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
    /** Keyed hash of the link in the same mail; used or void together with the code. */
    linkHash: bytes(),
    /** Keyed hash of the client network and the address that asked: whom "that was not me" blocks. */
    sender: bytes(),
    attempts: integer().notNull().default(0),
    sentAt: instant().notNull(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    replacedAt: instant(),
  },
  (table) => [
    index('one_time_code_binding').on(table.bindingId, table.sentAt),
    index('one_time_code_email').on(table.emailIndex, table.sentAt),
    uniqueIndex('one_time_code_link').on(table.linkHash),
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

/** After "that was not me" nothing is mailed for this pair of client network and address until the day is over. */
export const senderBlock = pgTable(
  'sender_block',
  {
    id: uuid().primaryKey().defaultRandom(),
    sender: bytes().notNull(),
    at: instant().notNull(),
    until: instant().notNull(),
  },
  (table) => [index('sender_block_sender').on(table.sender, table.until)],
)

/**
 * A customer whom the company's own log-in handed over with a signed token. The row is what makes the token single-use:
 * `tokenHash` is a keyed hash of issuer and `jti`. What the token said lies sealed, and counts once it is confirmed.
 */
export const handOff = pgTable(
  'hand_off',
  {
    id: uuid().primaryKey().defaultRandom(),
    tokenHash: bytes().notNull().unique(),
    issuer: text().notNull(),
    claimsSealed: bytes(),
    at: instant().notNull(),
    expiresAt: instant().notNull(),
    confirmedAt: instant(),
  },
  (table) => [index('hand_off_expires').on(table.expiresAt)],
)

/** A code that staff sent to a contact detail on file. `channel`: letter, email. The code itself is a one-time code bound to it. */
export const contactCode = pgTable(
  'contact_code',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid().notNull(),
    channel: text().notNull(),
    /** Kinds of identifiers that its entering proves. */
    proves: text().array().notNull(),
    byStaffId: uuid(),
    at: instant().notNull(),
    usedAt: instant(),
  },
  (table) => [index('contact_code_request').on(table.requestId, table.at)],
)

/** One try to choose, by typed facts, between persons who share an address; counted for each of them (keyed hash of the row). */
export const factTry = pgTable(
  'fact_try',
  {
    id: uuid().primaryKey().defaultRandom(),
    person: bytes().notNull(),
    requestId: uuid().notNull(),
    at: instant().notNull(),
  },
  (table) => [index('fact_try_person').on(table.person, table.at)],
)

/** A notice of a request to an address on file; its link (keyed hash) says "that was not me". */
export const identityNotice = pgTable(
  'identity_notice',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid().notNull(),
    /** Blind index of the address: one notice per request and address. */
    emailIndex: bytes().notNull(),
    linkHash: bytes().notNull().unique(),
    at: instant().notNull(),
    disownedAt: instant(),
  },
  (table) => [uniqueIndex('identity_notice_once').on(table.requestId, table.emailIndex)],
)

/** What staff saw of a representative's authority. `outcome`: accepted, rejected. The document itself is destroyed on decision. */
export const authorityCheck = pgTable(
  'authority_check',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid().notNull(),
    kind: text().notNull(),
    /** Two hold it together (both parents): the address of the other one is left out of what is given. */
    joint: integer().notNull().default(0),
    outcome: text().notNull(),
    at: instant().notNull(),
    byStaffId: uuid().notNull(),
    documentDestroyedAt: instant(),
  },
  (table) => [index('authority_check_request').on(table.requestId, table.at)],
)

/** What somebody typed when their session had just ended, sealed, for the browser that carries its token. */
export const typedDraft = pgTable(
  'typed_draft',
  {
    tokenHash: bytes().primaryKey(),
    sealed: bytes().notNull(),
    at: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (table) => [index('typed_draft_expires').on(table.expiresAt)],
)
