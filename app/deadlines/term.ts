import { Temporal } from 'temporal-polyfill'
import type { WorkingCalendar } from './calendar'
import { daysOf } from './pauses'
import type { PauseSpan } from './pauses'
import type { Step } from './steps'
import { nextWorkingDay } from './working-days'

const { compare } = Temporal.PlainDate

/** How long the clock stood still, and the pauses that began when it had already run out. */
export interface Standstill {
  readonly days: number
  readonly counted: readonly PauseSpan[]
  readonly late: readonly PauseSpan[]
}

/** A term of whole months from the day of receipt: before and after weekends and holidays. */
export interface Term {
  readonly monthsLater: Temporal.PlainDate
  readonly strictDueOn: Temporal.PlainDate
  readonly dueOn: Temporal.PlainDate
  readonly standstill: Standstill
}

/** One month to answer, and two further months when extended (GDPR art. 12(3)). */
export const answerTerm = Temporal.Duration.from({ months: 1 })
export const extendedTerm = Temporal.Duration.from({ months: 3 })

// Reading a length out of an object takes longer than the sum itself.
const lengths = new Map<number, Temporal.Duration>()
function daysLong(days: number): Temporal.Duration {
  const length = lengths.get(days) ?? new Temporal.Duration(0, 0, 0, days)
  if (lengths.size < 1000) lengths.set(days, length)
  return length
}

/**
 * The end of a term: the day with the same number, or the last day of a month that has no such day (Reg. 1182/71
 * art. 3(2)(c)), then the days on which the clock stood still, and only then on to a working day (art. 3(4);
 * EDPB Guidelines 01/2022 section 5.3).
 */
export function termFrom(
  receivedOn: Temporal.PlainDate,
  length: Temporal.Duration,
  calendar: WorkingCalendar,
  pauses: number | readonly PauseSpan[],
): Term {
  const monthsLater = receivedOn.add(length)
  const standstill =
    typeof pauses === 'number'
      ? { days: pauses, counted: [], late: [] }
      : standstillWithin(pauses, receivedOn, monthsLater, calendar)
  const strictDueOn = daysAfter(monthsLater, standstill.days)
  return { monthsLater, strictDueOn, dueOn: nextWorkingDay(calendar, strictDueOn), standstill }
}

const daysAfter = (on: Temporal.PlainDate, days: number) => (days === 0 ? on : on.add(daysLong(days)))

// A clock that has run out can't be stopped: a pause that begins after the due date would make a missed deadline vanish.
function standstillWithin(
  pauses: readonly PauseSpan[],
  receivedOn: Temporal.PlainDate,
  monthsLater: Temporal.PlainDate,
  calendar: WorkingCalendar,
): Standstill {
  let days = 0
  const counted: PauseSpan[] = []
  const late: PauseSpan[] = []
  for (const span of pauses) {
    if (compare(span.from, nextWorkingDay(calendar, daysAfter(monthsLater, days))) > 0) {
      late.push(span)
      continue
    }
    const length = daysOf({ from: compare(span.from, receivedOn) < 0 ? receivedOn : span.from, until: span.until })
    if (length === 0) continue
    days += length
    counted.push(span)
  }
  return { days, counted, late }
}

/** The steps from the day of receipt to the due date of a term. */
export function explainTerm(receivedOn: Temporal.PlainDate, term: Term, calendar: WorkingCalendar): Step[] {
  const { days, counted, late } = term.standstill
  const steps: Step[] = [{ step: 'received', on: receivedOn }]
  if (term.monthsLater.day !== receivedOn.day) {
    steps.push({ step: 'month_has_no_such_day', day: receivedOn.day, lastDay: term.monthsLater })
  }
  if (days > 0) {
    const reasons = [...new Set(counted.flatMap((span) => span.reasons))].sort()
    steps.push({ step: 'paused', days, reasons, open: counted.some((span) => span.open) })
  }
  steps.push(...late.map(({ from }): Step => ({ step: 'pause_came_too_late', from })))
  return [...steps, ...daysPassedOver(term, calendar), { step: 'due', on: term.dueOn }]
}

function daysPassedOver({ strictDueOn, dueOn }: Term, calendar: WorkingCalendar): Step[] {
  const steps: Step[] = []
  for (let on = strictDueOn; compare(on, dueOn) < 0; on = on.add({ days: 1 })) {
    const step = whyNotWorked(on, calendar)
    const last = steps.at(-1)
    // A Sunday after its Saturday, or the next day of the same feast, says nothing new.
    const isMoreOfTheSame =
      last?.step === 'weekend'
        ? step.step === 'weekend' && on.dayOfWeek === 7
        : last?.step === 'holiday' && step.step === 'holiday' && last.name === step.name
    if (!isMoreOfTheSame) steps.push(step)
  }
  return steps
}

function whyNotWorked(
  on: Temporal.PlainDate,
  calendar: WorkingCalendar,
): Extract<Step, { step: 'weekend' | 'holiday' }> {
  const holiday = on.dayOfWeek < 6 ? calendar.holidayOn(on) : undefined
  return holiday ? { step: 'holiday', ...holiday } : { step: 'weekend', on }
}
