import { Temporal } from 'temporal-polyfill'
import { describe, expect, it, test } from 'vitest'
import { dutchCalendar } from '../../app/deadlines/calendar'
import { daysLeft } from '../../app/deadlines/days-left'
import { computeDeadline } from '../../app/deadlines/due'
import { dateWriter, sentence } from '../../app/deadlines/explain'
import { checkExtension } from '../../app/deadlines/extension'
import { overlongPauses } from '../../app/deadlines/pauses'
import type { Pause, RequestKind } from '../../app/deadlines/pauses'
import { translatorFor } from '../../app/locales/translate'

const zone = 'Europe/Amsterdam'
const calendar = dutchCalendar
const day = (text: string) => Temporal.PlainDate.from(text)
const at = (text: string) => Temporal.Instant.from(text)
const identity = (asked: string, answered: string | null): Pause => ({
  reason: 'identity',
  askedAt: at(`${asked}T10:00:00Z`),
  answeredAt: answered === null ? null : at(`${answered}T10:00:00Z`),
})
const withPauses = (pauses: Pause[], today: string, kind: RequestKind = 'erasure') =>
  computeDeadline({ receivedOn: day('2026-01-30'), pauses, kind, zone, today: day(today), calendar })

it.each([
  ['2026-01-30T22:59:59Z', '2026-01-30', 'one second before midnight in winter'],
  ['2026-01-30T23:00:00Z', '2026-01-31', 'midnight in winter'],
  ['2026-07-30T21:59:59Z', '2026-07-30', 'one second before midnight in summer'],
  ['2026-07-30T22:00:00Z', '2026-07-31', 'midnight in summer'],
  ['2026-03-28T23:30:00Z', '2026-03-29', 'the night in which summer time begins'],
  ['2026-10-25T00:30:00Z', '2026-10-25', 'the hour that comes twice'],
])('a request of %s was received on %s: %s', (receivedAt, receivedOn) => {
  const deadline = computeDeadline({ receivedAt: at(receivedAt), zone, pausedDays: 0, calendar })
  expect(String(deadline.receivedOn)).toBe(receivedOn)
})

describe('a pause', () => {
  it('stops the clock from the day asked up to, not including, the day answered', () => {
    expect(withPauses([identity('2026-02-02', '2026-02-05')], '2026-02-10').pausedDays).toBe(3)
    expect(withPauses([identity('2026-02-02', '2026-02-02')], '2026-02-10').pausedDays).toBe(0)
  })

  it('moves the due date day by day while it is open', () => {
    const due = (today: string) => String(withPauses([identity('2026-02-02', null)], today).strictDueOn)
    expect([due('2026-02-02'), due('2026-02-03'), due('2026-02-06')]).toEqual([
      '2026-02-28',
      '2026-03-01',
      '2026-03-04',
    ])
  })

  it('for a clarification counts only for access with a large quantity of data', () => {
    const ask = (largeQuantity: boolean): Pause => ({
      ...identity('2026-02-02', '2026-02-05'),
      reason: 'clarification',
      largeQuantity,
    })
    expect(withPauses([ask(true)], '2026-02-10', 'access').pausedDays).toBe(3)
    expect(withPauses([ask(false)], '2026-02-10', 'access').pausedDays).toBe(0)
    expect(withPauses([ask(true)], '2026-02-10', 'erasure').pausedDays).toBe(0)
  })

  it('that begins after the due date does not make a missed deadline vanish', () => {
    const deadline = withPauses([identity('2026-03-03', '2026-03-13')], '2026-03-20')
    expect([deadline.pausedDays, String(deadline.dueOn), deadline.extendedPausedDays]).toEqual([0, '2026-03-02', 10])
    expect(deadline.explanation).toContainEqual({ step: 'pause_came_too_late', from: day('2026-03-03') })
  })

  it('before a receipt date that was corrected counts from the receipt', () => {
    expect(withPauses([identity('2026-01-28', '2026-02-01')], '2026-02-10').pausedDays).toBe(2)
  })

  it('open for more than 28 days is pointed out, and not on the 28th', () => {
    const pauses = [identity('2026-02-02', null), identity('2026-01-01', '2026-06-01')]
    expect(overlongPauses(pauses, { zone, today: day('2026-03-02') })).toEqual([])
    expect(overlongPauses(pauses, { zone, today: day('2026-03-03') })).toEqual([pauses[0]])
    expect(overlongPauses(pauses, { zone, today: day('2026-02-10') }, 7)).toEqual([pauses[0]])
  })
})

describe('an extension', () => {
  const facts = { receivedOn: day('2026-01-30'), pausedDays: 0, calendar }

  it('reaches at most three months, is told before the due date, and lies after it', () => {
    const deadline = computeDeadline(facts)
    const check = (until: string, toldOn: string) =>
      checkExtension(deadline, { until: day(until), toldOn: day(toldOn) })
    expect(check('2026-04-30', '2026-03-01')).toEqual({ ok: true })
    expect(check('2026-05-01', '2026-03-01')).toMatchObject({ ok: false, reason: 'after_latest_date' })
    expect(check('2026-03-02', '2026-03-01')).toMatchObject({ ok: false, reason: 'not_after_due_date' })
    expect(check('2026-04-30', '2026-03-02')).toMatchObject({ ok: false, reason: 'told_too_late' })
  })

  it('moves along when the clock stands still after it was told, up to the latest date', () => {
    const until = day('2026-04-01')
    const current = (pausedDays: number, pausedDaysThen?: number) =>
      String(
        computeDeadline({
          ...facts,
          pausedDays,
          extension: pausedDaysThen === undefined ? { until } : { until, pausedDaysThen },
        }).currentDueOn,
      )
    expect([current(0), current(5), current(5, 3), current(5, 0)]).toEqual([
      '2026-04-01',
      '2026-04-01',
      '2026-04-03',
      '2026-04-06',
    ])
    const late = computeDeadline({ ...facts, extension: { until: day('2027-01-01') } })
    expect(String(late.currentDueOn)).toBe('2026-04-30')
    expect(late.explanation.at(-1)).toEqual({ step: 'extension_cut_short', on: day('2026-04-30') })
  })
})

test('closing days move the internal target and no date of the law', () => {
  const facts = { receivedOn: day('2026-08-31'), pausedDays: 0, calendar }
  const open = computeDeadline(facts)
  const closed = computeDeadline({ ...facts, closingDays: [day('2026-09-16'), day('2026-09-30')] })
  expect([String(open.internalTargetOn), String(closed.internalTargetOn)]).toEqual(['2026-09-16', '2026-09-15'])
  expect(String(closed.dueOn)).toBe(String(open.dueOn))
  const wide = computeDeadline({ ...facts, internalTargetWorkingDays: 60 })
  expect(String(wide.internalTargetOn)).toBe('2026-08-31')
})

it.each([
  ['2026-12-24', -1, -1, 'overdue'],
  ['2026-12-23', 0, 0, 'today'],
  ['2026-12-21', 2, 2, 'this_week'],
  ['2026-12-20', 3, 3, 'later'],
])(
  'on %s a request due on Wednesday 23 December has %i days, %i of them worked: %s',
  (today, calendarDays, workingDays, urgency) => {
    expect(daysLeft(day('2026-12-23'), day(today), calendar)).toEqual({ calendarDays, workingDays, urgency })
  },
)

test('a fortnight over Christmas has fewer working days than it looks', () => {
  expect(daysLeft(day('2027-01-04'), day('2026-12-21'), calendar)).toMatchObject({ calendarDays: 14, workingDays: 8 })
})

describe('an explanation reads in both languages', () => {
  const inWords = (language: 'nl' | 'en', ...[pauses, today, kind]: Parameters<typeof withPauses>) =>
    sentence(
      withPauses(pauses, today, kind).explanation,
      translatorFor(language),
      dateWriter(language === 'nl' ? 'nl' : 'en-GB'),
    )

  it('when the month has no such day', () => {
    expect(inWords('nl', [], '2026-02-01')).toBe(
      'ontvangen vr 30 jan → 30 februari bestaat niet → 28 feb is een zaterdag → ma 2 mrt',
    )
    expect(inWords('en', [], '2026-02-01')).toBe(
      'received Fri 30 Jan → there is no 30 February → 28 Feb is a Saturday → Mon 2 Mar',
    )
  })

  it('when the clock stood still', () => {
    const paused = [identity('2026-02-02', '2026-02-05')]
    expect(inWords('nl', paused, '2026-02-10')).toContain(
      '3 dagen opgeschort voor vaststelling van de identiteit → di 3 mrt',
    )
    expect(inWords('en', [identity('2026-02-02', null)], '2026-02-03')).toContain('paused 1 day so far for identity')
  })

  it('with the name of a feast and the year where it changes', () => {
    const { explanation } = computeDeadline({ receivedOn: day('2026-12-01'), pausedDays: 0, calendar })
    expect(sentence(explanation, translatorFor('nl'), dateWriter('nl'))).toBe(
      'ontvangen di 1 dec → 1 jan 2027 is een feestdag (Nieuwjaarsdag) → 2 jan 2027 is een zaterdag → ma 4 jan 2027',
    )
  })

  it('for every step and every Dutch feast there is', () => {
    for (let offset = 0; offset < 1500; offset++) {
      const receivedOn = day('2026-01-01').add({ days: offset })
      const { explanation } = computeDeadline({
        receivedOn,
        pausedDays: offset % 3,
        calendar,
        extension: { until: receivedOn.add({ years: 1 }), pausedDaysThen: 0 },
      })
      for (const language of ['nl', 'en'] as const) {
        expect(sentence(explanation, translatorFor(language), dateWriter(language))).not.toMatch(
          /\{\{|undefined|deadlines:/,
        )
      }
    }
  })
})
