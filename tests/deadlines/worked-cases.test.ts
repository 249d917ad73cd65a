import { readFileSync } from 'node:fs'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it, test } from 'vitest'
import { findCalendar, dutchCalendar } from '../../app/deadlines/calendar'
import { computeDeadline } from '../../app/deadlines/due'
import { nextWorkingDay } from '../../app/deadlines/working-days'

const day = (text: string) => Temporal.PlainDate.from(text)
const compute = (received: string, pausedDays = 0) =>
  computeDeadline({ receivedOn: day(received), pausedDays, calendar: dutchCalendar })

const [, ...worked] = readFileSync(new URL('./deadlines.csv', import.meta.url), 'utf8')
  .trim()
  .split(/\r?\n/)

test('there are worked cases to hold the computation against', () => {
  expect(worked).toHaveLength(26)
})

it.each(worked.map((line) => line.split(',')))('%s with %s paused days is due %s, extended %s', (...row) => {
  const [received = '', paused, due, extended] = row
  const deadline = compute(received, Number(paused))
  expect([String(deadline.dueOn), String(deadline.extendedDueOn)]).toEqual([due, extended])
})

// Each row was worked by hand; the last column says how.
it.each([
  ['2024-01-29', 0, '2024-02-29', '2024-04-29', '2024 is a leap year, so 29 February exists: a Thursday'],
  ['2024-01-31', 0, '2024-02-29', '2024-04-30', 'the last day of February in a leap year'],
  ['2023-01-31', 0, '2023-02-28', '2023-05-01', 'the last day of February; 30 April 2023 is a Sunday'],
  ['2028-02-29', 0, '2028-03-29', '2028-05-29', 'Easter 2028 is 16 April, so neither day is a feast'],
  ['2023-11-30', 0, '2024-01-02', '2024-02-29', '30 December is a Saturday, then New Year; 30 February → 29'],
  ['2024-11-30', 0, '2024-12-30', '2025-02-28', 'a Monday; 30 February does not exist in 2025'],
  ['2019-03-22', 0, '2019-04-23', '2019-06-24', '22 April 2019 is Easter Monday; 22 June a Saturday'],
  ['2024-02-29', 0, '2024-04-02', '2024-05-29', '29 March 2024 is Good Friday, 1 April Easter Monday'],
  ['2024-04-20', 0, '2024-05-21', '2024-07-22', '20 May 2024 is Whit Monday; 20 July a Saturday'],
  ['2024-04-09', 0, '2024-05-10', '2024-07-09', '9 May 2024 is Ascension Day; the Friday after it is worked'],
  ['2025-03-27', 0, '2025-04-28', '2025-06-27', '27 April 2025 is a Sunday, King’s Day the Saturday: Monday is worked'],
  ['2025-12-01', 0, '2026-01-02', '2026-03-02', '1 January, and the Friday after it is worked; 1 March is a Sunday'],
  ['2023-04-05', 0, '2023-05-08', '2023-07-05', '5 May counts every year, also outside a lustrum: a Friday'],
  ['2025-11-20', 5, '2025-12-29', '2026-02-25', '20 + 5 = 25 December, then 26, Saturday, Sunday'],
  ['2026-01-31', 1, '2026-03-02', '2026-05-01', 'first the last day of February, then the paused day: Sunday 1 March'],
  ['2038-03-25', 0, '2038-04-28', '2038-06-25', 'the latest Easter possible, 25 April: Easter Monday, then King’s Day'],
  ['2060-01-30', 0, '2060-03-01', '2060-04-30', '29 February 2060 is a Sunday'],
  ['2017-01-31', 0, '2017-02-28', '2017-05-01', 'before the regulation applied the same sum is made'],
])('%s with %i paused days is due %s, extended %s: %s', (received, paused, due, extended, why) => {
  const deadline = compute(received, paused)
  expect([String(deadline.dueOn), String(deadline.extendedDueOn)], why).toEqual([due, extended])
})

describe('other calendars', () => {
  it('knows the feasts of a country and those of a part of it', async () => {
    const belgium = await findCalendar('be')
    const bavaria = await findCalendar('DE-BY')
    if (!belgium.ok || !bavaria.ok) throw new Error('both calendars exist')
    expect(String(nextWorkingDay(belgium.calendar, day('2026-07-21')))).toBe('2026-07-22')
    expect(String(nextWorkingDay(bavaria.calendar, day('2026-01-06')))).toBe('2026-01-07')
    expect(belgium.calendar.holidayOn(day('2026-04-03'))).toBeUndefined()
  })

  it('takes a holiday that lasts over the turn of the year, and not a half day off', async () => {
    const swaziland = await findCalendar('SZ')
    const iceland = await findCalendar('IS')
    if (!swaziland.ok || !iceland.ok) throw new Error('both calendars exist')
    expect(swaziland.calendar.holidayOn(day('2027-01-02'))).toBeDefined()
    expect(iceland.calendar.holidayOn(day('2026-12-24'))).toBeUndefined()
  })

  it.each(['XX', '', 'NL-XX', 'DE-XX', 'DE-BY-A-B', 'toString'])('refuses the unknown calendar %j', async (key) => {
    expect(await findCalendar(key)).toEqual({ ok: false, reason: 'unknown_calendar', key })
  })
})
