import { desc, sql } from 'drizzle-orm'
import { mailboxMessage } from '~db/schema'
import type { Executor } from '~db/client'

/** A mail in the development mailbox; `at` is RFC 3339 in UTC. */
export type MailboxMessage = { id: string; to: string; subject: string; text: string; html: string; at: string }

/** Everything in the development mailbox, newest first. */
export async function listMailbox(db: Executor): Promise<MailboxMessage[]> {
  // While the clock stands still, the number of the writing transaction says which came later.
  const written = sql`xmin::text::bigint desc`
  const rows = await db.select().from(mailboxMessage).orderBy(desc(mailboxMessage.at), written)
  return rows.map((row) => ({ ...row, at: row.at.toString() }))
}
