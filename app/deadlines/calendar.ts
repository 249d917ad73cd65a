import { Temporal } from 'temporal-polyfill'
import { dutchHolidays } from './netherlands'
import type { DutchHoliday } from './netherlands'

/** A public holiday. `name` is in the country's own language; `key` is there when the program has its own translation. */
export interface Holiday {
  readonly on: Temporal.PlainDate
  readonly name: string
  readonly key?: DutchHoliday
}

/** The working days of one calendar year, in order, with their count up to and including each day of that year. */
export interface WorkingYear {
  readonly days: readonly Temporal.PlainDate[]
  readonly countUpTo: (on: Temporal.PlainDate) => number
}

/** Which days are worked in one country or region. Its years are computed when first asked for, and kept. */
export interface WorkingCalendar {
  readonly key: string
  readonly year: (year: number) => WorkingYear
  readonly holidayOn: (on: Temporal.PlainDate) => Holiday | undefined
}

export type FoundCalendar =
  | { readonly ok: true; readonly calendar: WorkingCalendar }
  | { readonly ok: false; readonly reason: 'unknown_calendar'; readonly key: string }

const saturday = 6
const oneDay = Temporal.Duration.from({ days: 1 })
const place = (on: Temporal.PlainDate) => on.month * 32 + on.day

/** A calendar out of the public holidays of a year. Saturdays and Sundays are never worked (Reg. 1182/71 art. 2(2)). */
export function calendarOf(key: string, holidaysOf: (year: number) => readonly Holiday[]): WorkingCalendar {
  const years = new Map<number, WorkingYear & { holidays: ReadonlyMap<number, Holiday> }>()

  function known(year: number) {
    const kept = years.get(year)
    if (kept) return kept
    // The first name given to a day stands: two feasts on one day close it once.
    const holidays = new Map([...holidaysOf(year)].reverse().map((holiday) => [place(holiday.on), holiday] as const))
    const made = { ...workingYear(year, holidays), holidays }
    years.set(year, made)
    return made
  }

  return { key, year: known, holidayOn: (on) => known(on.year).holidays.get(place(on)) }
}

function workingYear(year: number, holidays: ReadonlyMap<number, Holiday>): WorkingYear {
  const days: Temporal.PlainDate[] = []
  const counts = new Map<number, number>()
  for (let on = new Temporal.PlainDate(year, 1, 1); on.year === year; on = on.add(oneDay)) {
    if (on.dayOfWeek < saturday && !holidays.has(place(on))) days.push(on)
    counts.set(place(on), days.length)
  }
  return { days, countUpTo: (on) => counts.get(place(on)) ?? 0 }
}

/** The Dutch calendar, by the Algemene termijnenwet; the default. */
export const dutchCalendar: WorkingCalendar = calendarOf('NL', dutchHolidays)

/**
 * The working calendar of a country or of a part of it: `NL`, `BE`, `DE-BY`, in any letter case.
 * An unknown one is refused. Asynchronous because the holidays of all countries are loaded only when another country
 * than the Netherlands is asked for.
 */
export async function findCalendar(key: string): Promise<FoundCalendar> {
  if (key.toUpperCase() === dutchCalendar.key) return { ok: true, calendar: dutchCalendar }
  const { foreignCalendar } = await import('./abroad')
  const calendar = foreignCalendar(key)
  return calendar ? { ok: true, calendar } : { ok: false, reason: 'unknown_calendar', key }
}
