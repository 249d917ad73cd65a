import { Temporal } from 'temporal-polyfill'
import type { WorkingCalendar } from './calendar'
import { addWorkingDays } from './working-days'

export const defaultInternalTargetWorkingDays = 10

interface InternalTargetFacts {
  readonly calendar: WorkingCalendar
  readonly internalTargetWorkingDays?: number
  readonly closingDays?: readonly Temporal.PlainDate[]
}

/**
 * The day on which the organisation wants to be ready: so many working days of its own (10 unless set otherwise) before
 * the stricter date. Its closing days are no working days here. Never before the day of receipt.
 */
export function internalTarget(
  receivedOn: Temporal.PlainDate,
  strictDueOn: Temporal.PlainDate,
  facts: InternalTargetFacts,
): Temporal.PlainDate {
  const { calendar, closingDays = [] } = facts
  const workingDays = facts.internalTargetWorkingDays ?? defaultInternalTargetWorkingDays
  const target =
    closingDays.length === 0
      ? addWorkingDays(calendar, strictDueOn, -workingDays)
      : openDaysBefore(strictDueOn, workingDays, calendar, closingDays)
  return Temporal.PlainDate.compare(target, receivedOn) < 0 ? receivedOn : target
}

function openDaysBefore(
  strictDueOn: Temporal.PlainDate,
  workingDays: number,
  calendar: WorkingCalendar,
  closingDays: readonly Temporal.PlainDate[],
): Temporal.PlainDate {
  const closed = new Set(closingDays.map(String))
  let on = strictDueOn
  for (let left = workingDays; left > 0;) {
    on = addWorkingDays(calendar, on, -1)
    if (!closed.has(on.toString())) left--
  }
  return on
}
