import { inArray } from 'drizzle-orm'
import type { Temporal } from 'temporal-polyfill'
import { outbox } from '~db/schema'
import type { Executor } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'

/**
 * Whether the receiving server took a mail, or a letter was posted, and when. `failed`: it never left, or came back. A letter
 * that staff have not posted yet, or not recorded, is `to_post`.
 */
export type Acceptance =
  | { state: 'waiting' | 'to_post' }
  | { state: 'accepted'; at: Temporal.Instant; by: 'mail' | 'letter' }
  | { state: 'failed'; failure: 'bounced' | 'failed' }

/**
 * What became of mails and letters that have to be accepted to count (law.md "On time"), by idempotency
 * key. Where the way out hands the mail to a service that reports delivery later, only that report is an acceptance.
 */
export async function acceptanceOf(
  db: Executor,
  { settings }: Pick<Runtime, 'settings'>,
  idempotencyKeys: readonly string[],
): Promise<Map<string, Acceptance>> {
  if (idempotencyKeys.length === 0) return new Map()
  const rows = await db
    .select()
    .from(outbox)
    .where(inArray(outbox.idempotencyKey, [...idempotencyKeys]))
  const reportsLater = settings.MAIL_TRANSPORT === 'resend' && settings.RESEND_WEBHOOK_SECRET !== undefined
  return new Map(rows.map((row) => [row.idempotencyKey, acceptance(row, reportsLater)]))
}

function acceptance(row: typeof outbox.$inferSelect, reportsLater: boolean): Acceptance {
  if (row.state === 'bounced' || row.state === 'failed') return { state: 'failed', failure: row.state }
  if (row.state === 'to_post') return { state: 'to_post' }
  if (row.state === 'posted' && row.sentAt) return { state: 'accepted', at: row.sentAt, by: 'letter' }
  const at = row.deliveredAt ?? (row.state === 'sent' && !reportsLater ? row.sentAt : null)
  return at ? { state: 'accepted', at, by: 'mail' } : { state: 'waiting' }
}
