import { index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant } from '../columns'

/**
 * What somebody else has to do for a case: a colleague in a system that goes by hand, a service behind a webhook, or whoever
 * passes word to a recipient (GDPR art. 19). `state`: open, sent, accepted, done, nothing_found, refused, skipped, no_answer.
 */
export const outsideTask = pgTable(
  'outside_task',
  {
    id: uuid().primaryKey().defaultRandom(),
    requestId: uuid().notNull(),
    /** Absent for a look that belongs to no run. */
    runId: uuid(),
    /** manual, listed, copy, file, webhook or recipient. */
    kind: text().notNull(),
    /** erasure, consent_withdrawal, objection, restriction, look. */
    cause: text().notNull(),
    /** The system, or the recipient's name. */
    systemKey: text().notNull(),
    /** What a recipient is called, in which country and as what: as the data map said at that time. */
    about: jsonb().$type<Record<string, string>>().notNull().default({}),
    /** What of it is personal, under the request's data key: where a file lies. */
    detailSealed: bytes(),
    state: text().notNull().default('open'),
    at: instant().notNull(),
    remindedAt: instant(),
    reminders: integer().notNull().default(0),
    closedAt: instant(),
    closedByStaffId: uuid(),
    noteSealed: bytes(),
    /** A proof that lies with the case's attachments. */
    attachmentId: uuid(),
    deleted: integer().notNull().default(0),
    pseudonymised: integer().notNull().default(0),
    kept: integer().notNull().default(0),
    /** Rows that were found, where somebody only looked. */
    found: integer(),
  },
  (table) => [
    uniqueIndex('outside_task_run').on(table.runId, table.kind, table.systemKey),
    index('outside_task_request').on(table.requestId),
    index('outside_task_state').on(table.state, table.at),
  ],
)

/**
 * One signed call to a service. Its id is the message's id, the same at every try, so that the service can tell a repetition.
 * `state`: waiting, accepted (it will answer later), done, used (done, and taken up), refused, no_answer.
 */
export const webhookCall = pgTable(
  'webhook_call',
  {
    id: uuid().primaryKey().defaultRandom(),
    systemId: uuid().notNull(),
    systemKey: text().notNull(),
    requestId: uuid().notNull(),
    /** The task of a run that it belongs to, or the package. */
    taskId: uuid(),
    /** locate, erase, verify or package. */
    verb: text().notNull(),
    /** Whom and what it is about, under the request's data key. */
    orderSealed: bytes(),
    state: text().notNull().default('waiting'),
    tries: integer().notNull().default(0),
    at: instant().notNull(),
    lastTryAt: instant(),
    answeredAt: instant(),
    /** What the service found or did, as it answered. */
    answerSealed: bytes(),
    /** Why the last try came to nothing: a class and a code, never the service's words. */
    failure: jsonb().$type<{ kind: string; code: string | null }>(),
  },
  (table) => [index('webhook_call_request').on(table.requestId), index('webhook_call_task').on(table.taskId)],
)
