import type { Transaction } from '~db/client'
import type { Runtime } from '~/platform/runtime.server'
import type { StaffMember } from '~/staff/accounts.server'
import type { MailProps } from '~emails/index'
import { closeWithAnswer } from './close-with-answer.server'
import { lockRequest } from './move.server'
import type { Moved, RequestRow } from './move.server'
import { statusUrl } from './status-url'

/**
 * What somebody sent is no request under the GDPR (a complaint, spam, another matter): answered politely in own words, and
 * out of the figures. A person's right is not at stake, so no remedies are named; a mistake is mended by a new request.
 */
export async function dismissRequest(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: { requestId: string; answer: string; by: StaffMember; version?: number | undefined },
): Promise<Moved | { ok: false; reason: 'purged' }> {
  const before = await lockRequest(tx, order.requestId)
  if (!before) return { ok: false, reason: 'unknown_request' }
  return closeWithAnswer(tx, runtime, {
    before,
    move: 'dismiss',
    outcome: 'not_a_request',
    answer: order.answer,
    by: order.by,
    version: order.version,
    template: 'dismissed',
    mail: (row, name) => dismissalMail(runtime, row, order.answer, name),
  })
}

export function dismissalMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  answer: string,
  name: string,
): MailProps['dismissed'] {
  return { reference: row.reference, name, answer, statusUrl: statusUrl(runtime, row) }
}
