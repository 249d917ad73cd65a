import { count, inArray, min } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import type { Executor } from '~db/client'
import { outbox } from '~db/schema'

export type OutboxFigures = { waiting: number; failed: number; bounced: number; oldestWaiting: Temporal.Instant | null }

/** How many mails stand still in the outbox, and since when the oldest of them waits. */
export async function outboxFigures(db: Executor): Promise<OutboxFigures> {
  const rows = await db
    .select({ state: outbox.state, mails: count(), oldest: min(outbox.createdAt) })
    .from(outbox)
    .where(inArray(outbox.state, ['waiting', 'failed', 'bounced']))
    .groupBy(outbox.state)
  const of = (state: string) => rows.find((row) => row.state === state)
  return {
    waiting: of('waiting')?.mails ?? 0,
    failed: of('failed')?.mails ?? 0,
    bounced: of('bounced')?.mails ?? 0,
    oldestWaiting: of('waiting')?.oldest ?? null,
  }
}
