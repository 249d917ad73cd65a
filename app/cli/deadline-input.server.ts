import { Temporal } from 'temporal-polyfill'

// Far enough for every case; beyond it four digits no longer write the year of the answer.
const lastYear = 2999
const firstYear = 1900
const mostPausedDays = 36_525

/** A day written as 2026-01-31, between 1900 and 2999; undefined when there is no such day. */
export function parseDay(text: string): Temporal.PlainDate | undefined {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number)
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return undefined
  const lastDay = new Temporal.PlainDate(year, month, 1).daysInMonth
  return day >= 1 && day <= lastDay ? new Temporal.PlainDate(year, month, day) : undefined
}

/** A whole number of calendar days, up to a century; undefined when it is none. */
export function parsePausedDays(text: string): number | undefined {
  return /^\d{1,5}$/.test(text) && Number(text) <= mostPausedDays ? Number(text) : undefined
}
