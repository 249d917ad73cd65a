import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'

/** What somebody sent in at once: one verification, one request per right (design.md "A request's life"). */
export const submission = pgTable('submission', {
  id: uuid().primaryKey().defaultRandom(),
  channel: text().notNull(),
  language: text().notNull(),
  createdAt: instant().notNull(),
  /** Blind index of the sender's address, so that a code, a block and a limit find it without the plain text. */
  emailIndex: bytes(),
  /** When the sender of an unconfirmed one was reminded to confirm it. */
  remindedAt: instant(),
})

/**
 * One right asked by one person. Columns that end in `Sealed` hold AES-256-GCM ciphertexts under the request's own data
 * key. `state`, `assigneeId`, `dueOn` and its sisters are the sum of the dated records and are written with them.
 */
export const request = pgTable(
  'request',
  {
    id: uuid().primaryKey().defaultRandom(),
    reference: text().notNull().unique(),
    submissionId: uuid()
      .notNull()
      .references(() => submission.id),
    kind: text().notNull(),
    state: text().notNull(),
    channel: text().notNull(),
    language: text().notNull(),
    filedBy: text().notNull().default('self'),
    objectionTo: text(),
    /** The instant at which the request reached the organisation, never the moment of verification. */
    receivedAt: instant().notNull(),
    receivedOn: plainDate().notNull(),
    dueOn: plainDate().notNull(),
    strictDueOn: plainDate().notNull(),
    extendedDueOn: plainDate().notNull(),
    internalTargetOn: plainDate().notNull(),
    extendedTo: plainDate(),
    pausedDays: integer().notNull().default(0),
    /** The due date that passed without an answer. It stays when a change of calendar or settings moves `dueOn` later. */
    missedOn: plainDate(),
    assigneeId: uuid(),
    verifiedAt: instant(),
    firstAnswerAt: instant(),
    decidedAt: instant(),
    executedAt: instant(),
    closedAt: instant(),
    /** Until when a copy that was offered on it waits to be collected; null: collected, or none was offered. */
    offeredUntil: instant(),
    purgedAt: instant(),
    /** Since when the connected systems are told of it (`on_request` of their maps); null: they are not. */
    markedAt: instant(),
    /** Counts the moves; a form that carries an older number meets a conflict instead of overwriting. */
    version: integer().notNull().default(1),
    nameSealed: bytes(),
    emailSealed: bytes(),
    phoneSealed: bytes(),
    customerNumberSealed: bytes(),
    detailsSealed: bytes(),
    reasonSealed: bytes(),
    subjectNameSealed: bytes(),
    postalAddressSealed: bytes(),
  },
  (table) => [
    index('request_queue').on(table.dueOn, table.id),
    index('request_queue_state').on(table.state, table.dueOn, table.id),
    index('request_queue_assignee')
      .on(table.assigneeId, table.dueOn, table.id)
      .where(sql`closed_at is null and state <> 'unverified'`),
    index('request_queue_kind')
      .on(table.kind, table.dueOn, table.id)
      .where(sql`closed_at is null and state <> 'unverified'`),
    index('request_queue_closed')
      .on(table.dueOn, table.id)
      .where(sql`closed_at is not null`),
    index('request_queue_closed_assignee')
      .on(table.assigneeId, table.dueOn, table.id)
      .where(sql`closed_at is not null`),
    index('request_queue_open')
      .on(table.dueOn, table.id)
      .where(sql`closed_at is null and state <> 'unverified'`),
    index('request_received').on(
      table.receivedOn,
      table.kind,
      table.state,
      table.closedAt,
      table.dueOn,
      table.missedOn,
    ),
    index('request_open_received')
      .on(table.receivedOn)
      .where(sql`closed_at is null and state <> 'unverified'`),
    index('request_submission').on(table.submissionId),
  ],
)

/** The data key of one request, wrapped by the master key; destroying it makes the sealed columns unreadable. */
export const dataKey = pgTable('data_key', {
  requestId: uuid()
    .primaryKey()
    .references(() => request.id),
  wrapped: bytes(),
  createdAt: instant().notNull(),
  destroyedAt: instant(),
})

/** Blind index (HMAC of the normalised value) by which a request is found: `kind` is email or customer_number. */
export const requestIndex = pgTable(
  'request_index',
  {
    requestId: uuid()
      .notNull()
      .references(() => request.id),
    kind: text().notNull(),
    hash: bytes().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.requestId, table.kind] }),
    index('request_index_hash').on(table.kind, table.hash),
  ],
)

const record = {
  id: uuid().primaryKey().defaultRandom(),
  requestId: uuid()
    .notNull()
    .references(() => request.id),
  at: instant().notNull(),
  /** The staff member who did it; null when the data subject or the program did. */
  byStaffId: uuid(),
}

/** Who works the case from `at` on; null assignee: handed back to the group. */
export const assignment = pgTable('assignment', { ...record, assigneeId: uuid() }, (t) => [
  index('assignment_request').on(t.requestId),
])

/** The clock stands still on [fromOn, untilOn); an open one has no `untilOn`. `cause`: identity or clarification. */
export const pause = pgTable(
  'pause',
  {
    ...record,
    cause: text().notNull(),
    /** A clarification stops the clock only where access to a large quantity of data is asked (recital 63). */
    largeQuantity: boolean().notNull().default(false),
    fromOn: plainDate().notNull(),
    untilOn: plainDate(),
    endedAt: instant(),
    /** Null while it is open, and when the data subject's own answer ended it. */
    endedByStaffId: uuid(),
  },
  (t) => [index('pause_request').on(t.requestId)],
)

/** More time, up to the latest date; counts only when the subject was told in time. */
export const extension = pgTable(
  'extension',
  {
    ...record,
    dueOn: plainDate().notNull(),
    /** Days on which the clock had stood still when the date was told: later ones move it along. */
    pausedDaysThen: integer().notNull().default(0),
    ground: text().notNull(),
    reasonsSealed: bytes(),
    /** The mail that tells it, by its idempotency key; null: a letter has to. */
    mailKey: text(),
    toldAt: instant(),
    /** Why it does not count: the mail failed or bounced, or the subject was told too late. */
    failure: text(),
  },
  (t) => [
    // One that counts or may still; one that failed may be followed by another.
    uniqueIndex('extension_request')
      .on(t.requestId)
      .where(sql`failure is null`),
    index('extension_all').on(t.requestId),
  ],
)

/** A refusal: the ground from the closed list of that right, what that ground wants to hear, and the reasons in own words (sealed). */
export const refusal = pgTable(
  'refusal',
  { ...record, ground: text().notNull(), basisSealed: bytes(), reasonsSealed: bytes() },
  (t) => [index('refusal_request').on(t.requestId)],
)

/** The data subject (byStaffId null) or staff on their word stopped the request. */
export const withdrawal = pgTable('withdrawal', { ...record }, (t) => [index('withdrawal_request').on(t.requestId)])

/** A correction of the receipt date, the kind or the address: old and new value sealed where they are personal. */
export const correction = pgTable(
  'correction',
  { ...record, field: text().notNull(), oldSealed: bytes(), newSealed: bytes(), reasonSealed: bytes() },
  (t) => [index('correction_request').on(t.requestId)],
)

/** A message between the desk and the data subject, a note of a call, or the privacy officer's advice (`direction`: in, out, note, advice). */
export const message = pgTable(
  'message',
  { ...record, direction: text().notNull(), bodySealed: bytes(), asksQuestion: integer().notNull().default(0) },
  (t) => [index('message_request').on(t.requestId)],
)

/** How a case ended and, for an answer that is less than asked, with which outcome. */
export const decision = pgTable('decision', { ...record, outcome: text().notNull(), reasonSealed: bytes() }, (t) => [
  index('decision_request').on(t.requestId),
])

/**
 * What the watch over the due dates has told, once each: `audience` (assignee, group, admins, unassigned, new_case), how
 * many days before, and the day that it is about, so that another due date is told anew. Not told yet: waits for its round.
 */
export const watchNotice = pgTable(
  'watch_notice',
  {
    requestId: uuid()
      .notNull()
      .references(() => request.id),
    audience: text().notNull(),
    days: integer().notNull(),
    onDay: plainDate().notNull(),
    at: instant().notNull(),
    toldAt: instant(),
  },
  (table) => [
    primaryKey({ columns: [table.requestId, table.audience, table.days, table.onDay] }),
    index('watch_notice_waiting')
      .on(table.at)
      .where(sql`told_at is null`),
  ],
)

/** The daily digest of one staff member: at most one a day, and no row on a day with nothing to say. */
export const watchDigest = pgTable(
  'watch_digest',
  { staffId: uuid().notNull(), day: plainDate().notNull(), at: instant().notNull() },
  (table) => [primaryKey({ columns: [table.staffId, table.day] })],
)

/**
 * How far the person of a request is known, as found at `at`; the newest one counts, nothing is overwritten. `finding`:
 * open (more is needed, `why` says what), met, contested (somebody on file said it was not them), upheld (staff looked
 * into that). `channels`: the ways in which it was proven. `releaseFrom`: not before this, a contact detail is new.
 */
export const identification = pgTable(
  'identification',
  {
    ...record,
    finding: text().notNull(),
    why: text(),
    channels: text().array().notNull(),
    wantsSecondChannel: integer().notNull().default(0),
    releaseFrom: instant(),
    /** What was typed and chose between persons who share an address: birth date, postcode, customer number. */
    factsSealed: bytes(),
  },
  (t) => [index('identification_request').on(t.requestId, t.at)],
)

/** A person decided that this request and another are one; this one keeps its reference and dates. */
export const merge = pgTable(
  'merge',
  {
    ...record,
    intoRequestId: uuid()
      .notNull()
      .references(() => request.id),
  },
  (t) => [index('merge_request').on(t.requestId), index('merge_into').on(t.intoRequestId)],
)

/** A closed case was opened again, and why. */
export const reopening = pgTable('reopening', { ...record, reasonSealed: bytes() }, (t) => [
  index('reopening_request').on(t.requestId),
])

/**
 * A question to somebody in the organisation who has no account: a link to this one case, opened with a code to the same
 * address. Token and code are stored as keyed hashes.
 */
export const colleagueQuestion = pgTable(
  'colleague_question',
  {
    ...record,
    toSealed: bytes(),
    language: text().notNull(),
    questionSealed: bytes(),
    answerBy: plainDate().notNull(),
    /** Whether whoever opens the link sees whose case it is. */
    showsPerson: boolean().notNull().default(false),
    tokenHash: bytes().notNull().unique(),
    codeHash: bytes(),
    codeSentAt: instant(),
    codeExpiresAt: instant(),
    codeAttempts: integer().notNull().default(0),
    /** Shortly before the day of the answer; `lateAt`: once more after it, when staff were told, too. */
    remindedAt: instant(),
    lateAt: instant(),
    answeredAt: instant(),
    answerSealed: bytes(),
    /** Staff took the question back. */
    closedAt: instant(),
  },
  (t) => [
    index('colleague_question_request').on(t.requestId),
    index('colleague_question_open')
      .on(t.answerBy)
      .where(sql`answered_at is null and closed_at is null`),
  ],
)

/**
 * A letter that was scanned, or what a colleague sent along; content and name sealed. `source`: letter, authority (a
 * document that shows a representative's authority), colleague, redacted (takes the place of one that held a BSN), proof.
 */
export const attachment = pgTable(
  'attachment',
  {
    ...record,
    source: text().notNull().default('letter'),
    nameSealed: bytes(),
    mediaType: text().notNull(),
    /** Bytes of the content before it was sealed. */
    size: integer().notNull(),
    contentSealed: bytes(),
    /** Staff saw a citizen service number on it: to be blacked out or destroyed (UAVG art. 46). */
    bsnMarkedAt: instant(),
    bsnMarkedByStaffId: uuid(),
    destroyedAt: instant(),
    destroyedByStaffId: uuid(),
  },
  (t) => [index('attachment_request').on(t.requestId)],
)

/** A text that staff can put into an answer. `standard`: the one of ours that it takes the place of; empty text hides it. */
export const snippet = pgTable(
  'snippet',
  {
    id: uuid().primaryKey().defaultRandom(),
    /** A kind of request; null: for every kind. */
    kind: text(),
    language: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    standard: text(),
    updatedAt: instant().notNull(),
    updatedByStaffId: uuid(),
  },
  (t) => [uniqueIndex('snippet_standard').on(t.standard, t.language)],
)
