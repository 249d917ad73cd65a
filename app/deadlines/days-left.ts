import { Temporal } from 'temporal-polyfill'
import type { WorkingCalendar } from './calendar'
import { workingDaysBetween } from './working-days'

export type Urgency = 'overdue' | 'today' | 'this_week' | 'later'

/** Days from today to the due date, the due date included and today not; negative when it has passed. */
export interface DaysLeft {
  readonly calendarDays: number
  readonly workingDays: number
  readonly urgency: Urgency
}

/** How much time is left, in calendar days and in working days: a month over Christmas looks longer than it is. */
export function daysLeft(dueOn: Temporal.PlainDate, today: Temporal.PlainDate, calendar: WorkingCalendar): DaysLeft {
  return {
    calendarDays: today.until(dueOn, { largestUnit: 'days' }).days,
    workingDays: workingDaysBetween(calendar, today, dueOn),
    urgency: urgencyOf(dueOn, today),
  }
}

/** How pressing a due date is. A week ends on Sunday (ISO 8601). */
export function urgencyOf(dueOn: Temporal.PlainDate, today: Temporal.PlainDate): Urgency {
  const order = Temporal.PlainDate.compare(dueOn, today)
  if (order < 0) return 'overdue'
  if (order === 0) return 'today'
  return Temporal.PlainDate.compare(dueOn, endOfWeek(today)) <= 0 ? 'this_week' : 'later'
}

/** The Sunday of the week in which a day lies; for a Sunday that day itself. */
export function endOfWeek(today: Temporal.PlainDate): Temporal.PlainDate {
  return today.add({ days: 7 - today.dayOfWeek })
}
