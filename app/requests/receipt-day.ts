import { Temporal } from 'temporal-polyfill'

/** The GDPR applies from this day (art. 99(2)); a request of before it is none. */
const firstDay = Temporal.PlainDate.from('2018-05-25')

export type ReceiptRefusal = 'received_in_future' | 'received_before_gdpr'

/** Whether a request can have reached the organisation on a day; both are days in its zone. */
export function judgeReceipt(
  receivedOn: Temporal.PlainDate,
  today: Temporal.PlainDate,
): { ok: true } | { ok: false; reason: ReceiptRefusal } {
  if (Temporal.PlainDate.compare(receivedOn, today) > 0) return { ok: false, reason: 'received_in_future' }
  if (Temporal.PlainDate.compare(receivedOn, firstDay) < 0) return { ok: false, reason: 'received_before_gdpr' }
  return { ok: true }
}
