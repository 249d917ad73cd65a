import { and, eq, inArray, ne } from 'drizzle-orm'
import { outbox } from '~db/schema'
import type { Temporal } from 'temporal-polyfill'
import type { Executor, Transaction } from '~db/client'
import type { MailName } from '~emails/index'

/** What became of a mail or letter (waiting, sent, failed, bounced, to_post, posted), by its idempotency key; null when there is none. */
export async function fateOfMail(
  db: Executor,
  idempotencyKey: string,
): Promise<{ state: string; sentAt: Temporal.Instant | null } | null> {
  const [row] = await db
    .select({ state: outbox.state, sentAt: outbox.sentAt })
    .from(outbox)
    .where(eq(outbox.idempotencyKey, idempotencyKey))
  return row ?? null
}

/** Of these requests those about which a mail of this template was written. */
export async function mailedAbout(
  db: Executor,
  requestIds: readonly string[],
  template: MailName,
): Promise<Set<string>> {
  const rows = await db
    .selectDistinct({ requestId: outbox.requestId })
    .from(outbox)
    .where(and(inArray(outbox.requestId, [...requestIds]), eq(outbox.template, template)))
  return new Set(rows.flatMap((row) => row.requestId ?? []))
}

/** Empties what is left of mails about a request that have left or never will; that they were sent, and when, stays. */
export async function emptyMails(tx: Transaction, requestId: string): Promise<void> {
  await tx
    .update(outbox)
    .set({ toSealed: null, propsSealed: null })
    .where(and(eq(outbox.requestId, requestId), ne(outbox.state, 'waiting')))
}
