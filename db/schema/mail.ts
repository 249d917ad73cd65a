import { index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytes, instant, plainDate } from '../columns'

/**
 * Mails on their way: address and contents sealed, one idempotency key each. `state`: waiting, sent, failed, bounced. For
 * somebody without an e-mail address the same as a letter (the address lines as `to`): to_post, posted.
 */
export const outbox = pgTable(
  'outbox',
  {
    id: uuid().primaryKey().defaultRandom(),
    idempotencyKey: text().notNull().unique(),
    requestId: uuid(),
    template: text().notNull(),
    language: text().notNull(),
    toSealed: bytes(),
    propsSealed: bytes(),
    state: text().notNull().default('waiting'),
    attempts: integer().notNull().default(0),
    createdAt: instant().notNull(),
    sentAt: instant(),
    providerId: text(),
    /** A class of failure (timeout, refused, bounced …), never a server's own words. */
    failure: text(),
    /** When the receiving server took it, where the way out tells so afterwards. */
    deliveredAt: instant(),
    /** The mail of which this one is a copy that staff sent again. */
    againOf: uuid(),
    /** The day on which staff posted the letter. */
    postedOn: plainDate(),
    postedByStaffId: uuid(),
  },
  (table) => [
    index('outbox_request').on(table.requestId),
    index('outbox_provider').on(table.providerId),
    index('outbox_state').on(table.state, table.createdAt),
  ],
)

/** The development mailbox: what the mailbox transport was handed. Demo, development and tests only. */
export const mailboxMessage = pgTable('mailbox_message', {
  id: uuid().primaryKey().defaultRandom(),
  to: text().notNull(),
  subject: text().notNull(),
  text: text().notNull(),
  html: text().notNull(),
  at: instant().notNull(),
})
