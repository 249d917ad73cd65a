import { eq } from 'drizzle-orm'
import { outbox } from '~db/schema'
import type { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'

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
