import { Temporal } from 'temporal-polyfill'
import type { WorkingCalendar } from './calendar'
import { dayOf, pauseSpans } from './pauses'
import type { Pause, RequestKind } from './pauses'
import type { Step } from './steps'
import { answerTerm, explainTerm, extendedTerm, termFrom } from './term'
import type { Term } from './term'
import { internalTarget } from './internal-target'

/** The day of receipt, or the instant with the organisation's zone (IANA name). */
export type Receipt =
  { readonly receivedOn: Temporal.PlainDate } | { readonly receivedAt: Temporal.Instant; readonly zone: string }

/** The pauses themselves, open ones counting up to `today`; or how many calendar days they take together. */
export type Pausing =
  | { readonly pausedDays: number }
  | {
      readonly pauses: readonly Pause[]
      readonly kind: RequestKind
      readonly zone: string
      readonly today: Temporal.PlainDate
    }

/**
 * The date that the subject was told, with the paused days (`extendedPausedDays`) of that moment: the clock may stand
 * still again later, and the date moves along. Without them the date stays as it was told.
 */
export interface Extension {
  readonly until: Temporal.PlainDate
  readonly pausedDaysThen?: number
}

export type DeadlineFacts = Receipt &
  Pausing & {
    readonly calendar: WorkingCalendar
    readonly extension?: Extension | null
    /** Working days between the internal target and the stricter date; 10 unless set otherwise. */
    readonly internalTargetWorkingDays?: number
    /** The organisation's own closing days. They move the internal target, never a date of the law. */
    readonly closingDays?: readonly Temporal.PlainDate[]
    /** False leaves the explanations empty, for reckoning many dates. */
    readonly explain?: boolean
  }

/** All dates are days in the organisation's zone. */
export interface Deadline {
  readonly receivedOn: Temporal.PlainDate
  /** Calendar days on which the clock stood still within the first month. */
  readonly pausedDays: number
  /** Before weekends and holidays are looked at; reminders count from it. */
  readonly strictDueOn: Temporal.PlainDate
  readonly dueOn: Temporal.PlainDate
  /** One month after receipt had nothing been paused: from this day on a warning is shown. */
  readonly unpausedMonthOn: Temporal.PlainDate
  readonly extendedPausedDays: number
  readonly extendedStrictDueOn: Temporal.PlainDate
  /** The latest date that an extension can reach. */
  readonly extendedDueOn: Temporal.PlainDate
  /** What counts now: the due date, or the extension's when there is one. */
  readonly currentStrictDueOn: Temporal.PlainDate
  readonly currentDueOn: Temporal.PlainDate
  readonly internalTargetOn: Temporal.PlainDate
  readonly explanation: readonly Step[]
  readonly extendedExplanation: readonly Step[]
}

const { compare } = Temporal.PlainDate
const earliest = (one: Temporal.PlainDate, other: Temporal.PlainDate) => (compare(one, other) < 0 ? one : other)
const latest = (one: Temporal.PlainDate, other: Temporal.PlainDate) => (compare(one, other) < 0 ? other : one)

/**
 * When a request must be answered, and how that date came about: GDPR art. 12(3), Reg. (EEC, Euratom) 1182/71 art. 3,
 * EDPB Guidelines 01/2022 section 5.3. Throws a RangeError when `pausedDays` is not a whole number of 0 or more, or the
 * zone is unknown.
 */
export function computeDeadline(facts: DeadlineFacts): Deadline {
  const { calendar } = facts
  const receivedOn = 'receivedOn' in facts ? facts.receivedOn : dayOf(facts.receivedAt, facts.zone)
  const pauses = 'pausedDays' in facts ? wholeDays(facts.pausedDays) : pauseSpans(facts.pauses, facts)
  const answer = termFrom(receivedOn, answerTerm, calendar, pauses)
  const extended = termFrom(receivedOn, extendedTerm, calendar, pauses)
  const current = facts.extension ? extensionDates(facts.extension, answer, extended) : answer
  const explain = facts.explain !== false
  return {
    receivedOn,
    pausedDays: answer.standstill.days,
    strictDueOn: answer.strictDueOn,
    dueOn: answer.dueOn,
    unpausedMonthOn: answer.monthsLater,
    extendedPausedDays: extended.standstill.days,
    extendedStrictDueOn: extended.strictDueOn,
    extendedDueOn: extended.dueOn,
    currentStrictDueOn: current.strictDueOn,
    currentDueOn: current.dueOn,
    internalTargetOn: internalTarget(receivedOn, current.strictDueOn, facts),
    explanation: explain
      ? [...explainTerm(receivedOn, answer, calendar), ...explainExtension(facts.extension, extended)]
      : [],
    extendedExplanation: explain ? explainTerm(receivedOn, extended, calendar) : [],
  }
}

function wholeDays(days: number): number {
  if (!Number.isSafeInteger(days) || days < 0) throw new RangeError(`paused days must be 0 or more, not ${days}`)
  return days
}

// A date that was told is a promise, so it is kept as it is, also on a Saturday; it never comes before the due date
// nor after the latest one, whatever corrections did to those.
function extensionDates(extension: Extension, answer: Term, extended: Term): Pick<Term, 'strictDueOn' | 'dueOn'> {
  const dueOn = latest(answer.dueOn, earliest(movedExtension(extension, extended), extended.dueOn))
  return { dueOn, strictDueOn: latest(answer.strictDueOn, earliest(dueOn, extended.strictDueOn)) }
}

const daysMoved = ({ pausedDaysThen }: Extension, { standstill }: Term) =>
  Math.max(0, standstill.days - (pausedDaysThen ?? standstill.days))

const movedExtension = (extension: Extension, extended: Term) =>
  extension.until.add({ days: daysMoved(extension, extended) })

function explainExtension(extension: Extension | null | undefined, extended: Term): Step[] {
  if (!extension) return []
  const steps: Step[] = [{ step: 'extended', on: extension.until }]
  const days = daysMoved(extension, extended)
  const moved = movedExtension(extension, extended)
  if (days > 0) steps.push({ step: 'extension_moved', days, on: moved })
  if (compare(moved, extended.dueOn) > 0) steps.push({ step: 'extension_cut_short', on: extended.dueOn })
  return steps
}
