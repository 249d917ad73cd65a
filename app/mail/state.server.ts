import { eq } from 'drizzle-orm'
import { outbox } from '~db/schema'
import type { Executor } from '~db/client'

/** What became of a mail (waiting, sent, failed, bounced), by its idempotency key; null when there is none. */
export async function stateOfMail(db: Executor, idempotencyKey: string): Promise<string | null> {
  const [row] = await db.select({ state: outbox.state }).from(outbox).where(eq(outbox.idempotencyKey, idempotencyKey))
  return row?.state ?? null
}
