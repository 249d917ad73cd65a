import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { Temporal } from 'temporal-polyfill'
import { extension, request } from '~db/schema'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { appendEvidence } from '~/evidence/append.server'
import { acceptanceOf } from '~/mail/acceptance.server'
import type { Acceptance } from '~/mail/acceptance.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Actor, Runtime } from '~/platform/runtime.server'
import { rewriteDates } from './dates.server'
import { extensionFacts } from './extend.server'
import { lockRequest } from './move.server'
import type { RequestRow } from './move.server'
import { tellWorkers } from './tell-workers.server'

type ExtensionRow = typeof extension.$inferSelect
const system: Actor = { kind: 'system' }

/**
 * Looks what became of the mails and letters about extensions: the date moves once the receiving server took the mail, or the
 * letter was posted, before the first due date; one that came back, also later, or was taken too late does not count and alarms whoever works the case
 * (law.md). May run again: what is settled stays so.
 */
export async function settleExtensions(runtime: Runtime): Promise<void> {
  const waiting = await runtime.db
    .select({ requestId: extension.requestId, mailKey: extension.mailKey })
    .from(extension)
    .innerJoin(request, eq(request.id, extension.requestId))
    .where(and(isNull(extension.failure), isNotNull(extension.mailKey), isNull(request.closedAt)))
  const fates = await acceptanceOf(
    runtime.db,
    runtime,
    waiting.flatMap(({ mailKey }) => mailKey ?? []),
  )
  for (const { requestId, mailKey } of waiting) {
    const fate = fates.get(mailKey ?? '')
    if (fate) await inTransaction(runtime, (tx) => settle(tx, runtime, requestId, fate))
  }
}

async function settle(tx: Transaction, runtime: Runtime, requestId: string, fate: Acceptance): Promise<void> {
  const row = await lockRequest(tx, requestId)
  if (!row || row.closedAt) return
  const { deadline, extension: record, today, zone } = await extensionFacts(tx, runtime, row)
  if (!record?.mailKey) return
  if (fate.state === 'failed') return fail(tx, runtime, row, record, fate.failure)
  if (record.toldAt) return
  // Staff may record later on which day they posted a letter.
  if (fate.state === 'to_post') return
  const toldOn = fate.state === 'accepted' ? dayOf(fate.at, zone) : today
  // Counts only before the first due date (GDPR art. 12(3)); a mail that still waits then comes too late.
  if (Temporal.PlainDate.compare(toldOn, deadline.dueOn) >= 0) return fail(tx, runtime, row, record, 'told_too_late')
  if (fate.state === 'accepted') await told(tx, runtime, record, fate, deadline.extendedPausedDays)
}

async function told(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys'>,
  record: ExtensionRow,
  { at, by }: Extract<Acceptance, { state: 'accepted' }>,
  pausedDaysThen: number,
): Promise<void> {
  await tx.update(extension).set({ toldAt: at, pausedDaysThen }).where(eq(extension.id, record.id))
  const updated = await rewriteDates(tx, runtime, record.requestId, { why: 'extension', actor: system })
  await appendEvidence(tx, runtime, {
    actor: system,
    verb: 'request.extension_told',
    request: updated,
    data: { until: record.dueOn.toString(), by },
  })
}

async function fail(
  tx: Transaction,
  runtime: Runtime,
  row: RequestRow,
  record: ExtensionRow,
  failure: 'bounced' | 'failed' | 'told_too_late',
): Promise<void> {
  await tx.update(extension).set({ failure, toldAt: null }).where(eq(extension.id, record.id))
  const updated = await rewriteDates(tx, runtime, row.id, { why: 'extension_failed', actor: system })
  await appendEvidence(tx, runtime, {
    actor: system,
    verb: 'request.extension_failed',
    request: row,
    data: { why: failure },
  })
  const why = failure === 'told_too_late' ? 'extension_late' : 'extension_bounced'
  await tellWorkers(tx, runtime, updated, { why, cause: record.id })
}
