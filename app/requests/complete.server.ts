import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { closeWithAnswer } from './close-with-answer.server'
import type { RequestKind } from './kinds'
import { lockRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { awaitsTasks } from './outside/list-tasks.server'
import { statusUrl } from './status-url'

/**
 * Answers a request that needs no plan, in own words, and closes it: the decision as a record, and the mail `completed`.
 * An erasure never ends this way; its end is what verification found.
 */
export async function completeRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; answer: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'needs_plan' | 'places_open' | 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  if (before.kind === 'erasure') return { ok: false, reason: 'needs_plan' }
  if (await awaitsTasks(tx, before.id)) return { ok: false, reason: 'places_open' }
  return closeWithAnswer(tx, runtime, {
    before,
    move: 'complete',
    outcome: 'answered',
    answer: order.answer,
    by: order.by,
    version: order.version,
    template: 'completed',
    mail: (row, name) => completionMail(runtime, row, order.answer, name),
  })
}

export function completionMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  answer: string,
  name: string,
): MailProps['completed'] {
  return { reference: row.reference, kind: row.kind as RequestKind, name, answer, statusUrl: statusUrl(runtime, row) }
}
