import { Temporal } from 'temporal-polyfill'
import type { Deadline } from './due'

export type ExtensionCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'told_too_late' | 'not_after_due_date'; readonly dueOn: Temporal.PlainDate }
  | { readonly ok: false; readonly reason: 'after_latest_date'; readonly latestOn: Temporal.PlainDate }

/**
 * Whether a request can be extended until a day. It counts only when the subject is told before the first due date
 * (`toldOn`: the day on which the receiving server accepted the mail, or the letter was posted), and reaches at most
 * three months from receipt, paused days added (GDPR art. 12(3)).
 */
export function checkExtension(
  deadline: Pick<Deadline, 'dueOn' | 'extendedDueOn'>,
  { until, toldOn }: { readonly until: Temporal.PlainDate; readonly toldOn: Temporal.PlainDate },
): ExtensionCheck {
  const { compare } = Temporal.PlainDate
  const { dueOn, extendedDueOn } = deadline
  if (compare(toldOn, dueOn) >= 0) return { ok: false, reason: 'told_too_late', dueOn }
  if (compare(until, dueOn) <= 0) return { ok: false, reason: 'not_after_due_date', dueOn }
  if (compare(until, extendedDueOn) > 0) return { ok: false, reason: 'after_latest_date', latestOn: extendedDueOn }
  return { ok: true }
}
