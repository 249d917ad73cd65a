import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { dutchCalendar } from '../../app/deadlines/calendar'
import { computeDeadline } from '../../app/deadlines/due'
import type { Deadline } from '../../app/deadlines/due'
import { easterSunday } from '../../app/deadlines/netherlands'
import { pauseSpans } from '../../app/deadlines/pauses'
import type { Pause } from '../../app/deadlines/pauses'
import { addWorkingDays, isWorkingDay, nextWorkingDay, workingDaysBetween } from '../../app/deadlines/working-days'

const { compare } = Temporal.PlainDate
const start = Temporal.PlainDate.from('2018-01-01')
const anyDay = fc.integer({ min: 0, max: 365 * 43 }).map((days) => start.add({ days }))
const anyPausedDays = fc.integer({ min: 0, max: 120 })
const zone = 'Europe/Amsterdam'
const compute = (receivedOn: Temporal.PlainDate, pausedDays: number): Deadline =>
  computeDeadline({ receivedOn, pausedDays, calendar: dutchCalendar })

const anyPause = fc
  .record({ begins: fc.integer({ min: 0, max: 90 * 24 }), lasts: fc.option(fc.integer({ min: 0, max: 40 * 24 })) })
  .map(({ begins, lasts }): Pause => {
    const askedAt = Temporal.Instant.from('2026-02-01T00:00:00Z').add({ hours: begins })
    return { reason: 'identity', askedAt, answeredAt: lasts === null ? null : askedAt.add({ hours: lasts }) }
  })
const context = { kind: 'erasure', zone, today: Temporal.PlainDate.from('2026-06-01') } as const

describe('whatever the receipt and the pauses', () => {
  it('is due on a working day, never before the stricter date, with nothing but closed days between', () => {
    fc.assert(
      fc.property(anyDay, anyPausedDays, (receivedOn, paused) => {
        const { strictDueOn, dueOn, extendedStrictDueOn, extendedDueOn } = compute(receivedOn, paused)
        expect(isWorkingDay(dutchCalendar, dueOn) && isWorkingDay(dutchCalendar, extendedDueOn)).toBe(true)
        expect(compare(dueOn, strictDueOn)).toBeGreaterThanOrEqual(0)
        for (let on = strictDueOn; compare(on, dueOn) < 0; on = on.add({ days: 1 })) {
          expect(isWorkingDay(dutchCalendar, on)).toBe(false)
        }
        expect(compare(extendedDueOn, extendedStrictDueOn)).toBeGreaterThanOrEqual(0)
        expect(compare(extendedDueOn, dueOn)).toBeGreaterThan(0)
      }),
    )
  })

  it('is never due earlier for a later receipt or for one more paused day', () => {
    fc.assert(
      fc.property(anyDay, anyPausedDays, (receivedOn, paused) => {
        const due = compute(receivedOn, paused)
        for (const other of [compute(receivedOn.add({ days: 1 }), paused), compute(receivedOn, paused + 1)]) {
          expect(compare(other.dueOn, due.dueOn)).toBeGreaterThanOrEqual(0)
          expect(compare(other.extendedDueOn, due.extendedDueOn)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })

  it('keeps the number of the day, or takes the last day of the month', () => {
    fc.assert(
      fc.property(anyDay, (receivedOn) => {
        const { strictDueOn } = compute(receivedOn, 0)
        expect(strictDueOn.day).toBe(Math.min(receivedOn.day, strictDueOn.daysInMonth))
        expect((strictDueOn.month - receivedOn.month + 12) % 12).toBe(1)
      }),
    )
  })

  it('explains itself from the receipt to the due date, and says the same dates unexplained', () => {
    fc.assert(
      fc.property(anyDay, anyPausedDays, (receivedOn, pausedDays) => {
        const { explanation, dueOn, ...rest } = compute(receivedOn, pausedDays)
        expect(explanation[0]).toEqual({ step: 'received', on: receivedOn })
        expect(explanation.at(-1)).toEqual({ step: 'due', on: dueOn })
        const silent = computeDeadline({ receivedOn, pausedDays, calendar: dutchCalendar, explain: false })
        expect(silent.explanation).toEqual([])
        expect([silent.dueOn, silent.extendedDueOn].map(String)).toEqual([dueOn, rest.extendedDueOn].map(String))
      }),
    )
  })
})

describe('the union of pauses', () => {
  const written = (pauses: readonly Pause[]) =>
    pauseSpans(pauses, context).map((span) => [String(span.from), String(span.until), span.open])

  it('does not depend on their order, nor on a pause told twice', () => {
    fc.assert(
      fc.property(fc.array(anyPause, { maxLength: 6 }), (pauses) => {
        expect(written([...pauses].reverse())).toEqual(written(pauses))
        expect(written([...pauses, ...pauses])).toEqual(written(pauses))
      }),
    )
  })

  it('counts each day once: the days that lie in at least one pause', () => {
    fc.assert(
      fc.property(fc.array(anyPause, { maxLength: 6 }), (pauses) => {
        const days = new Set<string>()
        for (const { askedAt, answeredAt } of pauses) {
          const end = answeredAt?.toZonedDateTimeISO(zone).toPlainDate() ?? context.today
          let on = askedAt.toZonedDateTimeISO(zone).toPlainDate()
          for (; compare(on, end) < 0 && compare(on, context.today) < 0; on = on.add({ days: 1 })) days.add(String(on))
        }
        const counted = pauseSpans(pauses, context).reduce((sum, span) => sum + span.from.until(span.until).days, 0)
        expect(counted).toBe(days.size)
      }),
    )
  })
})

describe('working days', () => {
  it('are counted as walking day by day would', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 400 }), (from, length) => {
        const until = from.add({ days: length })
        let walked = 0
        for (let on = from.add({ days: 1 }); compare(on, until) <= 0; on = on.add({ days: 1 })) {
          if (isWorkingDay(dutchCalendar, on)) walked++
        }
        expect(workingDaysBetween(dutchCalendar, from, until)).toBe(walked)
        expect(workingDaysBetween(dutchCalendar, until, from) + walked).toBe(0)
      }),
    )
  })

  it('lie as far back as forth, over year ends too', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 600 }), (on, days) => {
        const from = nextWorkingDay(dutchCalendar, on)
        const there = addWorkingDays(dutchCalendar, from, days)
        expect(isWorkingDay(dutchCalendar, there)).toBe(true)
        expect(String(addWorkingDays(dutchCalendar, there, -days))).toBe(String(from))
        expect(workingDaysBetween(dutchCalendar, from, there)).toBe(days)
      }),
    )
  })
})

// From the published tables; 2019 and 2038 are years in which other rules of thumb go wrong.
it.each([
  '2018-04-01',
  '2019-04-21',
  '2024-03-31',
  '2025-04-20',
  '2027-03-28',
  '2038-04-25',
  '2049-04-18',
  '2060-04-18',
])('Easter falls on %s', (easter) => {
  expect(String(easterSunday(Number(easter.slice(0, 4))))).toBe(easter)
})
