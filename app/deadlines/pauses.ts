import { Temporal } from 'temporal-polyfill'

export type RequestKind =
  'access' | 'rectification' | 'erasure' | 'restriction' | 'portability' | 'objection' | 'consent_withdrawal'

/** A time in which the controller waits for the subject. `answeredAt` is null while the question is open. */
export type Pause = { readonly askedAt: Temporal.Instant; readonly answeredAt: Temporal.Instant | null } & (
  { readonly reason: 'identity' } | { readonly reason: 'clarification'; readonly largeQuantity: boolean }
)
export type PauseReason = Pause['reason']

/** What the pauses are looked at with: the right that is asked for, the organisation's zone (IANA), and its day. */
export interface PauseContext {
  readonly kind: RequestKind
  readonly zone: string
  readonly today: Temporal.PlainDate
}

/** Days on which the clock stands still: `from` is the first of them, `until` the first on which it runs again. */
export interface PauseSpan {
  readonly from: Temporal.PlainDate
  readonly until: Temporal.PlainDate
  readonly reasons: readonly PauseReason[]
  readonly open: boolean
}

export const defaultPauseLimitDays = 28

/**
 * Whether the law lets the clock stand still: while identification is awaited that there was reason to ask
 * (GDPR art. 12(6)), and, for access with a large quantity of data only, a clarification (recital 63; EDPB Guidelines
 * 01/2022 section 5.3). Any other question leaves the clock running.
 */
export function stopsTheClock(pause: Pause, kind: RequestKind): boolean {
  return pause.reason === 'identity' || (kind === 'access' && pause.largeQuantity)
}

/**
 * The union of the pauses that stop the clock, in order, without overlaps or empty spans. A pause runs from the day asked
 * up to, not including, the day answered; an open one up to today. What was answered on the same day stops nothing.
 */
export function pauseSpans(pauses: readonly Pause[], context: PauseContext): PauseSpan[] {
  const spans = pauses
    .filter((pause) => stopsTheClock(pause, context.kind))
    .map((pause) => spanOf(pause, context))
    .filter((span) => daysOf(span) > 0)
    .sort((one, other) => Temporal.PlainDate.compare(one.from, other.from))
  return spans.reduce<PauseSpan[]>((union, span) => {
    const last = union.at(-1)
    if (!last || Temporal.PlainDate.compare(last.until, span.from) < 0) return [...union, span]
    return [...union.slice(0, -1), joined(last, span)]
  }, [])
}

/** Calendar days in a span; never negative. */
export function daysOf({ from, until }: Pick<PauseSpan, 'from' | 'until'>): number {
  return Math.max(0, from.until(until, { largestUnit: 'days' }).days)
}

/**
 * The open pauses that have lasted longer than the limit (days; 28 unless the organisation sets otherwise), whether or
 * not they stop the clock: staff then answer with what they have, or refuse under GDPR art. 11(2).
 */
export function overlongPauses<P extends Pause>(
  pauses: readonly P[],
  { zone, today }: Pick<PauseContext, 'zone' | 'today'>,
  limitDays: number = defaultPauseLimitDays,
): P[] {
  return pauses.filter(
    (pause) => pause.answeredAt === null && daysOf({ from: dayOf(pause.askedAt, zone), until: today }) > limitDays,
  )
}

/** The calendar day on which an instant falls in a time zone (IANA name). */
export function dayOf(at: Temporal.Instant, zone: string): Temporal.PlainDate {
  return at.toZonedDateTimeISO(zone).toPlainDate()
}

function spanOf(pause: Pause, { zone, today }: PauseContext): PauseSpan {
  const answered = pause.answeredAt && dayOf(pause.answeredAt, zone)
  const until = answered && Temporal.PlainDate.compare(answered, today) < 0 ? answered : today
  return { from: dayOf(pause.askedAt, zone), until, reasons: [pause.reason], open: pause.answeredAt === null }
}

function joined(one: PauseSpan, other: PauseSpan): PauseSpan {
  return {
    from: one.from,
    until: Temporal.PlainDate.compare(one.until, other.until) > 0 ? one.until : other.until,
    reasons: [...new Set([...one.reasons, ...other.reasons])].sort(),
    open: one.open || other.open,
  }
}
