import { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import { dayOf } from '~/deadlines/pauses'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import type { MailProps } from '~emails/index'
import { mailRequester } from './answer-mail.server'
import { lockForCorrection, recordCorrection } from './correct.server'
import type { CorrectionOrder, CorrectionRefusal } from './correct.server'
import { rewriteDates } from './dates.server'
import type { RequestKind } from './kinds'
import { changeRequest } from './move.server'
import type { RequestRow } from './move.server'
import { judgeReceipt } from './receipt-day'
import type { ReceiptRefusal } from './receipt-day'
import { statusUrl } from './status-url'

export type ReceiptCorrected =
  { ok: true; request: RequestRow } | { ok: false; reason: CorrectionRefusal | ReceiptRefusal }

/**
 * Corrects the day on which a request reached the organisation (in its zone): old and new day with the reason, all dates
 * computed anew, and the data subject told when the due date gets later. Refuses a day in the future or before the GDPR.
 */
export async function correctReceipt(
  tx: Transaction,
  runtime: Pick<Runtime, 'clock' | 'keys' | 'publicUrl'>,
  order: CorrectionOrder & { receivedOn: Temporal.PlainDate },
): Promise<ReceiptCorrected> {
  const found = await lockForCorrection(tx, runtime, order)
  if (!found.ok) return found
  const { row, sealer } = found
  const zone = (await readOrganisation(tx))['organisation.zone']
  const now = runtime.clock.now()
  const today = dayOf(now, zone)
  const judged = judgeReceipt(order.receivedOn, today)
  if (!judged.ok) return judged
  if (order.receivedOn.equals(row.receivedOn)) return { ok: false, reason: 'already_so' }
  const receivedAt = order.receivedOn.equals(today) ? now : order.receivedOn.toZonedDateTime(zone).toInstant()
  await changeRequest(tx, row, { receivedAt })
  const [from, to] = [row.receivedOn.toString(), order.receivedOn.toString()]
  await recordCorrection(tx, runtime, order, { row, sealer, field: 'received', old: from, new: to }, { from, to })
  const actor = { kind: 'staff', id: order.by.id } as const
  const corrected = await rewriteDates(tx, runtime, row.id, { why: 'received_corrected', actor })
  if (Temporal.PlainDate.compare(corrected.dueOn, row.dueOn) > 0)
    await mailRequester(tx, runtime, corrected, 'corrected', ({ name }) =>
      correctionMail(runtime, corrected, { why: 'received', earlierDueOn: row.dueOn, reason: order.reason }, name),
    )
  return { ok: true, request: corrected }
}

/** What the mail about a correction is made of. */
export function correctionMail(
  runtime: Pick<Runtime, 'publicUrl'>,
  row: RequestRow,
  told: { why: 'received' | 'kind'; earlierDueOn: Temporal.PlainDate; reason: string },
  name: string,
): MailProps['corrected'] {
  return {
    reference: row.reference,
    name,
    why: told.why,
    kind: row.kind as RequestKind,
    dueOn: row.dueOn.toString(),
    earlierDueOn: told.earlierDueOn.toString(),
    reason: told.reason,
    statusUrl: statusUrl(runtime, row),
  }
}
