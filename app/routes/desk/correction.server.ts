import { Temporal } from 'temporal-polyfill'
import type { Transaction } from '~db/client'
import { previewMail } from '~/mail/preview.server'
import type { Runtime } from '~/platform/runtime.server'
import { correctAddress } from '~/requests/correct-address.server'
import type { AddressCorrected } from '~/requests/correct-address.server'
import { correctKind } from '~/requests/correct-kind.server'
import type { KindCorrected } from '~/requests/correct-kind.server'
import { correctionMail, correctReceipt } from '~/requests/correct-receipt.server'
import type { ReceiptCorrected } from '~/requests/correct-receipt.server'
import type { CorrectionOrder } from '~/requests/correct.server'
import { deskToday } from '~/requests/case-view.server'
import { datesAfter } from '~/requests/dates.server'
import type { RequestRow } from '~/requests/move.server'
import { judgeReceipt } from '~/requests/receipt-day'
import type { ReceiptRefusal } from '~/requests/receipt-day'
import type { CorrectionInput } from './parts/correction-form'

type Corrected = ReceiptCorrected | KindCorrected | AddressCorrected

/** Makes the correction that a form asks for. */
export function correct(
  tx: Transaction,
  runtime: Runtime,
  order: CorrectionOrder,
  input: CorrectionInput,
): Promise<Corrected> {
  switch (input.part) {
    case 'received':
      return correctReceipt(tx, runtime, { ...order, receivedOn: input.receivedOn })
    case 'kind':
      return correctKind(tx, runtime, { ...order, kind: input.kind, objectionTo: input.objectionTo })
    case 'address':
      return correctAddress(tx, runtime, { ...order, email: input.email, postalAddress: input.postalAddress })
  }
}

type Previewed =
  { ok: true; mail: { subject: string; text: string } | null } | { ok: false; reason: ReceiptRefusal | 'already_so' }

/** The mail that a correction would send now; null where none goes. */
export async function correctionPreview(runtime: Runtime, row: RequestRow, input: CorrectionInput): Promise<Previewed> {
  if (input.part === 'address' || !row.emailSealed) return { ok: true, mail: null }
  const { today, zone } = await deskToday(runtime)
  const judged = input.part === 'received' ? judgeReceipt(input.receivedOn, today) : ({ ok: true } as const)
  if (!judged.ok) return judged
  const changed =
    input.part === 'received'
      ? { ...row, receivedAt: input.receivedOn.toZonedDateTime(zone).toInstant() }
      : { ...row, kind: input.kind }
  const dates = await datesAfter(runtime.db, runtime, changed)
  const after = { ...changed, ...dates }
  if (input.part === 'received' && Temporal.PlainDate.compare(after.dueOn, row.dueOn) <= 0)
    return { ok: true, mail: null }
  const told = { why: input.part, earlierDueOn: row.dueOn, reason: input.reason }
  const props = correctionMail(runtime, after, told, '…')
  return { ok: true, mail: await previewMail(runtime, 'corrected', props, row.language) }
}
