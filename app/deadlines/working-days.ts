import { Temporal } from 'temporal-polyfill'
import type { WorkingCalendar } from './calendar'

/** Whether a day is neither a Saturday, a Sunday nor a public holiday of the calendar. */
export function isWorkingDay(calendar: WorkingCalendar, on: Temporal.PlainDate): boolean {
  return on.dayOfWeek < 6 && calendar.holidayOn(on) === undefined
}

/** The day itself when it is worked, else the first working day after it (Reg. 1182/71 art. 3(4)). */
export function nextWorkingDay(calendar: WorkingCalendar, on: Temporal.PlainDate): Temporal.PlainDate {
  return workingDayAt(calendar, on.year, countBefore(calendar, on))
}

/**
 * The working day that lies `days` working days after a day (before it when negative); the day itself is not counted,
 * worked or not. With 0 the same day comes back.
 */
export function addWorkingDays(calendar: WorkingCalendar, on: Temporal.PlainDate, days: number): Temporal.PlainDate {
  if (days === 0) return on
  const place = days > 0 ? calendar.year(on.year).countUpTo(on) + days - 1 : countBefore(calendar, on) + days
  return workingDayAt(calendar, on.year, place)
}

/** How many working days come after `from`, up to and including `until`; negative when `until` comes first. */
export function workingDaysBetween(
  calendar: WorkingCalendar,
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
): number {
  if (Temporal.PlainDate.compare(until, from) < 0) return -workingDaysBetween(calendar, until, from)
  let days = calendar.year(until.year).countUpTo(until) - calendar.year(from.year).countUpTo(from)
  for (let year = from.year; year < until.year; year++) days += calendar.year(year).days.length
  return days
}

const countBefore = (calendar: WorkingCalendar, on: Temporal.PlainDate) =>
  calendar.year(on.year).countUpTo(on) - (isWorkingDay(calendar, on) ? 1 : 0)

function workingDayAt(calendar: WorkingCalendar, startYear: number, startPlace: number): Temporal.PlainDate {
  let year = startYear
  let place = startPlace
  for (; place < 0; place += calendar.year(year).days.length) year--
  for (; place >= calendar.year(year).days.length; year++) place -= calendar.year(year).days.length
  const found = calendar.year(year).days[place]
  if (!found) throw new Error(`calendar ${calendar.key} has no working day ${place} in ${year}`)
  return found
}
