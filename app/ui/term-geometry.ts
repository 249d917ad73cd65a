import { Temporal } from 'temporal-polyfill'

/** What a term bar is drawn from. All days ISO 8601 in the organisation's zone. */
export type Term = {
  receivedOn: string
  /** The date that counts now: the extension's when there is one. */
  dueOn: string
  /** The date before weekends and holidays; drawn as a tick where it is another day than `dueOn`. */
  strictDueOn?: string
  /** The due date before the extension; null or absent: not extended. */
  extendedFrom?: string | null
  /** `untilOn` is the first day on which the clock runs again; null: it still stands still. */
  pauses?: { fromOn: string; untilOn: string | null }[]
  today: string
  /** The day on which the request was closed; from then on time does not count. */
  closedOn?: string | null
}

export type TermUrgency = 'overdue' | 'today' | 'this_week' | 'later' | 'closed'

/** Places in per cent of the bar's length. */
export type TermGeometry = {
  urgency: TermUrgency
  /** Calendar days from today to the due date; negative: so many days late. */
  daysLeft: number
  trackEnd: number
  done: { from: number; to: number }
  /** The part of the time past the due date. */
  over: { from: number; to: number } | null
  due: number
  strict: number | null
  extension: { from: number; to: number } | null
  pauses: { from: number; to: number }[]
  now: number
  /** Where each week after receipt begins, within the bar. */
  weeks: number[]
  placeOf: (on: string) => number
}

const daysBetween = (from: Temporal.PlainDate, to: Temporal.PlainDate) => from.until(to, { largestUnit: 'days' }).days

/** Where everything stands on a term bar, from receipt (0) to the latest of due date and, when overdue, today (100). */
export function termGeometry(term: Term): TermGeometry {
  const start = Temporal.PlainDate.from(term.receivedOn)
  const due = Temporal.PlainDate.from(term.dueOn)
  const today = Temporal.PlainDate.from(term.today)
  const stop = term.closedOn ? Temporal.PlainDate.from(term.closedOn) : today
  const length = Math.max(1, daysBetween(start, due), daysBetween(start, stop))
  const placeOf = (on: Temporal.PlainDate | string) => {
    const days = daysBetween(start, Temporal.PlainDate.from(on))
    return Math.round((Math.min(Math.max(days, 0), length) / length) * 10_000) / 100
  }
  const now = placeOf(stop)
  const duePlace = placeOf(due)
  const firstDue = term.extendedFrom ? placeOf(term.extendedFrom) : null
  return {
    urgency: term.closedOn ? 'closed' : urgencyOf(due, today),
    daysLeft: daysBetween(today, due),
    trackEnd: firstDue ?? duePlace,
    done: { from: 0, to: Math.min(now, duePlace) },
    over: now > duePlace ? { from: duePlace, to: now } : null,
    due: duePlace,
    strict: term.strictDueOn && term.strictDueOn !== term.dueOn ? placeOf(term.strictDueOn) : null,
    extension: firstDue === null ? null : { from: firstDue, to: duePlace },
    pauses: (term.pauses ?? [])
      .map((pause) => ({ from: placeOf(pause.fromOn), to: placeOf(pause.untilOn ?? stop) }))
      .filter((pause) => pause.to > pause.from),
    now,
    weeks: Array.from({ length: Math.ceil(length / 7) - 1 }, (_, week) => placeOf(start.add({ days: 7 * (week + 1) }))),
    placeOf,
  }
}

function urgencyOf(due: Temporal.PlainDate, today: Temporal.PlainDate): TermUrgency {
  const left = daysBetween(today, due)
  if (left < 0) return 'overdue'
  if (left === 0) return 'today'
  // A week ends on Sunday (ISO 8601).
  return left <= 7 - today.dayOfWeek ? 'this_week' : 'later'
}
