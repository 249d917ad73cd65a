import { Temporal } from 'temporal-polyfill'
import type { Holiday } from './calendar'

const names = {
  new_year: 'Nieuwjaarsdag',
  good_friday: 'Goede Vrijdag',
  easter_monday: 'Tweede paasdag',
  kings_day: 'Koningsdag',
  liberation_day: 'Bevrijdingsdag',
  ascension_day: 'Hemelvaartsdag',
  whit_monday: 'Tweede pinksterdag',
  christmas_day: 'Eerste kerstdag',
  boxing_day: 'Tweede kerstdag',
} as const

export type DutchHoliday = keyof typeof names

/**
 * The public holidays of the Algemene termijnenwet art. 3(1) and (2) in one year, and no other: days equated by decree
 * (art. 3(3), such as the Friday after Ascension Day) do not count, since the earlier date is the safe one.
 * Today's list is applied to every year.
 */
export function dutchHolidays(year: number): Holiday[] {
  const day = (month: number, of: number) => new Temporal.PlainDate(year, month, of)
  const easter = easterSunday(year)
  const afterEaster = (days: number) => easter.add({ days })
  const named = (key: DutchHoliday, on: Temporal.PlainDate): Holiday => ({ on, name: names[key], key })
  // When the 27th is a Sunday the King's birthday is kept on the day before (KB 24 April 2013).
  const kingsDay = day(4, 27).dayOfWeek === 7 ? day(4, 26) : day(4, 27)
  return [
    named('new_year', day(1, 1)),
    named('good_friday', afterEaster(-2)),
    named('easter_monday', afterEaster(1)),
    named('kings_day', kingsDay),
    named('liberation_day', day(5, 5)),
    named('ascension_day', afterEaster(39)),
    named('whit_monday', afterEaster(50)),
    named('christmas_day', day(12, 25)),
    named('boxing_day', day(12, 26)),
  ]
}

/** Easter Sunday of a Gregorian year, by the anonymous computus (Meeus, Astronomical Algorithms, ch. 8). */
export function easterSunday(year: number): Temporal.PlainDate {
  const golden = year % 19
  const century = Math.floor(year / 100)
  const inCentury = year % 100
  const moonCorrection = Math.floor((8 * century + 13) / 25)
  const epact = (19 * golden + century - Math.floor(century / 4) - moonCorrection + 15) % 30
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7
  const lateMoon = Math.floor((golden + 11 * epact + 22 * weekday) / 451)
  const count = epact + weekday - 7 * lateMoon + 114
  return new Temporal.PlainDate(year, Math.floor(count / 31), (count % 31) + 1)
}
