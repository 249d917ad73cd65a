import Holidays from 'date-holidays'
import type { HolidaysTypes } from 'date-holidays'
import { Temporal } from 'temporal-polyfill'
import { calendarOf } from './calendar'
import type { Holiday, WorkingCalendar } from './calendar'

const calendars = new Map<string, WorkingCalendar>()

/**
 * The calendar of another country, or of a state or region of it (`BE`, `DE-BY`, `DE-BY-A`, in any letter case).
 * Undefined when there is no such place. The Netherlands are not looked up here: their list is computed by law, for
 * the whole country.
 */
export function foreignCalendar(key: string): WorkingCalendar | undefined {
  const found = findPlace(key)
  if (!found) return undefined
  const name = found.join('-')
  const kept = calendars.get(name)
  if (kept) return kept
  const source = new Holidays(name, { types: ['public'] })
  const calendar = calendarOf(name, (year) => publicHolidays(source, year))
  calendars.set(name, calendar)
  return calendar
}

function findPlace(key: string): string[] | undefined {
  const places = new Holidays()
  const [country, state, region, ...more] = key.split('-')
  const foundCountry = spelled(places.getCountries(), country)
  if (!foundCountry || foundCountry === 'NL' || more.length > 0) return undefined
  if (state === undefined) return [foundCountry]
  const foundState = spelled(places.getStates(foundCountry), state)
  if (!foundState) return undefined
  if (region === undefined) return [foundCountry, foundState]
  const foundRegion = spelled(places.getRegions(foundCountry, foundState), region)
  return foundRegion ? [foundCountry, foundState, foundRegion] : undefined
}

const spelled = (places: Record<string, string> | undefined, typed: string | undefined) =>
  Object.keys(places ?? {}).find((place) => place.toUpperCase() === typed?.toUpperCase())

// A feast of several days may begin in the year before.
const publicHolidays = (source: Holidays, year: number): Holiday[] =>
  [...source.getHolidays(year), ...source.getHolidays(year - 1)]
    .flatMap(wholeDays)
    .filter((day) => day.on.year === year)

/** The days that a holiday takes whole. A half day off is a working day: the earlier due date is the safe one. */
function wholeDays({ date, start, end, name }: HolidaysTypes.Holiday): Holiday[] {
  const [day = '', time = ''] = date.split(' ')
  const begins = Number(time.slice(0, 2))
  const lostHours = begins === 0 ? 0 : 24 - begins
  const first = Temporal.PlainDate.from(day).add({ days: begins === 0 ? 0 : 1 })
  const hours = (end.getTime() - start.getTime()) / 3_600_000 - lostHours
  // One hour of grace: the day on which summer time begins has 23.
  const length = Math.max(0, Math.floor((hours + 1) / 24))
  return Array.from({ length }, (_, offset) => ({ on: first.add({ days: offset }), name }))
}
